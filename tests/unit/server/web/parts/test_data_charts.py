"""Charts say what the numbers say."""

from datetime import date

import polars as pl
import pytest

from forecastle.server.web.parts.data_charts import correlations, residuals, states


@pytest.mark.parametrize("size", [1e-4, 1.0, 1e5])
def test_errors_are_drawn_in_bars_of_a_round_width_without_the_utmost(size: float) -> None:
    off = [size * number / 500 for number in range(-500, 500)]
    rows = pl.DataFrame({"actual": [0.0] * 1001, "predicted": [*off, 1000 * size]})
    drawn = residuals(rows)
    counts = drawn["series"][0]["data"]
    assert 14 <= len(counts) <= 31
    assert sum(counts) == pytest.approx(980, abs=3)


def test_answers_that_are_all_right_are_one_bar() -> None:
    rows = pl.DataFrame({"actual": [5.0] * 60, "predicted": [5.0] * 60})
    assert residuals(rows)["series"][0]["data"] == [60]


def test_what_would_change_is_marked_on_the_line_after() -> None:
    days = [date(2024, 1, day) for day in (1, 2, 3)]
    sides = [("before", [1.0, None, 900.0]), ("after", [1.0, 2.0, 3.0])]
    rows = pl.concat(pl.DataFrame({"state": [state] * 3, "day": days, "sold": sold}) for state, sold in sides)
    marked = next(one for one in states(rows, "day", "sold")["series"] if one["name"] == "Changed")
    assert marked["data"] == [["2024-01-02", 2.0], ["2024-01-03", 3.0]]


def test_what_chance_allows_is_in_sight_beside_small_correlations() -> None:
    drawn = correlations(pl.DataFrame({"lag": [1, 2], "acf": [0.02, -0.03]}), 0.2)
    assert drawn["yAxis"]["min"] < -0.2 < 0.2 < drawn["yAxis"]["max"]
