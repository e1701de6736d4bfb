import json
import logging
import re

import pytest
from starlette.testclient import TestClient

from forecastle.core import errors
from forecastle.core.errors import ForecastleError, InputError, ModelError, StorageError, Wrong
from forecastle.server.api.problems import Problem, status_of

JSON = {"content-type": "application/json"}
STATUSES = {
    errors.InputError: 422,
    errors.SourceError: 422,
    errors.ModelError: 422,
    errors.NotFoundError: 404,
    errors.ConflictError: 409,
    errors.Cancelled: 409,
    errors.QueueError: 503,
    errors.NoModelError: 503,
    errors.OutputError: 507,
    errors.SettingsError: 500,
}


@pytest.mark.parametrize(("kind", "status"), STATUSES.items())
def test_every_kind_of_error_has_its_status(kind: type[ForecastleError], status: int) -> None:
    assert status_of(kind) == status


def test_an_error_of_a_service_is_told_with_everything_it_knows(client: TestClient) -> None:
    answer = client.get("/jobs/7f9c")
    told = Problem.model_validate(answer.json())
    assert answer.headers["content-type"] == "application/problem+json"
    assert (answer.status_code, told.status, told.code) == (404, 404, "not_found")
    assert told.type == "urn:forecastle:problem:not_found"
    assert told.title == "Nothing of that name or id is kept here."
    assert told.instance == "/jobs/7f9c"
    assert "'7f9c'" in told.detail
    assert told.request_id == answer.headers["x-request-id"]


def test_facts_of_an_error_are_fields(client: TestClient) -> None:
    path = raising(client, ModelError("No such model.", hint="Choose another.", model="etz", known=["ets"]))
    told = client.get(path).json()
    assert [(field["name"], field["value"]) for field in told["fields"]] == [("model", "etz"), ("known", "['ets']")]
    assert told["hint"] == "Choose another."


def test_what_is_wrong_with_a_field_is_a_message_beside_its_value(client: TestClient) -> None:
    wrong = InputError("bedrooms: too many.", bedrooms=Wrong("too many", 99), size=Wrong("required"))
    told = client.get(raising(client, wrong)).json()
    assert told["fields"] == [
        {"name": "bedrooms", "message": "too many", "value": 99},
        {"name": "size", "message": "required", "value": None},
    ]
    assert wrong.as_dict()["bedrooms"] == {"message": "too many", "value": 99}


def test_what_is_not_there_now_may_be_asked_for_again_later(client: TestClient) -> None:
    answer = client.get(raising(client, StorageError("The database does not answer.")))
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")


def test_every_wrong_field_is_named_with_its_value(client: TestClient) -> None:
    told = client.post("/train", json={"horizon": 0, "colour": "red"}).json()
    assert told["code"] == "input_error"
    assert {(field["name"], field["value"]) for field in told["fields"]} == {
        ("body.horizon", 0),
        ("body.colour", "red"),
    }
    assert "body.colour: there is no such field, got 'red'" in told["detail"]


def test_of_many_wrong_values_only_the_first_are_listed(client: TestClient) -> None:
    told = client.post("/predict", json={"data": ["x"] * 500}).json()
    assert len(told["fields"]) == 20
    assert re.search(r"\nand 48\d more$", told["detail"])


def test_json_that_ends_too_early_is_told_with_its_place(client: TestClient) -> None:
    answer = client.post("/predict", content=b'{"data": [1,', headers=JSON)
    assert (answer.status_code, answer.json()["code"]) == (400, "malformed_json")
    assert "character 12" in answer.json()["detail"]


def test_words_of_a_refusal_are_those_of_json(client: TestClient) -> None:
    assert "body: Input should be an object, got [1]" in client.post("/train", json=[1]).json()["detail"]
    told = client.post("/predict", json={"data": []}).json()["detail"]
    assert told.startswith("body.data: List should have at least 1 item")


@pytest.mark.parametrize("value", ["1" * 5000, "[" * 100_000, r'"\ud800"', "1e999", "-0"])
def test_strange_json_is_no_bug(client: TestClient, value: str) -> None:
    answer = client.post("/predict", content=f'{{"data": [{value}]}}', headers=JSON)
    assert answer.status_code in (200, 400, 422)
    json.loads(answer.content.decode())


def test_a_body_of_another_type_is_refused(client: TestClient) -> None:
    answer = client.post("/predict", content=b"data=1", headers={"content-type": "text/plain"})
    assert (answer.status_code, answer.json()["code"]) == (415, "unsupported_media_type")


def test_a_path_that_does_not_exist_is_a_problem_too(client: TestClient) -> None:
    answer = client.get("/forecast")
    assert (answer.status_code, answer.json()["detail"]) == (404, "There is nothing at /forecast.")


def test_a_method_that_is_not_answered_names_those_that_are(client: TestClient) -> None:
    answer = client.put("/health")
    assert (answer.status_code, answer.headers["allow"]) == (405, "GET")
    assert answer.json()["code"] == "method_not_allowed"


def test_a_bug_is_logged_once_and_tells_nothing_of_the_inside(
    client: TestClient, caplog: pytest.LogCaptureFixture
) -> None:
    answer = client.get(raising(client, ZeroDivisionError("secret")))
    assert (answer.status_code, answer.json()["code"]) == (500, "internal_error")
    assert "secret" not in answer.text
    assert [record.message for record in caplog.records if record.levelno >= logging.WARNING] == ["unexpected error"]


def raising(client: TestClient, error: Exception) -> str:
    """The path of a new call that fails."""
    path = f"/raise/{type(error).__name__}"

    async def fail() -> None:
        raise error

    client.app.add_api_route(path, fail)  # type: ignore[attr-defined]  # it is a FastAPI
    return path
