from datetime import date, timedelta
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from forecastle.core.frequency import Frequency
from forecastle.core.panel import Panel
from forecastle.exploration.analysis import panel as panels
from forecastle.exploration.analysis.panel import fitting_seasons, scan_components, write_components

FIRST = date(2024, 1, 1)


def weekly_panel() -> Panel:
    """A series with a strong week and a trend, and one that begins later, misses a day, and has no season."""
    noise = np.random.default_rng(1)
    days = range(140)
    rows = [("a", FIRST + timedelta(day), 50 + 0.2 * day + 9.0 * (day % 7 == 5)) for day in days]
    rows += [("b", FIRST + timedelta(day), float(noise.poisson(9))) for day in days if day >= 60 and day != 99]
    frame = pl.DataFrame(rows, schema={"series_id": pl.String, "ds": pl.Date, "y": pl.Float64}, orient="row")
    return Panel(frame=frame, freq=Frequency.parse("D"))


def test_the_parts_of_all_series_add_up_to_their_values_period_by_period(tmp_path: Path) -> None:
    panel = weekly_panel()
    write_components(panel, (7,), tmp_path / "parts")
    parts = scan_components(tmp_path / "parts").collect()
    assert parts.group_by("series_id", maintain_order=True).len()["len"].to_list() == [140, 80]
    together = pl.col("trend") + pl.col("season_7") + pl.col("remainder")
    seen = parts.drop_nulls("y")
    assert seen.select((together - pl.col("y")).abs().max()).item() < 1e-9
    assert seen.select("series_id", "ds", "y").equals(panel.frame)
    missing = parts.filter(pl.col("y").is_null())
    assert missing["ds"].to_list() == [FIRST + timedelta(99)]
    assert missing["remainder"].null_count() == 1


def test_a_season_is_found_where_there_is_one(tmp_path: Path) -> None:
    write_components(weekly_panel(), (7,), tmp_path / "parts")
    spread = scan_components(tmp_path / "parts").group_by("series_id").agg(pl.col("season_7").std()).collect()
    strong, none = spread.sort("series_id")["season_7"]
    assert strong > 2
    assert none == 0


def test_blocks_come_to_what_one_block_comes_to(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    panel = weekly_panel()
    write_components(panel, (7,), tmp_path / "whole")
    monkeypatch.setattr(panels, "BLOCK", 1)
    write_components(panel, (7,), tmp_path / "single")
    assert len([*(tmp_path / "single").iterdir()]) == 2
    assert scan_components(tmp_path / "single").collect().equals(scan_components(tmp_path / "whole").collect())


def test_seasons_that_do_not_fit_twice_are_left_out() -> None:
    assert fitting_seasons(weekly_panel(), (365, 30, 7, 7)) == (7, 30)
