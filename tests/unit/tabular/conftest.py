import pytest

from forecastle.tabular.model import TabularModel
from forecastle.tabular.training import Trained, train
from house_sales import plan, reference, sales


@pytest.fixture(scope="session")
def trained() -> Trained:
    return train(sales(), plan(), reference=reference())


@pytest.fixture(scope="session")
def model(trained: Trained) -> TabularModel:
    return trained.model
