import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forecastle.core.quantiles import Quantiles
from forecastle.models.intervals import calibrate

QUANTILES = Quantiles((0.1, 0.5, 0.9))


def _evidence(spread: float, noise: float, series: int = 400, seed: int = 1) -> pl.DataFrame:
    """Forecasts of 100 with a band of ± `spread` standard deviations' worth, and what happened."""
    rng = np.random.default_rng(seed)
    rows = pl.DataFrame(
        {"series_id": [f"s{n}" for n in range(series) for _ in range(4)], "step": [1, 2, 3, 4] * series}
    )
    return rows.with_columns(
        pl.Series("y", 100 + rng.normal(0, noise, len(rows))),
        p10=100 - pl.lit(1.2816 * spread),
        p50=pl.lit(100.0),
        p90=100 + pl.lit(1.2816 * spread),
    )


def _groups(evidence: pl.DataFrame) -> pl.DataFrame:
    return evidence.select("series_id").unique().with_columns(group=pl.lit("smooth"))


@pytest.mark.parametrize("spread", [4.0, 10.0, 25.0])
def test_calibrated_bands_hold_what_they_promise_on_new_data(spread: float) -> None:
    past, new = _evidence(spread, 10.0), _evidence(spread, 10.0, seed=2)
    calibrated = calibrate(past, _groups(past), QUANTILES).apply(new, _groups(new))
    held = calibrated.select(pl.col("y").is_between("p10", "p90").mean()).item()
    assert held == pytest.approx(0.8, abs=0.03)


def test_good_bands_are_left_nearly_alone() -> None:
    past = _evidence(10.0, 10.0, series=2000)
    factors = calibrate(past, _groups(past), QUANTILES).factors["factor"]
    assert factors.to_numpy() == pytest.approx(1.0, abs=0.1)


def test_a_handful_of_points_changes_little() -> None:
    past = _evidence(4.0, 10.0, series=1)
    factors = calibrate(past, _groups(past), QUANTILES).factors["factor"]
    assert factors.to_numpy() == pytest.approx(1.0, abs=0.35)


def test_series_that_repeat_themselves_exactly_keep_their_points() -> None:
    past = _evidence(0.0, 0.0, series=3)
    assert calibrate(past, _groups(past), QUANTILES).apply(past, _groups(past)).equals(past)


def test_a_group_that_was_never_seen_keeps_its_bands() -> None:
    past, new = _evidence(4.0, 10.0), _evidence(4.0, 10.0, series=3)
    strangers = _groups(new).with_columns(group=pl.lit("lumpy"))
    assert calibrate(past, _groups(past), QUANTILES).apply(new, strangers).equals(new)


@settings(max_examples=25, deadline=None)
@given(spread=st.floats(0.1, 100), noise=st.floats(0.1, 100), seed=st.integers(0, 99))
def test_calibrated_quantiles_never_cross(spread: float, noise: float, seed: int) -> None:
    past = _evidence(spread, noise, series=20, seed=seed)
    moved = calibrate(past, _groups(past), QUANTILES).apply(past, _groups(past))
    assert moved.select((pl.col("p10") <= pl.col("p50")).all() & (pl.col("p50") <= pl.col("p90")).all()).item()
