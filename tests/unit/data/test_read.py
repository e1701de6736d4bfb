from datetime import date, timedelta
from pathlib import Path

import polars as pl
import pytest

from forecastle.core.errors import Cancelled, DataError, SourceError
from forecastle.data.aggregation import to_long
from forecastle.data.read import ReadOptions, read
from forecastle.data.sources import name_of

GERMAN = "Datum;Filiale;Artikel;Menge;Preis\n" + "".join(
    f"{date(2023, 1, 2) + timedelta(weeks=week):%d.%m.%Y};Köln;{item:03d};{week % 9 + 1};{item + week % 3},50\n"
    for item in (1, 2)
    for week in range(30)
)


def write(folder: Path, text: str, encoding: str = "utf-8") -> Path:
    path = folder / "sales.csv"
    path.write_text(text, encoding=encoding)
    return path


def test_a_german_export_needs_no_option(tmp_path: Path) -> None:
    dataset = read(write(tmp_path, GERMAN, "cp1252"))
    assert (dataset.roles.time, dataset.roles.keys) == ("Datum", ("Artikel",))
    assert (dataset.roles.targets, dataset.roles.price) == (("Menge",), "Preis")
    assert dataset.frame["Preis"][0] == 1.5
    long, _ = to_long(dataset, "Menge")
    assert str(long.freq) == "W-MON"
    assert long.frame["series_id"].unique(maintain_order=True).to_list() == ["001", "002"]


def test_a_file_of_timestamp_and_value_needs_no_option(tmp_path: Path) -> None:
    dataset = read(
        write(tmp_path, "timestamp,value\n" + "".join(f"2024-01-01T{hour:02d}:00Z,{hour}\n" for hour in range(24)))
    )
    assert dataset.time_zone == "UTC"
    assert str(to_long(dataset, "value")[0].freq) == "h"


def test_a_frame_is_a_source() -> None:
    frame = pl.DataFrame({"ds": [date(2024, 1, 1) + timedelta(days=day) for day in range(9)], "y": range(9)})
    assert read(frame).frame.equals(frame)


def test_rows_without_time_are_left_out_and_told(tmp_path: Path) -> None:
    rows = "".join(f"2024-01-{day:02d},{day}\n" for day in range(1, 20))
    dataset = read(write(tmp_path, f"date,sales\n{rows},\nTotal,190\n"))
    assert len(dataset.frame) == 19
    told = {finding.code: finding for finding in dataset.findings}
    assert told["no_time"].rows == ("line 22: , 190",)
    assert told["not_a_date"].rows == ("line 22: date = 'Total'",)
    assert told["blank_rows"].count == 1


def test_a_time_column_without_values_is_refused() -> None:
    with pytest.raises(DataError, match="No row has a value in the time column 'day'"):
        read(pl.DataFrame({"day": pl.Series([None, None], dtype=pl.Date), "y": [1, 2]}))


def test_something_else_is_no_source() -> None:
    with pytest.raises(SourceError, match="Unsupported data source: a value of type int"):
        read(3)  # type: ignore[arg-type]  # what a caller without types may do


@pytest.mark.parametrize(
    ("library", "tip"), [("pandas", r"pl\.from_pandas\(frame\)"), ("pyarrow", r"pl\.from_arrow\(table\)")]
)
def test_a_table_of_another_library_is_refused_with_the_way_to_convert_it(library: str, tip: str) -> None:
    frame = pl.DataFrame({"ds": ["2024-01-01"], "y": [1]})
    pytest.importorskip(library)
    other = frame.to_pandas() if library == "pandas" else frame.to_arrow()
    with pytest.raises(SourceError, match=tip):
        read(other)


def test_a_lazy_frame_is_refused_with_the_way_to_collect_it() -> None:
    with pytest.raises(SourceError, match=r"frame\.collect\(\)"):
        read(pl.LazyFrame({"y": [1]}))  # type: ignore[arg-type]  # what a caller without types may do


def test_a_frame_without_rows_is_refused() -> None:
    with pytest.raises(SourceError, match="no rows"):
        read(pl.DataFrame({"ds": [], "y": []}))


