"""Rows are answered over HTTP, or refused by name."""

from collections.abc import Iterator
from io import BytesIO
from typing import Any

import polars as pl
import pytest
from starlette.testclient import TestClient

from house_sales import BASIC, ROW, demographics, sales
from tabular_models import train, upload

CSV, PARQUET = "text/csv", "application/vnd.apache.parquet"
REQUIRED = {name: ROW[name] for name in BASIC}
ASKED = {"dataset": "houses", "target": "price", "model": "linear", "required": BASIC, "join": "zips", "on": "zipcode"}


@pytest.fixture(scope="module")
def houses(serving: Any) -> Iterator[TestClient]:
    """A house whose default model knows houses; the tests leave its champion as it was."""
    with serving() as client:
        upload(client, "houses", sales())
        upload(client, "zips", demographics())
        train(client, **ASKED)
        yield client


def test_the_features_tell_what_a_row_must_have_and_what_is_joined(houses: TestClient) -> None:
    told = houses.get("/features/required").json()
    assert told == houses.get("/tabular/houses/features/required").json()
    assert (told["required"], told["optional"], told["joined"]) == ([*BASIC], ["grade", "view"], ["income"])
    (living,) = [one for one in told["features"] if one["name"] == "sqft_living"]
    assert (living["type"], living["source"]) == ("integer", "caller")
    assert 0 < living["minimum"] < living["maximum"]


def test_a_row_is_answered_with_a_range_and_tells_what_it_looked_at(houses: TestClient) -> None:
    told = houses.post("/predict", json=ROW | {"id": "77", "sqft_lot": 10**6}).json()
    assert told["interval"]["lower"] < told["prediction"] < told["interval"]["upper"]
    assert told["interval"]["coverage"] == 0.8
    assert (told["model"], told["model_version"][:26]) == ("houses", "tabular_houses_price_v1_20")
    assert "income" in told["features_used"]
    assert told["complete"]
    assert told["ignored"] == ["id"]
    assert [one["name"] for one in told["outside"]] == ["sqft_lot"]


def test_a_row_of_the_required_columns_alone_is_answered_too(houses: TestClient) -> None:
    told = houses.post("/predict", json=REQUIRED).json()
    assert (told["complete"], told["missing"]) == (False, ["grade", "view"])
    assert set(told["features_used"]) == {*BASIC, "income"}


def test_the_less_a_row_tells_the_wider_is_its_range(houses: TestClient) -> None:
    asked = (ROW, REQUIRED | {"grade": 7}, REQUIRED)
    told = [houses.post("/predict", json=row).json()["interval"] for row in asked]
    widths = [one["upper"] - one["lower"] for one in told]
    assert widths[0] <= widths[1] < widths[2]


def test_the_same_row_is_answered_from_memory(houses: TestClient) -> None:
    row = ROW | {"sqft_living": 1234}
    first, second = (houses.post("/predict", json=row).json() for _ in range(2))
    assert [first["cached"], second["cached"]] == [False, True]
    assert first["prediction"] == second["prediction"]


@pytest.mark.parametrize("zipcode", [98003, "98003", " 98003 ", 98003.0])
def test_a_key_is_known_however_it_is_written(houses: TestClient, zipcode: object) -> None:
    assert houses.post("/predict", json=ROW | {"zipcode": zipcode}).status_code == 200


def test_an_explanation_adds_up_to_the_answer(houses: TestClient) -> None:
    told = houses.post("/predict?explain=true", json=ROW).json()
    parts = told["explanation"]["contributions"]
    assert told["explanation"]["base"] + sum(part["adds"] for part in parts) == pytest.approx(told["prediction"])
    assert {"feature": "zipcode", "value": "98003"}.items() <= next(
        p for p in parts if p["feature"] == "zipcode"
    ).items()


@pytest.mark.parametrize("path", ["/predict", "/tabular/houses/predict"])
@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"bedrooms": None}, "bedrooms"), ({"bedrooms": "three"}, "bedrooms"), ({"bedrooms": True}, "bedrooms"),
        ({"bedrooms": 2.5}, "bedrooms"), ({"sqft_living": -10}, "sqft_living"),
        ({"sqft_living": 10**400}, "sqft_living"), ({"zipcode": 10001}, "zipcode"), ({"zipcode": ""}, "zipcode"),
    ],
)  # fmt: skip
def test_a_bad_value_is_refused_by_the_name_of_its_column(
    houses: TestClient, path: str, change: dict[str, Any], field: str
) -> None:
    answer = houses.post(path, json=ROW | change)
    assert answer.status_code == 422, answer.text
    assert field in answer.json()["detail"]
    (wrong,) = [one for one in answer.json()["fields"] if field in one["name"]]
    assert wrong["message"]
    assert change[field] is None or str(wrong["value"])[:9] in (str(change[field]).strip(), "a number ")


