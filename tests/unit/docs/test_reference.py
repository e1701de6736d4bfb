"""The documentation says what the code does, or a test here fails."""

import re
import tomllib
from importlib.metadata import metadata
from pathlib import Path

import pytest

from forecastle.data.cleaning.profile import FLAGS
from forecastle.evaluation.leaderboard import MEASURES
from reference import PAGES

ROOT = Path(__file__).resolve().parents[3]
REFERENCE = ROOT / "docs" / "reference"
PERMISSIVE = {"MIT", "BSD", "Apache", "ISC", "MPL"}
LICENCE_FIELDS = ("License-Expression", "License", "Classifier")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())


def rows(page: str) -> list[list[str]]:
    """The cells of every table row of a page, without its marks."""
    lines = (REFERENCE / page).read_text().splitlines()
    return [[cell.strip(" `") for cell in line.strip("|").split(" | ")] for line in lines if line.startswith("| ")]


def names(requirements: list[str]) -> set[str]:
    return {re.split(r"[\[<>=!~;]", requirement)[0] for requirement in requirements}


@pytest.mark.parametrize("page", PAGES)
def test_a_reference_page_says_what_the_code_says(page: str) -> None:
    assert (REFERENCE / page).read_text() == PAGES[page](), "run `make reference`"


def test_every_measure_of_the_leaderboard_is_explained() -> None:
    assert {*MEASURES, "skill", "p_value"} <= {row[0] for row in rows("metrics.md")}


def test_every_dependency_is_listed_with_its_reason() -> None:
    groups = {name: parts for name, parts in PROJECT["dependency-groups"].items() if name != "dev"}
    extras = {name: parts for name, parts in PROJECT["project"]["optional-dependencies"].items() if name != "all"}
    listed = {(row[0], row[1]) for row in rows("dependencies.md") if len(row) == 4}
    assert names(PROJECT["project"]["dependencies"]) <= {row[0] for row in rows("dependencies.md") if len(row) == 3}
    assert listed >= {(group, name) for group, parts in {**groups, **extras}.items() for name in names(parts)}


@pytest.mark.parametrize("package", sorted(names(PROJECT["project"]["dependencies"])))
def test_a_dependency_of_the_core_has_the_licence_the_page_says(package: str) -> None:
    said = next(row[1] for row in rows("dependencies.md") if row[0] == package)
    facts = metadata(package)
    licence = " ".join(value for key in LICENCE_FIELDS for value in facts.get_all(key) or ())
    family = re.split(r"[- ]", said)[0]
    assert family in PERMISSIVE
    assert family in licence


def test_the_same_uv_builds_the_image_and_the_environment() -> None:
    made = re.search(r"UV_VERSION := (\S+)", (ROOT / "Makefile").read_text())
    built = re.search(r"uv==(\S+)", (ROOT / "Dockerfile").read_text())
    assert made
    assert built
    assert made[1] == built[1]


def test_the_lock_file_names_no_machine_and_no_mirror() -> None:
    hosts = set(re.findall(r"(?:https?|file)://[^/\"]*", (ROOT / "uv.lock").read_text()))
    assert hosts == {"https://pypi.org", "https://files.pythonhosted.org"}


def test_every_kind_of_finding_is_explained() -> None:
    source = "\n".join(file.read_text() for file in (ROOT / "src").rglob("*.py"))
    written = set(re.findall(r'\bcode="([a-z_]+)"', source)) | {*FLAGS}
    assert {row[0] for row in rows("findings.md")} >= written


def test_the_constraints_for_pip_are_those_of_the_lock_file() -> None:
    packages = tomllib.loads((ROOT / "uv.lock").read_text())["package"]
    locked = {(package["name"], package.get("version")) for package in packages}
    pinned = set(re.findall(r"^([\w.-]+)==([^ ;\n]+)", (ROOT / "constraints.txt").read_text(), re.MULTILINE))
    assert names(PROJECT["project"]["dependencies"]) <= {name for name, _ in pinned}
    assert pinned <= locked, "run `make constraints`"
