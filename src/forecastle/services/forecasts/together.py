"""Many series of an execution as one."""

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from forecastle.core.columns import DS, MEAN, SERIES_ID, STEP, TARGET, Y
from forecastle.core.errors import NotFoundError
from forecastle.core.quantiles import DEFAULT
from forecastle.evaluation.sums import range_of_sum
from forecastle.reporting import evidence
from forecastle.services.forecasts.files import Files

WINDOW = "window"
PAST = {SERIES_ID: pl.String, WINDOW: pl.Int32, STEP: pl.Int64, Y: pl.Float32, MEAN: pl.Float32}
COMING = {SERIES_ID: pl.String, MEAN: pl.Float64, evidence.WIDTH: pl.Float32}


@dataclass(frozen=True, slots=True, kw_only=True)
class Together:
    """The sum of several series. history: `ds`, `y`. forecasts: `ds`, `mean`, and quantiles where anything tells them.

    series: how many are summed. ended: series left out because they ended before the others. only: the one series that
    is summed. windows: past windows that the range rests on. reconciled: the total was forecast by itself, too.
    """

    history: pl.DataFrame
    forecasts: pl.DataFrame
    series: int
    ended: int
    only: str | None
    windows: int
    reconciled: bool = False


def sum_of(files: Files, target: str, column: str | None, value: str | None) -> Together:
    """The sum of all series, or of those with that value in that key column.

    Raises:
        NotFoundError: there is no such column.
    """
    current, ended = _members(files, target, column, value)
    everything = column is None and not ended

    def of_these(name: str) -> pl.LazyFrame:
        rows = files.table(name).filter(pl.col(TARGET) == target)
        return rows if everything else rows.filter(pl.col(SERIES_ID).is_in(current[SERIES_ID].implode()))

    observed = pl.when(pl.col(Y).count() > 0).then(pl.col(Y).sum()).alias(Y)
    history, past, coming = pl.collect_all(
        [
            of_these(evidence.HISTORY).group_by(DS).agg(observed).sort(DS),
            # Tables are sorted by series: numbers in its place are grouped four times as fast as its name.
            _columns(of_these(evidence.BACKTEST), PAST).with_columns(pl.col(SERIES_ID).rle_id()),
            _columns(of_these(evidence.FORECASTS), COMING, DS),
        ]
    )
    return Together(
        history=history,
        forecasts=range_of_sum(coming, past, DEFAULT.levels),
        series=len(current),
        ended=ended,
        only=current[SERIES_ID][0] if len(current) == 1 else None,
        windows=past.drop_nulls([Y, MEAN])[WINDOW].n_unique(),
    )


def _members(files: Files, target: str, column: str | None, value: str | None) -> tuple[pl.DataFrame, int]:
    """The series to sum, and how many are left out because they ended before these."""
    members = files.table(evidence.KEYS)
    if column is not None:
        if column not in members.collect_schema():
            raise NotFoundError(f"The series have no key column {column!r}.")
        members = members.filter(pl.col(column).cast(pl.String) == value)
    forecasts = files.table(evidence.FORECASTS).filter(pl.col(TARGET) == target)
    there = forecasts.join(members.select(SERIES_ID), on=SERIES_ID, how="semi")
    last = there.group_by(SERIES_ID).agg(pl.col(DS).max()).collect()
    current = last.filter(pl.col(DS) == pl.col(DS).max()).select(SERIES_ID)
    return current, len(last) - len(current)


def _columns(table: pl.LazyFrame, wanted: Mapping[str, type[pl.DataType]], *others: str) -> pl.LazyFrame:
    """These columns, null where an execution of an older version did not keep them."""
    there = table.collect_schema()
    return table.select(
        *others, *(name if name in there else pl.lit(None, kind).alias(name) for name, kind in wanted.items())
    )
