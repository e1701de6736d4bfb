"""`forecastle tabular` on a real house with two versions of a model."""

import asyncio
import json
from pathlib import Path

import polars as pl
import pytest

from forecastle.bootstrap.house import open_house
from forecastle.cli import main
from house_sales import ROW
from own_house import settings_in
from tabular_models import two_versions


@pytest.fixture(scope="module")
def storage(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Where the house is, as the environment tells commands."""
    folder = tmp_path_factory.mktemp("house")
    settings = settings_in(folder)

    async def train() -> None:
        async with open_house(settings) as house:
            await two_versions(house, folder)

    asyncio.run(train())
    told = {"DATABASE": settings.storage.database, "ARTIFACTS": settings.storage.artifacts}
    return {f"FORECASTLE_STORAGE__{name}": value for name, value in told.items()}


pytestmark = pytest.mark.usefixtures("same_log")


@pytest.fixture(autouse=True)
def here(storage: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name, value in storage.items():
        monkeypatch.setenv(name, value)


def test_models_and_versions_are_listed_with_their_measures(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["tabular", "--json"]) == 0
    (model,) = json.loads(capsys.readouterr().out)
    assert (model["model"], model["target"], model["version"], model["versions"]) == ("houses", "price", 2, 2)
    assert main(["tabular", "versions", "--json"]) == 0
    assert [one["leads"] for one in json.loads(capsys.readouterr().out)] == [True, False]


def test_a_version_is_rolled_back_and_promoted_again(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["tabular", "rollback"]) == 0
    assert main(["tabular", "promote", "2", "--name", "houses"]) == 0
    told = capsys.readouterr().out.splitlines()
    assert [line.split("_")[3] + line.partition(" ")[2] for line in told] == ["v1leads again.", "v2leads now."]


def test_the_rows_of_a_file_are_answered_into_a_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pl.DataFrame([ROW, ROW | {"zipcode": 10001}]).write_csv("rows.csv")
    assert main(["tabular", "predict", "rows.csv", "--out", "answers.csv"]) == 0
    assert capsys.readouterr().out.startswith("1 of 2 rows answered by tabular_houses_price_v2")
    answers = pl.read_csv(tmp_path / "answers.csv")
    assert answers["prediction"].is_null().to_list() == [False, True]
    assert "zipcode" in answers["why_not"][1]


def test_a_row_that_nobody_can_answer_says_what_is_missing(capsys: pytest.CaptureFixture[str]) -> None:
    pl.DataFrame({"rooms": [3]}).write_csv("rows.csv")
    assert main(["tabular", "predict", "rows.csv"]) == 2
    assert "zipcode" in capsys.readouterr().err
