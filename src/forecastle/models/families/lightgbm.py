"""Boosted trees over all series, with prices and promotions."""

from forecastle.models.batched import Compute
from forecastle.models.boosting.forecaster import BoostedForecaster


def lightgbm(compute: Compute) -> BoostedForecaster:
    """LightGBM quantile regression on lags, rolling statistics, calendar and covariates."""
    return BoostedForecaster(name="lightgbm", compute=compute)
