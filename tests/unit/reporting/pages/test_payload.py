import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import polars as pl
import pytest

from forecastle.core.execution import ExecutionResult
from forecastle.core.frequency import Frequency
from forecastle.reporting.pages.payload import payload
from forecastle.settings import ReportSettings


@pytest.fixture
def content(result: ExecutionResult) -> dict[str, Any]:
    return payload(result, ReportSettings())


def entry(content: dict[str, Any], name: str) -> dict[str, Any]:
    return next(series for series in content["series"] if series["name"] == name)


def test_every_value_stands_at_its_moment(content: dict[str, Any], result: ExecutionResult) -> None:
    series = entry(content, "Shop 1 / Item 4")
    rows = result.history.filter(series_id="Shop 1 / Item 4")
    start = series["history"]["at"]
    moments = content["times"][start : start + len(series["history"]["y"])]
    assert moments == rows["ds"].dt.to_string("%Y-%m-%d").to_list()
    assert series["history"]["y"] == rows["y"].to_list()
    assert content["times"][series["forecast"]["at"]] == "2024-01-01"


def test_a_period_without_a_row_is_a_null_at_its_place(result: ExecutionResult) -> None:
    hole = (pl.col("series_id") == "Shop 1 / Item 4") & (pl.col("ds") == pl.date(2020, 3, 1))
    series = entry(payload(replace(result, history=result.history.filter(~hole)), ReportSettings()), "Shop 1 / Item 4")
    assert len(series["history"]["y"]) == 60
    assert series["history"]["y"][14] is None


def test_each_window_of_the_backtest_is_a_block_of_its_own(content: dict[str, Any]) -> None:
    blocks = entry(content, "Shop 1 / Item 4")["backtest"]
    assert [content["times"][block["at"]] for block in blocks] == ["2023-01-01", "2023-07-01"]
    assert all(len(block["mean"]) == 6 for block in blocks)


def test_all_series_together_are_the_sum_and_claim_no_range(content: dict[str, Any], result: ExecutionResult) -> None:
    together = content["series"][0]
    assert together["together"]
    assert sum(together["forecast"]["mean"]) == pytest.approx(result.forecasts["mean"].sum(), rel=1e-5)
    assert set(together["forecast"]) == {"at", "mean"}


def test_series_that_ended_earlier_are_no_part_of_the_sum_and_are_counted(result: ExecutionResult) -> None:
    ended = pl.col("series_id") == "Shop 0 / Item 0"
    shifted = result.forecasts.with_columns(ds=pl.when(ended).then(pl.col("ds").dt.offset_by("-1y")).otherwise("ds"))
    together = payload(replace(result, forecasts=shifted), ReportSettings())["series"][0]
    assert "Sum of the means of 7 series; 1 that ended earlier" in together["reason"]


def test_a_month_in_which_nothing_was_observed_is_no_zero_in_the_sum(content: dict[str, Any]) -> None:
    together = content["series"][0]["history"]["y"]
    assert together[30] is None  # the month that is missing in every shop
    assert None not in together[:30] + together[31:]


def test_only_the_last_periods_of_a_long_history_are_carried_along(result: ExecutionResult) -> None:
    content = payload(result, ReportSettings(periods=24))
    assert len(entry(content, "Shop 1 / Item 4")["history"]["y"]) == 24
    assert content["times"][0] == "2022-01-01"


def test_the_payload_is_the_same_every_time_and_valid_json(execution: Callable[[], ExecutionResult]) -> None:
    one, other = (json.dumps(payload(execution(), ReportSettings()), allow_nan=False) for _ in range(2))
    assert one == other


def test_numbered_periods_and_hours_have_their_own_moments(result: ExecutionResult) -> None:
    def numbered(frame: pl.DataFrame) -> pl.DataFrame:
        return frame.with_columns(ds=pl.col("ds").dt.year().cast(pl.Int64) * 12 + pl.col("ds").dt.month())

    parts = {name: numbered(getattr(result, name)) for name in ("history", "forecasts", "backtest")}
    content = payload(replace(result, freq=Frequency.parse("step"), **parts), ReportSettings())
    assert content["times"][:2] == [2019 * 12 + 1, 2019 * 12 + 2]


def test_what_networks_looked_at_is_drawn_where_they_tell(result: ExecutionResult) -> None:
    named = {"target": ["sales"], "model": ["tft"]}
    told = replace(
        result,
        importances=pl.DataFrame(named | {"kind": ["past"], "feature": ["y"], "weight": [1.0]}),
        attention=pl.DataFrame(named | {"step": [1], "lag": [12], "weight": [1.0]}),
    )
    figures = payload(told, ReportSettings())["figures"]["sales"]
    assert figures["importances"]["data"][0]["y"] == ["y (past)"]
    assert figures["attention"]["data"][0]["x"] == [12]
    assert not {"importances", "attention"} & payload(result, ReportSettings())["figures"]["sales"].keys()


def test_without_a_backtest_there_are_no_charts_of_errors(result: ExecutionResult) -> None:
    untested = replace(result, backtest=result.backtest.clear(), leaderboard=result.leaderboard.clear())
    content = payload(untested, ReportSettings())
    assert set(content["figures"]["sales"]) == {"matrix", "scatter"}
    assert entry(content, "Shop 1 / Item 4")["wape"] is None


def test_the_strongest_drivers_stand_beside_the_level_they_move(result: ExecutionResult) -> None:
    names = ("level", "price", "season", *(f"other {number}" for number in range(9)))
    rows = pl.DataFrame({"driver": names, "value": [500.0, -80.0, 20.0, *(1.0 for _ in range(9))]})
    told = rows.with_columns(series_id=pl.lit("Shop 1 / Item 4"), target=pl.lit("sales"), model=pl.lit("lightgbm"))
    content = payload(replace(result, drivers=told), ReportSettings())
    drivers = entry(content, "Shop 1 / Item 4")["drivers"]
    assert (drivers["model"], drivers["level"]) == ("lightgbm", 500)
    assert drivers["parts"][:2] == [("price", -80.0), ("season", 20.0)]
    assert len(drivers["parts"]) == 8
    assert entry(content, "Shop 0 / Item 0")["drivers"] is None
