import numpy as np
import pytest

from forecastle.core.panel import Floats
from forecastle.models.kernel import Batch
from forecastle.models.smoothing.baselines import NaiveKernel, SeasonalNaiveKernel
from forecastle.models.smoothing.season.multi_season import MultiSeasonKernel
from forecastle.models.smoothing.theta.kernel import ThetaKernel

HOURS = 24 * 7 * 6


def load(noise: float = 1.0) -> Floats:
    """Hourly values with a pattern of the day that is another one at the week-end."""
    t = np.arange(HOURS)
    day = np.sin(2 * np.pi * t / 24)
    weekend = t // 24 % 7 >= 5
    return np.asarray(100 + np.where(weekend, 4, 20) * day + np.random.default_rng(0).normal(0, noise, HOURS))


def test_a_day_and_a_week_are_forecast_together() -> None:
    values = load()
    history, future = values[None, :-72], values[-72:]
    batch = Batch(values=history, seasons=(24, 168))
    errors = {
        kernel.name: np.abs(kernel.fit(batch).mean(72)[0] - future).mean()
        for kernel in (MultiSeasonKernel(), ThetaKernel(), SeasonalNaiveKernel())
    }
    assert errors["multi_season"] < 2.5
    assert errors["multi_season"] < 0.5 * min(errors["theta"], errors["seasonal_naive"])


def test_the_inner_model_can_be_chosen() -> None:
    values = np.tile([1.0, 5.0, 3.0, 3.0], 12)[None]
    state = MultiSeasonKernel(inner=NaiveKernel()).fit(Batch(values=values, seasons=(4,)))
    assert state.mean(4)[0] == pytest.approx([1.0, 5.0, 3.0, 3.0], abs=0.02)
    assert state.describe()[0].startswith("naive, season")


def test_new_observations_keep_their_place_in_every_season() -> None:
    values = load(noise=0.0)[None]
    state = MultiSeasonKernel().fit(Batch(values=values[:, :-50], seasons=(24, 168)))
    assert state.update(values[:, -50:]).mean(168)[0] == pytest.approx(values[0, -168:], abs=4.0)


def test_only_seasons_with_two_cycles_are_used() -> None:
    short = load()[None, :200]
    text = MultiSeasonKernel().fit(Batch(values=short, seasons=(24, 168))).describe()[0]
    assert "24" in text
    assert "168" not in text
