"""The way from a source to a report in stages, each from files to files: for those who keep data with Git and DVC.

A folder of data holds a snapshot (`rows.parquet`, `dataset.json`), beside it what recipes learned and did.
"""

import json
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import polars as pl

from forecastle.core.errors import OutputError
from forecastle.core.execution import ExecutionResult
from forecastle.core.naming import slug
from forecastle.core.progress import Listener
from forecastle.data.options import ReadOptions
from forecastle.data.read import reading
from forecastle.data.snapshot import load_snapshot, save_snapshot, scan_rows
from forecastle.models.catalog import AUTO
from forecastle.pipeline.execution import Hooks, execute
from forecastle.pipeline.request import Request
from forecastle.pipeline.trained import TrainedModel, load_trained
from forecastle.recipes.back import ways_back
from forecastle.recipes.recipe import Recipe
from forecastle.recipes.run import run
from forecastle.services.datasets.drafts import LEARNED
from forecastle.services.files.recipes import read_steps
from forecastle.services.files.writing import write
from forecastle.services.forecasts.scales import Ways, as_uploaded
from forecastle.settings import Settings

MARK = ".forecastle-stage"
RECIPE, CHANGES = "recipe.json", "changes.json"
METRICS, LEADERBOARD = "metrics.json", "leaderboard.csv"
MEASURES = ("wape", "mase", "rmsse", "bias", "coverage_80", "skill")

PIPELINE = """\
# From a source to a report. `dvc repro` runs what is out of date; `dvc metrics diff` compares with the last commit.
stages:
  ingest:
    cmd: forecastle stage ingest {source} --out data/raw
    deps: [{source}]
    outs: [data/raw]
  clean:
    cmd: forecastle stage clean data/raw recipe.json --out data/clean
    deps: [data/raw, recipe.json]
    outs: [data/clean]
  train:
    cmd: forecastle stage train data/clean --out models
    deps: [data/clean]
    outs: [models]
  backtest:
    cmd: forecastle stage backtest data/clean --out metrics
    deps: [data/clean]
    outs: [metrics/leaderboard.csv]
    metrics:
      - metrics/metrics.json:
          cache: false
  report:
    cmd: forecastle stage report data/clean models --out report
    deps: [data/clean, models]
    outs: [report]
"""
FIRST_RECIPE = [{"step": "duplicates"}, {"step": "outliers", "action": "flag"}]


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """How a stage is carried out: with which settings, who hears of its progress."""

    settings: Settings
    listener: Listener


def begin(source: str, folder: Path) -> tuple[Path, Path]:
    """Write `dvc.yaml` and a first `recipe.json` into a folder, which has neither.

    Raises:
        OutputError: one of them is there, or they could not be written.
    """
    files = {folder / "dvc.yaml": PIPELINE.format(source=source), folder / RECIPE: json.dumps(FIRST_RECIPE, indent=1)}
    if there := [file for file in files if file.exists()]:
        raise OutputError(f"{there[0]} is there already.", hint="Remove it, or begin in another folder.")
    for file, text in files.items():
        file.write_text(text + ("" if text.endswith("\n") else "\n"), encoding="utf-8")
    pipeline, recipe = files
    return pipeline, recipe


def ingest(source: str, options: ReadOptions, out: Path, stage: Stage) -> int:
    """Read a source into a folder of data; answers how many rows there are.

    Raises:
        InputError: it cannot be read.
        OutputError: the folder holds other things, or could not be written.
    """
    with reading(source, options=options, settings=stage.settings.read) as found, _renewed(out):
        found.save(out)
    return int(scan_rows(out).select(pl.len()).collect().item())


