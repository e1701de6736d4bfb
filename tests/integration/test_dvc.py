"""`dvc repro` on the stages, with a DVC of its own: its dependencies are not ours."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from forecastle.data.demo.demonstration import demonstration

pytestmark = pytest.mark.slow
Run = Callable[..., str]
SMALL = {"FORECASTLE_BACKTEST__WINDOWS": "1", "FORECASTLE_FORECAST__PATHS": "50", "FORECASTLE_BACKTEST__PATHS": "50"}


@pytest.fixture(scope="module")
def dvc(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An environment with nothing but DVC in it, from the package index."""
    folder = tmp_path_factory.mktemp("dvc")
    uv = Path(sys.executable).parent / "uv"
    if not uv.exists():
        pytest.skip("uv is not beside this Python, and DVC gets an environment of its own from it")
    subprocess.run([uv, "venv", "-q", folder], check=True)
    subprocess.run(
        [uv, "pip", "install", "-q", "--python", folder / "bin/python", "dvc>=3.60"], check=True, timeout=600
    )
    return folder / "bin/dvc"


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Run a program in the repository and answer with what it says."""
    ours = Path(sys.executable).parent
    environment = os.environ | SMALL | {"PATH": f"{ours}{os.pathsep}{os.environ['PATH']}", "DVC_NO_ANALYTICS": "1"}

    def ran(*command: object) -> str:
        done = subprocess.run(
            [*map(str, command)], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout + done.stderr

    return ran


def test_a_git_and_dvc_user_reproduces_everything_and_only_what_changed_runs_again(
    dvc: Path, run: Run, tmp_path: Path
) -> None:
    frame = demonstration("retail").frame
    few = frame[frame.columns[1]].unique().sort().head(1)
    frame.filter(frame[frame.columns[1]].is_in(few.to_list())).write_csv(tmp_path / "sales.csv")
    run("git", "init", "-q")
    run(dvc, "init", "-q")
    run("forecastle", "stage", "init", "sales.csv")
    pipeline = tmp_path / "dvc.yaml"
    quick = pipeline.read_text().replace("--out models", "--out models -m ets -m naive -n 3")
    pipeline.write_text(quick.replace("--out metrics", "--out metrics -m ets -m naive -n 3"))
    run(dvc, "repro")
    assert (tmp_path / "report/report.html").stat().st_size > 100_000
    metrics = json.loads((tmp_path / "metrics/metrics.json").read_text())
    assert all(row["wape"] > 0 for row in metrics.values())
    assert "up to date" in run(dvc, "repro")
    (tmp_path / "recipe.json").write_text(json.dumps([{"step": "log"}]))
    again = run(dvc, "repro")
    assert "Stage 'ingest' didn't change" in again
    assert "Running stage 'report'" in again
