"""A whole Forecastle: its processes, started and killed as an operator's would be, and its books, which must add up."""

import asyncio
import json
import os
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeVar

from forecastle.bootstrap.house import open_house
from forecastle.core.ports import Page
from forecastle.core.records import Execution, Job, JobKind, JobStatus
from forecastle.services.house import House
from forecastle.settings import Settings

Answer = TypeVar("Answer")

PATIENCE = 90.0
"""Seconds until a test gives up waiting; a loaded machine is slow."""

FORECASTLE = (sys.executable, "-m", "forecastle")

DAYS = [date(2024, 1, 1) + timedelta(weeks=week) for week in range(60)]
SALES = "week,sku,volume,revenue\n" + "".join(
    f"{day},{sku},{level + week % 4},{(level + week % 4) * 2.5}\n"
    for sku, level in (("A", 20), ("B", 40), ("C", 5), ("D", 90))
    for week, day in enumerate(DAYS)
)
QUICK = {"dataset": "sales", "horizon": 4, "models": ["ets", "seasonal_naive"], "targets": ["volume", "revenue"]}
"""A training of a second or two."""


@dataclass(frozen=True, kw_only=True)
class Running:
    """A house with its settings, of which every process is told by the environment."""

    sections: dict[str, dict[str, Any]]

    @classmethod
    def at(cls, folder: Path, **sections: dict[str, Any]) -> "Running":
        """A new house with one dataset: SQLite and files in a folder, unless the sections say otherwise."""
        storage = {"database": f"sqlite:///{folder}/forecastle.db", "artifacts": str(folder / "artifacts")}
        usual = {"storage": storage, "backtest": {"windows": 1}, "forecast": {"threads": 1}}
        queue = {"lease_seconds": 2.0, "backoff_seconds": 0.2, "workers": 0}
        merged = usual | sections
        merged["storage"] = storage | sections.get("storage", {})
        merged["queue"] = queue | sections.get("queue", {})
        running = cls(sections=merged)
        file = folder / "sales.csv"
        file.write_text(SALES)
        running.inside(lambda house: house.datasets.upload(file, name="sales", filename=file.name), upgrade=True)
        return running

    @property
    def settings(self) -> Settings:
        return Settings.model_validate(self.sections)

    @property
    def environment(self) -> dict[str, str]:
        """As in compose.yaml."""
        return {
            f"FORECASTLE_{section}__{name}".upper(): value if isinstance(value, str) else json.dumps(value)
            for section, values in self.sections.items()
            for name, value in values.items()
        }

    @contextmanager
    def process(self, *arguments: str, **options: Any) -> Iterator["subprocess.Popen[str]"]:
        """A command of Forecastle, at work; told to stop at the end."""
        environment = os.environ | self.environment
        with subprocess.Popen((*FORECASTLE, *arguments), env=environment, text=True, **options) as process:
            try:
                yield process
            finally:
                process.terminate()
                try:
                    process.wait(timeout=90)  # a loaded machine is slow
                finally:
                    process.kill()

    @contextmanager
    def worker(self, **options: Any) -> Iterator["subprocess.Popen[str]"]:
        with self.process("worker", **options) as process:
            yield process

    @contextmanager
    def server(self, *, workers: int = 0) -> Iterator[tuple["subprocess.Popen[str]", str]]:
        """A server that is ready, and its address."""
        arguments = ("serve", "--port", "0", "--job-workers", str(workers))
        with self.process(*arguments, stdout=subprocess.PIPE) as process:
            assert process.stdout is not None
            yield process, process.stdout.readline().split()[-1]

    def inside(self, use: Callable[[House], Awaitable[Answer]], *, upgrade: bool = False) -> Answer:
        """What `use` answers with the house open beside its processes."""

        async def used() -> Answer:
            async with open_house(self.settings, upgrade=upgrade) as house:
                return await use(house)

        return asyncio.run(used())

    def start(self, **params: Any) -> str:
        """The id of a new training."""
        return self.inside(lambda house: house.jobs.start(JobKind.TRAIN, QUICK | params)).id

    def wait(self, job_id: str, *, step: int = 0) -> Job:
        """The job, as soon as it is over, or runs and has reported a step."""

        async def look(house: House) -> Job:
            end = time.monotonic() + PATIENCE
            while True:
                job = await house.jobs.find(job_id)
                if job.status.over or (step and job.report and job.report.step >= step):
                    return job
                assert time.monotonic() < end, job
                await asyncio.sleep(0.005)

        return self.inside(look)

    def check(self, job_id: str, *, like: str | None = None) -> Job:
        """A job that is completed, whose results are kept once and whole; equal to those of the job `like`."""
        return self.inside(lambda house: _checked(house, job_id, like or job_id))