def clean(data: Path, recipe: Path, out: Path) -> Sequence[str]:
    """Take the steps of a file on a folder of data, into another; answers with what was done, in sentences.

    Raises:
        InputError: the recipe cannot be read, or a step cannot be taken.
        OutputError: the folder holds other things, or could not be written.
    """
    before, known = _trail(data)
    steps = Recipe.parse(read_steps(recipe))
    outcome = run(steps, load_snapshot(data), before=before, known=known)
    with _renewed(out):
        save_snapshot(outcome.dataset, out)
        (out / RECIPE).write_text(json.dumps((before + steps).as_json(), indent=1), encoding="utf-8")
        told = [asdict(change) for change in outcome.changes]
        (out / CHANGES).write_text(json.dumps(told, indent=1, default=str), encoding="utf-8")
        if not outcome.learned.is_empty():
            outcome.learned.write_parquet(out / LEARNED)
    return steps.says()


def train(data: Path, request: Request, out: Path, stage: Stage) -> Sequence[str]:
    """Compare models, fit them, and keep them in a folder, one folder a model; answers with their names.

    Raises:
        InputError: the data or the request cannot be used.
        OutputError: the folder holds other things, or could not be written.
    """
    trained: list[TrainedModel] = []

    def keep(_result: ExecutionResult, models: Sequence[TrainedModel]) -> str:
        trained.extend(models)
        return f"{len(models)} models"

    hooks = Hooks(listener=stage.listener, keep=keep, retain=True)
    execute(load_snapshot(data), request, stage.settings, hooks=hooks)
    with _renewed(out):
        for model in trained:
            model.save(out / slug(model.name))
    return [model.name for model in trained]


def backtest(data: Path, request: Request, out: Path, stage: Stage) -> Mapping[str, Any]:
    """Compare models on past windows; the leaderboard and the leaders' measures as files of a folder.

    Raises:
        InputError: the data or the request cannot be used.
        OutputError: the files could not be written.
    """
    result = execute(load_snapshot(data), request, stage.settings, hooks=Hooks(listener=stage.listener))
    best = result.leaderboard.filter(pl.col("champion")).select("target", "model", *MEASURES).to_dicts()
    metrics = {row.pop("target"): row for row in best}
    with _writing(out):
        out.mkdir(parents=True, exist_ok=True)
        (out / METRICS).write_text(json.dumps(metrics, indent=1), encoding="utf-8")
        result.leaderboard.drop("seconds").write_csv(out / LEADERBOARD)
    return metrics


def report(data: Path, models: Path, out: Path, stage: Stage, *, horizon: int | None = None) -> Sequence[Path]:
    """Forecast from kept models, and write the forecasts, the tables behind them and the report into a folder.

    Raises:
        InputError: the data are not what the models were trained for.
        OutputError: the folder holds other things, or could not be written.
    """
    kept = [load_trained(folder) for folder in sorted(models.iterdir()) if folder.is_dir()]
    result = execute(
        load_snapshot(data),
        Request(horizon=horizon),
        stage.settings,
        hooks=Hooks(listener=stage.listener),
        kept=[model for model in kept if model.family == AUTO],
        others=[model for model in kept if model.family != AUTO],
    )
    return write(as_uploaded(result, _ways(data, result)), out, overwrite=True, settings=stage.settings.report)


def _trail(data: Path) -> tuple[Recipe, pl.DataFrame | None]:
    """All steps that made a folder of data, and what they learned."""
    recipe = Recipe.parse(read_steps(data / RECIPE)) if (data / RECIPE).exists() else Recipe(())
    return recipe, pl.read_parquet(data / LEARNED) if (data / LEARNED).exists() else None


def _ways(data: Path, result: ExecutionResult) -> Ways:
    recipe, learned = _trail(data)
    return ways_back(recipe, learned, result.classification["target"].unique(maintain_order=True).to_list())


@contextmanager
def _renewed(out: Path) -> Iterator[None]:
    """An empty folder, marked as one that a stage may renew."""
    if out.exists() and any(out.iterdir()) and not (out / MARK).exists():
        raise OutputError(f"{out} holds other things.", hint="Choose an empty folder, or a new one.")
    with _writing(out):
        shutil.rmtree(out, ignore_errors=True)
        out.mkdir(parents=True)
        (out / MARK).touch()
        yield


@contextmanager
def _writing(out: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise OutputError(f"{out} could not be written: {error.strerror or error}.", path=str(out)) from error
