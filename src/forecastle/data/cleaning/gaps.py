"""Periods without a row."""

import polars as pl

from forecastle.core.columns import CLOSED, DS, SERIES_ID, STEP, Y
from forecastle.core.errors import DataError
from forecastle.core.findings import Finding, Findings, Severity
from forecastle.core.frequency import Frequency
from forecastle.data.cleaning.clocks import set_forward
from forecastle.data.cleaning.rows import EXAMPLES, counted, series_of, worded
from forecastle.data.cleaning.rules import Rules

MOST_ROWS_ADDED = 10_000_000
MOST_ROWS_ADDED_FOR_EACH = 30
EMPTY_PERIODS = 500
EMPTY_SHARE = 5
UNTIL = "until"
"""The step number of a series' next row."""


def fill_gaps(rows: pl.DataFrame, rules: Rules) -> tuple[pl.DataFrame, Findings]:
    """Give every period between a series' first and last row a row of its own.

    Where an absent period had no sale, the new rows are zero and reach up to the panel's last period; everywhere
    else they are null, not observed. Covariates of the new rows are null.

    Raises:
        DataError: the rows lie so far apart that the frequency or a date must be wrong.
    """
    freq, zero = rules.freq, rules.absent_is_zero
    holes = find_holes(rows, end=rows[STEP].max() if zero else None)  # type: ignore[arg-type]  # numeric column
    absent = absent_periods(holes, len(rows), freq)
    count = len(absent)
    if count == 0:
        return rows, Findings()
    added = absent.with_columns(
        freq.moments(pl.col(STEP)).cast(rows.schema[DS]).alias(DS),
        pl.lit(0.0 if zero else None, pl.Float64).alias(Y),
        pl.lit(value=False).alias(CLOSED),
    )
    filled = pl.concat([rows, added], how="diagonal").sort(SERIES_ID, STEP)
    finding = Finding(
        code="absent_zero" if zero else "gaps",
        severity=Severity.INFO if zero else Severity.WARNING,
        message=f"{counted(count, 'period')} without a row, in {holes[SERIES_ID].n_unique():,} series.",
        action="counted as no sale" if zero else "taken as not observed, not as zero",
        count=count,
        series=series_of(holes),
        rows=_examples(holes, freq),
    )
    leapt = Findings() if zero else set_forward(_missing(holes), freq)  # by night, nothing sold is nothing strange
    return filled, Findings((finding,)) + leapt


def reject_stray_dates(rows: pl.DataFrame, rules: Rules) -> tuple[pl.DataFrame, Findings]:
    """Refuse a date so far from all others that it can only be a mistake, such as 1900-01-01.

    Raises:
        DataError: a stretch without a single row of any series is many times as long as the rest of the history.
    """
    freq = rules.freq
    periods = rows.select(pl.col(STEP).unique().sort()).with_columns(pl.col(STEP).shift(-1).alias(UNTIL))
    widest = periods.drop_nulls().sort(pl.col(UNTIL) - pl.col(STEP), descending=True).head(1)
    if widest.is_empty():
        return rows, Findings()
    before, after = widest.row(0)
    empty = after - before - 1
    span = int(periods[STEP].max()) - int(periods[STEP].min()) + 1  # type: ignore[arg-type] # numeric column
    if empty <= max(EMPTY_PERIODS, EMPTY_SHARE * (span - empty)):
        return rows, Findings()
    ends = pl.DataFrame({STEP: [before, after]}).select(worded(freq.moments(pl.col(STEP))))
    raise DataError(
        f"No series has a row for the {empty:,} {freq.word}s between {ends.item(0, 0)} and {ends.item(1, 0)}, "
        f"while all rows cover only {counted(span - empty, freq.word)}.",
        hint="Correct or remove the stray date, or name the date format or the frequency if they were misread.",
    )


def absent_periods(holes: pl.DataFrame, rows: int, freq: Frequency) -> pl.DataFrame:
    """`series_id` and `step` of every period without a row.

    holes: what `find_holes` found among so many rows.

    Raises:
        DataError: there are so many that the frequency or a date must be wrong.
    """
    count = int(holes.select((pl.col(UNTIL) - pl.col(STEP) - 1).sum()).item())
    if count > max(MOST_ROWS_ADDED, MOST_ROWS_ADDED_FOR_EACH * rows):
        raise DataError(
            f"{counted(count, 'period')} without a row lie between {counted(rows, 'row')} (one a {freq.word}). "
            f"The longest: {_examples(holes, freq)[0]}.",
            hint="Choose a coarser frequency, or correct the dates.",
            count=count,
        )
    return holes.select(SERIES_ID, pl.int_ranges(pl.col(STEP) + 1, UNTIL).alias(STEP)).explode(STEP)


def find_holes(rows: pl.DataFrame, *, end: int | None) -> pl.DataFrame:
    """The rows after which at least one period has no row, with the step number that comes `until` the next.

    rows: `series_id` and `step`, sorted by both. end: the last step number each series should have a row for; its own
    last row where that is later, or where it is None.
    """
    followed = pl.col(SERIES_ID) == pl.col(SERIES_ID).shift(-1)
    last = pl.col(STEP) if end is None else pl.max_horizontal(STEP, pl.lit(end, pl.Int64))
    until = pl.when(followed.fill_null(value=False)).then(pl.col(STEP).shift(-1)).otherwise(last + 1)
    return rows.lazy().select(SERIES_ID, STEP, until.alias(UNTIL)).filter(pl.col(UNTIL) - pl.col(STEP) > 1).collect()


def _missing(holes: pl.DataFrame) -> pl.DataFrame:
    """`series_id`, `first` and `last` (step numbers of the periods without a row), `periods` (how many)."""
    first, last = pl.col(STEP) + 1, pl.col(UNTIL) - 1
    return holes.select(SERIES_ID, first.alias("first"), last.alias("last"), (last - first + 1).alias("periods"))


def _examples(holes: pl.DataFrame, freq: Frequency) -> tuple[str, ...]:
    longest = _missing(holes).sort("periods", descending=True, maintain_order=True).head(EXAMPLES)
    moments = (worded(freq.moments(pl.col(name))).alias(name) for name in ("first", "last"))
    shown = longest.select(SERIES_ID, *moments, "periods")
    return tuple(
        f"{series}: no row from {first} to {last} ({counted(periods, 'period')})"
        for series, first, last, periods in shown.rows()
    )
