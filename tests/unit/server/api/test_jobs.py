import pytest
from starlette.testclient import TestClient


@pytest.mark.parametrize(
    ("path", "body", "kind"),
    [
        ("/train", {"horizon": 13}, "train"),
        ("/backtest", {"horizon": 13}, "backtest"),
        ("/forecast/execute", {"type": "forecast", "params": {"horizon_weeks": 13}}, "forecast"),
    ],
)
def test_long_work_is_queued_as_a_job(stocked: TestClient, path: str, body: object, kind: str) -> None:
    answer = stocked.post(path, json=body)
    assert (answer.status_code, answer.json()["status"]) == (202, "queued")
    job = stocked.get(answer.headers["location"]).json()
    assert (job["id"], job["kind"], job["params"]) == (answer.json()["jobId"], kind, {"horizon": 13})


def test_an_unknown_kind_of_work_names_the_known_ones(client: TestClient) -> None:
    answer = client.post("/forecast/execute", json={"type": "dream"})
    assert answer.status_code == 422
    assert "'train', 'forecast' or 'backtest'" in answer.json()["detail"]


def test_jobs_are_listed_newest_first_by_status_and_page(stocked: TestClient) -> None:
    ids = [stocked.post("/train", json={}).json()["jobId"] for _ in range(3)]
    stocked.delete(f"/jobs/{ids[0]}")
    assert [job["id"] for job in stocked.get("/jobs").json()["jobs"]] == ids[::-1]
    assert [job["id"] for job in stocked.get("/jobs?limit=1&offset=1").json()["jobs"]] == [ids[1]]
    assert [job["id"] for job in stocked.get("/jobs?status=cancelled").json()["jobs"]] == [ids[0]]


def test_a_job_that_waits_is_cancelled_at_once_and_stays_so(stocked: TestClient) -> None:
    path = stocked.post("/train", json={}).headers["location"]
    assert stocked.delete(path).json()["status"] == "cancelled"
    assert stocked.delete(path).json()["status"] == "cancelled"


def test_a_job_that_could_only_fail_is_not_queued(client: TestClient) -> None:
    assert client.post("/train", json={"dataset": "shops"}).status_code == 404
    assert client.post("/forecast/execute", json={"type": "train", "params": {"models": ["etz"]}}).status_code == 422


def test_a_job_nobody_knows_is_not_found(client: TestClient) -> None:
    assert client.delete("/jobs/7").status_code == 404
    assert client.get("/jobs/7/events").status_code == 404


def test_the_events_of_a_job_that_is_over_end(stocked: TestClient) -> None:
    path = stocked.post("/train", json={}).headers["location"]
    stocked.delete(path)
    told = stocked.get(f"{path}/events")
    assert told.headers["content-type"].startswith("text/event-stream")
    event, data, number, *_ = told.text.splitlines()
    assert (event, data) == ("event: job:cancelled", f'data: {{"job_id":"{path.removeprefix("/jobs/")}"}}')
    seen = {"last-event-id": number.removeprefix("id: ")}
    assert stocked.get(f"{path}/events", headers=seen).text == ""
