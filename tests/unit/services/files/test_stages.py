import json
from pathlib import Path

import polars as pl
import pytest

from forecastle.core.errors import InputError, OutputError
from forecastle.data.options import ReadOptions
from forecastle.data.snapshot import load_snapshot
from forecastle.pipeline.request import Request
from forecastle.services.files import stages
from forecastle.services.files.recipes import read_steps
from forecastle.services.files.stages import Stage
from forecastle.settings import Settings

from ..conftest import sales


@pytest.fixture
def stage(settings: Settings) -> Stage:
    return Stage(settings=settings, listener=lambda _report: None)


@pytest.fixture
def raw(tmp_path: Path, stage: Stage) -> Path:
    sales(60).write_csv(tmp_path / "sales.csv")
    stages.ingest(str(tmp_path / "sales.csv"), ReadOptions(targets=("volume",)), tmp_path / "raw", stage)
    return tmp_path / "raw"


def recipe(folder: Path, *steps: dict[str, object]) -> Path:
    (folder / "recipe.json").write_text(json.dumps(steps))
    return folder / "recipe.json"


def test_every_stage_goes_from_files_to_files_and_forecasts_are_on_the_scale_of_the_source(
    raw: Path, tmp_path: Path, stage: Stage
) -> None:
    said = stages.clean(raw, recipe(tmp_path, {"step": "log"}), tmp_path / "clean")
    assert said == ("The targets become the logarithm of the value plus 1.",)
    request = Request(horizon=2, models=("naive",))
    assert "auto_volume" in stages.train(tmp_path / "clean", request, tmp_path / "models", stage)
    files = stages.report(tmp_path / "clean", tmp_path / "models", tmp_path / "report", stage)
    assert tmp_path / "report/report.html" in files
    assert pl.read_parquet(tmp_path / "report/forecasts.parquet")["mean"].is_between(9, 50).all()


def test_a_backtest_leaves_metrics_that_dvc_compares(raw: Path, tmp_path: Path, stage: Stage) -> None:
    request = Request(horizon=2, models=("naive",), backtest_only=True)
    told = stages.backtest(raw, request, tmp_path / "metrics", stage)
    assert json.loads((tmp_path / "metrics/metrics.json").read_text()) == told
    assert told["volume"]["wape"] > 0


def test_a_recipe_goes_on_from_what_the_data_know(raw: Path, tmp_path: Path) -> None:
    stages.clean(raw, recipe(tmp_path, {"step": "scale"}), tmp_path / "one")
    stages.clean(tmp_path / "one", recipe(tmp_path, {"step": "filter", "series": ["S1"]}), tmp_path / "two")
    assert [step["step"] for step in json.loads((tmp_path / "two/recipe.json").read_text())] == ["scale", "filter"]
    assert pl.read_parquet(tmp_path / "two/learned.parquet")["series"].to_list() == ["S0", "S1", "S2", "S3"]
    with pytest.raises(InputError, match="means nothing"):
        stages.clean(tmp_path / "one", recipe(tmp_path, {"step": "units", "factor": 2}), tmp_path / "three")


def test_a_stage_renews_what_it_made_and_nothing_else(raw: Path, tmp_path: Path) -> None:
    step = recipe(tmp_path, {"step": "duplicates"})
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine/precious.txt").touch()
    with pytest.raises(OutputError, match="holds other things"):
        stages.clean(raw, step, tmp_path / "mine")
    for _ in range(2):
        stages.clean(raw, step, tmp_path / "clean")
    assert load_snapshot(tmp_path / "clean").frame.height == 240


def test_a_pipeline_is_begun_once(tmp_path: Path) -> None:
    pipeline, _ = stages.begin("sales.csv", tmp_path)
    assert "forecastle stage ingest sales.csv --out data/raw" in pipeline.read_text()
    with pytest.raises(OutputError, match="is there already"):
        stages.begin("sales.csv", tmp_path)


@pytest.mark.parametrize("told", ['{"step": "missing"}', "5", "null"])
def test_a_file_without_a_list_of_steps_is_told(tmp_path: Path, told: str) -> None:
    (tmp_path / "recipe.json").write_text(told)
    with pytest.raises(InputError, match="holds no list of steps"):
        read_steps(tmp_path / "recipe.json")
