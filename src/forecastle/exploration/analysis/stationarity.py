"""Whether a series keeps its level, what tests say, and how often it must be differenced."""

import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from forecastle.core.errors import InputError
from forecastle.core.panel import Floats
from forecastle.exploration.analysis.components import decompose
from forecastle.exploration.analysis.extra import library
from forecastle.exploration.line import Line

FEWEST = 12
LEVEL = 0.05
"""Probability by chance below which a test counts."""
SEASONAL = 0.64
"""Strength from which a season is differenced (Wang, Smith & Hyndman 2006, as in R's `nsdiffs`)."""
MOST = 2
"""More than two differences make every series look stationary."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stationarity:
    """A verdict and what it rests on.

    tests: `differences`, `adf`, `adf_p` (small: no unit root), `kpss`, `kpss_p` (small: the level moves; between 0.01
    and 0.1, where the table ends). differences: ordinary ones needed; seasonal_differences: of `season`, before them.
    verdict: `stationary`, `unit_root`, `trend_or_break`, or `unclear`; advice: in words, what to do.
    """

    tests: pl.DataFrame
    differences: int
    seasonal_differences: int
    season: int | None
    verdict: str
    advice: str
    filled: int


def stationarity(line: Line) -> Stationarity:
    """Ask the tests of Dickey & Fuller (augmented, lags by AIC) and of Kwiatkowski, Phillips, Schmidt & Shin.

    The first takes a unit root for granted until shown otherwise, the second a constant level; together they tell more
    than each alone.

    Raises:
        InputError: fewer than twelve values, or all of them equal.
        ModelError: statsmodels is not installed.
    """
    values = line.filled if line.observed else np.zeros(0)
    if line.observed < FEWEST or np.ptp(values) == 0:
        raise InputError(
            f"{line.name} has {line.observed} values, or all of them are equal.",
            hint=f"At least {FEWEST} are needed, and some that differ.",
        )
    tests = library("statsmodels.tsa.stattools", "A test of stationarity")
    season = next((length for length in line.freq.seasons if length <= len(values) // 3), None)
    differenced = values
    seasonal = int(season is not None and _seasonal_strength(values, season) > SEASONAL)
    if seasonal and season:
        differenced = values[season:] - values[:-season]
    needed = 0
    while needed < MOST and _moves(tests, differenced):
        needed += 1
        differenced = np.diff(differenced)
    orders = range(max(needed, 1) + 1)
    rows = [_tested(tests, np.diff(values, n=order), order) for order in orders]
    verdict = _verdict(rows[0])
    return Stationarity(
        tests=pl.DataFrame(rows),
        differences=needed,
        seasonal_differences=seasonal,
        season=season,
        verdict=verdict,
        advice=_advice(verdict, needed, season if seasonal else None),
        filled=len(values) - line.observed,
    )


def _tested(tests: Any, values: Floats, differences: int) -> dict[str, Any]:  # noqa: ANN401 - a module
    adf, adf_p = None, 0.0
    if np.ptp(values) > 0:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # lags of a short or regular series explain each other
            found = tests.adfuller(values, autolag="AIC", result_object=True)
        adf, adf_p = float(found.statistic), float(found.pvalue)
    kpss, kpss_p = _kpss(tests, values)
    return {"differences": differences, "adf": adf, "adf_p": adf_p, "kpss": kpss, "kpss_p": kpss_p}


def _kpss(tests: Any, values: Floats) -> tuple[float, float]:  # noqa: ANN401 - a module
    if np.ptp(values) == 0:
        return 0.0, 0.1
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # beyond the ends of its table, as the description says
        found = tests.kpss(values, regression="c", nlags="auto", result_object=True)
    return float(found.statistic), float(found.pvalue)


def _moves(tests: Any, values: Floats) -> bool:  # noqa: ANN401 - a module
    return len(values) >= FEWEST and _kpss(tests, values)[1] < LEVEL


def _seasonal_strength(values: Floats, season: int) -> float:
    return float(decompose(values[None, :], [season]).seasonal_strength(season)[0])


def _verdict(test: dict[str, Any]) -> str:
    no_root, moves = test["adf_p"] < LEVEL, test["kpss_p"] < LEVEL
    if no_root:
        return "trend_or_break" if moves else "stationary"
    return "unit_root" if moves else "unclear"


def _advice(verdict: str, differences: int, season: int | None) -> str:
    words = {
        "stationary": "It keeps its level: both tests agree.",
        "unit_root": "Its level wanders: both tests agree. Model its changes instead of its values.",
        "trend_or_break": "It returns, but not to one level: look for a trend or a break, and take it out.",
        "unclear": "Neither test is sure: the series is short or noisy, or has large seasons.",
    }
    steps = [f"one over {season} periods, for its season is strong"] if season else []
    steps += [f"{differences} from one period to the next"] if differences else []
    needed = "It can be modelled as it is: no difference is needed."
    if steps:
        needed = f"For a model that needs a constant level, take differences: {', then '.join(steps)}."
    return f"{words[verdict]} {needed}"
