"""Boosted trees fitted to it."""

import pytest

from forecastle.core.panel import Panel
from forecastle.models.batched import Compute
from forecastle.models.boosting.fitted import BoostedFitted
from forecastle.models.boosting.forecaster import BoostedForecaster
from forecastle.models.families.lightgbm import lightgbm, lightgbm_recursive, lightgbm_tweedie

HORIZON = 4


@pytest.fixture(scope="session")
def forecaster() -> BoostedForecaster:
    return BoostedForecaster(compute=Compute(rows=3_000, threads=1))


@pytest.fixture(scope="session")
def fitted(promoted: Panel, forecaster: BoostedForecaster) -> BoostedFitted:
    return forecaster.fit(promoted, HORIZON)


@pytest.fixture(
    scope="session", params=[lightgbm, lightgbm_recursive, lightgbm_tweedie], ids=lambda card: card.__name__
)
def of_any_kind(request: pytest.FixtureRequest, promoted: Panel) -> BoostedFitted:
    """Fitted trees of every kind."""
    return request.param(Compute(rows=3_000, threads=1)).fit(promoted, HORIZON)
