"""Boosted trees fitted to it."""

import pytest

from forecastle.core.panel import Panel
from forecastle.models.batched import Compute
from forecastle.models.boosting.fitted import BoostedFitted
from forecastle.models.boosting.forecaster import BoostedForecaster

HORIZON = 4


@pytest.fixture(scope="session")
def forecaster() -> BoostedForecaster:
    return BoostedForecaster(compute=Compute(rows=3_000, threads=1))


@pytest.fixture(scope="session")
def fitted(promoted: Panel, forecaster: BoostedForecaster) -> BoostedFitted:
    return forecaster.fit(promoted, HORIZON)
