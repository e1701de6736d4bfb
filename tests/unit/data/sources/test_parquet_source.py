from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

from forecastle.data.read import read
from forecastle.data.sources.table import Table

Load = Callable[..., Table]


def wide(path: Path) -> pl.DataFrame:
    months = pl.date_range(pl.date(2020, 1, 1), pl.date(2024, 12, 1), "1mo", eager=True).cast(pl.String)
    frame = pl.DataFrame(
        {"sku": ["A", "B", "C"]} | {month: [place, None, place / 4] for place, month in enumerate(months)}, strict=False
    )
    frame.write_parquet(path)
    return frame


def test_a_file_of_many_columns_is_cut_and_stays_the_same(
    tmp_path: Path, table: Load, monkeypatch: pytest.MonkeyPatch
) -> None:
    frame = wide(tmp_path / "wide.parquet")
    for name, size in (("SMALL", 0), ("BLOCK", 12)):
        monkeypatch.setattr(f"forecastle.data.sources.parquet.{name}", size)
    long = table(tmp_path / "wide.parquet")
    assert long.held is None
    assert long.frame.equals(frame)
    assert long.sample.equals(frame)


def test_a_wide_file_reads_the_same_whether_it_is_long_or_not(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    wide(tmp_path / "wide.parquet")
    short = read(tmp_path / "wide.parquet")
    for name, size in (("parquet.SMALL", 0), ("parquet.BLOCK", 12), ("pieces.LONG", 0)):
        monkeypatch.setattr(f"forecastle.data.sources.{name}", size)
    long = read(tmp_path / "wide.parquet")
    assert long.frame.equals(short.frame)
    assert (long.roles, long.findings) == (short.roles, short.findings)
