from dataclasses import replace
from datetime import date
from pathlib import Path
from zipfile import ZipFile

import polars as pl
import pytest

from forecastle.core.execution import ExecutionResult
from forecastle.reporting import excel
from forecastle.reporting.excel import write_workbook

FORMULA = '=HYPERLINK("http://example.com","open me")'


def sheets(path: Path) -> dict[str, pl.DataFrame]:
    return pl.read_excel(path, sheet_id=0, infer_schema_length=None)


def test_the_workbook_holds_the_forecasts_and_what_they_stand_on(result: ExecutionResult, tmp_path: Path) -> None:
    write_workbook(result, tmp_path / "a.xlsx")
    book = sheets(tmp_path / "a.xlsx")
    assert list(book) == ["Forecasts", "Leaderboard", "Classification", "Data report", "About"]
    assert book["Forecasts"].height == result.forecasts.height
    assert book["Forecasts"]["mean"].sum() == pytest.approx(result.forecasts["mean"].sum())
    assert book["Forecasts"]["month"].max() == date(2024, 6, 1)


def test_a_formula_in_the_users_data_stays_text(result: ExecutionResult, tmp_path: Path) -> None:
    hostile = replace(result, keys=result.keys.with_columns(item=pl.lit(FORMULA)), source="=1+1")
    write_workbook(hostile, tmp_path / "a.xlsx")
    with ZipFile(tmp_path / "a.xlsx") as archive:
        sheet_xml = [archive.read(name).decode() for name in archive.namelist() if "worksheets/sheet" in name]
        links = [name for name in archive.namelist() if name.endswith("sheet1.xml.rels")]
        relations = "".join(archive.read(name).decode() for name in links)
    assert not any("<f>" in xml for xml in sheet_xml)
    assert "hyperlink" not in relations
    assert sheets(tmp_path / "a.xlsx")["Forecasts"]["item"][0] == FORMULA


def test_headings_that_differ_only_in_case_are_told_apart(result: ExecutionResult, tmp_path: Path) -> None:
    keys = result.keys.rename({"shop": "Model", "item": "MEAN"})
    write_workbook(replace(result, key_columns=("Model", "MEAN"), keys=keys), tmp_path / "a.xlsx")
    assert sheets(tmp_path / "a.xlsx")["Forecasts"].columns[:6] == [
        "Model", "MEAN", "month", "target", "model (2)", "mean (2)",
    ]  # fmt: skip


def test_more_forecasts_than_a_sheet_holds_go_on_the_next(
    result: ExecutionResult, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(excel, "ROWS_A_SHEET", 30)
    write_workbook(result, tmp_path / "a.xlsx")
    book = sheets(tmp_path / "a.xlsx")
    assert [book["Forecasts"].height, book["Forecasts 2"].height] == [30, 18]


def test_dates_before_spreadsheets_began_are_written_as_text(result: ExecutionResult, tmp_path: Path) -> None:
    early = result.forecasts.with_columns(ds=pl.col("ds").dt.offset_by("-150y"))
    write_workbook(replace(result, forecasts=early), tmp_path / "a.xlsx")
    assert sheets(tmp_path / "a.xlsx")["Forecasts"]["month"][0] == "1874-01-01"


def test_a_place_that_cannot_be_written_is_an_error_of_the_system(result: ExecutionResult, tmp_path: Path) -> None:
    with pytest.raises(OSError, match="No such file"):
        write_workbook(result, tmp_path / "nowhere" / "a.xlsx")
