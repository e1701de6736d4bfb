"""What the values of columns look like, seen over the rows of whole series."""

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

SERIES_LOOKED_AT = 1_000
ROWS_LOOKED_AT = 100_000
CROWDED = 1.5
"""Rows a moment, on average, from which it means something that they agree."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """One column. distinct: values other than null. flag: 0 and 1 only.

    static: one value a series. shared: one value a moment, the same for all series. Neither where there is one series.
    """

    kind: pl.DataType
    distinct: int
    static: bool
    shared: bool
    flag: bool


def series_sample(frame: pl.DataFrame, keys: Sequence[str]) -> pl.DataFrame:
    """All rows of up to a thousand series."""
    if not keys or len(frame) <= ROWS_LOOKED_AT:
        return frame
    chosen = frame.select(keys).gather_every(len(frame) // SERIES_LOOKED_AT).unique()
    return frame.join(chosen, on=list(keys), how="semi", nulls_equal=True)


def gather_evidence(sample: pl.DataFrame, time: str, keys: Sequence[str]) -> dict[str, Evidence]:
    """Look at every column but time and keys; columns of lists or objects have none."""
    names = [name for name, kind in sample.schema.items() if name not in (time, *keys) and not kind.is_nested()]
    if not names:
        return {}
    distinct = sample.select(pl.col(name).drop_nulls().n_unique() for name in names).row(0)
    several = bool(keys) and sample.select(keys).n_unique() > 1
    crowded = several and len(sample) > CROWDED * sample[time].n_unique()
    static = _one_value(sample, keys, names) if several else set()
    shared = _one_value(sample, (time,), names) if crowded else set()
    return {
        name: Evidence(
            kind=sample.schema[name],
            distinct=count,
            static=name in static,
            shared=name in shared,
            flag=_is_flag(sample[name], count),
        )
        for name, count in zip(names, distinct, strict=True)
    }


def _one_value(sample: pl.DataFrame, by: Sequence[str], names: Sequence[str]) -> set[str]:
    """Columns with at most one value in every group."""
    groups = sample.group_by(by).agg(pl.col(name).drop_nulls().n_unique() for name in names)
    return {name for name in names if (groups[name] <= 1).all()}


def _is_flag(column: pl.Series, distinct: int) -> bool:
    if column.dtype == pl.Boolean:
        return True
    return column.dtype.is_numeric() and distinct <= 2 and bool(((column == 0) | (column == 1)).all())
