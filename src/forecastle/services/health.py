"""Whether everything this house needs is there."""

import asyncio
from collections.abc import Awaitable, Mapping
from dataclasses import dataclass
from importlib.metadata import version

from forecastle.core.errors import ForecastleError
from forecastle.core.ports import Artifacts, Begin, Queue
from forecastle.services.tabular.serving import TabularServing

PATIENCE = 0.15
"""Seconds a check may take: the whole answer is to be there within 200 ms."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """status: `ok`, or `degraded` when a check failed. checks: `ok`, or what is wrong, by part.

    `tabular:NAME` is among them while another version of that model answers in place of one that cannot be read.
    """

    status: str
    model_loaded: bool
    version: str
    checks: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class Health:
    """Asks the database, the queue and the artifact store, all at once, and knows which models could not be read."""

    begin: Begin
    queue: Queue
    artifacts: Artifacts
    serving: TabularServing

    async def check(self) -> Report:
        """How the house is; never raises, never takes longer than 200 ms."""
        parts = {"database": self._database(), "queue": self.queue.check(), "artifacts": self.artifacts.check()}
        answers = await asyncio.gather(*map(_answer, parts.values()), _trained(self.begin))
        checks = {name: str(answer) for name, answer in zip(parts, answers, strict=False)}
        checks |= {refused.version.family: str(refused) for refused in self.serving.refused.values()}
        return Report(
            status="ok" if set(checks.values()) == {"ok"} else "degraded",
            model_loaded=answers[-1] is True,
            version=version("forecastle"),
            checks=checks,
        )

    async def _database(self) -> None:
        async with self.begin() as work:
            await work.check()


async def _answer(check: Awaitable[None]) -> str:
    try:
        await asyncio.wait_for(check, PATIENCE)
    except TimeoutError:
        return f"no answer within {PATIENCE * 1000:.0f} ms"
    except ForecastleError as error:
        return error.message
    return "ok"


async def _trained(begin: Begin) -> bool:
    try:
        async with asyncio.timeout(PATIENCE), begin() as work:
            return bool(await work.models.trained_datasets())
    except (TimeoutError, ForecastleError):
        return False
