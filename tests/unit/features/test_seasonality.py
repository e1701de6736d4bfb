import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from forecastle.core.columns import DS, SERIES_ID, Y
from forecastle.core.frequency import Frequency
from forecastle.core.panel import Floats, Panel
from forecastle.features.seasonality import autocorrelations, season_shares, with_found_seasons


def panel(values: Floats, freq: str = "step") -> Panel:
    """n × T values as numbered periods (or days) of n series; NaN is not observed."""
    n, width = values.shape
    rows = pl.DataFrame(
        {
            SERIES_ID: np.repeat([f"S{number:03d}" for number in range(n)], width),
            DS: np.tile(np.arange(width), n),
            Y: values.ravel(),
        }
    ).fill_nan(None)
    dated = rows if freq == "step" else rows.with_columns(pl.col(DS).cast(pl.Int32).cast(pl.Date))
    return Panel(frame=dated, freq=Frequency.parse(freq))


def noise(seed: int, n: int, width: int) -> Floats:
    return np.random.default_rng(seed).normal(size=(n, width))


def wave(season: int, width: int) -> Floats:
    """A pattern of random values, again and again."""
    return np.resize(3 * np.random.default_rng(season).normal(size=season), width)


@pytest.mark.parametrize("season", [4, 7, 12, 24, 52])
def test_a_pattern_that_repeats_is_found_in_many_series_and_in_one(season: int) -> None:
    for n, seasons in ((1, 10), (30, 4)):
        width = seasons * season + 8
        seasonal = 100 + wave(season, width) + noise(1, n, width)
        assert list(season_shares(panel(seasonal))) == [season]


def test_hours_of_a_day_and_of_a_week_are_found_together() -> None:
    hours = wave(24, 900) + wave(168, 900) + noise(1, 25, 900)
    assert list(season_shares(panel(hours))) == [24, 168]


@given(st.integers(0, 10_000))
def test_a_trend_and_a_wandering_level_are_no_season(seed: int) -> None:
    wandering = np.cumsum(0.5 + noise(seed, 40, 120), axis=1)
    assert season_shares(panel(wandering)) == {}


@pytest.mark.parametrize("values", [np.full((3, 60), 5.0), np.zeros((1, 1)), noise(1, 3, 5)])
def test_constant_and_short_series_show_no_season(values: Floats) -> None:
    assert season_shares(panel(values)) == {}


def test_values_that_were_not_observed_do_not_hide_a_season() -> None:
    seasonal = 100 + wave(12, 96) + 0.5 * noise(1, 30, 96)
    seasonal[:, 40:44] = np.nan
    assert list(season_shares(panel(seasonal))) == [12]


def test_autocorrelations_are_those_of_the_definition() -> None:
    values = noise(3, 2, 20)
    centred = values - values.mean(axis=1, keepdims=True)
    expected = (centred[:, 3:] * centred[:, :-3]).sum(axis=1) / (centred**2).sum(axis=1)
    np.testing.assert_allclose(autocorrelations(values)[:, 3], expected)


def test_what_was_found_is_told_with_its_share_and_can_be_overruled() -> None:
    found, (finding,) = with_found_seasons(panel(100 + wave(12, 96) + noise(1, 30, 96)))
    assert found.seasons == (12,)
    assert finding.code == "season_found"
    assert "12 (in 100% of the series)" in finding.message
    assert "--season" in finding.action


def test_numbered_periods_without_a_season_are_told() -> None:
    found, (finding,) = with_found_seasons(panel(noise(1, 30, 96)))
    assert (found.seasons, finding.code) == ((), "no_season")


def test_a_calendar_or_a_season_that_was_named_is_not_doubted() -> None:
    days = panel(noise(1, 3, 96), freq="D")
    named = panel(noise(1, 3, 96)).with_seasons((52,))
    for given_panel in (days, named):
        found, findings = with_found_seasons(given_panel)
        assert found is given_panel
        assert list(findings) == []
