"""What the server counts can be read by Prometheus."""

from typing import Any

from prometheus_client.openmetrics.parser import text_string_to_metric_families as open_metrics
from prometheus_client.parser import text_string_to_metric_families as families
from starlette.testclient import TestClient

from house_sales import ROW, sales
from tabular_models import carried_out, queued, upload


def counted(client: TestClient, sample: str, **labels: str) -> float:
    """The sum of the samples of that name with these labels."""
    text = client.get("/metrics").raise_for_status().text
    found = (one for family in families(text) for one in family.samples)
    return sum(one.value for one in found if one.name == sample and labels.items() <= one.labels.items())


def test_requests_are_counted_by_call_and_status_and_timed(empty: TestClient) -> None:
    empty.get("/jobs/7f9c")
    empty.get("/jobs/another")
    empty.get("/nothing/here")
    asked = {"method": "GET", "route": "/jobs/{job_id}"}
    assert counted(empty, "forecastle_requests_total", **asked, status="404") == 2
    assert counted(empty, "forecastle_request_seconds_count", **asked) == 2
    assert counted(empty, "forecastle_requests_total", route="none", status="404") == 1


def test_rows_refusals_and_drift_are_counted_by_version_and_feature(empty: TestClient) -> None:
    upload(empty, "houses", sales())
    job_id = queued(empty, target="price", model="linear")
    assert counted(empty, "forecastle_jobs", kind="tabular", status="queued") == 1
    version = carried_out(empty, job_id)["model_version"]
    empty.post("/predict", json=ROW | {"bedrooms": 99, "grade": None}).raise_for_status()
    empty.post("/predict", json=ROW | {"bedrooms": -1})
    empty.post("/predict-batch", json=[ROW, ROW | {"bedrooms": "x"}]).raise_for_status()
    which = {"model": "houses", "version": version}
    assert counted(empty, "forecastle_tabular_rows_total", **which) == 2
    assert counted(empty, "forecastle_tabular_refused_rows_total", **which) == 2
    assert counted(empty, "forecastle_tabular_outside_total", **which, feature="bedrooms") == 1
    assert counted(empty, "forecastle_tabular_missing_total", **which, feature="grade") == 1
    assert counted(empty, "forecastle_tabular_seconds_count", **which) == 3


def test_whoever_asks_for_open_metrics_gets_them(empty: TestClient) -> None:
    answer = empty.get("/metrics", headers={"Accept": "application/openmetrics-text; version=1.0.0"})
    assert answer.headers["content-type"].startswith("application/openmetrics-text")
    names = {family.name for family in open_metrics(answer.text)}
    assert {"forecastle", "forecastle_jobs", "forecastle_requests", "process_cpu_seconds"} <= names


def test_metrics_are_told_to_those_with_a_key_only(serving: Any) -> None:
    with serving(server={"api_keys": True}) as client:
        assert client.get("/metrics").status_code == 401
