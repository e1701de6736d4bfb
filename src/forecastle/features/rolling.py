"""Statistics of the periods just before a cutoff: rolling windows, moving and exponential averages."""

from collections.abc import Iterator, Sequence
from functools import reduce

import numpy as np

from forecastle.core.panel import Floats, Integers
from forecastle.features.history import History, Rows, mean_before


def rolling(history: History, rows: Rows, widths: Sequence[int]) -> Iterator[tuple[str, Floats]]:
    """`mean_w`, `std_w`, `min_w`, `max_w`, `median_w` of the observed values among the last w periods.

    Null when none was observed; the standard deviation of fewer than two is null too.
    """
    for width in widths:
        window = rows.until_cutoff(history.grid.values, width)
        count = np.isfinite(window).sum(axis=-1, keepdims=True)
        (_, mean), *_ = averages(history, rows, [width])
        deviation = np.nan_to_num(window - mean, copy=False)
        squares = np.einsum("...w,...w->...", deviation, deviation)[..., None]
        with np.errstate(invalid="ignore", divide="ignore"):
            std = np.where(count > 1, np.sqrt(squares / (count - 1)), np.nan)
        periods = np.moveaxis(window, -1, 0)
        yield f"mean_{width}", mean
        yield f"std_{width}", std
        yield f"min_{width}", reduce(np.fmin, periods)[..., None]
        yield f"max_{width}", reduce(np.fmax, periods)[..., None]
        yield f"median_{width}", _median(window, count)


def averages(history: History, rows: Rows, widths: Sequence[int]) -> Iterator[tuple[str, Floats]]:
    """`mean_w`: moving averages of the observed values among the last w periods; null when none was observed."""
    for width in widths:
        yield f"mean_{width}", mean_before(history.grid.values, rows.columns[:, None] + 1, width)


def changes(history: History, rows: Rows, lengths: Sequence[int]) -> Iterator[tuple[str, Floats]]:
    """`change_k`: the mean absolute change over k periods, of all such pairs up to each cutoff; null without any."""
    values = history.grid.values
    for length in lengths:
        change = np.full_like(values, np.nan)
        change[:, length:] = np.abs(values[:, length:] - values[:, :-length])
        pairs = rows.until_each(np.add, np.isfinite(change).astype(np.float64))
        with np.errstate(invalid="ignore"):
            yield f"change_{length}", rows.until_each(np.add, np.nan_to_num(change)) / pairs


def smoothed(history: History, rows: Rows, weight: float) -> Iterator[tuple[str, Floats]]:
    """`smoothed`: the exponential average, level ← level + weight · (y − level); a missing value leaves it as it is."""
    values = history.grid.values
    levels = np.empty_like(values)
    level = np.full(len(values), np.nan)
    for column in range(values.shape[1]):
        y = values[:, column]
        step = np.where(np.isnan(level), y, level + weight * (y - level))
        level = np.where(np.isnan(y), level, step)
        levels[:, column] = level
    yield "smoothed", rows.at_cutoff(levels)


def _median(window: Floats, count: Integers) -> Floats:
    """The middle of the observed values; NaN sorts last, and stands at the end when nothing was observed."""
    ordered = np.sort(window, axis=-1)
    low = np.take_along_axis(ordered, (count - 1) // 2, axis=-1)
    high = np.take_along_axis(ordered, np.where(count > 0, count // 2, -1), axis=-1)
    return (low + high) / 2
