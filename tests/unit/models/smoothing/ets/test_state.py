import numpy as np
import pytest
from statsforecast.ets import pegelsresid_C

from forecastle.models.kernel import Batch
from forecastle.models.smoothing.ets.forms import FORMS, Form, Shape
from forecastle.models.smoothing.ets.kernel import EtsKernel
from forecastle.models.smoothing.ets.state import EtsState

FACTORS = {"N": [0.0] * 4, "A": [10.0, -5.0, 0.0, -5.0], "M": [1.2, 1.1, 0.9, 0.8]}


def state(form: Form) -> EtsState:
    trend, season = form.shape.trend, form.shape.season
    made = EtsState.empty(1, 1, 4)
    made.form[:], made.weight[:], made.period[:], made.level[:] = FORMS.index(form), 1, 4, 100
    made.trend[:], made.season[:] = 0.0 if trend == "N" else 2.0, FACTORS[season]
    made.constants[:] = 0.3, 0.05 * (trend != "N"), 0.1 * (season != "N"), 0.9 if trend == "Ad" else 1.0
    return made


@pytest.mark.parametrize("form", FORMS, ids=str)
def test_updating_and_forecasting_continue_as_statsforecast_does(form: Form) -> None:
    begun, (trend, season) = state(form), (form.shape.trend, form.shape.season)
    new = 100 + 10 * np.random.default_rng(0).normal(size=7)
    series = np.append(new, [1.0])  # the last one only to read off what was expected
    first = np.array([100.0, *([2.0] if trend != "N" else []), *(FACTORS[season][::-1] if season != "N" else [])])
    _, errors, *_ = pegelsresid_C(
        series, 4 if season != "N" else 1, first, "A", trend[0], season, trend == "Ad", *begun.constants[0, 0], 1
    )
    assert begun.update(new[None]).mean(1)[0, 0] == pytest.approx(1.0 - errors[-1])
    assert begun.update(new[None, :3]).update(new[None, 3:]).mean(1)[0, 0] == pytest.approx(1.0 - errors[-1])


def test_a_season_that_does_not_learn_from_errors_takes_its_share_of_what_the_level_left() -> None:
    made = state(Form("A", Shape("N", "A")))
    made.constants[:, :, 2], made.gain[:] = 0.0, 0.2
    later = made.update(np.array([[120.0]]))  # 10 more than expected, 3 of them are taken for the level
    assert later.level[0, 0] == pytest.approx(103.0)
    assert later.season[0, 0] == pytest.approx([-5.0, 0.0, -5.0, 10.0 + 0.2 * 7.0])


def test_appending_is_filtering_the_longer_series_with_the_same_parameters() -> None:
    season = np.array([12.0, -6.0, 0.0, -6.0])
    values = 100 + np.tile(season, 10) + np.random.default_rng(2).normal(0, 2, (30, 40))
    fitted = EtsKernel().fit(Batch(values=values[:, :28], seasons=(4,)))
    whole = fitted.update(values[:, 28:])
    steps = fitted
    for y in values[:, 28:].T:
        steps = steps.update(y[:, None])
    assert steps.mean(6) == pytest.approx(whole.mean(6))


def test_a_form_never_learns_a_part_it_does_not_have() -> None:
    values = 50 + np.random.default_rng(1).normal(size=(40, 60)).cumsum(axis=1)
    fitted = EtsKernel().fit(Batch(values=values[:, :50], seasons=(4,)))
    later = fitted.update(values[:, 50:])
    without_trend = np.isin(fitted.form, [i for i, form in enumerate(FORMS) if form.shape.trend == "N"])
    without_season = np.isin(fitted.form, [i for i, form in enumerate(FORMS) if form.shape.season == "N"])
    assert without_trend.any()
    assert without_season.any()
    assert (later.trend[without_trend] == 0).all()
    assert (later.season[without_season] == 0).all()


def test_an_unused_place_for_a_form_changes_nothing() -> None:
    one, two = state(FORMS[0]), EtsState.empty(1, 2, 4)
    for name, values in one.arrays().items():
        target = two.arrays()[name]
        target[(..., slice(1), *[slice(None)] * (values.ndim - 2)) if values.ndim > 1 else ...] = values
    assert two.mean(3) == pytest.approx(one.mean(3))
    assert two.describe() == one.describe() == ["ETS(A,N,N)"]
