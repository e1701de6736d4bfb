from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from forecastle.data.read import read
from forecastle.exploration.profile.entropy import noise_probability, spectral_entropy
from forecastle.exploration.profile.profile import Profile, ProfileRules, profile_of
from forecastle.settings import ClassSettings, CleanSettings

RULES = ProfileRules(clean=CleanSettings(), classes=ClassSettings())
RNG = np.random.default_rng(11)
WAVE = np.sin(np.arange(120) * 2 * np.pi / 12)


def of(values: np.ndarray, lengths: list[int] | None = None) -> np.ndarray:
    whole = np.full(len(values), values.shape[1])
    return spectral_entropy(values, whole if lengths is None else np.array(lengths))


def test_a_wave_has_order_and_noise_has_none() -> None:
    noise = RNG.normal(size=(300, 120))
    assert of(WAVE[None, :])[0] < 0.15
    assert np.median(of(noise)) > 0.97
    assert 0.15 < of(WAVE[None, :] + noise[:1])[0] < 0.9
    lengths = np.full(300, 120)
    assert (noise_probability(noise, lengths) < 0.05).mean() == pytest.approx(0.05, abs=0.04)
    assert noise_probability(WAVE[None, :], lengths[:1])[0] < 1e-6


@given(scale=st.floats(0.01, 1e6), level=st.floats(-1e3, 1e3), padding=st.integers(0, 40))
def test_entropy_asks_neither_unit_nor_level_nor_what_came_before(scale: float, level: float, padding: int) -> None:
    values = np.random.default_rng(1).normal(size=(1, 60)).cumsum(axis=1)
    moved = np.concatenate([np.full((1, padding), np.nan), values * scale + level], axis=1)
    assert of(moved, [60])[0] == pytest.approx(of(values)[0], abs=1e-6)


def test_too_few_or_equal_values_have_no_entropy() -> None:
    values = np.array([[1.0] * 20, [*([np.nan] * 15), 1, 2, 3, 4, 5.0]])
    assert np.isnan(of(values)).all()
    assert np.isnan(noise_probability(values, np.array([20, 20]))).all()


@pytest.fixture(scope="module")
def profile() -> Profile:
    """Three products over four years of months: seasonal, noisy, and rare with few months."""
    months = [date(2020 + month // 12, month % 12 + 1, 1) for month in range(48)]
    noise = np.random.default_rng(3).normal(size=48)
    rows = [
        {
            "month": month,
            "sku": sku,
            "units": value,
            "price": 10 - 0.01 * value,
            "currency": "EUR",
            "note": None if place else "first",
        }
        for sku, values in (
            ("wave", 100 + 50 * WAVE[:48] + noise),
            ("noise", 30 + 5 * noise),
            ("rare", np.where(np.arange(48) % 4 == 0, 8.0, 0.0)),
        )
        for place, (month, value) in enumerate(zip(months, values, strict=True))
    ]
    return profile_of(read(pl.DataFrame([*rows, rows[0]])), RULES)


def test_every_series_is_told_in_numbers_the_largest_first(profile: Profile) -> None:
    series = profile.targets[0].series
    assert series["series_id"].to_list() == ["wave", "noise", "rare"]
    wave, noise, rare = series.iter_rows(named=True)
    assert (wave["length"], wave["season"], wave["gaps"]) == (48, 12, 0)
    assert wave["seasonal_strength"] > 0.95
    assert wave["forecastability"] > 0.5 > noise["forecastability"] + 0.2
    assert (rare["pattern"], rare["zero_share"]) == ("intermittent", 0.75)
    assert noise["noise"] > 0.05 > wave["noise"]


def test_classes_count_every_series_and_shares_make_a_whole(profile: Profile) -> None:
    target = profile.targets[0]
    for table in (target.patterns, target.classes):
        assert table["series"].sum() == 3
        assert table["share"].sum() == pytest.approx(1)
    assert target.measures.filter(measure="length")["p50"].item() == 48
    assert target.together["y"].count() == 48


def test_a_covariate_is_compared_within_series(profile: Profile) -> None:
    row = profile.targets[0].correlations.row(0, named=True)
    assert (row["covariate"], row["series"], row["strong"]) == ("price", 3, 1.0)
    assert row["median"] == pytest.approx(-1)


def test_what_to_look_at_is_in_order_of_importance(profile: Profile) -> None:
    codes = [each.finding.code for each in profile.warnings]
    assert {"identical_rows", "duplicates", "same_as_target", "near_noise"} <= set(codes)
    severities = [["error", "warning", "info"].index(each.finding.severity) for each in profile.warnings]
    assert severities == sorted(severities)
    weights = [each.weight for each in profile.warnings if each.finding.severity == "info"]
    assert weights == sorted(weights, reverse=True)
    assert all(0 <= each.weight <= 1 for each in profile.warnings)
    assert profile.identical == 1


def test_a_short_history_says_that_no_season_can_be_seen() -> None:
    days = [date(2024, 1, 1) + timedelta(days=day) for day in range(9)]
    found = profile_of(read(pl.DataFrame({"day": days, "units": range(9)})), RULES)
    assert found.targets[0].series["seasonal_strength"].to_list() == [None]
    assert "no_two_seasons" in {each.finding.code for each in found.warnings}
    assert found.targets[0].correlations.is_empty()