@pytest.mark.parametrize("path", ["/predict", "/tabular/houses/predict"])
@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b'{"bedrooms": 3', 400), (b'{"bedrooms": 3}', 422), (b"{}", 422), (b"[]", 422), (b"3", 422),
        (b'{"bedrooms": NaN, "sqft_living": 1, "sqft_lot": 1, "zipcode": 98003}', 422),
        (b'{"bedrooms": [3]}', 422), (b'{"a": "' + b"x" * 10_000_000 + b'"}', 413),
    ],
)  # fmt: skip
def test_a_body_that_is_no_row_is_refused(houses: TestClient, path: str, body: bytes, status: int) -> None:
    answer = houses.post(path, content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"


def test_all_columns_that_are_missing_are_named_at_once(houses: TestClient) -> None:
    detail = houses.post("/predict", json={"bedrooms": 3}).json()["detail"]
    assert all(name in detail for name in ("sqft_living", "sqft_lot", "zipcode"))


def rows_of(table: pl.DataFrame, kind: str) -> tuple[bytes, dict[str, str]]:
    sink = BytesIO()
    if kind == PARQUET:
        table.write_parquet(sink)
    elif kind == CSV:
        table.write_csv(sink)
    else:
        sink.write(table.write_json().encode())
    return sink.getvalue(), {"Content-Type": kind}


@pytest.mark.parametrize("kind", ["application/json", CSV, PARQUET])
@pytest.mark.parametrize("path", ["/predict-batch", "/tabular/houses/predict-batch"])
def test_a_batch_is_answered_row_by_row_and_tells_which_rows_failed(houses: TestClient, kind: str, path: str) -> None:
    table = pl.DataFrame([ROW, ROW | {"zipcode": 10001}, ROW | {"sqft_living": -1}, REQUIRED])
    content, headers = rows_of(table, kind)
    told = houses.post(path, content=content, headers=headers).raise_for_status().json()
    assert (told["succeeded"], told["failed"]) == (2, 2)
    answers = told["predictions"]
    assert [row["prediction"] is None for row in answers] == [False, True, True, False]
    assert "zipcode" in answers[1]["error"]
    assert "sqft_living" in answers[2]["error"]
    assert answers[0]["prediction"] == pytest.approx(houses.post("/predict", json=ROW).json()["prediction"])
    assert answers[3]["prediction"] == pytest.approx(houses.post("/predict", json=REQUIRED).json()["prediction"])


@pytest.mark.parametrize("kind", [CSV, PARQUET])
def test_the_answers_to_a_batch_can_be_had_as_a_file(houses: TestClient, kind: str) -> None:
    answer = houses.post("/predict-batch", json=[ROW], headers={"Accept": kind})
    table = (pl.read_csv if kind == CSV else pl.read_parquet)(BytesIO(answer.content))
    assert table.columns == ["row", "prediction", "lower", "upper", "error"]
    assert answer.headers["x-model-version"].startswith("tabular_houses_price_v1")


@pytest.mark.parametrize(
    ("content", "kind", "status"),
    [
        (b"[]", "application/json", 422), (b"{}", "application/json", 422), (b"[1", "application/json", 400),
        (b"PAR1", PARQUET, 422), (b"", CSV, 422), (b"bedrooms\n3\n", CSV, 422), (b"<a/>", "text/xml", 415),
        (b"x" * 10_000_001, CSV, 413),
    ],
)  # fmt: skip
def test_a_batch_that_cannot_be_read_is_refused(houses: TestClient, content: bytes, kind: str, status: int) -> None:
    answer = houses.post("/predict-batch", content=content, headers={"Content-Type": kind})
    assert answer.status_code == status, answer.text


def test_rows_that_are_no_objects_fail_alone(houses: TestClient) -> None:
    told = houses.post("/predict-batch", json=[ROW, 7]).json()
    assert [row["error"] is None for row in told["predictions"]] == [True, False]


def test_drift_is_counted_by_feature(houses: TestClient) -> None:
    before = houses.get("/tabular/houses/drift").json()
    houses.post("/predict", json=ROW | {"bedrooms": 99})
    houses.post("/predict", json=ROW | {"zipcode": 10001, "grade": None})
    houses.post("/predict-batch", json=[ROW, REQUIRED])
    after = houses.get("/tabular/houses/drift").json()
    assert (after["rows"] - before["rows"], after["refused"] - before["refused"]) == (3, 1)
    assert after["missing"]["grade"] - before["missing"].get("grade", 0) == 1
    assert after["outside"]["bedrooms"] - before["outside"].get("bedrooms", 0) == 1


def test_the_description_has_the_fields_of_the_model_that_answers(houses: TestClient) -> None:
    row = houses.get("/openapi.json").json()["components"]["schemas"]["FeatureRow"]
    assert set(row["properties"]) == {*BASIC, "grade", "view"}
    assert set(row["required"]) == {*BASIC}
    living = row["properties"]["sqft_living"]
    assert (living["type"], living["minimum"]) == ("integer", 0)
    assert living["x-maximum-seen"] > 1000
    assert {"type": "integer", "minimum": 0} in row["properties"]["grade"]["anyOf"]


def test_the_evidence_has_measures_and_residuals(houses: TestClient) -> None:
    told = houses.get("/tabular/houses/evidence").json()
    assert {"mae", "rmse", "mape", "r2", "coverage", "cv_r2"} <= set(told["metrics"])
    assert told["leaderboard"][0]["model"] == "linear"
    assert len(told["residuals"]["actual"]) == told["metrics"]["rows"] == 80
    assert houses.get("/tabular/houses/evidence?version=9").status_code == 404
