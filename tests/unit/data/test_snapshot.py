from dataclasses import replace
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from polars.testing import assert_frame_equal
from polars.testing.parametric import dataframes

from forecastle.core.errors import DataError, OutputError, SourceError
from forecastle.data.dataset import Dataset, Roles
from forecastle.data.read import ReadOptions, read, reading
from forecastle.data.snapshot import load_snapshot, save_snapshot

FRAME = pl.DataFrame(
    {
        "Größe / 数量": ["a", "b", "c\n\"'", None] * 8,
        "Tag": [date(2024, 1, 1 + day // 4) if day % 7 else None for day in range(32)],
        "sales": [None, 1.5, 0.0, -2.25] * 8,
    }
)


def bytes_of(folder: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in folder.iterdir()}


def saved(frame: pl.DataFrame, folder: Path) -> dict[str, bytes]:
    save_snapshot(replace(read(FRAME), frame=frame), folder)
    return bytes_of(folder)


def test_a_dataset_comes_back_with_roles_guesses_and_findings(tmp_path: Path) -> None:
    dataset = replace(
        read(FRAME, options=ReadOptions(keys=("Größe / 数量",))), source="caf\udce9.csv", time_zone="Europe/Paris"
    )
    assert dataset.findings.items
    save_snapshot(dataset, tmp_path / "deep" / "snapshot")
    back = load_snapshot(tmp_path / "deep" / "snapshot")
    assert_frame_equal(back.frame, dataset.frame)
    assert replace(back, frame=dataset.frame) == dataset


@settings(max_examples=50, suppress_health_check=[HealthCheck.too_slow])
@given(frame=dataframes(max_cols=4, max_size=8, allow_chunks=True))
def test_any_frame_comes_back_exactly(frame: pl.DataFrame) -> None:
    with TemporaryDirectory() as folder:
        save_snapshot(Dataset(frame=frame, roles=Roles(time="ds"), source="a frame"), Path(folder))
        assert_frame_equal(load_snapshot(Path(folder)).frame, frame)


def test_equal_datasets_make_equal_bytes_however_they_lie_in_memory(tmp_path: Path) -> None:
    pieces = pl.concat([FRAME.head(5), FRAME.tail(-5)], rechunk=False)
    assert pieces.n_chunks() == 2
    assert saved(FRAME, tmp_path / "whole") == saved(pieces, tmp_path / "pieces")
    assert saved(FRAME, tmp_path / "whole") != saved(FRAME.reverse(), tmp_path / "reversed")


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("dataset.json", None, "dataset.json: No such file"),
        ("rows.parquet", None, "rows.parquet: No such file"),
        ("dataset.json", b"no json", "dataset.json: Expecting value"),
        ("dataset.json", b'{"format": "forecastle-snapshot-9"}', "dataset.json: format: Input should be"),
        ("rows.parquet", b"no parquet", "rows.parquet: "),
    ],
)
def test_a_folder_that_is_no_snapshot_is_refused_with_what_is_wrong(
    tmp_path: Path, name: str, content: bytes | None, reason: str
) -> None:
    saved(FRAME, tmp_path)
    (tmp_path / name).unlink()
    if content is not None:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(SourceError, match=f"holds no snapshot that can be read: {reason}"):
        load_snapshot(tmp_path)


def test_a_folder_that_is_a_file_cannot_be_written_to(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(OutputError, match="file': File exists"):
        save_snapshot(read(FRAME), tmp_path / "file")


def test_python_objects_are_refused_by_column(tmp_path: Path) -> None:
    frame = FRAME.with_columns(pl.Series("things", [object()] * 32, dtype=pl.Object))
    with pytest.raises(DataError, match="'things' holds Python objects"):
        saved(frame, tmp_path)


@pytest.mark.parametrize("date", ["2024-01-{:02d}", "{:02d}.01.2024", "202401{:02d}"])
def test_a_long_text_is_kept_as_a_short_one_without_being_in_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, date: str
) -> None:
    rows = [
        f"{date.format(day)},{shop},{day},{day / 4},{'yes' if day % 2 else 'no'}"
        for shop in "AB"
        for day in range(1, 29)
    ]
    file = tmp_path / "sales.csv"
    file.write_text("\n".join(["day,shop,units,price,promo", *rows, ",C,1,1,no"]) + "\n", encoding="ascii")
    save_snapshot(read(file), tmp_path / "short")
    monkeypatch.setattr("forecastle.data.sources.text.LONG", 0)
    with reading(file) as found:
        found.save(tmp_path / "long")
    assert bytes_of(tmp_path / "long") == bytes_of(tmp_path / "short")


def test_a_disk_without_room_is_told_as_such(tmp_path: Path) -> None:
    (tmp_path / "rows.parquet").symlink_to("/dev/full")
    with pytest.raises(OutputError, match=r"could not be written .*No space left on device"):
        save_snapshot(read(FRAME), tmp_path)
