"""The whole API on a real house: SQLite and local files in a temporary folder, no worker."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

import pytest
from starlette.testclient import TestClient

from forecastle.bootstrap.house import open_house
from forecastle.core.progress import unheard
from forecastle.core.records import JobKind
from forecastle.server.api.app import create_app
from own_house import settings_in

HERE = "http://127.0.0.1"

SALES = "week,sku,volume\n" + "".join(
    f"{2023 + week // 52}-{1 + week % 52 // 5:02}-{1 + 5 * (week % 5):02},{sku},{level + week % 4}\n"
    for sku, level in (("A", 20), ("=1+1", 40))
    for week in range(52)
)

Serving = Callable[..., AbstractContextManager[TestClient]]


@pytest.fixture(scope="module")
def serving(tmp_path_factory: pytest.TempPathFactory) -> Serving:
    """A new house, open, with its API; arguments are sections of the settings, as dictionaries."""

    @contextmanager
    def served(**sections: dict[str, Any]) -> Iterator[TestClient]:
        settings = settings_in(tmp_path_factory.mktemp("house"), **sections)
        app = create_app(settings, lambda: open_house(settings))
        with TestClient(app, base_url=HERE) as client:
            yield client

    return served


@pytest.fixture(scope="module")
def client(serving: Serving) -> Iterator[TestClient]:
    """A house that the tests of a file share, for they leave nothing in it."""
    with serving() as opened:
        yield opened


@pytest.fixture
def empty(serving: Serving) -> Iterator[TestClient]:
    """A house of its own."""
    with serving() as opened:
        yield opened


@pytest.fixture
def stocked(empty: TestClient) -> TestClient:
    """A house of its own with the dataset `shop`, on which jobs can be started."""
    assert empty.post("/datasets", files={"file": ("sales.csv", SALES)}, data={"name": "shop"}).status_code == 201
    return empty


@pytest.fixture(scope="module")
def sales() -> str:
    """Two series of 52 periods, one of them with a name that a spreadsheet would calculate."""
    return SALES


@pytest.fixture(scope="module")
def trained(serving: Serving) -> Iterator[TestClient]:
    """A house with a dataset `shop` and models trained on it."""
    with serving() as opened:
        assert opened.post("/datasets", files={"file": ("sales.csv", SALES)}, data={"name": "shop"}).status_code == 201
        train(opened)
        yield opened


@pytest.fixture(scope="module")
def execution(trained: TestClient) -> str:
    """The path of the training's results."""
    return f"/forecasts/{trained.get('/forecasts').json()['executions'][-1]['execution_id']}"


@pytest.fixture(scope="module")
def retrain() -> Callable[..., None]:
    """Train once more, as a worker would."""
    return train


def train(client: TestClient, *models: str, **params: Any) -> None:
    """Do in this process what a worker does in another. params: others than the horizon."""
    app: Any = client.app
    house = app.state.house

    async def carried_out() -> None:
        asked = {"horizon": 4, "models": models or ("ets", "seasonal_naive"), **params}
        job = await house.jobs.start(JobKind.TRAIN, asked)
        await house.runner.carry_out(job, unheard)

    assert client.portal is not None
    client.portal.call(carried_out)
