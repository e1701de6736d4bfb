"""What a worker and the process of one job say to each other: one JSON object a line.

The worker writes one `Order`; the process answers with any number of `Reported` and one `Done` or `Failed`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import TypeAdapter

from forecastle.core.progress import StepReport
from forecastle.core.records import Job
from forecastle.settings import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What is to be done, and under which settings; secrets stay out of the command line and the environment."""

    job: Job
    settings: Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class Reported:
    """How far it is."""

    progress: StepReport


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """It is carried out, and its results are kept. done: what to tell the one who asked."""

    done: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """Why it failed. error: as `ForecastleError.as_dict`. retry: whether another try may help."""

    error: Mapping[str, Any]
    retry: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Failed:
    """It failed, and nothing was kept."""

    failed: Failure


Message = Reported | Done | Failed

_orders = TypeAdapter(Order)
_messages: TypeAdapter[Message] = TypeAdapter(Message)


def write_order(order: Order) -> bytes:
    """The order as one line."""
    return _orders.dump_json(order) + b"\n"


def read_order(line: bytes) -> Order:
    """The order of one line; ValueError when it is none."""
    return _orders.validate_json(line)


def write_message(message: Message) -> bytes:
    """The message as one line; whatever JSON does not know becomes text, infinite and missing numbers null."""
    return _messages.dump_json(message, fallback=str) + b"\n"


def read_message(line: bytes) -> Message:
    """The message of one line; ValueError when it is none."""
    return _messages.validate_json(line)
