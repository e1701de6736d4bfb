"""What the README and the documentation tell people to type does what they say."""

import re
import shlex
import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest

import forecastle as fc
from forecastle.cli.app import app

ROOT = Path(__file__).resolve().parents[2]
README = ROOT / "README.md"
DOCS = ROOT / "docs"
PAGES = [README, ROOT / "CONTRIBUTING.md", *sorted(DOCS.rglob("*.md"))]
PROGRAM = str(Path(sys.executable).with_name("forecastle"))


def blocks(page: Path, language: str) -> list[str]:
    return re.findall(rf"^```{language}\b[^\n]*\n(.*?)^```", page.read_text(), re.MULTILINE | re.DOTALL)


def commands(page: Path) -> list[str]:
    whole = [block.replace("\\\n", " ") for block in blocks(page, "sh")]
    lines = [line for block in whole for line in block.splitlines()]
    return [line for line in lines if line.startswith("forecastle ")]


def run(command: list[str], folder: Path) -> str:
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{shlex.join(command)}\n{done.stdout}\n{done.stderr}"
    return done.stdout


def shortened(sales: pl.DataFrame) -> pl.DataFrame:
    """Sixteen of the series, ten years of each: the same kind of table in less time."""
    return sales.filter(pl.col("industry").str.contains("Food|Liquor"), pl.col("month").dt.year() > 2008)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with `sales.csv`: real series of the demo data."""
    shortened(fc.demo("retail").dataset.frame).write_csv(tmp_path / "sales.csv")
    return tmp_path


def test_the_python_quickstart_of_the_readme_runs(folder: Path) -> None:
    code, _ = blocks(README, "python")  # the second talks to a server, and runs with its documentation
    assert len([line for line in code.splitlines() if line]) <= 10
    output = run([sys.executable, "-c", code], folder)
    assert "turnover → target" in output
    assert (folder / "out" / "report.html").is_file()


def test_the_command_line_quickstart_of_the_readme_runs(folder: Path) -> None:
    for command in commands(README):
        assert run([PROGRAM, *shlex.split(command)[1:]], folder)
    assert {"report.html", "forecasts.parquet", "forecasts.xlsx"} <= {
        file.name for file in (folder / "forecasts").iterdir()
    }


@pytest.mark.slow
def test_the_tutorial_runs_from_start_to_end(tmp_path: Path) -> None:
    page = DOCS / "tutorial" / "first-forecast.md"
    (code,) = blocks(page, "python")
    run([sys.executable, "-c", code], tmp_path)
    sales = pl.read_csv(tmp_path / "sales.csv", try_parse_dates=True)
    shortened(sales).write_csv(tmp_path / "sales.csv")
    for command in commands(page):
        run([PROGRAM, *shlex.split(command)[1:]], tmp_path)
    columns = pl.read_csv(tmp_path / "forecasts" / "forecasts.csv").columns
    named = re.findall(r"`(\w+)`", page.read_text().split("| column | means |")[1].split("\n\n")[0])
    assert set(named) - {"turnover"} <= set(columns)


def test_the_model_family_of_the_how_to_takes_part(folder: Path) -> None:
    page = DOCS / "how-to" / "add-a-model-family.md"
    (code,) = blocks(page, "python")
    (entry,) = blocks(page, "toml")
    package = folder / "site" / "recent_median-1.dist-info"
    package.mkdir(parents=True)
    (folder / "site" / "recent_median.py").write_text(code)
    (package / "METADATA").write_text("Name: recent_median\nVersion: 1\n")
    (package / "entry_points.txt").write_text("[forecastle.models]\n" + entry.splitlines()[1].replace('"', ""))
    start = f"import sys; sys.path.append({str(folder / 'site')!r}); from forecastle.cli import main; sys.exit(main())"
    for command in commands(page):
        output = run([sys.executable, "-c", start, *shlex.split(command)[1:]], folder)
        assert "recent_median" in output


@pytest.mark.parametrize("page", [page for page in PAGES if commands(page)], ids=lambda page: page.stem)
def test_every_command_in_the_documentation_is_one_the_program_knows(page: Path) -> None:
    for command in commands(page):
        app.parse_args(shlex.split(command, comments=True)[1:], exit_on_error=False, print_error=False)


@pytest.mark.parametrize("page", [README, ROOT / "CONTRIBUTING.md"], ids=lambda page: page.stem)
def test_every_make_target_that_is_named_exists(page: Path) -> None:
    made = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    assert made >= set(re.findall(r"(?:`|^)make ([a-z-]+)", page.read_text(), re.MULTILINE))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_every_link_and_picture_is_there(page: Path) -> None:
    links = re.findall(r"\]\((?!https?://|#)([^)#]+)", page.read_text())
    assert [link for link in links if not (page.parent / link).exists()] == []
