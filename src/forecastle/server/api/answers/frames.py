"""Frames as JSON: one list a column, which is half the size of one object a row, or one object a row."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

import polars as pl
import polars.selectors as cs
from pydantic import BeforeValidator

WIDE = (pl.Int128, pl.UInt128)
"""Whole numbers beyond what readers of JSON can count on."""


def plain(frame: pl.DataFrame) -> pl.DataFrame:
    """The same in types that JSON has words for; what is no number or has no word is null or text."""
    floats, exact = cs.float(), cs.by_dtype(*WIDE, pl.Categorical, pl.Time, pl.Duration)
    written = frame.with_columns(
        pl.when(floats.is_finite()).then(floats), exact.cast(pl.String), cs.binary().bin.encode("hex")
    )
    nested = [name for name, kind in written.schema.items() if kind.is_nested()]
    return written.with_columns(
        pl.Series(name, [None if value is None else str(value) for value in written[name].to_list()], dtype=pl.String)
        for name in nested
    )


def _columns(value: object) -> object:
    return plain(value).to_dict(as_series=False) if isinstance(value, pl.DataFrame) else value


def _rows(value: object) -> object:
    return plain(value).to_dicts() if isinstance(value, pl.DataFrame) else value


Columns = Annotated[Mapping[str, Sequence[Any]], BeforeValidator(_columns)]
"""A frame, column by column; all lists are equally long, and null is no value."""

Rows = Annotated[Sequence[Mapping[str, Any]], BeforeValidator(_rows)]
"""A frame, row by row."""
