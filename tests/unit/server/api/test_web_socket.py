import pytest
from starlette.testclient import TestClient, WebSocketDisconnect

WS = "ws://127.0.0.1/ws"


def test_a_page_of_this_server_may_listen(stocked: TestClient) -> None:
    job = stocked.post("/train", json={}).json()["jobId"]
    with stocked.websocket_connect(f"{WS}?job_id={job}", headers={"origin": "http://127.0.0.1"}) as socket:
        stocked.delete(f"/jobs/{job}")
        assert socket.receive_json()["event"] == "job:cancelled"
        with pytest.raises(WebSocketDisconnect):
            socket.receive_json()


@pytest.mark.parametrize("query", ["last_event_id=x", "last_event_id=-1", f"job_id={'x' * 101}"])
def test_a_question_that_makes_no_sense_is_not_listened_to(client: TestClient, query: str) -> None:
    with pytest.raises(WebSocketDisconnect) as told, client.websocket_connect(f"{WS}?{query}"):
        pass
    assert told.value.code == 1008


def test_the_reason_for_closing_is_never_too_long_to_be_sent(client: TestClient) -> None:
    with (
        client.websocket_connect(WS, params={"job_id": "ü" * 100}) as socket,
        pytest.raises(WebSocketDisconnect) as told,
    ):
        socket.receive_json()
    assert len(told.value.reason.encode()) <= 123


def test_a_name_that_is_not_ours_is_not_listened_to(client: TestClient) -> None:
    with pytest.raises(WebSocketDisconnect), client.websocket_connect(WS, headers={"host": "evil.example"}):
        pass


def test_an_event_after_the_last_one_seen_is_told_again(stocked: TestClient) -> None:
    jobs = [stocked.post("/train", json={}).json()["jobId"] for _ in range(2)]
    with stocked.websocket_connect(WS) as socket:
        stocked.delete(f"/jobs/{jobs[0]}")
        seen = socket.receive_json()
    stocked.delete(f"/jobs/{jobs[1]}")
    with stocked.websocket_connect(f"{WS}?last_event_id={seen['id']}") as socket:
        assert socket.receive_json()["data"] == {"job_id": jobs[1]}
