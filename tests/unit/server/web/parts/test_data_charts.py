"""Charts say what the numbers say."""

import polars as pl
import pytest

from forecastle.server.web.parts.data_charts import residuals


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
