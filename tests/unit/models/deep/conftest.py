"""A small network fitted to the panel in which promotions double what is sold."""

import pytest

from forecastle.core.panel import Panel
from forecastle.models.batched import Compute
from forecastle.models.deep.fitted import DeepFitted
from forecastle.models.deep.forecaster import DeepForecaster
from forecastle.models.families.lstm import lstm
from forecastle.settings import DeepSettings

HORIZON = 4


@pytest.fixture(scope="session")
def forecaster() -> DeepForecaster:
    small = DeepSettings(hidden_size=16, num_layers=1, dropout=0.0, epochs=6, learning_rate=0.01)
    return lstm(Compute(rows=8_000, threads=1, deep=small))


@pytest.fixture(scope="session")
def fitted(promoted: Panel, forecaster: DeepForecaster) -> DeepFitted:
    return forecaster.fit(promoted, HORIZON)
