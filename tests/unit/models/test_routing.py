"""Every cell of the routing table, with and without the extras installed."""

import polars as pl
import pytest

from forecastle.core.frequency import Frequency
from forecastle.models.routing import route
from forecastle.settings import ROUTES

WEEKLY = Frequency.parse("W-MON")
EVERYTHING = frozenset(name for row in ROUTES for name in row.models)
PLAIN = EVERYTHING - {"tft", "tft_lightgbm"}

CELLS = [
    ("smooth", "A", 52, "tft_lightgbm", "combination"),
    ("smooth", "A", 40, "tft_lightgbm", "combination"),
    ("smooth", "A", 39, "simple_ets", "simple_ets"),
    ("smooth", "B", 40, "tft", "combination"),
    ("smooth", "B", 39, "simple_ets", "simple_ets"),
    ("smooth", "C", 200, "ets", "ets"),
    ("smooth", "C", 10, "ets", "ets"),
    ("erratic", "A", 52, "tft_lightgbm", "combination"),
    ("erratic", "A", 51, "ets", "ets"),
    ("erratic", "B", 52, "tft", "combination"),
    ("erratic", "B", 51, "ets", "ets"),
    ("erratic", "C", 200, "ets", "ets"),
    ("intermittent", "A", 200, "croston", "croston"),
    ("intermittent", "C", 10, "croston", "croston"),
    ("lumpy", "A", 200, "tsb", "tsb"),
    ("lumpy", "B", 10, "tsb", "tsb"),
    (None, None, 10, "ets", "ets"),
]


def routed(
    pattern: str | None, abc: str | None, weeks: int, available: frozenset[str], **options: list[str]
) -> tuple[str, str]:
    schema = {"series_id": pl.String, "n_obs": pl.Int64, "pattern": pl.String, "abc": pl.String}
    classes = pl.DataFrame([("a", weeks, pattern, abc)], schema=schema, orient="row")
    row = route(classes, ROUTES, available, WEEKLY, **options).row(0, named=True)
    return row["routed"], row["because"]


@pytest.mark.parametrize(("pattern", "abc", "weeks", "with_extras", "without"), CELLS)
def test_a_series_starts_from_the_model_of_its_cell(
    pattern: str | None, abc: str | None, weeks: int, with_extras: str, without: str
) -> None:
    assert routed(pattern, abc, weeks, EVERYTHING)[0] == with_extras
    model, because = routed(pattern, abc, weeks, PLAIN)
    assert model == without
    assert ("not installed" in because) == (with_extras != without)


def test_class_a_falls_back_on_the_transformer_alone_without_boosted_trees() -> None:
    assert routed("smooth", "A", 52, EVERYTHING - {"tft_lightgbm"})[0] == "tft"


def test_a_model_that_runs_only_when_asked_for_is_passed_over_and_named() -> None:
    model, because = routed("smooth", "A", 52, EVERYTHING, idle=["tft", "tft_lightgbm"])
    assert model == "combination"
    assert because.endswith("tft_lightgbm and tft not asked for")


def test_weeks_are_counted_in_any_frequency() -> None:
    schema = {"series_id": pl.String, "n_obs": pl.Int64, "pattern": pl.String, "abc": pl.String}
    classes = pl.DataFrame([("a", 9, "smooth", "B"), ("b", 10, "smooth", "B")], schema=schema, orient="row")
    assert route(classes, ROUTES, EVERYTHING, Frequency.parse("MS"))["routed"].to_list() == ["simple_ets", "tft"]
