"""The clients and the server never drift apart: what one offers, the others know."""

import inspect
import re
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import polars as pl
import pytest

import forecastle
from forecastle.client import AsyncClient, Client, answers, calls
from forecastle.client.call import Call
from forecastle.server.api.answers import (
    access,
    comparison,
    datasets,
    forecasts,
    jobs,
    models,
    overrides,
    prediction,
    recipes,
    rows,
    server,
    tabular,
)
from forecastle.server.api.app import create_app
from forecastle.settings import Settings

NOT_CALLED = {
    ("GET", "/"): "a list of the calls, for people",
    ("GET", "/health/live"): "for schedulers that restart processes; `health` tells more",
    ("GET", "/metrics"): "for Prometheus",
    ("GET", "/jobs/{job_id}/events"): "`follow` reads it",
    ("POST", "/tabular/{name}/predict"): "`predict_row` with a name",
    ("POST", "/tabular/{name}/predict-batch"): "`predict_rows` with a name",
    ("GET", "/tabular/{name}/features/required"): "`features` with a name",
    ("POST", "/tabular/{name}/reload-model"): "`reload_tabular` with a name",
    ("POST", "/tabular/{name}/retrain-model"): "`retrain_tabular` with a name",
    ("POST", "/tabular/{name}/rollback-model"): "`rollback_tabular` with a name",
}

ARGUMENTS: dict[str, Any] = {
    "data": [1.0],
    "window": [1.0],
    "windows": [[1.0]],
    "number": 1,
    "before": 1,
    "roles": {"sku": "key"},
    "version": 1,
    "file": "x.csv",
    "ds": 1,
    "value": 1.0,
    "steps": [{"step": "log"}],
    "row": {"x": 1},
    "table": pl.DataFrame({"x": [1]}),
}
"""What required parameters are given; names and ids are `x`."""

ANSWERS = {
    answers.Health: server.HealthReport,
    answers.SequenceModel: server.SequenceModel,
    answers.Dataset: datasets.DatasetDetails,
    answers.DatasetVersion: datasets.VersionAnswer,
    answers.Generation: datasets.GenerationAnswer,
    answers.Comparison: comparison.ComparisonAnswer,
    answers.Recipe: recipes.RecipeAnswer,
    answers.Change: recipes.ChangeAnswer,
    answers.Trial: recipes.TrialAnswer,
    answers.Cleaned: recipes.CleanedAnswer,
    answers.DeletedDataset: datasets.DatasetDeleted,
    answers.Job: jobs.JobAnswer,
    answers.Step: jobs.JobProgress,
    answers.SeriesForecast: prediction.SeriesAnswer,
    answers.StoredForecast: prediction.StoredAnswer,
    answers.NextValue: prediction.NextAnswer,
    answers.NextValues: prediction.NextAnswers,
    answers.Execution: forecasts.ExecutionDetails,
    answers.Model: models.ModelAnswer,
    answers.ModelVersion: models.VersionAnswer,
    answers.Decision: models.DecisionAnswer,
    answers.Override: overrides.OverrideAnswer,
    answers.AuditEvent: access.AuditAnswer,
    answers.Explanation: models.ExplanationAnswer,
    answers.Importance: models.Importance,
    answers.Attention: models.Attention,
    answers.RowAnswer: rows.RowAnswer,
    answers.Interval: rows.Interval,
    answers.Features: tabular.FeatureList,
    answers.TabularModel: tabular.TabularModelAnswer,
    answers.Evidence: tabular.EvidenceAnswer,
    answers.Drift: tabular.DriftAnswer,
    answers.Answering: tabular.Reloaded,
}
"""What the clients make of each answer of the server."""

API = create_app(Settings(), lambda: None).openapi()["paths"]  # type: ignore[arg-type,return-value]  # not opened


def described() -> dict[str, Callable[..., Call[Any]]]:
    """Every call by its name."""
    rooms = [getattr(calls, name) for name in calls.__all__]
    return {
        name: call
        for room in rooms
        for name, call in inspect.getmembers(room, inspect.isfunction)
        if call.__module__ == room.__name__ and not name.startswith("_") and name != "queued"
    }


def sent(name: str) -> Call[Any]:
    """A call with nothing but what it requires."""
    required = [
        parameter.name
        for parameter in inspect.signature(described()[name]).parameters.values()
        if parameter.default is parameter.empty and parameter.kind is not parameter.VAR_KEYWORD
    ]
    known = ARGUMENTS | ({"data": "x.csv"} if name == "upload" else {})
    return described()[name](**{each: known.get(each, "x") for each in required})


def operation(call: Call[Any]) -> tuple[str, str]:
    """The server's name for a call; a path that is spelled out comes before one with a placeholder."""
    found = [
        (call.method, path)
        for path in sorted(API, key=lambda path: path.count("{"))
        if call.method.lower() in API[path] and re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", path), call.path)
    ]
    return found[0]


def test_every_call_of_the_server_can_be_made() -> None:
    served = {(method.upper(), path) for path, methods in API.items() for method in methods}
    assert {operation(sent(name)) for name in described()} == served - NOT_CALLED.keys()
    assert served > NOT_CALLED.keys()


@pytest.mark.parametrize("door", [Client, AsyncClient])
def test_both_clients_offer_every_call_with_its_parameters(door: type) -> None:
    for name, call in described().items():
        assert [*inspect.signature(getattr(door, name)).parameters][1:] == [*inspect.signature(call).parameters]
        assert getattr(door, name).__doc__ == call.__doc__


@pytest.mark.parametrize("name", described())
def test_a_call_sends_no_parameter_that_the_server_does_not_know(name: str) -> None:
    call = sent(name)
    known = {each["name"] for each in API[operation(call)[1]][call.method.lower()].get("parameters", ())}
    assert call.query.keys() <= known


def test_the_answers_have_the_fields_of_the_server_s() -> None:
    for mine, theirs in ANSWERS.items():
        assert set(mine.__slots__) == set(theirs.model_fields), mine
    kinds = {getattr(answers, name) for name in answers.__all__}
    assert kinds - ANSWERS.keys() == {answers.QueuedJob, answers.JobEvent, answers.JobResult}


def test_the_clients_load_neither_the_server_nor_the_database() -> None:
    code = "import sys, forecastle.client; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    loaded = {name.partition(".")[0] for name in done.stdout.split()}
    assert "httpx" in loaded
    assert loaded & {"fastapi", "sqlalchemy", "uvicorn", "polars", "pydantic"} == set()


def test_both_clients_are_public() -> None:
    assert (forecastle.Client, forecastle.AsyncClient) == (Client, AsyncClient)
