"""What public holidays do to a series."""

from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl
from numpy.typing import NDArray

from forecastle.core.columns import DS
from forecastle.core.errors import InputError
from forecastle.core.frequency import Frequency, Unit
from forecastle.core.panel import Floats
from forecastle.exploration.analysis.components import decompose
from forecastle.exploration.analysis.decomposition import seasons_of
from forecastle.exploration.line import Line
from forecastle.features.calendar import named_holidays

WINDOWS = {Unit.DAY: (7,), Unit.BUSINESS_DAY: (5,), Unit.WEEK: ()}
"""The seasons taken out first, by unit: a season of a year would explain the holidays of every year."""
TREND = 61
"""Periods that the trend is taken over, so that it does not follow a single one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HolidayEffects:
    """How periods with a holiday differ from others.

    effects: `holiday`, `days` (periods with it, `offset` days later), `offset`, `effect` (mean distance from trend
    and season), `share` (of the mean of the series), `t` (effect over its chance error), the largest first.

    country: whose holidays. deviation: that of other periods.
    """

    effects: pl.DataFrame
    country: str
    deviation: float


def holiday_effects(line: Line, country: str, *, around: int = 1) -> HolidayEffects:
    """How far periods with a holiday lie from trend and season, and for daily data those up to `around` days off.

    country: an ISO code, with a subdivision if wanted: `DE`, `DE-BY`, `US-CA`.

    Raises:
        InputError: no holidays are known for that country, the periods are neither days nor weeks, or there are fewer
            than four values.
    """
    if line.freq.unit not in WINDOWS or line.freq.every != 1:
        raise InputError(
            f"{line.name} comes once a {line.freq.word}; holidays show in days and weeks.",
            hint="Name D or W as the frequency, or a finer source.",
        )
    met = _met(line, country, around if line.freq.unit is not Unit.WEEK else 0)
    ordinary = ~line.moments.is_in(met[DS].implode()).to_numpy()
    expected = _expected(line, ordinary)
    table = pl.DataFrame({DS: line.moments, "rest": line.values - expected}).filter(pl.col("rest").is_finite())
    joined = met.join(table, on=DS, how="inner")
    others = (line.values - expected)[ordinary & np.isfinite(line.values)]
    deviation = float(others.std()) if len(others) else 0.0
    level = float(np.nanmean(np.abs(line.values)))
    grouped = joined.group_by("holiday", "offset").agg(pl.len().alias("days"), pl.col("rest").mean().alias("effect"))
    effects = grouped.select(
        "holiday",
        "offset",
        "days",
        "effect",
        (pl.col("effect") / (level or 1.0)).alias("share"),
        (pl.col("effect") / (deviation or 1.0) * pl.col("days").sqrt()).alias("t"),
    ).sort(pl.col("t").abs(), "holiday", "offset", descending=[True, False, False])
    return HolidayEffects(effects=effects, country=country, deviation=deviation)


def _expected(line: Line, ordinary: NDArray[np.bool_]) -> Floats:
    """Trend and season as periods without a holiday have them."""
    usual = seasons_of(line, None)
    seasons = [season for season in WINDOWS[line.freq.unit] if season in usual]
    parts = decompose(np.where(ordinary, line.values, np.nan)[None, :], seasons, window=TREND)
    expected = parts.trend[0] + sum((season[0] for season in parts.seasonal.values()), np.zeros(len(line.values)))
    there, places = np.isfinite(expected), np.arange(len(expected))
    return np.interp(places, places[there], expected[there]) if there.any() else np.full(len(places), np.nan)


def _met(line: Line, country: str, around: int) -> pl.DataFrame:
    """`ds`, `holiday`, `offset` of every period with a holiday, or near one."""
    days = line.moments.cast(pl.Date)
    first, last = days[0], days[-1]
    assert isinstance(first, date) and isinstance(last, date)  # noqa: S101, PT018 - dates of a line that has values
    named = named_holidays(country, range(first.year, last.year + 2))
    rows = [(day, name, offset) for day, name in named for offset in range(-around, around + 1)]
    frame = pl.DataFrame(rows, schema={"day": pl.Date, "holiday": pl.String, "offset": pl.Int64}, orient="row")
    moved = pl.col("day") + pl.duration(days=pl.col("offset"))
    if line.freq.unit is Unit.BUSINESS_DAY:
        frame = frame.filter(moved.dt.weekday() <= 5)
    return frame.select(_period(line.freq, moved).cast(line.moments.dtype).alias(DS), "holiday", "offset").unique(
        maintain_order=True
    )


def _period(freq: Frequency, day: pl.Expr) -> pl.Expr:
    return freq.moments(freq.steps(day))