def test_progress_runs_from_start_to_end_and_can_stop_the_reading(tmp_path: Path) -> None:
    path, shares = write(tmp_path, GERMAN), list[float]()
    read(path, progress=lambda share, _: shares.append(share))
    assert shares == sorted(shares)
    assert shares[-1] == 1.0

    def stop(_share: float, _message: str) -> None:
        raise Cancelled("Stopped.")

    with pytest.raises(Cancelled):
        read(path, progress=stop)


def test_a_date_format_can_be_given(tmp_path: Path) -> None:
    path = write(tmp_path, "date,sales\n" + "".join(f"{day:02d}/05/2024,{day}\n" for day in range(1, 12)))
    options = ReadOptions(time="date", date_format="%m/%d/%Y")
    assert read(path, options=options).frame["date"][0] == date(2024, 1, 5)


def test_a_target_taken_for_want_of_a_better_one_is_told() -> None:
    days = pl.date_range(date(2024, 1, 1), date(2024, 3, 1), eager=True).alias("day")
    houses = pl.DataFrame({"place": ["N", "S"]}).join(days.to_frame(), how="cross")
    houses = houses.with_columns(bedrooms=pl.col("day").dt.day() % 4, floors=pl.col("day").dt.day() % 3)
    found = {finding.code: finding.message for finding in read(houses).findings}
    assert "'bedrooms' was taken" in found["guessed_target"]
    named = read(houses, options=ReadOptions(targets=("floors",)))
    assert "guessed_target" not in {finding.code for finding in named.findings}


@pytest.mark.parametrize(
    ("source", "name"),
    [
        ("sqlite:////data/shop.db", "sqlite:////data/shop.db"),
        ("postgresql://anna:secret@db:5432/shop?sslmode=off", "postgresql://db:5432/shop"),
        ("/data/sales.csv", "sales.csv"),
    ],
)
def test_a_source_is_called_by_its_address_without_secrets(source: str, name: str) -> None:
    assert name_of(source) == name


@pytest.mark.parametrize("ending", ["csv", "json", "parquet"])
@pytest.mark.parametrize("first", [10**19, 10**25])
def test_codes_of_more_digits_than_any_count_stay_what_they_are(tmp_path: Path, ending: str, first: int) -> None:
    days = [date(2024, 1, 1) + timedelta(days=day) for day in range(30)]
    kind = pl.UInt64 if first < 2**64 else pl.Int128
    rows = pl.DataFrame(
        {"day": days * 2, "sim": pl.Series([first] * 30 + [first + 1] * 30, dtype=kind), "units": [*range(60)]}
    )
    file = tmp_path / f"sales.{ending}"
    {"csv": rows.write_csv, "json": rows.write_json, "parquet": rows.write_parquet}[ending](file)
    dataset = read(file)
    assert dataset.roles.keys == ("sim",)
    assert dataset.frame["sim"].unique().sort().to_list() == [str(first), str(first + 1)]


def test_how_long_something_took_is_text() -> None:
    took = [timedelta(days=1, hours=12), None, timedelta(seconds=5)]
    frame = pl.DataFrame({"day": [date(2024, 1, day) for day in (1, 2, 3)], "took": took, "units": [1, 2, 3]})
    assert read(frame).frame["took"].to_list() == ["P1DT12H", None, "PT5S"]


def test_whole_numbers_without_a_sign_are_counts_like_any_others() -> None:
    days = [date(2024, 1, 1) + timedelta(days=day) for day in range(30)]
    dataset = read(pl.DataFrame({"day": days, "units": pl.Series(range(30), dtype=pl.UInt64)}))
    assert dataset.roles.targets == ("units",)
    assert dataset.frame["units"].dtype == pl.Int64


def test_numbers_beyond_all_calendars_are_no_time() -> None:
    days = [date(2024, 1, 1) + timedelta(days=day) for day in range(9)]
    found = read(pl.DataFrame({"day": days, "units": [1e308, -1e308, 2.0**60] * 3})).roles
    assert (found.time, found.targets) == ("day", ("units",))
