"""Boosted trees over all series, with prices and promotions."""

from forecastle.models.batched import Compute
from forecastle.models.boosting.direct import Direct
from forecastle.models.boosting.forecaster import BoostedForecaster
from forecastle.models.boosting.recursive import Recursive
from forecastle.models.boosting.tweedie import Tweedie


def lightgbm(compute: Compute) -> BoostedForecaster:
    """LightGBM quantile regression on lags, rolling statistics, calendar and covariates, all steps at once."""
    return BoostedForecaster(name="lightgbm", kind=Direct, compute=compute)


def lightgbm_recursive(compute: Compute) -> BoostedForecaster:
    """The median of the next period, asked again with each answer."""
    return BoostedForecaster(name="lightgbm_recursive", kind=Recursive, compute=compute)


def lightgbm_tweedie(compute: Compute) -> BoostedForecaster:
    """Expected demand, for counts and many zeros."""
    return BoostedForecaster(name="lightgbm_tweedie", kind=Tweedie, compute=compute)
