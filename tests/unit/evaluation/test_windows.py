"""Cutoffs: what is known, what is asked, and who is too short."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from forecastle.core.errors import HorizonError
from forecastle.core.panel import Covariates, Panel
from forecastle.evaluation.windows import BacktestPlan, usual_windows, windows

PanelOf = Callable[..., Panel]


def counting(length: int) -> list[float]:
    return [float(value) for value in range(length)]


def test_the_latest_window_asks_for_the_last_horizon_of_each_series_own_end(panel_of: PanelOf) -> None:
    window = next(windows(panel_of(a=counting(20), b=counting(15)), BacktestPlan(horizon=3)))
    assert window.answers.filter(series_id="a")["y"].to_list() == [17, 18, 19]
    assert window.answers.filter(series_id="b")["y"].to_list() == [12, 13, 14]
    assert window.answers.filter(series_id="b")["step"].to_list() == [1, 2, 3]
    assert window.answers.filter(series_id="b")["cutoff"].unique().to_list() == [date(2020, 12, 1)]
    assert window.known.frame.filter(series_id="b")["y"].to_list() == counting(12)


def test_cutoffs_step_back_by_the_horizon_unless_told_otherwise(panel_of: PanelOf) -> None:
    panel = panel_of(a=counting(30))
    by_horizon = [w.known.frame["y"].max() for w in windows(panel, BacktestPlan(horizon=5))]
    by_two = [w.known.frame["y"].max() for w in windows(panel, BacktestPlan(horizon=5, step=2))]
    assert by_horizon == [24, 19, 14]
    assert by_two == [24, 22, 20]


def test_a_series_too_short_for_a_window_is_left_out_of_it_and_named(panel_of: PanelOf) -> None:
    first, second = windows(panel_of(a=counting(20), b=counting(10)), BacktestPlan(horizon=4, windows=2))
    assert first.left_out == ()
    assert second.left_out == ("b",)
    assert second.known.frame["series_id"].unique().to_list() == ["a"]


def test_a_short_history_gives_fewer_windows(panel_of: PanelOf) -> None:
    assert len(list(windows(panel_of(a=counting(13)), BacktestPlan(horizon=4, windows=5, learn=4)))) == 2


@pytest.mark.parametrize(("months", "expected"), [(29, 3), (30, 4)])
def test_a_fourth_window_needs_a_season_and_a_half_before_it(panel_of: PanelOf, months: int, expected: int) -> None:
    panel = panel_of(a=counting(months), b=counting(months), c=counting(5)).with_seasons((12,))
    assert usual_windows(panel, 3, 3) == expected


def test_a_history_too_short_for_any_window_is_refused_with_its_numbers(panel_of: PanelOf) -> None:
    with pytest.raises(HorizonError, match=r"'b', has 9 observed months; .* needs 17 \(13 to predict, 4 to learn"):
        next(windows(panel_of(a=counting(5), b=counting(9)), BacktestPlan(horizon=13)))


@pytest.mark.parametrize("wrong", [{"horizon": 0}, {"horizon": 3, "windows": 0}, {"horizon": 3, "step": 0}])
def test_a_plan_of_nothing_is_refused(wrong: dict[str, int]) -> None:
    with pytest.raises(HorizonError, match="at least 1; got 0"):
        BacktestPlan(**wrong)


def test_a_series_with_nothing_observed_after_the_cutoff_is_left_out(panel_of: PanelOf) -> None:
    window = next(windows(panel_of(a=counting(20), b=[*counting(17), None, None, None]), BacktestPlan(horizon=3)))
    assert window.left_out == ("b",)


def test_a_cutoff_on_an_absent_row_moves_to_the_last_row_before_it(panel_of: PanelOf) -> None:
    panel = panel_of(a=counting(20))
    holed = panel.with_frame(panel.frame.filter(pl.col("y") != 16))
    window = next(windows(holed, BacktestPlan(horizon=3)))
    assert window.known.frame["y"].max() == 15
    assert window.answers.select("step", "y").rows() == [(1, None), (2, 17), (3, 18)]


def test_known_covariates_of_the_horizon_are_handed_over_without_the_target(panel_of: PanelOf) -> None:
    panel = panel_of(a=counting(20))
    priced = replace(
        panel,
        frame=panel.frame.with_columns(price=pl.col("y") * 10, weather=pl.col("y")),
        covariates=Covariates(known=("price",), past=("weather",)),
    )
    window = next(windows(priced, BacktestPlan(horizon=3)))
    assert window.future is not None
    assert window.future.columns == ["series_id", "ds", "price"]
    assert window.future["price"].to_list() == [170, 180, 190]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=30)
@given(lengths=st.lists(st.integers(1, 40), min_size=1, max_size=4), horizon=st.integers(1, 6), step=st.integers(1, 8))
def test_nothing_after_the_cutoff_is_ever_known(panel_of: PanelOf, lengths: list[int], horizon: int, step: int) -> None:
    panel = panel_of(**{f"s{place}": counting(length) for place, length in enumerate(lengths)})
    plan = BacktestPlan(horizon=horizon, windows=4, step=step)
    if max(lengths) < plan.shortest:
        with pytest.raises(HorizonError):
            next(windows(panel, plan))
        return
    for window in windows(panel, plan):
        last_known = window.known.frame.group_by("series_id").agg(last=pl.col("ds").max())
        joined = window.answers.join(last_known, on="series_id")
        assert joined.height == window.known.n_series * horizon
        assert joined.select((pl.col("ds") > pl.col("last")).all() & (pl.col("cutoff") == pl.col("last")).all()).item()
        assert window.known.n_series + len(window.left_out) == len(lengths)
