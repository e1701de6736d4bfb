from collections.abc import Callable

import numpy as np
import polars as pl
import pytest

from forecastle.core.errors import ModelError
from forecastle.core.panel import Panel
from forecastle.core.quantiles import Quantiles
from forecastle.evaluation.assignment import Assignments, Coverage, find_places

QUANTILES = Quantiles((0.5,))
COVERAGE = Coverage(ids=pl.Series(["a", "b", "c"]), rows=np.array([2, 0]))


def _forecasts(*series: str) -> pl.DataFrame:
    rows = [(name, step, float(step), step + 0.5) for name in series for step in (1, 2)]
    return pl.DataFrame(rows, schema=["series_id", "step", "mean", "p50"], orient="row")


def test_forecasts_stand_in_the_rows_of_their_series() -> None:
    said = COVERAGE.array(_forecasts("c", "a"), 2, QUANTILES, model="some")
    assert said[[0, 2]].tolist() == [[[1.0, 1.5], [2.0, 2.5]]] * 2
    assert np.isnan(said[1]).all()


@pytest.mark.parametrize(
    ("forecasts", "problem"),
    [
        (_forecasts("c"), "made 2 forecasts, 2 of them finite; 4 were asked"),
        (_forecasts("c", "a").with_columns(mean=np.inf), "made 4 forecasts, 0 of them finite"),
        (_forecasts("a", "c"), "another order"),
    ],
)
def test_forecasts_that_do_not_fit_are_refused(forecasts: pl.DataFrame, problem: str) -> None:
    with pytest.raises(ModelError, match=problem):
        COVERAGE.array(forecasts, 2, QUANTILES, model="some")


def test_a_series_that_is_not_there_has_no_place() -> None:
    assert find_places(pl.Series(["c", "x", "a"]), COVERAGE.ids).to_list() == [2, None, 0]


def test_models_for_the_same_series_are_given_the_same_part(panel_of: Callable[..., Panel]) -> None:
    panel, few = panel_of(a=[1.0], b=[2.0], c=[3.0]), pl.Series(["c"])
    given = Assignments(known=panel, ids=panel.grid().ids, only={"croston": few, "tsb": few, "ets": pl.Series(["a"])})
    croston, tsb, ets, theta = (given.of(name) for name in ("croston", "tsb", "ets", "theta"))
    assert croston is tsb
    assert [part.coverage.own.to_list() for part in (croston, ets, theta) if part] == [["c"], ["a"], ["a", "b", "c"]]
