"""Recipes as jobs: what takes longer than anybody waits for an answer."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from forecastle.core.errors import InputError
from forecastle.core.progress import Listener, Progress, StepReport
from forecastle.core.records import Job, JobKind
from forecastle.data.dataset import Role
from forecastle.services.datasets.recipes import READ, WORKED, Recipes
from forecastle.services.datasets.trials import as_json
from forecastle.services.jobs.jobs import Jobs
from forecastle.services.requests import Cleaning, CleaningParams, StartCleaning
from forecastle.settings import ScaleSettings

STEPS: Mapping[str, float] = {"load": READ, "clean": WORKED, "save": 1.0}
"""The steps of such a job, each with the share of the whole that is done after it."""
PLAIN_STEPS = 10
"""Plain steps, as `Step.effort` counts them, that a request waits for on as many rows as it may have: a few seconds."""


@dataclass(frozen=True, kw_only=True)
class CleaningJobs:
    """Recipes through the queue."""

    recipes: Recipes
    jobs: Jobs
    settings: ScaleSettings

    async def takes_long(self, name: str, asked: Cleaning) -> bool:
        """Whether it may take longer than anybody waits for an answer, by the rows and the steps.

        Raises:
            NotFoundError: there is no such dataset, version or recipe.
            InputError: the steps of a version cannot be taken on this one.
        """
        order = await self.recipes.order(name, asked)
        targets = sum(column["role"] == Role.TARGET for column in order.base.columns)
        most = self.settings.at_once
        return order.base.rows > most or order.base.rows * order.recipe.effort(targets) > PLAIN_STEPS * most

    async def check_quick(self, name: str, asked: Cleaning) -> None:
        """Refuse to carry out within a request what may take minutes.

        Raises:
            NotFoundError: there is no such dataset, version or recipe.
            InputError: it takes long (see `takes_long`).
        """
        if await self.takes_long(name, asked):
            rows = (await self.recipes.datasets.version(name, asked.version)).rows
            raise InputError(
                f"These steps on {rows:,} rows may take longer than a request should.",
                hint=f"Start them as a job: POST /datasets/{name}/clean/start. Up to {self.settings.at_once:,} rows "
                "(scale.at_once) are cleaned at once, fewer by steps that take long.",
            )

    async def start(self, name: str, asked: StartCleaning, *, by: str) -> Job:
        """Queue a recipe, or the account of what it would change; whether it can be taken is looked at first.

        Raises:
            NotFoundError: there is no such dataset, version or recipe.
            InputError: the steps of a version cannot be taken on this one.
        """
        order = await self.recipes.order(name, asked)
        asked = asked.model_copy(update={"version": order.base.number})  # whatever is current when a worker comes to it
        return await self.jobs.start(JobKind.CLEAN, asked.as_params() | {"dataset": name, "by": by})

    async def carry_out(self, job: Job, listener: Listener) -> Mapping[str, Any]:
        """Carry out the recipe of a job; answers with the version that it made, and what it changed.

        Raises:
            InputError: a step cannot be taken; nothing was kept.
            Cancelled: the listener said so.
        """
        asked = CleaningParams.of(job.params)
        progress, name = _reporting(job.id, listener), str(asked.dataset)
        if asked.dry_run:
            trial = await self.recipes.dry_run(name, asked, progress)
            return {"dataset": name, "version": trial.version.number, "dry_run": True} | as_json(trial)
        cleaned = await self.recipes.apply(name, asked, by=asked.by, progress=progress)
        told = as_json(cleaned.trial) | {"reused": cleaned.reused, "rows": cleaned.version.rows}
        return {"dataset": name, "version": cleaned.version.number, "dry_run": False} | told


def _reporting(job_id: str, listener: Listener) -> Progress:
    """Tells the listener of a job how far it is."""

    def tell(share: float, message: str) -> None:
        step = next(number for number, end in enumerate(STEPS.values(), 1) if share < end or end == 1.0)
        name = list(STEPS)[step - 1]
        report = StepReport(
            job_id=job_id, step=step, name=name, percent=round(100 * share, 1), message=message, eta_seconds=None
        )
        listener(report)

    return tell
