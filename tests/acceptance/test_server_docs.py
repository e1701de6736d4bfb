"""What the documentation of the server tells people to type does what it says."""

import contextlib
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from shutil import which

import polars as pl
import pytest

import forecastle as fc
from forecastle import Client
from forecastle.cli import main
from forecastle.settings import Settings, load_settings

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
URL = "http://127.0.0.1:8000"
JOB = "0b6f7a52-4c0e-4f0e-9d0b-9f1d6f3c2a11"
PROGRAMS = Path(sys.executable).parent
QUICK = ("--set", "backtest.windows=1", "--set", "backtest.paths=50", "--set", "forecast.paths=50")


def blocks(page: Path) -> list[tuple[str, str]]:
    """The code of a page with its language, in the order of the page."""
    return re.findall(r"^ *```(sh|python)\b[^\n]*\n(.*?)^ *```", page.read_text(), re.MULTILINE | re.DOTALL)


def run(code: str, folder: Path, language: str = "sh") -> str:
    """What some code says that is typed in a folder."""
    program = [sys.executable, "-c", code] if language == "python" else ["sh", "-ec", code]
    path = f"{PROGRAMS}:/usr/bin:/bin"
    done = subprocess.run(program, cwd=folder, capture_output=True, text=True, check=False, env={"PATH": path})
    assert done.returncode == 0, f"{code}\n{done.stdout}\n{done.stderr}"
    return done.stdout


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with `sales.csv`: real series of the demo data, few and short."""
    folder = tmp_path_factory.mktemp("shop")
    few = pl.col("industry").str.contains("Food|Liquor"), pl.col("month").dt.year() > 2012
    fc.demo("retail").dataset.frame.filter(*few).write_csv(folder / "sales.csv")
    return folder


@pytest.fixture(scope="module")
def served(shop: Path) -> Iterator[str]:
    """The URL of a server whose folder that is."""
    command = [sys.executable, "-m", "forecastle", "serve", "--port", "0", *QUICK, "--set", "forecast.models=[ets]"]
    with subprocess.Popen(command, cwd=shop, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        yield server.stdout.readline().split()[-1]
        server.terminate()


@pytest.mark.slow
@pytest.mark.skipif(which("curl") is None, reason="curl is not installed")
def test_the_tutorial_of_the_server_runs_from_start_to_end(shop: Path, served: str) -> None:
    job, said = JOB, ""
    for language, code in blocks(DOCS / "tutorial" / "first-server.md"):
        if "pip install" not in code and "fc.demo" not in code:
            said += run(code.replace(URL, served).replace(JOB, job).replace("curl", "curl -sSf"), shop, language)
        if found := re.findall(r'"jobId":\s*"([^"]+)"', said):
            job = found[0]
    assert said.count("event: job:completed") == 1
    assert pl.read_csv(shop / "forecasts.csv").height == 14 * 12
    assert "auto_turnover led by auto_turnover_v1" in said


@pytest.mark.slow
@pytest.mark.parametrize(
    "page", [ROOT / "README.md", DOCS / "how-to" / "use-the-client.md"], ids=lambda page: page.stem
)
def test_the_client_of_the_documentation_runs(page: Path, shop: Path, served: str) -> None:
    code = [code for language, code in blocks(page) if (language == "python" and "Client" in code) or "client" in code]
    assert run("\n".join(code).replace(URL, served), shop, "python")


def test_every_call_of_the_client_is_on_its_page() -> None:
    page = (DOCS / "how-to" / "use-the-client.md").read_text()
    named = set(re.findall(r"`(\w+)`", page.partition("## Every call")[2]))
    offered = {name for name in dir(Client) if not name.startswith("_")} - {"run", "close"}
    assert named - {"Client"} == offered


@pytest.mark.slow
def test_a_backup_is_restored_as_it_was(tmp_path: Path, shop: Path) -> None:
    (tmp_path / "sales.csv").write_bytes((shop / "sales.csv").read_bytes())
    backup, restore, *_ = [code for _, code in blocks(DOCS / "how-to" / "backup.md")]
    with contextlib.chdir(tmp_path):
        assert main(["train", "sales.csv", "--name", "retail", "-n", "6", "-m", "ets", *QUICK]) == 0
        run(backup, tmp_path)
        assert main(["datasets", "delete", "retail"]) == 0
        run(restore, tmp_path)
        assert main(["models", "promote", "auto_turnover", "1"]) == 0  # which verifies its files


EXPORT = re.compile(r"\b(FORECASTLE_[A-Z]+__[A-Z_]+)=('[^']*'|\S+)")


@pytest.mark.parametrize("page", sorted(DOCS.glob("how-to/*.md")), ids=lambda page: page.stem)
def test_every_environment_variable_of_a_page_is_a_setting(page: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in EXPORT.findall(page.read_text()):
        section, _, setting = name.removeprefix("FORECASTLE_").lower().partition("__")
        monkeypatch.setenv(name, value.strip("'"))
        default = Settings.model_fields[section].default
        assert getattr(getattr(load_settings(), section), setting) != getattr(default, setting), name
