"""The state of the house at a glance, and what somebody might do next."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from forecastle.core.findings import Severity
from forecastle.core.records import DatasetVersion, Execution, Job, JobStatus, StoredDataset
from forecastle.data.dataset import Role
from forecastle.reporting.wording import percent
from forecastle.services.datasets.datasets import Datasets
from forecastle.services.forecasts.executions import Executions
from forecastle.services.jobs.jobs import Jobs

RECENT = 8
"""Executions and jobs that are shown."""

OFF = 0.05
"""By how much the share of values inside a range may differ from what was promised, without a word."""


WORSE = 1.2
"""By how much the error must grow from one version of the data to the next to be told."""


class Next(StrEnum):
    """What somebody might do."""

    FORECAST = "forecast"
    LOOK_AT_DATA = "look_at_data"
    LOOK_AT_JOB = "look_at_job"
    LOOK_AT_MODELS = "look_at_models"


@dataclass(frozen=True, slots=True, kw_only=True)
class Advice:
    """Something worth doing. message: why. about: the dataset, or the id of the job. serious: something is wrong."""

    next: Next
    message: str
    about: str
    serious: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class DatasetGlance:
    """A dataset, its newest version and the newest execution that stands on it, of whichever of its versions.

    before: the newest execution on an older version than that.
    """

    dataset: StoredDataset
    version: DatasetVersion
    versions: Sequence[DatasetVersion]
    execution: Execution | None
    before: Execution | None

    @property
    def timeless(self) -> bool:
        """Whether it is a table without dates, to learn from or to join, that nothing can be forecast of."""
        return not any(column["role"] == Role.TIME for column in self.version.columns)


@dataclass(frozen=True, slots=True, kw_only=True)
class Glance:
    """The house at a glance: datasets, executions and jobs, the newest first, and what to do next."""

    datasets: Sequence[DatasetGlance]
    executions: Sequence[Execution]
    names: Mapping[str, str]
    jobs: Sequence[Job]
    advice: Sequence[Advice]

    def dataset_of(self, execution: Execution) -> str:
        """The name of the dataset that an execution stands on; empty once that is deleted."""
        return self.names.get(execution.dataset_version_id, "")


@dataclass(frozen=True, kw_only=True)
class Overview:
    """Puts together what the other services know."""

    datasets: Datasets
    executions: Executions
    jobs: Jobs

    async def look(self) -> Glance:
        """The house as it is now."""
        made = [
            execution for execution in await self.executions.list(limit=50) if execution.kind in ("train", "forecast")
        ]
        glances = [await self._glance(dataset, made) for dataset in await self.datasets.list()]
        jobs = await self.jobs.list(limit=RECENT)
        return Glance(
            datasets=glances,
            executions=made[:RECENT],
            names={version.id: one.dataset.name for one in glances for version in one.versions},
            jobs=jobs,
            advice=tuple(_advice(glances, jobs)),
        )

    async def _glance(self, dataset: StoredDataset, made: Sequence[Execution]) -> DatasetGlance:
        versions = await self.datasets.versions(dataset.id)
        mine = {version.id for version in versions}
        own = [execution for execution in made if execution.dataset_version_id in mine]
        newest = own[0] if own else None
        older = [one for one in own if newest and one.dataset_version_id != newest.dataset_version_id]
        return DatasetGlance(
            dataset=dataset,
            version=versions[0],
            versions=versions,
            execution=newest,
            before=older[0] if older else None,
        )


def _advice(datasets: Sequence[DatasetGlance], jobs: Sequence[Job]) -> Iterator[Advice]:
    """The serious things first."""
    if jobs and jobs[0].status is JobStatus.FAILED and jobs[0].error:
        message = f"The last job failed: {jobs[0].error['message']}"
        yield Advice(next=Next.LOOK_AT_JOB, message=message, about=jobs[0].id, serious=True)
    at_work = {job.params.get("dataset") for job in jobs if not job.status.over}
    for one in datasets:
        yield from _about_data(one)
        if one.timeless or one.dataset.name in at_work:
            continue
        if one.execution is None:
            message = f"{one.dataset.name} has {one.version.rows:,} rows and no forecast yet."
            yield Advice(next=Next.FORECAST, message=message, about=one.dataset.name)
            continue
        if one.execution.dataset_version_id != one.version.id:
            message = f"{one.dataset.name} has version {one.version.number}, newer than its last forecast."
            yield Advice(next=Next.FORECAST, message=message, about=one.dataset.name)
        yield from _about_accuracy(one.dataset.name, one.execution)
        if one.before is not None:
            yield from _about_drift(one.dataset.name, one.before, one.execution)


def _about_data(one: DatasetGlance) -> Iterator[Advice]:
    found = [finding for finding in one.version.findings if finding["severity"] == Severity.ERROR]
    if found:
        message = f"{one.dataset.name}: {found[0]['message']}"
        yield Advice(next=Next.LOOK_AT_DATA, message=message, about=one.dataset.name, serious=True)
        return
    doubtful = [finding for finding in one.version.findings if finding["severity"] == Severity.WARNING]
    if doubtful:
        more = f" And {len(doubtful) - 1} more." if len(doubtful) > 1 else ""
        message = f"{one.dataset.name}: {doubtful[0]['message']}{more}"
        yield Advice(next=Next.LOOK_AT_DATA, message=message, about=one.dataset.name)


def _about_accuracy(name: str, execution: Execution) -> Iterator[Advice]:
    for told in execution.summary.get("figures", ()):
        skill, held, band = told["skill"], told["held"], told["band"]
        if skill is not None and skill <= 0:
            message = f"{name}: the forecasts of {told['target']} were no better than repeating the past."
            yield Advice(next=Next.LOOK_AT_MODELS, message=message, about=name, serious=True)
        if held is not None and band and abs(held - band["share"]) > OFF:
            promised, kept = percent(band["share"], 0), percent(held, 0)
            message = f"{name}: the {promised} ranges of {told['target']} held {kept} of the values."
            yield Advice(next=Next.LOOK_AT_MODELS, message=message, about=name)


def _about_drift(name: str, before: Execution, now: Execution) -> Iterator[Advice]:
    """Targets that have become harder to forecast since an older version of the data."""
    then = {told["target"]: told["wape"] for told in before.summary.get("figures", ())}
    for told in now.summary.get("figures", ()):
        was, wape = then.get(told["target"]), told["wape"]
        if was and wape and wape > WORSE * was:
            change = f"from {percent(was)} to {percent(wape)}"
            message = f"{name}: the error of {told['target']} on the past grew {change} with the newer data."
            yield Advice(next=Next.LOOK_AT_MODELS, message=message, about=name, serious=True)
