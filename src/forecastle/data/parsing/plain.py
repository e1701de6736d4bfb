"""Numbers written as programs write them: read in one pass over the source that never holds their text."""

from collections.abc import Mapping

import polars as pl

from forecastle.data.parsing.numbers import whole_if_so
from forecastle.data.parsing.text import Context, holds_numbers
from forecastle.data.sources.table import Table

Kind = type[pl.Int64] | type[pl.Float64]


def plain_numbers(table: Table, samples: Mapping[str, pl.Series], context: Context) -> dict[str, pl.Series]:
    """The columns of which every value is a plain number; the others need a careful look at their text.

    samples: by column of text, the distinct values of some rows.
    """
    kinds = {name: _kind(sample, context.decimal) for name, sample in samples.items()}
    plain = {name: kind for name, kind in kinds.items() if kind and holds_numbers(name, samples[name], context)}
    return _cast(table, plain)


def _kind(sample: pl.Series, decimal: str) -> Kind | None:
    if not sample.cast(pl.Int64, strict=False).has_nulls():
        return pl.Int64
    return pl.Float64 if decimal == "." and not sample.cast(pl.Float64, strict=False).has_nulls() else None


def _cast(table: Table, kinds: Mapping[str, Kind]) -> dict[str, pl.Series]:
    """Those columns of which every value can be cast; found by halves, because a failure stops the whole pass."""
    if not kinds:
        return {}
    try:
        frame = table.rows.select(pl.col(name).cast(kind) for name, kind in kinds.items()).collect()
    except pl.exceptions.InvalidOperationError:
        names = list(kinds)
        halves = (names[: len(names) // 2], names[len(names) // 2 :]) if len(names) > 1 else ()
        return {
            name: values
            for half in halves
            for name, values in _cast(table, {name: kinds[name] for name in half}).items()
        }
    return {name: whole_if_so(frame[name].rechunk()) for name in kinds}
