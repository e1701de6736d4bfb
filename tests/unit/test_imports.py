"""What is imported before it is needed makes everybody wait."""

import json
import subprocess
import sys

import pytest

HEAVY = {"polars", "numpy", "scipy", "pydantic", "pydantic_settings", "plotly", "sqlalchemy", "httpx", "holidays"}
RUN = "from forecastle.cli import main; main({arguments})"


def imported(code: str) -> set[str]:
    """The top-level modules a fresh process has after some code."""
    script = f"import json, sys\n{code}\nprint(json.dumps(sorted(sys.modules)), file=sys.stderr)"
    done = subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, text=True)
    return {name.partition(".")[0] for name in json.loads(done.stderr)}


def test_importing_forecastle_imports_no_library() -> None:
    loaded = imported("import forecastle")
    assert "forecastle" in loaded
    assert loaded & {*HEAVY, "rich", "cyclopts", "structlog"} == set()


@pytest.mark.parametrize("arguments", [[], ["--help"], ["--version"]])
def test_the_overview_imports_no_library(arguments: list[str]) -> None:
    assert imported(RUN.format(arguments=arguments)) & {*HEAVY, "rich", "cyclopts", "structlog"} == set()


@pytest.mark.parametrize("arguments", [["run", "--help"], ["models", "--help"]])
def test_help_computes_nothing(arguments: list[str]) -> None:
    assert imported(RUN.format(arguments=arguments)) & HEAVY == set()


@pytest.mark.parametrize(
    "name", ["statsforecast:AutoARIMA", "darts:NLinearModel", "chronos:amazon/chronos-bolt-small", "fracast"]
)
def test_a_model_of_another_library_is_named_without_it(name: str) -> None:
    imports = "from forecastle.models.catalog import find\nfrom forecastle.models.batched import Compute"
    named = f"{imports}\nfind({name!r}).forecaster(Compute())"
    assert imported(named) & {"statsforecast", "darts", "chronos", "fracast", "torch", "pandas"} == set()
