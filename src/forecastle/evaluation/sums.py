"""How sure one can be of a sum of series: as far as the sum of the same series was off at past cutoffs.

Ranges do not add up: the P10 of a whole is not the sum of the P10s of its parts, which seldom all disappoint at once.
How much they do so together shows in the past errors of the sum itself. Their root mean square, as a share of what was
forecast, is never taken for less than what errors of the parts would make that have nothing to do with each other, nor
for more than what they would if all went wrong together; and it grows from step to step like the ranges of the parts.
The steps of one window err together, so that few windows say little: the range is that of Student's distribution with
two degrees of freedom a window. On windows left out of real panels (M5, The Complete Journey, Australian retail; groups
of 3 to 1,500 series, learned on 1 to 4 windows) its 80 % held 72 to 93 %, and its 50 % 44 to 61 %.
"""

from collections.abc import Sequence

import numpy as np
import polars as pl

from forecastle.core.columns import DS, MEAN, SERIES_ID, STEP, Y
from forecastle.core.panel import Floats
from forecastle.core.quantiles import column_of

WINDOW, WIDTH, ERROR = "window", "width", "error"
FREEDOM = 2


def range_of_sum(coming: pl.DataFrame, past: pl.DataFrame, levels: Sequence[float]) -> pl.DataFrame:
    """`ds`, `mean` and the quantiles of a sum; without quantiles where nothing is known of the past.

    coming: `series_id`, `ds`, `mean`, `width` (of the range; null: not known), the same periods for all series.
    past: `series_id`, `window`, `step`, `y`, `mean` of the same series; `y` null where nothing was observed.
    """
    whole = coming.group_by(DS).agg(pl.col(MEAN, WIDTH).sum()).sort(DS)
    total, centre = whole.select(DS, MEAN), whole[MEAN].to_numpy()
    known = past.drop_nulls([Y, MEAN])
    if known.is_empty():
        return total
    growth = _growth(centre, whole[WIDTH].to_numpy())
    grown = growth[np.minimum(known[STEP].to_numpy(), len(growth)) - 1]
    known = known.with_columns(((pl.col(Y) - pl.col(MEAN)) / pl.Series(grown)).alias(ERROR))
    # What is never negative errs in proportion; anything else, such as a temperature, does not.
    relative = bool((known[MEAN] >= 0).all() and known[MEAN].sum() > 0 and (centre >= 0).all())
    deviation = _typical(known, relative=relative) * growth * (centre if relative else 1.0)
    freedom = FREEDOM * known[WINDOW].n_unique()
    found = {column_of(level): centre + _student(level, freedom) * deviation for level in levels}
    return total.with_columns(**{name: np.maximum(values, 0) if relative else values for name, values in found.items()})


def _growth(centre: Floats, width: Floats) -> Floats:
    """How much wider than usual the range of each step is, H."""
    ratio = width / centre if (centre > 0).all() else width
    return np.asarray(ratio / ratio.mean()) if (ratio > 0).all() else np.ones(len(ratio))


def _typical(known: pl.DataFrame, *, relative: bool) -> float:
    """How far off the sum usually is, as a share of what is forecast or as it is. known: `past` with `error`."""
    sums = known.group_by(WINDOW, STEP).agg(pl.col(ERROR, MEAN).sum())
    parts = known.group_by(SERIES_ID).agg(pl.col(ERROR).pow(2).mean().sqrt(), pl.col(MEAN).mean())
    errors, own = sums[ERROR].to_numpy(), parts[ERROR].to_numpy()
    if relative:
        said = sums[MEAN].to_numpy()
        errors, own = errors[said > 0] / said[said > 0], own / parts[MEAN].to_numpy().sum()
    return float(np.clip(_root_mean_square(errors), np.sqrt((own**2).sum()), own.sum()))


def _root_mean_square(values: Floats) -> float:
    return float(np.sqrt((values**2).mean())) if len(values) else 0.0


def _student(level: float, freedom: int) -> float:
    from scipy.special import stdtrit

    return float(stdtrit(freedom, level))
