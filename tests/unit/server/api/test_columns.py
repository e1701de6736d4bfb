"""What columns are for, over HTTP."""

import pytest
from starlette.testclient import TestClient

SALES = "week,sku,colour,units\n" + "".join(
    f"2024-01-{1 + 7 * week:02},{sku},{colour},{week + place}\n"
    for place, (sku, colour) in enumerate((("A", "red"), ("B", "blue")))
    for week in range(4)
)


def add(client: TestClient, name: str = "shop") -> TestClient:
    assert client.post("/datasets", files={"file": ("sales.csv", SALES)}, data={"name": name}).status_code == 201
    return client


@pytest.fixture
def shop(empty: TestClient) -> TestClient:
    return add(empty)


@pytest.fixture(scope="module")
def kept(client: TestClient) -> TestClient:
    """A house with a dataset `shop` that no test of this file changes."""
    return add(client)


def test_columns_tell_their_kind_and_role(kept: TestClient) -> None:
    told = kept.get("/datasets/shop/columns").json()["columns"]
    assert [(column["column"], column["kind"], column["role"]) for column in told] == [
        ("week", "time", "time"),
        ("sku", "categorical", "key"),
        ("colour", "categorical", "static"),
        ("units", "numeric", "target"),
    ]


def test_another_role_makes_a_new_version_that_knows_where_it_comes_from(shop: TestClient) -> None:
    answer = shop.post("/datasets/shop/columns", json={"roles": {"colour": "key", "sku": "ignored"}})
    assert (answer.status_code, answer.headers["location"]) == (201, "/datasets/shop/versions/2")
    version = answer.json()["version"]
    assert {column["column"]: column["role"] for column in version["columns"]}["colour"] == "key"
    assert shop.get("/datasets/shop/series").json()["series"] == [
        {"series_id": "blue", "rows": 4},
        {"series_id": "red", "rows": 4},
    ]
    assert shop.get("/datasets/shop/series?version=1").json()["series"][0]["series_id"] == "A"
    newest = shop.get("/datasets/shop/lineage").json()["lineage"][0]
    assert (newest["version"]["parent"], newest["version"]["note"]) == (1, "roles: colour as key, sku as ignored")


def test_data_that_cannot_be_forecast_in_these_roles_are_kept_with_an_error_among_the_findings(
    shop: TestClient,
) -> None:
    shop.post(
        "/datasets", files={"file": ("sales.csv", "week,units,n\n2024-01-01,,1\n2024-01-08,,1\n")}, data={"name": "x"}
    )
    answer = shop.post("/datasets/x/columns", json={"roles": {"units": "target", "n": "past"}})
    assert answer.status_code == 201, answer.text
    assert [finding["code"] for finding in answer.json()["findings"] if finding["severity"] == "error"] == ["not_ready"]


@pytest.mark.parametrize(
    ("body", "status", "says"),
    [
        ({"roles": {"price": "key"}}, 422, "no column 'price'"),
        ({"roles": {"sku": "hero"}}, 422, "body.roles.sku"),
        ({"roles": {}}, 422, "body.roles"),
        ({"columns": {}}, 422, "no such field"),
        ({"roles": {"sku": "target"}}, 422, "holds string"),
    ],
)
def test_impossible_roles_are_refused_and_nothing_is_kept(
    kept: TestClient, body: dict[str, object], status: int, says: str
) -> None:
    answer = kept.post("/datasets/shop/columns", json=body)
    assert answer.status_code == status, answer.text
    assert says in answer.text
    assert len(kept.get("/datasets/shop").json()["versions"]) == 1
