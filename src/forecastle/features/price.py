"""What the customer pays, and whether that is more or less than lately."""

from collections.abc import Iterator, Sequence

import numpy as np

from forecastle.core.frequency import Frequency, Unit
from forecastle.core.panel import Floats
from forecastle.features.history import History, Rows, mean_before

QUARTER_OF_A_YEAR: dict[Unit, int] = {
    Unit.MINUTE: 131_040,
    Unit.HOUR: 2_184,
    Unit.DAY: 91,
    Unit.BUSINESS_DAY: 65,
    Unit.WEEK: 13,
    Unit.MONTH: 3,
    Unit.QUARTER: 1,
    Unit.YEAR: 1,
    Unit.STEP: 13,
}
"""Periods in three months."""


def prices(history: History, rows: Rows, names: Sequence[str]) -> Iterator[tuple[str, Floats]]:
    """For each price p: `p`, `p_mean_3m`, `p_change`, `p_gap`.

    The price itself, its mean over the three months before, and its difference in per cent from the period before
    and from that mean. Of a known price those of the target period; of a past price those at the cutoff.
    """
    periods = three_months(history.grid.freq)
    for name in names:
        values, columns = rows.reading(history, name)
        price, mean = values[:, columns], mean_before(values, columns, periods)
        yield name, price
        yield f"{name}_mean_3m", mean
        yield f"{name}_change", _percent(price, mean_before(values, columns, 1))
        yield f"{name}_gap", _percent(price, mean)


def three_months(freq: Frequency) -> int:
    """How many periods three months have, at least one."""
    return max(QUARTER_OF_A_YEAR[freq.unit] // freq.every, 1)


def _percent(value: Floats, base: Floats) -> Floats:
    """Difference in per cent, to six decimals so that an unchanged price is 0; NaN where there is no base."""
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(base > 0, np.round(100 * (value / base - 1), 6), np.nan)
