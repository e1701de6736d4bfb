"""Measures against hand-computed values, utilsforecast's conventions, and the laws they obey."""

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from utilsforecast import losses

from forecastle.evaluation import metrics

Y, F = pl.col("y"), pl.col("f")
FOUR = pl.DataFrame({"y": [10.0, 0.0, 20.0, 10.0], "f": [8.0, 2.0, 20.0, 16.0], "scale": [4.0] * 4})

sales = st.floats(0.1, 1e6)
rows = st.lists(st.tuples(sales, sales), min_size=1, max_size=30)


def value(frame: pl.DataFrame, measure: pl.Expr) -> float | None:
    return frame.select(measure).item()


@pytest.mark.parametrize(
    ("measure", "expected"),
    [
        (metrics.mae(Y, F), (2 + 2 + 0 + 6) / 4),
        (metrics.rmse(Y, F), ((4 + 4 + 0 + 36) / 4) ** 0.5),
        (metrics.mape(Y, F), (0.2 + 0.0 + 0.6) / 3),
        (metrics.smape(Y, F), (4 / 18 + 2 + 0 + 12 / 26) / 4),
        (metrics.wape(Y, F), 10 / 40),
        (metrics.bias(Y, F), (-2 + 2 + 0 + 6) / 40),
        (metrics.mase(Y, F, pl.col("scale")), 2.5 / 4),
        (metrics.rmsse(Y, F, pl.col("scale")), 11**0.5 / 4),
        (metrics.pinball(Y, F, 0.9), (0.9 * 2 + 0.1 * 2 + 0.1 * 6) / 4),
        (metrics.coverage(Y, F - 2, F + 2), 3 / 4),
    ],
)
def test_every_measure_equals_its_hand_computed_value(measure: pl.Expr, expected: float) -> None:
    assert value(FOUR, measure) == pytest.approx(expected)


def test_measures_follow_the_conventions_of_utilsforecast() -> None:
    frame = FOUR.with_columns(unique_id=pl.lit("a"))
    theirs = {
        name: getattr(losses, name)(frame, models=["f"], target_col="y")["f"].item()
        for name in ("mae", "rmse", "smape")
    }
    theirs["p90"] = losses.quantile_loss(frame, {"f": "f"}, q=0.9)["f"].item()
    assert value(FOUR, metrics.mae(Y, F)) == pytest.approx(theirs["mae"])
    assert value(FOUR, metrics.rmse(Y, F)) == pytest.approx(theirs["rmse"])
    assert value(FOUR, metrics.pinball(Y, F, 0.9)) == pytest.approx(theirs["p90"])
    # utilsforecast divides by the sum of both, we by their mean, as the M competitions do.
    assert value(FOUR, metrics.smape(Y, F)) == pytest.approx(2 * theirs["smape"])


def test_relative_measures_are_null_when_nothing_was_sold() -> None:
    nothing = pl.DataFrame({"y": [0.0, 0.0], "f": [0.0, 3.0]})
    for measure in (metrics.wape(Y, F), metrics.bias(Y, F), metrics.mape(Y, F), metrics.wql(Y, {0.5: F})):
        assert value(nothing, measure) is None
    assert value(nothing, metrics.smape(Y, F)) == 1.0


def test_rows_that_were_not_observed_are_not_scored() -> None:
    with_gap = pl.concat([FOUR, pl.DataFrame({"y": [None], "f": [99.0], "scale": [4.0]}, schema=FOUR.schema)])
    for measure in (metrics.mae(Y, F), metrics.wape(Y, F), metrics.smape(Y, F), metrics.wql(Y, {0.1: F, 0.9: F})):
        assert value(with_gap, measure) == pytest.approx(value(FOUR, measure))


@given(rows=rows, unit=st.floats(1e-3, 1e3))
def test_relative_measures_do_not_depend_on_the_unit_of_the_target(
    rows: list[tuple[float, float]], unit: float
) -> None:
    frame = pl.DataFrame(rows, schema=["y", "f"], orient="row").with_columns(scale=Y.max())
    scaled = frame.select(pl.all() * unit)
    quantiles = {0.1: F / 2, 0.5: F, 0.9: F * 2}
    for measure in (
        metrics.wape(Y, F),
        metrics.mape(Y, F),
        metrics.smape(Y, F),
        metrics.bias(Y, F),
        metrics.mase(Y, F, pl.col("scale")),
        metrics.rmsse(Y, F, pl.col("scale")),
        metrics.wql(Y, quantiles),
    ):
        assert value(scaled, measure) == pytest.approx(value(frame, measure), rel=1e-6, abs=1e-9)


@given(rows=rows)
def test_the_weighted_quantile_loss_of_the_median_is_wape(rows: list[tuple[float, float]]) -> None:
    frame = pl.DataFrame(rows, schema=["y", "f"], orient="row")
    assert value(frame, metrics.wql(Y, {0.5: F})) == pytest.approx(value(frame, metrics.wape(Y, F)))


@given(rows=rows)
def test_a_perfect_forecast_scores_zero_and_covers_everything(rows: list[tuple[float, float]]) -> None:
    frame = pl.DataFrame(rows, schema=["y", "f"], orient="row")
    for measure in (metrics.mae(Y, Y), metrics.rmse(Y, Y), metrics.wape(Y, Y), metrics.bias(Y, Y)):
        assert value(frame, measure) == 0.0
    assert value(frame, metrics.coverage(Y, Y, Y)) == 1.0
