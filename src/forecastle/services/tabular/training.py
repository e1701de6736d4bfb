"""Training a tabular model: asked for as a job, carried out by a worker, kept as a version that challenges."""

import asyncio
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from importlib.metadata import version as version_of
from typing import Any
from uuid import uuid4

from forecastle.core.errors import ConflictError, InputError
from forecastle.core.naming import tabular_family
from forecastle.core.ports import Begin, Manifest, Tables, UnitOfWork
from forecastle.core.progress import Listener, Progress, StepReport
from forecastle.core.records import DatasetVersion, Execution, Job, JobKind, ModelVersion
from forecastle.data.snapshot import ROWS
from forecastle.services.clock import Clock, utc_now
from forecastle.services.datasets.tables import RowTables
from forecastle.services.jobs.jobs import Jobs
from forecastle.services.models.versions import Versions
from forecastle.services.requests import TabularParams
from forecastle.settings import Settings
from forecastle.tabular.reference import Reference
from forecastle.tabular.training import Trained, train

STEPS, ENDS = ("load", "train", "save"), (0.0, 0.05, 0.95, 1.0)
LIBRARIES = ("numpy", "polars", "scipy", "lightgbm")


@dataclass(frozen=True, kw_only=True)
class TabularTraining:
    """From a dataset to a version of a named model."""

    begin: Begin
    tables: RowTables
    versions: Versions
    jobs: Jobs
    settings: Settings
    now: Clock = field(default=utc_now)

    async def start(self, params: Mapping[str, Any]) -> Job:
        """Queue a training, after a look at whether it can be carried out.

        Raises:
            InputError: the parameters are not valid, or a column is not there.
            NotFoundError: there is no such dataset.
            ConflictError: the name belongs to another dataset or target.
        """
        asked = TabularParams.of(params)
        asked.check()
        version = await self.tables.datasets.version(asked.dataset, asked.version)
        named = await self._named(asked, version)
        _check_columns(named, version)
        if named.join is not None:
            await self.tables.datasets.version(named.join)
        return await self.jobs.start(JobKind.TABULAR, named.model_dump(mode="json", exclude_defaults=True))

    async def carry_out(self, job: Job, listener: Listener) -> Mapping[str, Any]:
        """Train and keep the model under the job's id; a job whose results are kept already is not run again.

        Raises:
            InputError: the data or the request cannot be used; nothing was kept.
            Cancelled: the listener said so.
        """
        if (saved := await self._saved(job.id)) is not None:
            return saved
        report = _Report(job_id=job.id, listener=listener)
        started = time.perf_counter()
        report.to(1)(0.0, "reading rows")
        asked = TabularParams.of(job.params)
        version = await self.tables.datasets.version(asked.dataset, asked.version)
        asked = await self._named(asked, version)
        rows = await self.tables.rows(version)
        reference = await self._reference(asked)
        compute = self.settings.forecast
        plan = asked.plan(seed=compute.seed, threads=compute.threads)
        trained = await asyncio.to_thread(train, rows, plan, reference=reference, progress=report.to(2))
        report.to(3)(0.0, "keeping the model")
        seconds = time.perf_counter() - started
        run = _Run(job=job, asked=asked, version=version, rows=rows.height, trained=trained, seconds=seconds)
        return await self._keep(run)

    async def _named(self, asked: TabularParams, version: DatasetVersion) -> TabularParams:
        """With the names of dataset and model filled in; a name stays with its dataset and target."""
        async with self.begin() as work:
            owner = await work.datasets.owner(version.id)
            name = asked.name or owner.name
            TabularParams.of({"target": asked.target, "name": name}).check()
            taken = await work.models.decided_last((tabular_family(name),))
            if taken is not None and (taken.dataset_id, taken.target) != (owner.id, asked.target):
                other = await work.datasets.find(taken.dataset_id)
                raise ConflictError(
                    f"The model {name!r} answers with {taken.target} of {other.name}.",
                    hint=f"Choose another name for {asked.target} of {owner.name}.",
                )
        return asked.model_copy(update={"name": name, "dataset": owner.name})

    async def _reference(self, asked: TabularParams) -> Reference | None:
        if asked.join is None or asked.on is None:
            return None
        table = await self.tables.rows(await self.tables.datasets.version(asked.join))
        return Reference.of(table, asked.on)

    async def _saved(self, execution_id: str) -> Mapping[str, Any] | None:
        """What came of a job whose worker died right after saving."""
        async with self.begin() as work:
            execution = await work.executions.find(execution_id)
            if execution is None:
                return None
            made = await work.models.made_by(execution_id)
            return dict(execution.summary) | await _standing(work, made[0])

    async def _keep(self, run: "_Run") -> Mapping[str, Any]:
        manifest = await self.versions.store(run.trained.model)
        execution = _record(run, seed=self.settings.forecast.seed)
        async with self.begin() as work:
            try:
                await work.executions.save(execution, Tables())
            except ConflictError:  # another worker was quicker
                kept = await self._saved(execution.id)
                if kept is None:
                    raise
                return kept
            entered = await self.versions.admit(work, _challenger(run, manifest, made_at=self.now()))
            told = await _standing(work, entered)
            await work.commit()
        return dict(execution.summary) | told


