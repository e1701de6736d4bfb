import numpy as np
import pytest

from forecastle.core.errors import ModelError
from forecastle.models.forecasts import settle

NOBODY = np.zeros(3, dtype=np.bool_)


def test_a_model_without_an_answer_for_a_series_with_observations_is_refused() -> None:
    mean, spread = np.full((3, 2), np.nan), np.full((3, 2, 1), np.nan)
    with pytest.raises(ModelError, match="'some' had no answer for 2 of 2 series with observations"):
        settle(mean, spread, np.array([True, False, True]), NOBODY, model="some")


def test_a_series_without_observations_gets_the_median_of_the_others() -> None:
    mean, spread = np.array([[1.0, 4.0], [np.nan, np.nan], [3.0, 8.0]]), np.full((3, 2, 1), np.nan)
    settle(mean, spread, np.array([True, False, True]), NOBODY, model="some")
    assert mean[1].tolist() == [2.0, 6.0]


def test_a_panel_without_any_observation_is_forecast_as_nothing() -> None:
    mean, spread = np.full((3, 2), np.nan), np.full((3, 2, 1), np.nan)
    settle(mean, spread, NOBODY, NOBODY, model="some")
    assert not mean.any()
    assert not spread.any()
