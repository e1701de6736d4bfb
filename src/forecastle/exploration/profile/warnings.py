"""What to look at first."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import polars as pl

from forecastle.core.columns import SERIES_ID
from forecastle.core.findings import Finding, Severity
from forecastle.data.cleaning.rows import counted
from forecastle.data.dataset import Role
from forecastle.exploration.statistics import ColumnStatistics

NEARLY_EMPTY = 0.95
"""Share of missing values from which a column says nothing."""
NOISE = 0.05
"""How seldom noise must look as orderly for a series not to be taken for it."""
ALIKE = 0.98
"""Correlation from which a covariate is the target under another name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranked:
    """A finding and its weight: the share of the total (or of the rows) that it concerns, 0 to 1."""

    finding: Finding
    weight: float


def ranked(findings: Iterable[Finding], series: pl.DataFrame, rows: int) -> tuple[Ranked, ...]:
    """The most serious first, and of equally serious ones those first that concern most."""
    order = list(Severity)
    weighed = [Ranked(finding=finding, weight=_weight(finding, series, rows)) for finding in findings]
    return tuple(sorted(weighed, key=lambda each: (order.index(each.finding.severity), -each.weight)))


def _weight(finding: Finding, series: pl.DataFrame, rows: int) -> float:
    if not finding.series:
        return min(finding.count / max(rows, 1), 1.0)
    total = float(series["total"].abs().sum())
    concerned = series.filter(pl.col(SERIES_ID).is_in(finding.series))
    if not total:
        return len(concerned) / max(len(series), 1)
    return float(concerned["total"].abs().sum()) / total


def noticed(
    columns: Sequence[ColumnStatistics], series: pl.DataFrame, correlations: pl.DataFrame, identical: int
) -> Iterator[Finding]:
    """What reading and cleaning do not look at, because nothing has to be done about it."""
    if identical:
        yield Finding(
            code="identical_rows",
            severity=Severity.WARNING,
            message=f"{counted(identical, 'row')} repeat another in every column: were they exported twice?",
            count=identical,
        )
    yield from _of_columns(columns)
    yield from _of_series(series)
    for row in correlations.filter(pl.col("median").abs() >= ALIKE).iter_rows(named=True):
        yield Finding(
            code="same_as_target",
            severity=Severity.WARNING,
            message=f"{row['covariate']!r} moves as the target does (correlation {row['median']:.2f}): if it is only "
            "known afterwards, it must not be used as known.",
            count=int(row["series"]),
        )


def _of_columns(columns: Sequence[ColumnStatistics]) -> Iterator[Finding]:
    for column in columns:
        if column.role is not Role.IGNORED and column.missing >= NEARLY_EMPTY * column.rows:
            yield Finding(
                code="empty_column",
                severity=Severity.WARNING,
                message=f"{column.column!r} has a value in {column.rows - column.missing:,} of {column.rows:,} rows "
                "and can hardly help.",
                count=column.missing,
            )


def _of_series(series: pl.DataFrame) -> Iterator[Finding]:
    noise = series.filter(pl.col("noise") > NOISE)
    if not noise.is_empty():
        yield Finding(
            code="near_noise",
            severity=Severity.INFO,
            message=f"{len(noise):,} of {len(series):,} series cannot be told from noise around a level: nothing in "
            "their own past tells more than that level.",
            count=len(noise),
            series=tuple(noise[SERIES_ID]),
        )
    if not series.is_empty() and not series["seasonal_strength"].count():
        yield Finding(
            code="no_two_seasons",
            severity=Severity.INFO,
            message="No series is two seasons long, so that no season can be seen; more history would help.",
            count=len(series),
        )
