"""How a series hangs together with its own past."""

from dataclasses import dataclass

import numpy as np
import polars as pl

from forecastle.core.errors import InputError
from forecastle.core.panel import Floats
from forecastle.exploration.line import Line
from forecastle.features.seasonality import autocorrelations

FEWEST = 4
USUAL = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class AutocorrelationChart:
    """Autocorrelations. lags: `lag` from 1 on, `acf` and `pacf` (partial: what shorter lags do not explain).

    bound: what chance seldom exceeds, 1.96 / √n. observed: values it rests on; filled: periods without one, which
    count as the mean.
    """

    lags: pl.DataFrame
    bound: float
    observed: int
    filled: int


def autocorrelation_chart(line: Line, lags: int | None = None) -> AutocorrelationChart:
    """The autocorrelations of a line. lags: how many; None takes two seasons or 40, whichever is more.

    Raises:
        InputError: fewer than four values, or all of them equal.
    """
    if line.observed < FEWEST or np.nanmin(line.values) == np.nanmax(line.values):
        raise InputError(
            f"{line.name} has {line.observed} values without variation or too few of them.",
            hint=f"At least {FEWEST} different ones are needed.",
        )
    season = next((length for length in line.freq.seasons), 0)
    wanted = lags or max(2 * season, USUAL)
    found = autocorrelations(line.values[None, :])[0][: wanted + 1]
    return AutocorrelationChart(
        lags=pl.DataFrame({"lag": np.arange(1, len(found)), "acf": found[1:], "pacf": partial(found)}),
        bound=1.96 / float(np.sqrt(line.observed)),
        observed=line.observed,
        filled=len(line.values) - line.observed,
    )


def partial(acf: Floats) -> Floats:
    """Partial autocorrelations for lags 1, 2, … from autocorrelations for lags 0, 1, … (Durbin 1960, Levinson 1947)."""
    found = np.zeros(len(acf) - 1)
    weights, unexplained = np.zeros(0), 1.0
    for lag in range(1, len(acf)):
        if unexplained <= np.finfo(float).eps:
            break
        found[lag - 1] = (acf[lag] - weights @ acf[lag - 1 : 0 : -1]) / unexplained
        weights = np.append(weights - found[lag - 1] * weights[::-1], found[lag - 1])
        unexplained *= 1 - found[lag - 1] ** 2
    return found
