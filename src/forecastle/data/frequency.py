"""How far apart the periods of a dataset are, found from its times."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import reduce
from math import gcd

import polars as pl

from forecastle.core.frequency import MONTHS_OF, Frequency, Unit
from forecastle.data.dataset import Dataset

ANCHORED = 0.95
"""Share of rows that must stand on a grid before it is believed."""
REGULAR = 0.5
"""Share of the gaps within series that must be one period long before sub-daily times count as regular."""
SAMPLE = 1_000
"""Series looked at for gaps; the grid itself is found from every row."""
EXAMPLES = 10

MONTHLY_GAPS = ((Unit.MONTH, 28, 31), (Unit.QUARTER, 89, 92), (Unit.YEAR, 365, 366))


@dataclass(frozen=True, slots=True, kw_only=True)
class FrequencyGuess:
    """The frequency of a dataset, how sure that is, and the rows that do not follow it.

    share_on_grid: rows whose time is exactly where the frequency puts it. regular: False for the times of single sales.
    irregular: up to ten rows that are elsewhere, in words; `n_irregular` counts them all.
    """

    freq: Frequency
    confidence: float
    share_on_grid: float
    regular: bool
    reason: str
    n_irregular: int = 0
    irregular: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Spacing:
    """When things happen. moments: `time`, `n` rows, in order. gaps: `gap`, `n`, between rows of one series."""

    moments: pl.DataFrame
    gaps: pl.DataFrame

    def share(self, freq: Frequency) -> float:
        """Share of rows on this grid."""
        on_grid = self.moments.filter(freq.on_grid(pl.col("time")))
        return _total(on_grid) / _total(self.moments)

    def gap_share(self, least: int, most: int) -> float:
        """Share of gaps from `least` to `most`, both included."""
        return _total(self.gaps.filter(pl.col("gap").is_between(least, most))) / max(_total(self.gaps), 1)


def _total(rows: pl.DataFrame) -> int:
    return int(rows["n"].sum())


def infer_frequency(dataset: Dataset) -> FrequencyGuess:
    """Find the frequency of a dataset.

    Single sales get the period they can be added up to: days, or weeks where most series sell on less than half of
    the days.
    """
    frame, roles = dataset.frame, dataset.roles
    guess = frequency_of(frame, time=roles.time, keys=roles.keys)
    if dataset.transactions and guess.freq.unit in (Unit.DAY, Unit.BUSINESS_DAY):
        density, weeks = _selling_days(frame, roles.time, roles.keys)
        if density < 0.5 and weeks >= 20:
            reason = f"single sales; a typical series sells on {density:.0%} of its days, so weeks"
            return replace(guess, freq=Frequency(Unit.WEEK), confidence=0.5, reason=reason)
    return guess


def frequency_of(frame: pl.DataFrame, *, time: str, keys: tuple[str, ...] = ()) -> FrequencyGuess:
    """Find the frequency of the times in one column, for series named by `keys`."""
    spacing = _spacing(frame, time, keys)
    freq, regular, reason = _choose(spacing)
    share = spacing.share(freq)
    one = _gap_of_one(freq)
    steady = spacing.gap_share(*one) if len(spacing.moments) > 1 else 0.0
    return FrequencyGuess(
        freq=freq,
        confidence=round(share * (0.5 + 0.5 * steady) if regular and steady else 0.3 * share, 2),
        share_on_grid=share,
        regular=regular,
        reason=reason,
        n_irregular=round((1 - share) * _total(spacing.moments)),
        irregular=() if share == 1 else _irregular_rows(frame, time, freq),
    )


def _spacing(frame: pl.DataFrame, time: str, keys: tuple[str, ...]) -> Spacing:
    moment = pl.col(time).alias("time")
    counts = frame.lazy().group_by(moment).agg(pl.len().alias("n")).drop_nulls("time").sort("time").collect()
    rows = frame.select(*keys, moment).drop_nulls("time")
    if keys and len(rows) > 100_000:
        chosen = rows.select(keys).gather_every(len(rows) // SAMPLE).unique()
        likely = pl.col(keys[0]).is_in(chosen[keys[0]].implode(), nulls_equal=True)  # quicker than joining all rows
        rows = rows.filter(likely).join(chosen, on=keys, how="semi", nulls_equal=True)
    if counts.schema["time"].is_temporal():
        daily = bool(counts.select((pl.col("time").cast(pl.Datetime("us")).dt.time() == pl.time(0)).all()).item())
        whole = pl.col("time").cast(pl.Date).to_physical() if daily else pl.col("time").dt.epoch("s").floordiv(60)
    else:
        whole = pl.col("time")
    gap = whole.cast(pl.Int64).diff()
    rows = rows.unique().sort(*keys, "time")
    gaps = rows.select((gap.over(*keys) if keys else gap).alias("gap")).filter(pl.col("gap") > 0)
    return Spacing(moments=counts, gaps=gaps.group_by("gap").agg(pl.len().alias("n")).sort("n", "gap", descending=True))


def _choose(spacing: Spacing) -> tuple[Frequency, bool, str]:
    """The frequency, whether the times are regular, and why."""
    kind = spacing.moments.schema["time"]
    if not kind.is_temporal():
        return _every(Frequency(Unit.STEP), spacing), True, "whole numbers"
    if len(spacing.moments) < 2:
        return Frequency(Unit.DAY), True, "only one moment, so nothing to tell the frequency from"
    if kind == pl.Date or spacing.share(Frequency(Unit.DAY)) >= ANCHORED:
        return _choose_days(spacing)
    minutes = int(spacing.gaps["gap"][0]) if len(spacing.gaps) else 0
    if minutes and minutes % 1440 and spacing.gap_share(minutes, minutes) >= REGULAR:
        hours = minutes % 60 == 0
        freq = Frequency(Unit.HOUR, minutes // 60) if hours else Frequency(Unit.MINUTE, minutes)
        return freq, True, f"most rows follow each other after one {freq.word}"
    regular = bool(minutes) and minutes % 1440 == 0 and spacing.gap_share(minutes, minutes) >= REGULAR
    freq, _, reason = _choose_days(_by_date(spacing))
    return freq, regular, reason if regular else f"times of day without a pattern; by date: {reason}"


def _choose_days(spacing: Spacing) -> tuple[Frequency, bool, str]:
    for candidate in _anchored(spacing):
        share = spacing.share(candidate)
        if share >= ANCHORED:
            freq = _every(candidate, spacing)
            return freq, True, f"{share:.0%} of the dates are where {freq} puts them"
    for unit, least, most in MONTHLY_GAPS:
        share = spacing.gap_share(least, most)
        if share >= 0.6:
            return Frequency(unit), True, f"{share:.0%} of the gaps are {least} to {most} days"
    weekly = spacing.gap_share(7, 7)
    if weekly >= 0.6:
        return Frequency(Unit.WEEK), True, f"{weekly:.0%} of the gaps are 7 days"
    weekdays = spacing.share(Frequency(Unit.BUSINESS_DAY))
    if weekdays >= 0.99 and len(spacing.moments) >= 10:
        return Frequency(Unit.BUSINESS_DAY), True, "no dates at weekends"
    freq = _every(Frequency(Unit.DAY), spacing)
    return freq, True, "single days, weekends included"


def _anchored(spacing: Spacing) -> Iterator[Frequency]:
    """Grids with a fixed place in the unit, the coarsest first."""
    weights = spacing.moments.select(
        pl.col("time").dt.day().alias("day"), pl.col("time").dt.weekday().alias("weekday"), "n"
    )
    for unit in (Unit.YEAR, Unit.QUARTER, Unit.MONTH):
        yield Frequency(unit)
        yield Frequency(unit, 1, -1)
    day = _heaviest(weights, "day")
    if 1 < day <= 28:
        yield Frequency(Unit.MONTH, 1, day - 1)
    yield Frequency(Unit.WEEK, 1, _heaviest(weights, "weekday") - 1)


def _heaviest(weights: pl.DataFrame, column: str) -> int:
    return int(weights.group_by(column).agg(pl.col("n").sum()).sort("n", column, descending=True)[column][0])


def _every(freq: Frequency, spacing: Spacing) -> Frequency:
    """How many units a period spans: the largest number that divides every distance between the moments."""
    moments = spacing.moments.filter(freq.on_grid(pl.col("time")))
    steps = moments.select(freq.steps(pl.col("time")).alias("step"))["step"].to_list()
    every = reduce(gcd, (step - steps[0] for step in steps), 0)
    if every <= 1:
        return freq
    if freq.unit is Unit.WEEK:
        return replace(freq, every=every, offset=freq.offset + 7 * (steps[0] % every))
    if freq.unit is Unit.STEP and steps[0] % every:
        return freq
    return replace(freq, every=every)


def _by_date(spacing: Spacing) -> Spacing:
    moments = spacing.moments.group_by(pl.col("time").cast(pl.Date)).agg(pl.col("n").sum()).sort("time")
    gaps = spacing.gaps.with_columns((pl.col("gap") / 1440).round().cast(pl.Int64)).filter(pl.col("gap") > 0)
    return Spacing(moments=moments, gaps=gaps)


def _gap_of_one(freq: Frequency) -> tuple[int, int]:
    """The shortest and longest gap of one period: days, minutes for sub-daily frequencies, or steps."""
    if freq.unit in MONTHS_OF:
        days = MONTHS_OF[freq.unit] * freq.every * 30.44
        return int(days * 0.9), int(days * 1.05) + 1
    length = {Unit.HOUR: 60, Unit.WEEK: 7}.get(freq.unit, 1) * freq.every
    return length, length + 2 if freq.unit is Unit.BUSINESS_DAY else length


def _irregular_rows(frame: pl.DataFrame, time: str, freq: Frequency) -> tuple[str, ...]:
    rows = frame.lazy().select(pl.col(time).alias("time")).with_row_index("row", 1)
    rows = rows.filter(~freq.on_grid(pl.col("time"))).head(EXAMPLES)
    return tuple(f"row {row}: {time} = {moment}" for row, moment in rows.collect().iter_rows())


def _selling_days(frame: pl.DataFrame, time: str, keys: tuple[str, ...]) -> tuple[float, float]:
    """For a typical series the share of days with a row, and the weeks the whole history spans."""
    days = frame.select(*keys, pl.col(time).cast(pl.Date).alias("day")).unique()
    span = (pl.col("day").max() - pl.col("day").min()).dt.total_days() + 1
    weeks = float(days.select(span).item()) / 7
    shares = (
        days.group_by(keys).agg((pl.len() / span).alias("share"))
        if keys
        else days.select((pl.len() / span).alias("share"))
    )
    return float(shares.select(pl.col("share").median()).item()), weeks
