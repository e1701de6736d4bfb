"""Power transforms of Box & Cox (1964) and of Yeo & Johnson (2000), and the likeliest power of each series."""

import numpy as np

from forecastle.core.panel import Floats, Integers

GRID = np.round(np.linspace(-1.0, 2.0, 31), 10)
"""Powers that are tried; the best of them is refined by the parabola through it and its neighbours."""
TINY = 1e-12


def box_cox(values: Floats, power: Floats) -> Floats:
    """(x^λ − 1) / λ, or log x where λ is 0; x above 0."""
    logs = np.log(values)
    safe = np.where(np.abs(power) < TINY, 1.0, power)
    return np.where(np.abs(power) < TINY, logs, np.expm1(safe * logs) / safe)


def un_box_cox(values: Floats, power: Floats) -> Floats:
    """The way back; values that no x has become those of the nearest one that has."""
    safe = np.where(np.abs(power) < TINY, 1.0, power)
    inner = np.maximum(safe * values, -1.0)
    return np.where(np.abs(power) < TINY, np.exp(values), np.exp(np.log1p(inner) / safe))


def yeo_johnson(values: Floats, power: Floats) -> Floats:
    """Box–Cox of x + 1 for x from 0 on, and of 1 − x with the power 2 − λ, mirrored, below."""
    above = box_cox(np.maximum(values, 0.0) + 1, power)
    below = -box_cox(1 - np.minimum(values, 0.0), 2 - power)
    return np.where(np.isnan(values), np.nan, np.where(values >= 0, above, below))


def un_yeo_johnson(values: Floats, power: Floats) -> Floats:
    """The way back."""
    above = un_box_cox(np.maximum(values, 0.0), power) - 1
    below = 1 - un_box_cox(-np.minimum(values, 0.0), 2 - power)
    return np.where(np.isnan(values), np.nan, np.where(values >= 0, above, below))


def likeliest(values: Floats, series: Integers, *, positive: bool) -> Floats:
    """The power of each series under which its values look most normal; 1 for a series that hardly varies.

    values: of all series, one after the other, NaN where there is none. positive: Box–Cox, else Yeo–Johnson.
    """
    begins = np.flatnonzero(np.diff(series, prepend=-1))
    if not begins.size:
        return np.empty(0)
    seen = np.isfinite(values)
    count = np.add.reduceat(seen.astype(np.float64), begins)
    size = np.abs(values) + (0.0 if positive else 1.0)
    with np.errstate(all="ignore"):
        signed = np.log(size) * (1.0 if positive else np.sign(values))
        slope = np.add.reduceat(np.where(seen, signed, 0.0), begins)
        transform = box_cox if positive else yeo_johnson
        spread = [_variance(transform(values, np.full_like(values, power)), begins, count) for power in GRID]
        scores = (GRID[:, None] - 1) * slope - 0.5 * count * np.log(np.stack(spread))
        best = np.clip(np.nanargmax(np.nan_to_num(scores, nan=-np.inf, posinf=-np.inf), axis=0), 1, len(GRID) - 2)
        low, middle, high = (scores[best + step, np.arange(len(begins))] for step in (-1, 0, 1))
        bend = low - 2 * middle + high
        shift = np.where(bend < 0, 0.5 * (low - high) / bend, 0.0)
    powers = GRID[best] + np.clip(np.nan_to_num(shift), -1, 1) * (GRID[1] - GRID[0])
    varies = (count > 2) & np.isfinite(middle)
    return np.where(varies, powers, 1.0)


def _variance(values: Floats, begins: Integers, count: Floats) -> Floats:
    seen = np.isfinite(values)
    lengths = np.diff(begins, append=len(values))
    mean = np.add.reduceat(np.where(seen, values, 0.0), begins) / np.maximum(count, 1)
    away = np.where(seen, values - np.repeat(mean, lengths), 0.0)
    variance = np.add.reduceat(away**2, begins) / np.maximum(count, 1)
    return np.where(variance > TINY * np.maximum(mean**2, TINY), variance, np.nan)
