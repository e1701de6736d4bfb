"""How good answers are, against what turned out."""

import numpy as np

from forecastle.core.panel import Floats


def scores(actual: Floats, predicted: Floats) -> dict[str, float | None]:
    """`mae`, `rmse`, `mape`, `wape`, `r2`; errors in units of the target, shares as 0.1 for 10 %.

    None where undefined: no MAPE where an actual value is 0, no R² where all are alike.
    """
    error = np.abs(actual - predicted)
    size, spread = np.abs(actual), actual - actual.mean()
    return {
        "mae": float(error.mean()),
        "rmse": float(np.sqrt((error**2).mean())),
        "mape": float((error / size).mean()) if size.all() else None,
        "wape": float(error.sum() / size.sum()) if size.any() else None,
        "r2": float(1 - (error**2).sum() / (spread**2).sum()) if spread.any() else None,
    }


def held(actual: Floats, lower: Floats, upper: Floats) -> float:
    """The share of actual values inside their range."""
    return float(((lower <= actual) & (actual <= upper)).mean())
