"""Stretches of equal length out of a panel, in units of their series: what look-alikes are compared by."""

import numpy as np

from forecastle.core.errors import InputError
from forecastle.core.panel import Floats, Panel


def windows_of(panel: Panel, length: int) -> list[Floats]:
    """For each series its stretches, k × length, side by side from the end; at least one series has one.

    Values are divided by the mean absolute value of the series; what was not observed counts as that of the period
    before. Series that are shorter or all zero have none.

    Raises:
        InputError: no series is so long.
    """
    found = []
    for row, count in zip(panel.grid().values, panel.grid().lengths, strict=True):
        values = _filled(row[len(row) - count :])
        unit = np.abs(values).mean() if len(values) else 0.0
        pieces = len(values) // length
        if pieces and unit > 0:
            found.append((values[len(values) - pieces * length :] / unit).reshape(pieces, length))
    if not found:
        raise InputError(f"No series has {length} periods to be compared by.", hint="Ask for shorter windows.")
    return found


def _filled(values: Floats) -> Floats:
    """The values from the first observed one, each gap filled with the value before."""
    observed = np.flatnonzero(np.isfinite(values))
    if not observed.size:
        return np.empty(0)
    latest = np.maximum.accumulate(np.where(np.isfinite(values), np.arange(len(values)), 0))
    return np.asarray(values[latest][observed[0] :])
