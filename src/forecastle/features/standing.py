"""How a series stood at a cutoff: its age, its last sale, the regularity and the weight of its demand until then."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from forecastle.core.panel import Floats
from forecastle.features.history import History, Rows
from forecastle.settings import ClassSettings

Flags = NDArray[np.bool_]


def standing(history: History, rows: Rows, settings: ClassSettings) -> Iterator[tuple[str, Floats]]:
    """`age`, `since_sale`, and over the values until then `zero_share`, `adi`, `cv2`, `cv`, `pattern`, `xyz`.

    By the rules of `demand.classify`; pattern: 0 smooth, 1 erratic, 2 intermittent, 3 lumpy; xyz: 0 to 2.
    """
    values = history.grid.values
    observed = np.isfinite(values)
    demand = observed & (values != 0)
    columns = rows.columns[:, None].astype(np.float64)
    first = (history.width - history.grid.lengths)[:, None, None]
    latest = rows.until_each(np.maximum, np.where(demand, np.arange(history.width), -1.0))
    seen, sold = (rows.until_each(np.add, flags.astype(np.float64)) for flags in (observed, demand))
    with np.errstate(invalid="ignore", divide="ignore"):
        adi = np.where(sold > 0, seen / sold, np.nan)
        cv2, cv = np.square(_variation(values, demand, rows)), _variation(values, observed, rows)
        zero_share = (seen - sold) / seen
    yield "zero_share", zero_share
    yield "age", columns - first + 1
    yield "since_sale", np.where(latest >= 0, columns - latest, np.nan)
    yield from (("adi", adi), ("cv2", cv2), ("cv", cv))
    pattern = 2.0 * (adi >= settings.adi) + (cv2 >= settings.cv2)
    xyz = (cv > settings.xyz[0]) + 1.0 * (cv > settings.xyz[1])
    yield "pattern", np.where(np.isnan(adi), np.nan, pattern)
    yield "xyz", np.where(np.isnan(cv), np.nan, xyz)


def abc(history: History, rows: Rows, settings: ClassSettings) -> Floats:
    """The ABC class at each cutoff, n × m × 1: 0 is A, 1 is B, 2 is C.

    All series are ranked by what they had sold until that moment of the calendar, by the rule of `demand.classify`.
    """
    values, last = history.grid.values, history.grid.last
    width = values.shape[1]
    totals = np.cumsum(np.nan_to_num(values), axis=1)
    moments, place = np.unique(last[:, None] - (width - 1 - rows.columns), return_inverse=True)
    column = np.minimum(width - 1 - last[:, None] + moments, width - 1)
    worth = np.where(column >= 0, np.take_along_axis(totals, np.maximum(column, 0), axis=1), 0.0).clip(0)
    order = np.argsort(-worth, axis=0, kind="stable")
    ranked = np.take_along_axis(worth, order, axis=0)
    with np.errstate(invalid="ignore"):
        before = (np.cumsum(ranked, axis=0) - ranked) / ranked.sum(axis=0)
    a_ends, b_ends = settings.abc
    codes = np.where(ranked > 0, (before >= a_ends) + 1.0 * (before >= b_ends), 2.0)
    classes = np.empty_like(codes)
    np.put_along_axis(classes, order, codes, axis=0)
    return np.take_along_axis(classes, place.reshape(len(last), -1), axis=1)[:, :, None]


def _variation(values: Floats, counted: Flags, rows: Rows) -> Floats:
    """Coefficient of variation of the counted values up to each cutoff; NaN where they sum to nothing.

    Deviations are taken from each series' first counted value, which keeps the running squares small and is itself
    known at every later cutoff.
    """
    first = np.take_along_axis(values, counted.argmax(axis=1)[:, None], axis=1)
    deviation = np.where(counted, values - first, 0.0)
    count, total, squares = (
        rows.until_each(np.add, array) for array in (counted.astype(np.float64), deviation, deviation**2)
    )
    mean = np.abs(first[:, :, None] + total / count)
    variance = np.where(count > 1, (squares - total**2 / count) / (count - 1), 0.0)
    return np.where(mean > 0, np.sqrt(variance.clip(0)) / mean, np.nan)
