"""How the values of a column are distributed."""

from dataclasses import dataclass

import numpy as np
import polars as pl

from forecastle.core.errors import InputError
from forecastle.core.panel import Floats
from forecastle.exploration.line import check_size

FEWEST_BINS, MOST_BINS = 5, 80


@dataclass(frozen=True, slots=True, kw_only=True)
class DistributionChart:
    """A histogram and a box. bins: `begin`, `end`, `count`, side by side; the last one includes its end.

    box: `least`, `lower` and `upper` quartile, `median`, `greatest`; whiskers: the last values within 1.5 quartile
    distances of the box; beyond: values outside of them. missing: rows without a value.
    """

    bins: pl.DataFrame
    box: dict[str, float]
    whiskers: tuple[float, float]
    beyond: int
    mean: float
    count: int
    missing: int


def distribution_chart(values: pl.Series, bins: int | None = None) -> DistributionChart:
    """The distribution of numbers. bins: how many; None asks the data (Freedman & Diaconis 1981).

    Raises:
        InputError: they are no numbers, there are none, or they are too large to calculate with.
    """
    if not (values.dtype.is_numeric() or values.dtype == pl.Boolean):
        raise InputError(f"{values.name!r} holds {values.dtype} values, not numbers.", hint="Choose another column.")
    numbers = values.cast(pl.Float64).to_numpy()
    numbers = np.sort(numbers[np.isfinite(numbers)])
    if not numbers.size:
        raise InputError(f"{values.name!r} has no values.", hint="Choose another column or series.")
    check_size(numbers, values.name)
    lower, median, upper = np.quantile(numbers, (0.25, 0.5, 0.75))
    reach = 1.5 * (upper - lower)
    inside = numbers[(numbers >= lower - reach) & (numbers <= upper + reach)]
    counts, edges = np.histogram(numbers, bins=bins or _bins(numbers, upper - lower))
    return DistributionChart(
        bins=pl.DataFrame({"begin": edges[:-1], "end": edges[1:], "count": counts}),
        box={
            "least": float(numbers[0]),
            "lower": float(lower),
            "median": float(median),
            "upper": float(upper),
            "greatest": float(numbers[-1]),
        },
        whiskers=(float(inside[0]), float(inside[-1])),
        beyond=len(numbers) - len(inside),
        mean=float(numbers.mean()),
        count=len(numbers),
        missing=len(values) - len(numbers),
    )


def _bins(ordered: Floats, quartiles: float) -> int:
    """How many; of whole numbers not more than there are between the least and the greatest."""
    reach = float(ordered[-1] - ordered[0])
    width = 2 * quartiles / len(ordered) ** (1 / 3)
    wanted = int(np.ceil(reach / width)) if width > reach / MOST_BINS else MOST_BINS if reach else 1
    whole = int(reach) + 1 if (ordered == np.floor(ordered)).all() else MOST_BINS
    return min(max(wanted, min(FEWEST_BINS, whole)), whole, MOST_BINS)
