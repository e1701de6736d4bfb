"""Promotions: whether one runs, how often they ran lately, how long ago the last one was."""

from collections.abc import Iterator, Sequence

import numpy as np

from forecastle.core.panel import Floats, Integers
from forecastle.features.history import History, Rows, mean_before
from forecastle.features.price import three_months


def promotions(history: History, rows: Rows, names: Sequence[str]) -> Iterator[tuple[str, Floats]]:
    """For each promotion p: `p`, `p_share_3m` (of the three months before), `p_since` (periods since the one before).

    Of a known promotion those of the target period; of a past one those at the cutoff.
    """
    periods = three_months(history.grid.freq)
    for name in names:
        values, columns = rows.reading(history, name)
        yield name, values[:, columns]
        yield f"{name}_share_3m", mean_before(values, columns, periods)
        yield f"{name}_since", _since(values, columns)


def _since(values: Floats, columns: Integers) -> Floats:
    """Columns since the last promotion before each of `columns`; NaN where there was none."""
    ran = np.where(values > 0, np.arange(values.shape[1]), -1)
    latest = np.pad(np.maximum.accumulate(ran, axis=1), ((0, 0), (1, 0)), constant_values=-1)[:, columns]
    return np.where(latest >= 0, columns - latest, np.nan)
