"""What the values of columns look like, seen over the rows of whole series."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import polars as pl

from forecastle.data.detection.rows import FEW, Rows

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


def series_sample(rows: Rows, keys: Sequence[str]) -> Rows:
    """All rows of up to a thousand series."""
    if not keys or rows.height <= ROWS_LOOKED_AT:
        return rows
    chosen = rows.every(rows.height // SERIES_LOOKED_AT).select(keys).unique().collect()
    sample = Rows.of(rows.lazy.join(chosen.lazy(), on=list(keys), how="semi", nulls_equal=True))
    return replace(sample, lazy=sample.lazy.collect().lazy()) if sample.height <= FEW else sample


def gather_evidence(sample: Rows, time: str, keys: Sequence[str]) -> dict[str, Evidence]:
    """Look at every column but time and keys; columns of lists or objects have none."""
    names = [name for name, kind in sample.schema.items() if name not in (time, *keys) and not kind.is_nested()]
    if not names:
        return {}
    values = [pl.col(name).drop_nulls() for name in names]
    distinct = sample.look(*(each.n_unique() if sample.height <= FEW else each.approx_n_unique() for each in values))
    flags = sample.look(*(_is_flag(name, sample.schema[name]) for name in names))
    several = bool(keys) and sample.distinct(keys) > 1
    crowded = several and sample.height > CROWDED * sample.distinct((time,))
    static = _one_value(sample, keys, names) if several else set()
    shared = _one_value(sample, (time,), names) if crowded else set()
    return {
        name: Evidence(
            kind=sample.schema[name],
            distinct=count,
            static=name in static,
            shared=name in shared,
            flag=bool(flag) and (count <= 2),
        )
        for name, count, flag in zip(names, distinct, flags, strict=True)
    }


def _one_value(sample: Rows, by: Sequence[str], names: Sequence[str]) -> set[str]:
    """Columns with at most one value in every group."""
    groups = sample.lazy.group_by(by).agg(pl.col(name).drop_nulls().n_unique() for name in names)
    most = groups.select(pl.col(names).max()).collect(engine=sample.engine).row(0)
    return {name for name, count in zip(names, most, strict=True) if count <= 1}


def _is_flag(name: str, kind: pl.DataType) -> pl.Expr:
    """Whether there is nothing but 0 and 1."""
    if not kind.is_numeric():
        return pl.lit(value=kind == pl.Boolean)
    return ((pl.col(name) == 0) | (pl.col(name) == 1)).all()
