from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest

from forecastle.evaluation.sums import range_of_sum

LEVELS = (0.1, 0.5, 0.9)
SERIES, WINDOWS, STEPS = 60, 3, 8


def tables(errors: np.ndarray, *, mean: float = 10.0) -> tuple[pl.DataFrame, pl.DataFrame]:
    """What is coming of series, and the past of forecasts that were all the same. errors: series × windows × steps."""
    names = np.array([f"S{number}" for number in range(len(errors))])
    series, window, step = (place.ravel() for place in np.indices(errors.shape))
    past = pl.DataFrame(
        {"series_id": names[series], "window": window + 1, "step": step + 1, "y": mean + errors.ravel(), "mean": mean}
    )
    days = [date(2025, 1, 6) + timedelta(weeks=week) for week in range(errors.shape[2])]
    coming = pl.DataFrame({"series_id": names}).join(pl.DataFrame({"ds": days}), how="cross")
    return coming.with_columns(mean=pl.lit(mean), width=pl.lit(2.563)), past


def width(errors: np.ndarray) -> float:
    """Of the 80 % range, as a mean over the steps."""
    found = range_of_sum(*tables(errors), LEVELS)
    return float((found["p90"] - found["p10"]).to_numpy().mean())


def test_what_errs_independently_is_surer_together_than_its_ranges_added_up() -> None:
    rng = np.random.default_rng(1)
    apart = width(rng.normal(size=(SERIES, WINDOWS, STEPS)))
    alike = width(np.repeat(rng.normal(size=(1, WINDOWS, STEPS)), SERIES, axis=0))
    assert apart < 0.3 * SERIES * 2.563
    assert alike > 3 * apart


def test_eight_of_ten_sums_are_in_their_range() -> None:
    rng, held = np.random.default_rng(2), []
    for _ in range(200):
        shock = rng.normal(scale=0.5, size=(1, WINDOWS + 1, 1))
        errors = shock + rng.normal(size=(SERIES, WINDOWS + 1, STEPS))
        found = range_of_sum(*tables(errors[:, 1:]), LEVELS)
        happened = 10.0 * SERIES + errors[:, 0].sum(axis=0)
        held.append(((found["p10"].to_numpy() <= happened) & (happened <= found["p90"].to_numpy())).mean())
    assert 0.75 < np.mean(held) < 0.92


def test_lucky_windows_do_not_make_it_surer_than_independent_errors_would() -> None:
    errors = np.tile([1.0, -1.0], SERIES // 2)[:, None, None] * np.ones((1, WINDOWS, STEPS))  # they cancel out
    assert width(errors) > 2 * np.sqrt(SERIES)


def test_the_range_has_the_unit_of_the_data() -> None:
    coming, past = tables(np.random.default_rng(3).normal(size=(5, WINDOWS, STEPS)))
    one = range_of_sum(coming, past, LEVELS)
    grams = range_of_sum(
        coming.with_columns(pl.col("mean", "width") * 1000), past.with_columns(pl.col("y", "mean") * 1000), LEVELS
    )
    assert (grams["p90"] / one["p90"]).to_numpy() == pytest.approx(1000)


def test_without_a_past_there_is_no_range() -> None:
    coming, past = tables(np.zeros((3, 1, 2)))
    assert range_of_sum(coming, past.clear(), LEVELS).columns == ["ds", "mean"]
