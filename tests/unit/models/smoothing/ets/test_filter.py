import numpy as np
import pytest
from statsforecast.ets import pegelsresid_C
from statsmodels.tsa.exponential_smoothing.ets import ETSModel

from forecastle.core.panel import Floats
from forecastle.models.smoothing.ets.block import Block
from forecastle.models.smoothing.ets.filter import Smoothing, States, run
from forecastle.models.smoothing.ets.forms import FORMS, Form
from forecastle.models.smoothing.ets.search import criteria

LEVEL, SLOPE = 1.0, 0.01
FACTORS = {"N": [], "A": [0.1, 0.2, -0.1, -0.2], "M": [1.1, 1.2, 0.9, 0.8]}
CONSTANTS = {"alpha": 0.3, "beta": 0.05, "gamma": 0.1, "phi": 0.95}


@pytest.fixture
def series() -> Floats:
    noise = np.random.default_rng(0).normal(size=40)
    t = np.arange(40)
    y = 50 + 0.5 * t + 8 * np.sin(np.pi * t / 2) + noise
    return y / y.mean()


def constants(k: int, n: int) -> Smoothing:
    return Smoothing(**{name: np.full((k, n), value, np.float32) for name, value in CONSTANTS.items()})


def opening(season: str, k: int, n: int) -> States:
    factors = np.array(FACTORS[season], np.float32)[:, None, None]
    return States(
        level=np.full((k, n), LEVEL, np.float32),
        trend=np.full((k, n), SLOPE, np.float32),
        season=np.ones((1, k, n), np.float32) * factors,
    )


def statsforecast_filter(form: Form, y: Floats) -> tuple[Floats, Floats, float]:
    """Errors, states after each period and −2 log likelihood (up to a constant) of statsforecast's filter."""
    first = np.array([LEVEL, *([SLOPE] if form.shape.trend != "N" else []), *FACTORS[form.shape.season][::-1]])
    _, errors, states, likelihood = pegelsresid_C(
        y, 4 if form.shape.season != "N" else 1, first, form.error, form.shape.trend[0], form.shape.season,
        form.shape.trend == "Ad", **CONSTANTS, nmse=1,
    )  # fmt: skip
    return errors, states, likelihood - len(y) * np.log(len(y))


def statsmodels_likelihood(form: Form, y: Floats) -> float:
    kinds = {"A": "add", "M": "mul", "N": None}
    trend, season = form.shape.trend, form.shape.season
    model = ETSModel(
        y, error=kinds[form.error], trend=kinds[trend[0]], damped_trend=trend == "Ad", seasonal=kinds[season],
        seasonal_periods=4 if season != "N" else None, initialization_method="known", initial_level=LEVEL,
        initial_trend=SLOPE if trend != "N" else None, initial_seasonal=FACTORS[season] or None,
    )  # fmt: skip
    names = {
        "smoothing_level": "alpha", "smoothing_trend": "beta", "smoothing_seasonal": "gamma", "damping_trend": "phi"
    }  # fmt: skip
    fitted = model.smooth(np.array([CONSTANTS[names[name]] for name in model.param_names]))
    return float(-2 * fitted.llf - len(y) * (1 + np.log(2 * np.pi)))


def our_filter(form: Form, y: Floats) -> tuple[States, float]:
    block = Block.of(y[None], centred=False)
    block = block.with_values((block.y * block.scale).astype(np.float32))
    states = opening(form.shape.season, 1, 1)
    scores = run(block, form.shape, constants(1, 1), states, relative=True)
    return states, criteria(scores, block.count)[0 if form.error == "A" else 1, 0, 0]


@pytest.mark.parametrize("form", FORMS, ids=str)
def test_likelihood_and_states_are_those_of_statsforecast(form: Form, series: Floats) -> None:
    states, likelihood = our_filter(form, series)
    _, expected, expected_likelihood = statsforecast_filter(form, series)
    assert likelihood == pytest.approx(expected_likelihood, abs=2e-3)
    assert states.level[0, 0] == pytest.approx(expected[-1, 0], rel=1e-5)


@pytest.mark.parametrize("form", [form for form in FORMS if form.shape.season != "M"], ids=str)
def test_the_likelihood_is_that_of_statsmodels(form: Form, series: Floats) -> None:
    """Not with a multiplicative season: there statsmodels learns from the new level, the book from the old one."""
    assert our_filter(form, series)[1] == pytest.approx(statsmodels_likelihood(form, series), abs=2e-3)


@pytest.mark.parametrize("form", FORMS[:9], ids=str)
def test_a_missing_period_moves_the_states_on_and_costs_nothing(form: Form, series: Floats) -> None:
    gap = range(20, 23)
    filled = series.copy()
    for at in gap:  # a value that is no surprise
        filled[at] -= statsforecast_filter(form, filled[: at + 1])[0][-1]
    series[gap] = np.nan
    states, likelihood = our_filter(form, series)
    errors, expected, _ = statsforecast_filter(form, filled)
    assert states.level[0, 0] == pytest.approx(expected[-1, 0], rel=1e-5)
    assert likelihood == pytest.approx(37 * np.log((errors**2).sum() / 37), abs=2e-3)


def test_series_that_start_later_are_filtered_as_if_alone(series: Floats) -> None:
    ragged = np.full((3, 40), np.nan)
    for row, length in zip(ragged, (40, 24, 9), strict=True):
        row[-length:] = series[-length:]
    form = FORMS[8]
    together = run(Block.of(ragged, centred=False).with_values(series.astype(np.float32)[:, None].repeat(3, 1)),
                   form.shape, constants(2, 3), opening("M", 2, 3), relative=False)  # fmt: skip
    for column, length in enumerate((40, 24, 9)):
        block = Block.of(series[None, -length:], centred=False)
        block = block.with_values(series.astype(np.float32)[-length:, None])
        alone = run(block, form.shape, constants(1, 1), opening("M", 1, 1), relative=False)
        assert together.squares[:, column] == pytest.approx(alone.squares[0, 0], rel=1e-5)
