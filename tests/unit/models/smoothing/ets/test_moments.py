from dataclasses import replace

import numpy as np
import pytest

from ets_states import state
from forecastle.models.smoothing.ets.forms import Form, Shape
from forecastle.models.smoothing.ets.moments import has_closed_form, mixed_quantiles, moments
from forecastle.models.smoothing.ets.paths import simulated_quantiles
from forecastle.models.smoothing.ets.state import EtsState

LEVELS = (0.1, 0.25, 0.5, 0.75, 0.9)


@pytest.mark.parametrize(
    "fitted",
    [
        state(Form("A", Shape("Ad", "A")), sigma=5, constants=(0.4, 0.1, 0.2, 0.9), factors=[10.0, -5, 0, -5]),
        state(Form("A", Shape("A", "M")), sigma=5, constants=(0.4, 0.1, 0.0, 1.0), factors=[1.5, 0.5]),
        state(Form("M", Shape("N", "M")), sigma=0.15, constants=(0.6, 0.0, 0.0, 1.0), factors=[1.5, 0.5]),
        state(Form("M", Shape("Ad", "A")), sigma=0.1, constants=(0.5, 0.1, 0.0, 0.9), factors=[10.0, -10.0]),
    ],
    ids=lambda fitted: fitted.describe()[0],
)
def test_closed_forms_are_what_many_simulated_futures_tend_to(fitted: EtsState) -> None:
    closed = mixed_quantiles(fitted, 12, LEVELS)[0]
    drawn = simulated_quantiles(fitted, 12, LEVELS, paths=40_000, rng=np.random.default_rng(0))[0]
    width = drawn[:, -1] - drawn[:, 0]
    assert (np.abs(closed - drawn) / width[:, None]).max() < 0.02


def test_the_first_relative_error_is_normal_and_later_ones_are_skewed() -> None:
    fitted = state(Form("M", Shape("N", "N")), sigma=0.2, constants=(0.8, 0.0, 0.0, 1.0), factors=[1.0])
    skew = moments(replace(fitted, season=np.zeros((1, 1, 1))), 6).skew[0, :, 0]
    assert skew[0] == pytest.approx(0.0, abs=1e-12)
    assert (np.diff(skew) > 0).all()


def test_moving_factors_and_wild_errors_have_no_closed_form() -> None:
    calm = state(Form("M", Shape("N", "M")), sigma=0.3, constants=(0.5, 0.0, 0.0, 1.0), factors=[1.5, 0.5])
    wild = replace(calm, sigma=np.full((1, 1), 2.0))
    moving = replace(calm, constants=np.array([[[0.5, 0.0, 0.1, 1.0]]]))
    assert [bool(has_closed_form(each)[0]) for each in (calm, wild, moving)] == [True, False, False]