async def _checked(house: House, job_id: str, like: str) -> Job:
    job = await house.jobs.find(job_id)
    assert job.status is JobStatus.COMPLETED, job
    assert [execution.id for execution in await house.executions.list(limit=1000)].count(job_id) == 1
    kinds = [event.kind async for event in house.events.past(after=0, job_id=job_id)]
    assert kinds.count("job:completed") == len([kind for kind in kinds if kind != "job:progress"]) == 1
    await _check_rows(house, await house.executions.find(job_id), like)
    assert await _check_models(house, job_id) == await _check_models(house, like)
    await check_files(house)
    return job


async def _check_rows(house: House, execution: Execution, like: str) -> None:
    """Forecasts, metrics, leaderboard and classes: no row missing, none twice."""
    everything = Page(limit=None)
    forecasts, count = await house.executions.forecasts(execution.id, everything)
    assert len(forecasts) == count == execution.series * execution.horizon * len(execution.targets) > 0
    assert not forecasts.select("series_id", "ds", "target").is_duplicated().any()
    assert forecasts.equals((await house.executions.forecasts(like, everything))[0])
    metrics = await house.executions.metrics(execution.id)
    assert not metrics.select("target", "model", "by", "group", "metric").is_duplicated().any()
    assert len(metrics) == len(await house.executions.metrics(like)) > 0
    classes = await house.executions.classification(execution.id)
    assert len(classes) == execution.series * len(execution.targets)


async def _check_models(house: House, execution_id: str) -> list[str]:
    """The families of an execution: each one version and one line of the log, without gaps in numbers.

    `auto` is made by the first training only, where others name their models.
    """
    names = []
    for standing in await house.models.list():
        made = [version for version in standing.versions if version.execution_id == execution_id]
        names += [version.name for version in made]
        assert len(made) <= 1
        assert sorted(version.number for version in standing.versions) == [*range(1, 1 + len(standing.versions))]
        lines = [line.challenger_id for line in await house.models.decisions(standing.name)]
        assert sorted(map(str, lines)) == sorted(version.id for version in standing.versions)
        assert standing.champion is not None
        assert standing.champion.manifest
    assert names
    return [name for name in names if not name.startswith("auto_")]


async def check_files(house: House) -> None:
    """After tidying, the files are those that are referred to, and each is what was kept."""
    await house.housekeeping.tidy(grace=timedelta(0))
    folder = Path(house.settings.storage.artifacts)
    found = {"".join(path.parts[-2:]) for path in folder.rglob("*") if path.is_file()}
    async with house.jobs.begin() as work:
        assert found == set(await work.referenced())
    versions = [version for standing in await house.models.list() for version in standing.versions]
    for version in versions:
        with TemporaryDirectory() as copy:
            await house.versions.artifacts.get(version.manifest, Path(copy))
        assert bool(version.manifest) == (version.pruned_at is None)
    for dataset in await house.datasets.list():
        for kept in await house.datasets.versions(dataset.name):
            assert len((await house.datasets.open(kept)).frame) == kept.rows


def pid_of(job: Job) -> int:
    """The worker's process, which its name ends with."""
    assert job.worker is not None
    return int(job.worker.partition("/")[0].rpartition("-")[2])
