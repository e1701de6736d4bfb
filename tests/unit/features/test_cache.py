from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest

from forecastle.core.frequency import Frequency
from forecastle.core.panel import Panel
from forecastle.features.cache import FeatureCache, key_of
from forecastle.features.history import History
from forecastle.features.spec import FeatureSpec

TABLE = pl.DataFrame({"lag_1": [1.0, None], "y": [2.0, 3.0]})


@pytest.fixture
def history() -> History:
    frame = pl.DataFrame({"series_id": ["A"] * 9, "ds": range(9), "y": [float(n) for n in range(9)]})
    return History.of(Panel(frame=frame, freq=Frequency.parse("step")), categories={}, ahead=2)


def cache(folder: Path, room: int = 10**6) -> FeatureCache:
    return FeatureCache(folder=folder, room=room)


def never() -> pl.DataFrame:
    raise AssertionError("it is there already")


def test_a_table_is_made_once_and_then_reused_and_both_are_counted(tmp_path: Path) -> None:
    first, later = cache(tmp_path), cache(tmp_path)
    assert first.table("k", lambda: TABLE).equals(TABLE)
    assert later.table("k", never).equals(TABLE)
    assert (first.counts, later.counts) == ({"reused": 0, "made": 1}, {"reused": 1, "made": 0})


def test_a_broken_file_is_made_again(tmp_path: Path) -> None:
    (tmp_path / "k.parquet").write_bytes(b"no parquet")
    assert cache(tmp_path).table("k", lambda: TABLE).equals(TABLE)
    assert cache(tmp_path).table("k", never).equals(TABLE)


def test_a_folder_that_cannot_be_written_costs_nothing_but_time(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    assert cache(tmp_path / "file").table("k", lambda: TABLE).equals(TABLE)


def test_without_room_the_table_used_longest_ago_goes(tmp_path: Path) -> None:
    small = cache(tmp_path, room=1)
    for key in ("a", "b"):
        small.table(key, lambda: TABLE)
    assert [*tmp_path.iterdir()] == []


def test_other_data_another_specification_or_another_question_have_another_key(history: History) -> None:
    spec = FeatureSpec()
    shifted = replace(history, grid=replace(history.grid, values=history.grid.values + 1))
    keys = {
        key_of(history, spec, 13),
        key_of(history, spec, 14),
        key_of(shifted, spec, 13),
        key_of(history, replace(spec, recent=8), 13),
        key_of(replace(history, seasons=(7,)), spec, 13),
        key_of(replace(history, grid=replace(history.grid, ids=pl.Series(["B"]))), spec, 13),
    }
    assert len(keys) == 6
    assert key_of(history, FeatureSpec(), 13) in keys
