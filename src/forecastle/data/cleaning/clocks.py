"""Local clocks that are set forward and back: one hour a year does not exist, another exists twice."""

import polars as pl

from forecastle.core.columns import DS, SERIES_ID
from forecastle.core.findings import Finding, Findings, Severity
from forecastle.core.frequency import Frequency, Unit
from forecastle.data.cleaning.rows import EXAMPLES, counted, examples, series_of, worded

SUNDAY = 7
CHANGE_MONTHS = (3, 4, 9, 10, 11)
LAST_HOUR = 3
"""Clocks are changed early on a Sunday, nearly everywhere."""
MINUTES: dict[Unit, int] = {Unit.MINUTE: 1, Unit.HOUR: 60}


def set_back(surplus: pl.DataFrame, freq: Frequency, target: str) -> Findings:
    """Rows that repeat an hour which a local clock shows twice, when daylight saving ends."""
    if freq.unit not in MINUTES:
        return Findings()
    twice = surplus.filter(_at_a_change(pl.col(DS)))
    if twice.is_empty():
        return Findings()
    finding = Finding(
        code="daylight_saving",
        severity=Severity.WARNING,
        message=f"{counted(len(twice), 'row')} repeating an hour early on a Sunday, as local clocks do when "
        "daylight saving ends: the times seem to be local, and one hour a year is ambiguous.",
        action="treated as duplicates; times in UTC would keep both hours",
        count=len(twice),
        series=series_of(twice),
        rows=examples(twice, target),
    )
    return Findings((finding,))


def set_forward(holes: pl.DataFrame, freq: Frequency) -> Findings:
    """Holes of one hour which a local clock leaps over, when daylight saving begins.

    holes: `series_id`, `first` (step number of the first period without a row), `periods` (how many there are).
    """
    if freq.unit not in MINUTES:
        return Findings()
    an_hour = pl.col("periods") * MINUTES[freq.unit] * freq.every == 60
    dated = holes.filter(an_hour).with_columns(freq.moments(pl.col("first")).alias(DS))
    leapt = dated.filter(_at_a_change(pl.col(DS)))
    if leapt.is_empty():
        return Findings()
    shown = leapt.head(EXAMPLES).select(SERIES_ID, worded(pl.col(DS))).rows()
    finding = Finding(
        code="daylight_saving",
        severity=Severity.WARNING,
        message=f"{counted(len(leapt), 'hour')} without a row early on a Sunday, as local clocks leap over one when "
        "daylight saving begins: the times seem to be local, and these hours did not exist.",
        action="taken as not observed; times in UTC have no such hole",
        count=len(leapt),
        series=series_of(leapt),
        rows=tuple(f"{series}: no row at {moment}" for series, moment in shown),
    )
    return Findings((finding,))


def _at_a_change(moment: pl.Expr) -> pl.Expr:
    when = moment.dt
    return when.month().is_in(CHANGE_MONTHS) & (when.weekday() == SUNDAY) & (when.hour() <= LAST_HOUR)
