"""A load client in a process of its own: many connections, each with one request after the other."""

import asyncio
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from urllib.parse import urlsplit

import numpy as np


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """Requests of one kind. bodies: sent in turn. pause: seconds a connection waits after each answer."""

    address: str
    path: str
    method: str = "POST"
    bodies: Sequence[bytes] = (b"",)
    connections: int = 16
    seconds: float = 10.0
    pause: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """sent: seconds of the clock of the whole machine. took: seconds to the last byte."""

    status: int
    sent: float
    took: float
    body: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of a load. rate: answers a second."""

    answers: Sequence[Answer]
    rate: float

    @property
    def failed(self) -> int:
        """Answers that were not a success."""
        return sum(answer.status >= 300 for answer in self.answers)

    def milliseconds(self, percentile: float) -> float:
        """The latency that this percentage of the answers stayed below."""
        return float(1000 * np.percentile([answer.took for answer in self.answers], percentile))


def run(load: Load) -> Outcome:
    """Put the load on a server, from another process."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as process:
        return process.submit(_run, load).result()


def _run(load: Load) -> Outcome:
    import uvloop

    return uvloop.run(_load(load))


async def _load(load: Load) -> Outcome:
    started = time.monotonic()
    lists = await asyncio.gather(*(_connection(load, number) for number in range(load.connections)))
    answers = [answer for answers in lists for answer in answers]
    return Outcome(answers=answers, rate=len(answers) / (time.monotonic() - started))


async def _connection(load: Load, number: int) -> list[Answer]:
    host = urlsplit(load.address).netloc
    reader, writer = await asyncio.open_connection(*host.split(":"))
    answers = []
    end = time.monotonic() + load.seconds
    while time.monotonic() < end:
        body = load.bodies[number % len(load.bodies)]
        number += load.connections
        head = f"{load.method} {load.path} HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/json\r\n"
        writer.write(f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body)
        sent = time.monotonic()
        answers.append(await _answer(reader, sent))
        if load.pause:
            await asyncio.sleep(load.pause)
    writer.close()
    return answers


async def _answer(reader: asyncio.StreamReader, sent: float) -> Answer:
    head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
    length = int(head.partition("content-length:")[2].partition("\r\n")[0])
    body = await reader.readexactly(length)
    return Answer(status=int(head.split()[1]), sent=sent, took=time.monotonic() - sent, body=body)
