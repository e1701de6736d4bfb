"""The description of the API is complete, and the server does what it says."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import AbstractAsyncContextManager
from datetime import date, timedelta
from typing import Any

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as hypothesis_settings
from schemathesis import Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.parameters import ParameterLocation
from schemathesis.specs.openapi.checks import negative_data_rejection, positive_data_acceptance
from schemathesis.specs.openapi.schemas import OpenApiSchema

from forecastle.server.api.app import create_app
from forecastle.services.house import House
from forecastle.settings import Settings

MADE_UP = hypothesis_settings(
    max_examples=int(os.environ.get("FORECASTLE_TEST_EXAMPLES", "5")),
    derandomize=True,
    database=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[*HealthCheck],
)
"""The same requests in every run."""
SALES = "week,sku,volume,price\n" + "".join(
    f"{date(2024, 1, 1) + timedelta(weeks=week)},{sku},{10 + week % 4 if week != 30 else ''},{2 + week % 3}\n"
    for sku in ("A", "B")
    for week in range(60)
)


def unopened() -> AbstractAsyncContextManager[House]:
    """Nothing: a description needs no house."""
    raise NotImplementedError


DESCRIPTION = create_app(Settings(), unopened).openapi()
CALLS = {
    call["operationId"]: (path, method, call)
    for path, calls in DESCRIPTION["paths"].items()
    for method, call in calls.items()
}
CHANGEABLE = [name for name, (_, _, call) in CALLS.items() if "parameters" in call or "requestBody" in call]


@pytest.fixture(scope="module")
def api(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OpenApiSchema]:
    """The description by a server of its own, which lets nobody read anything and has one dataset."""
    folder = tmp_path_factory.mktemp("server")
    environment = {
        "FORECASTLE_STORAGE__DATABASE": f"sqlite:///{folder}/forecastle.db",
        "FORECASTLE_STORAGE__ARTIFACTS": str(folder / "artifacts"),
        "FORECASTLE_SERVER__SOURCES": "[]",
    }
    command = [sys.executable, "-m", "forecastle", "serve", "--port", "0", "--job-workers", "0"]
    with subprocess.Popen(
        command, cwd=folder, env=os.environ | environment, stdout=subprocess.PIPE, text=True
    ) as server:
        assert server.stdout
        address = server.stdout.readline().split()[-1]
        kept = requests.post(f"{address}/datasets", files={"file": ("shop.csv", SALES)}, timeout=60)
        assert kept.status_code == 201
        yield schemathesis.openapi.from_url(f"{address}/openapi.json")
        server.terminate()
    assert server.returncode == 0


@pytest.fixture(scope="module")
def session() -> Iterator[requests.Session]:
    with requests.Session() as opened:
        yield opened


@pytest.mark.parametrize(
    ("name", "mode"),
    [
        *((name, GenerationMode.POSITIVE) for name in CALLS),
        *(pytest.param(name, GenerationMode.NEGATIVE, marks=pytest.mark.slow) for name in CHANGEABLE),
    ],
)
def test_no_request_breaks_the_server_or_is_answered_otherwise_than_described(
    api: OpenApiSchema, session: requests.Session, name: str, mode: GenerationMode
) -> None:
    path, method, _ = CALLS[name]

    @MADE_UP
    @given(case=api[path][method].as_strategy(generation_mode=mode))
    def holds(case: Case) -> None:
        if path.startswith("/datasets/{name}") and name != "delete_dataset":
            ask_about_the_dataset(case)
        answer = case.call(session=session)
        untrained = answer.status_code == 503 and answer.json()["code"] == "no_model"
        # A description cannot say which datasets there are: what is well-formed may still not be possible.
        unsuitable = [positive_data_acceptance, *[not_a_server_error] * untrained]
        if answer.status_code == 414:  # nobody has read what was sent, and so found it wrong
            unsuitable.append(negative_data_rejection)
        case.validate_response(answer, excluded_checks=unsuitable)

    holds()


def ask_about_the_dataset(case: Case) -> None:
    """Name what is there, which nobody finds by chance, where what was made up may be any name or number."""
    components = case.meta.components if case.meta else {}
    wrong = [where for where, told in components.items() if told.mode is GenerationMode.NEGATIVE]
    if ParameterLocation.PATH not in wrong:
        case.path_parameters["name"] = "shop"
    if ParameterLocation.QUERY not in wrong and case.query:
        case.query.pop("version", None)
        case.query |= {"series": "A"} if "series" in case.query else {}


@pytest.mark.parametrize("name", CALLS)
def test_every_call_says_what_it_does_and_what_it_answers(name: str) -> None:
    _, _, call = CALLS[name]
    assert call["summary"]
    assert call["description"]
    assert call["tags"]
    assert {"400", "500", "503"} <= set(call["responses"])
    assert "application/problem+json" in call["responses"]["500"]["content"]


@pytest.mark.parametrize("name", CALLS)
def test_every_request_and_every_answer_has_an_example(name: str) -> None:
    _, _, call = CALLS[name]
    bodies = [*call.get("requestBody", {}).get("content", {}).values()]
    assert all("example" in body or "examples" in body for body in bodies)
    answered = next(answer for status, answer in call["responses"].items() if status.startswith("2"))
    assert any("example" in body or "examples" in schema_of(body) for body in answered["content"].values())


def test_names_of_calls_are_those_of_the_functions_that_answer() -> None:
    assert {"predict", "start_training", "get_job", "follow_job", "get_forecasts", "promote_model"} <= set(CALLS)
    assert all(name.isidentifier() for name in CALLS)


def schema_of(body: dict[str, Any]) -> dict[str, Any]:
    """The schema of a body, the first when there are several."""
    schema: dict[str, Any] = body["schema"]
    reference = schema.get("$ref") or next((one["$ref"] for one in schema.get("anyOf", ())), "")
    found: dict[str, Any] = DESCRIPTION["components"]["schemas"].get(reference.rpartition("/")[2], schema)
    return found
