"""What a dataset looks like, on the command line."""

import contextlib
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from forecastle.cli import main
from forecastle.core.errors import InputError, OutputError, RolesError

from .conftest import SALES

Tell = Callable[..., Any]

pytestmark = pytest.mark.usefixtures("untrained")


@pytest.fixture(scope="module")
def added(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a house that has a dataset `shop`, and no model."""
    folder = tmp_path_factory.mktemp("untrained")
    (folder / "sales.csv").write_text(SALES)
    with contextlib.chdir(folder), contextlib.redirect_stdout(io.StringIO()):
        assert main(["datasets", "add", "sales.csv", "--name", "shop"]) == 0
    return folder


@pytest.fixture
def untrained(added: Path, same_log: None, monkeypatch: pytest.MonkeyPatch) -> Path:  # noqa: ARG001
    """The folder as the one we are in."""
    monkeypatch.chdir(added)
    return added


def test_rows_columns_and_series_are_shown(tell: Tell) -> None:
    assert tell("explore", "preview", "shop", "-n", "2", "--sort", "volume", "--descending")[0]["volume"] == 43
    assert [(each["column"], each["kind"]["kind"]) for each in tell("explore", "columns", "shop")][1] == (
        "sku",
        "categorical",
    )
    assert tell("explore", "series", "shop", "--search", "b") == [{"series_id": "B", "rows": 52}]


def test_charts_are_printed_as_json(tell: Tell) -> None:
    assert len(tell("explore", "chart", "shop", "series", "--series", "A")["points"]["y"]) > 50
    assert tell("explore", "chart", "shop", "seasonal", "--freq", "MS", "--season", "3")["season"] == 3
    assert tell("explore", "chart", "shop", "comparison")["changed"] == 0


def test_questions_are_answered_as_json(tell: Tell) -> None:
    assert tell("explore", "analyse", "shop", "anomalies", "--series", "A")["deviation"] > 0
    assert tell("explore", "analyse", "shop", "frequency")["regular"] in (True, False)
    assert tell("explore", "analyse", "shop", "seasonality", "--season", "5")["seasons"]["season"] == [5]
    assert main(["explore", "analyse", "shop", "holidays"]) == InputError.exit_code


def test_a_profile_is_shown_or_written_as_a_page(tell: Tell, untrained: Path) -> None:
    assert {"finding", "target", "remedies"} == set(tell("explore", "problems", "shop")[0])
    assert tell("explore", "profile", "shop")["rows"] == 104
    assert tell("explore", "profile", "shop", "--html", "shop.html") == {"file": "shop.html"}
    assert main(["profile", "sales.csv", "--html", "file.html", "--quiet"]) == 0
    assert (untrained / "file.html").read_text() == (untrained / "shop.html").read_text()
    assert main(["profile", "sales.csv", "--html", "none/file.html", "--quiet"]) == OutputError.exit_code


def test_roles_are_chosen_and_become_a_version(tell: Tell, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["datasets", "add", "sales.csv", "--name", "roles"]) == 0
    capsys.readouterr()
    assert tell("explore", "roles", "roles", "--static", "sku")["number"] == 2
    assert main(["datasets", "delete", "roles"]) == 0


@pytest.mark.parametrize("words", ["", "--key sku --static sku", "--target colour"])
def test_roles_that_are_not_possible_are_refused(words: str) -> None:
    assert main(["explore", "roles", "shop", *words.split()]) == RolesError.exit_code