@dataclass(frozen=True, slots=True, kw_only=True)
class _Run:
    """One training that is over. rows: how many it learned from."""

    job: Job
    asked: TabularParams
    version: DatasetVersion
    rows: int
    trained: Trained
    seconds: float


def _record(run: _Run, *, seed: int) -> Execution:
    trained = run.trained
    return Execution(
        id=run.job.id,
        kind=JobKind.TABULAR.value,
        dataset_version_id=run.version.id,
        created_at=run.job.created_at,
        horizon=0,
        freq="",
        targets=(run.asked.target,),
        series=0,
        duration_seconds=run.seconds,
        summary={
            "execution_id": run.job.id,
            "name": run.asked.name,
            "target": run.asked.target,
            "rows": run.rows,
            "features": len(trained.model.spec.features),
            "metrics": trained.metrics,
            "findings": len(trained.findings.items),
        },
        manifest={"request": run.asked.model_dump(mode="json"), "seed": seed},
        findings=tuple(asdict(finding) for finding in trained.findings),
    )


def _challenger(run: _Run, manifest: Manifest, *, made_at: datetime) -> ModelVersion:
    """The version as it is to be entered, which gives it its number and label."""
    asked, version = run.asked, run.version
    return ModelVersion(
        id=str(uuid4()),
        dataset_id=version.dataset_id,
        family=tabular_family(str(asked.name)),
        target=asked.target,
        number=0,
        label="",
        execution_id=run.job.id,
        created_at=made_at,
        metrics=run.trained.metrics,
        parameters={
            "request": asked.model_dump(mode="json", exclude={"version"}),
            "dataset_version": version.number,
        },
        libraries={name: version_of(name) for name in LIBRARIES if name != "lightgbm" or asked.model == name},
        data_hash=version.manifest[ROWS],
        manifest=manifest,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Report:
    """Tells the listener of a job how far which step is; steps take shares of the whole as `ENDS` has them."""

    job_id: str
    listener: Listener

    def to(self, step: int) -> Progress:
        """The progress of a step, from 1."""
        start, end = ENDS[step - 1], ENDS[step]

        def tell(share: float, message: str) -> None:
            percent = round(100 * (start + share * (end - start)), 1)
            report = StepReport(
                job_id=self.job_id, step=step, name=STEPS[step - 1], percent=percent, message=message, eta_seconds=None
            )
            self.listener(report)

        return tell


def _check_columns(asked: TabularParams, version: DatasetVersion) -> None:
    """Say at once which named column is not there, and not only when a worker has read the rows."""
    there = [column["column"] for column in version.columns]
    named = (asked.target, *asked.columns, *asked.drop, *asked.required, *([asked.on] if asked.on else ()))
    if there and (missing := [name for name in named if name not in there]):
        raise InputError(f"There is no column {missing[0]!r}.", hint=f"The columns are: {', '.join(there)}.")


async def _standing(work: UnitOfWork, version: ModelVersion) -> dict[str, Any]:
    """What became of a new version: whether it leads, and why."""
    lines = await work.models.decisions(version.dataset_id, version.name)
    line = next(line for line in lines if line.challenger_id == version.id)
    return {
        "model": version.name,
        "model_version": version.label,
        "version": version.number,
        "leads": line.version_id == version.id,
        "reason": line.reason,
    }
