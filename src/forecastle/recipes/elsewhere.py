"""Recipes on the processes or machines of Dask, Ray or Spark, through fugue, which knows them all.

Steps work on whole series, so that pieces of a dataset need nothing of each other. Rows go to the workers and come back
as Parquet files in a folder that all of them see; the engine itself only hands out numbers.
"""

import json
import logging
import os
import pickle
import shutil
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import polars as pl

from forecastle.core.errors import ForecastleError
from forecastle.core.progress import Progress, silent
from forecastle.recipes.piece import Piece
from forecastle.recipes.recipe import Recipe
from forecastle.recipes.run import InTurn, Map, Task, Worked
from forecastle.settings import ScaleSettings

log = logging.getLogger(__name__)

HERE = "this machine"
MODULES = {"dask": ("distributed",), "ray": ("ray", "duckdb"), "spark": ("pyspark",)}
"""What has to be installed for each engine, beside fugue."""
EXTRAS = {"dask": "scale", "ray": "ray", "spark": "spark"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """Who works on the pieces of a dataset, and why."""

    engine: str
    reason: str
    each: Map


def choose(recipe: Recipe, rows: int, settings: ScaleSettings, progress: Progress = silent) -> Choice:
    """Up to `scale.rows` this machine; beyond that the engine of the settings, or the first that is installed."""
    wanted = MODULES if settings.engine == "auto" else [settings.engine]
    here = InTurn(rows=rows, progress=progress)
    there = [name for name in wanted if is_there(name)]
    if rows <= settings.rows:
        choice = Choice(engine=HERE, reason=f"{rows:,} rows, scale.rows is {settings.rows:,}", each=here)
    elif settings.engine == "none":
        choice = Choice(engine=HERE, reason="scale.engine is none", each=here)
    elif any(step.whole for step in recipe.steps):
        choice = Choice(engine=HERE, reason="a step looks at all series at once", each=here)
    elif not there:
        extra = EXTRAS.get(settings.engine, "scale")
        reason = f"{settings.engine} is not installed: pip install 'forecastle[{extra}]'"
        choice = Choice(engine=HERE, reason=reason, each=here)
    else:
        progress(0.0, f"{rows:,} rows on {there[0]}")
        elsewhere = Elsewhere(engine=there[0], address=settings.address, folder=settings.folder)
        choice = Choice(engine=there[0], reason=f"{rows:,} rows, scale.rows is {settings.rows:,}", each=elsewhere)
    log.info("recipe goes to an engine", extra={"engine": choice.engine, "reason": choice.reason})
    return choice


def is_there(engine: str) -> bool:
    """Whether an engine can be started: its packages are installed, and for Spark a Java."""
    packages = MODULES.get(engine)
    java = engine != "spark" or "JAVA_HOME" in os.environ or shutil.which("java")
    return bool(packages and java and all(find_spec(package) for package in ("fugue", *packages)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Elsewhere:
    """Has an engine work on the pieces. folder: one that all workers see; a temporary one of this machine when None."""

    engine: str
    address: str | None = None
    folder: Path | None = None

    def __call__(self, task: Task, pieces: Iterator[Piece]) -> Sequence[Worked]:
        """Hand out the pieces, and put down what came back in their order.

        Raises:
            ForecastleError: a step cannot be taken, as if it were taken here.
        """
        import pandas as pd
        from fugue import api

        with TemporaryDirectory(prefix="forecastle-", dir=self.folder) as made:
            folder = Path(made)
            count = 0
            for count, piece in enumerate(pieces, start=1):
                piece.frame.write_parquet(folder / f"{count - 1}.parquet")
                _put(folder / f"{count - 1}.piece", replace(piece, frame=piece.frame.clear()))
            _put(folder / "task", task)
            numbers = pd.DataFrame({"piece": range(count)})
            with _opened(self.engine, self.address) as engine:
                work = _worker(folder)
                even = {"num": count, "algo": "even"}
                transform: Any = api.transform  # type: ignore[attr-defined]  # it is what fugue documents
                transform(numbers, work, schema="piece:long", partition=even, engine=engine, as_local=True)
            return [_result(folder, number) for number in range(count)]


def _worker(folder: Path) -> Any:  # noqa: ANN401 - a function whose types fugue reads
    import pandas as pd

    def work(numbers: pd.DataFrame) -> pd.DataFrame:
        for number in numbers["piece"]:
            _work(folder, int(number))
        return numbers

    return work


def _work(folder: Path, number: int) -> None:
    """One piece, where the engine wants it; an error of ours is a result, too, for engines garble errors."""
    piece, task = _get(folder / f"{number}.piece"), _get(folder / "task")
    try:
        done = task.work(piece.with_frame(pl.read_parquet(folder / f"{number}.parquet")))
    except ForecastleError as error:
        (folder / f"{number}.error").write_text(json.dumps(error.as_dict(), default=str), encoding="utf-8")
        return
    done.piece.frame.write_parquet(folder / f"{number}.done.parquet")
    _put(folder / f"{number}.done", replace(done, piece=done.piece.with_frame(done.piece.frame.clear())))


def _result(folder: Path, number: int) -> Worked:
    if (error := folder / f"{number}.error").exists():
        raise ForecastleError.from_dict(json.loads(error.read_text(encoding="utf-8")))
    done: Worked = _get(folder / f"{number}.done")
    return replace(done, piece=done.piece.with_frame(pl.read_parquet(folder / f"{number}.done.parquet")))


def _put(file: Path, value: object) -> None:
    file.write_bytes(pickle.dumps(value))


def _get(file: Path) -> Any:  # noqa: ANN401 - what was put there
    return pickle.loads(file.read_bytes())  # noqa: S301 - from our own processes, in a folder that is a minute old


@contextmanager
def _opened(engine: str, address: str | None) -> Iterator[Any]:
    """The engine as fugue takes it: at an address, or on all cores of this machine."""
    opened = {"dask": _dask, "ray": _ray, "spark": _spark}[engine]
    with opened(address) as session:
        yield session


@contextmanager
def _dask(address: str | None) -> Iterator[Any]:
    import distributed

    connect: Any = distributed.Client
    here = {"n_workers": os.cpu_count(), "threads_per_worker": 1, "dashboard_address": None}
    with connect(address) if address else connect(**here) as client:
        yield client


@contextmanager
def _ray(address: str | None) -> Iterator[Any]:
    import fugue_ray  # noqa: F401 - so that fugue knows it
    import ray

    ray.init(address=address, include_dashboard=False, ignore_reinit_error=True)
    try:
        yield "ray"
    finally:
        ray.shutdown()


@contextmanager
def _spark(address: str | None) -> Iterator[Any]:
    from pyspark.sql import SparkSession

    if not address:  # the workers are on this machine, and are to know what this Python knows
        os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    builder = SparkSession.builder.master(address or "local[*]").config("spark.ui.enabled", "false")
    session = builder.getOrCreate()
    try:
        yield session
    finally:
        session.stop()
