from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from forecastle.core.errors import InputError, OutputError
from forecastle.reporting.export import export

Read = Callable[[Path], pl.DataFrame]
FRAME = pl.DataFrame(
    {
        "shop": ["+a", "b", "c", "d", "e"],
        "series_id": ["=1+1", "-2", "@x", "plain", None],
        "mean": [-1.0, 2.0, None, 4.0, 5.5],
    }
)


@pytest.mark.parametrize(("ending", "read"), [(".parquet", pl.read_parquet), (".json", pl.read_json)])
def test_programs_get_the_table_as_it_is(tmp_path: Path, ending: str, read: Read) -> None:
    export(FRAME, tmp_path / f"f{ending}")

    assert_frame_equal(read(tmp_path / f"f{ending}"), FRAME)


@pytest.mark.parametrize(("ending", "read"), [(".csv", pl.read_csv), (".xlsx", pl.read_excel)])
def test_spreadsheets_get_no_formulas(tmp_path: Path, ending: str, read: Read) -> None:
    export(FRAME, tmp_path / f"f{ending}")

    assert read(tmp_path / f"f{ending}")["series_id"].to_list() == ["'=1+1", "-2", "'@x", "plain", None]


def test_more_rows_than_a_sheet_has_are_no_workbook(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="1,048,576 rows are more than") as told:
        export(pl.DataFrame({"mean": pl.repeat(1.0, 1_048_576, eager=True)}), tmp_path / "f.xlsx")
    assert "CSV or Parquet" in told.value.hint
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(("ending", "read"), [(".csv", pl.read_csv), (".xlsx", pl.read_excel)])
def test_names_of_columns_are_no_formulas_either_and_numbers_stay_numbers(
    tmp_path: Path, ending: str, read: Read
) -> None:
    export(pl.DataFrame({"=cmd()": [-1.5], "@sum": ["\n=1"], "plain": [2]}), tmp_path / f"f{ending}")
    assert read(tmp_path / f"f{ending}").to_dicts() == [{"'=cmd()": -1.5, "'@sum": "'\n=1", "plain": 2}]


def test_another_ending_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"'\.docx'.*\n?"):
        export(FRAME, tmp_path / "f.docx")


def test_a_folder_that_is_not_there_is_an_output_error(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="could not be written"):
        export(FRAME, tmp_path / "absent" / "f.csv")
