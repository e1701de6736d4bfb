"""Which seasons a series has, tested in three ways."""

from dataclasses import dataclass

import numpy as np
import polars as pl

from forecastle.core.errors import InputError
from forecastle.core.panel import Floats
from forecastle.exploration.analysis.components import decompose, local_line
from forecastle.exploration.line import Line
from forecastle.features.seasonality import autocorrelations

LEVEL = 0.01
"""Probability by chance below which a test counts; several seasons are tested."""
PEAKS = 5
STRONG, WEAK = 0.64, 0.3


@dataclass(frozen=True, slots=True, kw_only=True)
class SeasonalityTests:
    """Seasons with what three tests say about each.

    seasons: `season`, `strength` (0 to 1), `autocorrelation` at that lag and its `limit` by chance, `kruskal` and
    `kruskal_p` (whether the places of a season differ), `verdict` (`strong`, `clear`, `weak` or `none`).

    peaks: `period` and `share` of the variation around the trend, the largest of the spectrum, usual seasons or not.
    advice: in words.
    """

    seasons: pl.DataFrame
    peaks: pl.DataFrame
    advice: str


def seasonality_tests(line: Line, season: int | None = None) -> SeasonalityTests:
    """Test the usual seasons of the frequency and one that stands out beside them, or the one asked for.

    Kruskal & Wallis (1952) compare the places of a season without assuming a distribution; the autocorrelation at the
    season is compared with what chance allows given the shorter lags (Bartlett 1946).

    Raises:
        InputError: not two cycles of a season, or no variation.
    """
    longest = len(line.values) // 2
    asked = (season,) if season else line.freq.seasons or tuple(range(2, min(13, longest + 1)))
    fitting = [length for length in asked if 2 <= length <= longest]
    if not fitting or np.ptp(line.filled) == 0:
        raise InputError(
            f"{line.name} has {len(line.values)} periods, {line.observed} with a value: no season to test.",
            hint="Two cycles are needed, and values that differ.",
        )
    values = line.filled
    around = values - local_line(values[None, :], min(2 * max(fitting) | 1, len(values) // 2 | 1))[0]
    peaks = _peaks(around)
    if not season and (other := _standing_out(peaks, around, longest)):
        fitting = sorted({*fitting, other})
    seasons = pl.DataFrame([_tested(line.values, around, length) for length in fitting])
    return SeasonalityTests(seasons=seasons, peaks=peaks, advice=_advice(seasons))


def _standing_out(peaks: pl.DataFrame, around: Floats, longest: int) -> int | None:
    """The period of the largest peak where chance does not make such a one (Fisher 1929), in whole periods."""
    if peaks.is_empty():
        return None
    period, share, others = round(peaks["period"][0]), peaks["share"][0], (len(around) - 1) // 2
    by_chance = others * (1 - share) ** (others - 1)
    return period if by_chance < LEVEL and 2 <= period <= longest else None


def _tested(values: Floats, around: Floats, season: int) -> dict[str, float | str]:
    from scipy.stats import kruskal

    groups = [around[place::season] for place in range(season)]
    statistic, p = kruskal(*groups) if np.ptp(around) > 0 else (0.0, 1.0)
    repeats = autocorrelations(around[None, :])[0]
    limit = 1.645 * float(np.sqrt((1 + 2 * (repeats[1:season] ** 2).sum()) / len(around)))
    strength = float(decompose(values[None, :], [season]).seasonal_strength(season)[0])
    found = p < LEVEL and repeats[season] > limit
    verdict = "none" if not found else "strong" if strength >= STRONG else "clear" if strength >= WEAK else "weak"
    return {
        "season": season,
        "strength": strength,
        "autocorrelation": float(repeats[season]),
        "limit": limit,
        "kruskal": float(statistic),
        "kruskal_p": float(p),
        "verdict": verdict,
    }


def _peaks(around: Floats) -> pl.DataFrame:
    """The periods that explain most, those next to a larger one left out."""
    power = np.abs(np.fft.rfft(around - around.mean())) ** 2
    power[0] = 0.0
    inner = np.flatnonzero((power[1:-1] > power[:-2]) & (power[1:-1] >= power[2:])) + 1
    best = inner[np.argsort(power[inner])[::-1][:PEAKS]]
    total = max(float(power.sum()), np.finfo(float).tiny)
    return pl.DataFrame(
        {"period": len(around) / best, "share": power[best] / total}, schema={"period": pl.Float64, "share": pl.Float64}
    )


def _advice(seasons: pl.DataFrame) -> str:
    found = seasons.filter(pl.col("verdict") != "none")
    if found.is_empty():
        alike = seasons.filter(pl.col("kruskal_p") < LEVEL, pl.col("strength") >= STRONG)
        if alike.is_empty():
            return "No season stands out from chance: a model without one will do."
        words = " or ".join(str(season) for season in alike["season"])
        return (
            f"It may repeat after {words} periods, but there are too few cycles to rule out chance: "
            "let the backtest choose between models with and without a season."
        )
    words = ", ".join(f"{row['season']} periods ({row['verdict']})" for row in found.iter_rows(named=True))
    return f"It repeats after {words}: choose a model that knows seasons."
