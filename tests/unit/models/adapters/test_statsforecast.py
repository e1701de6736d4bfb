import re
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import polars as pl
import pytest

from forecastle.core.errors import Cancelled, ModelError
from forecastle.core.panel import Panel
from forecastle.core.ports import Fitted
from forecastle.core.progress import silent
from forecastle.models.adapters import lessons
from forecastle.models.batched import Compute
from forecastle.models.catalog import find

Monthly = Callable[..., Panel]


def _fit(name: str, panel: Panel, horizon: int = 6) -> Fitted:
    return find(name).forecaster(Compute(paths=100, threads=2)).fit(panel, horizon, progress=silent)


def _library(model: Any, values: np.ndarray, horizon: int, level: float) -> dict[str, Any]:
    """What statsforecast says of a series when it is asked without us."""
    unit = np.abs(values).mean()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        said = model.fit(values / unit).predict(h=horizon, level=[level])
    return {name: np.asarray(column) * unit for name, column in said.items()}


def test_a_model_with_arguments_says_what_the_library_says(monthly: Monthly, seasonal: np.ndarray) -> None:
    from statsforecast.models import ARIMA

    said = _fit("statsforecast:ARIMA(order=[1, 0, 1])", monthly(a=seasonal)).predict(6)
    expected = _library(ARIMA(order=(1, 0, 1), season_length=12), seasonal, 6, 80.0)
    assert said["mean"].to_numpy() == pytest.approx(expected["mean"])
    assert said["p10"].to_numpy() == pytest.approx(expected["lo-80.0"])
    assert said["p90"].to_numpy() == pytest.approx(expected["hi-80.0"])


def test_newer_observations_are_taken_in_with_the_parameters_as_they_are(
    monthly: Monthly, seasonal: np.ndarray
) -> None:
    from statsforecast.models import AutoETS

    fitted = _fit("statsforecast:AutoETS(model='AAA')", monthly(a=seasonal[:60]))
    moved = fitted.append(monthly(60, a=seasonal[60:])).predict(6)
    unit = np.abs(seasonal[:60]).mean()
    model = AutoETS(season_length=12, model="AAA").fit(seasonal[:60] / unit)
    assert moved["mean"].to_numpy() == pytest.approx(model.forward(y=seasonal / unit, h=6)["mean"] * unit)


def test_auto_ces_does_not_go_astray_when_it_takes_in_newer_observations(
    monthly: Monthly, seasonal: np.ndarray
) -> None:
    """AutoCES.forward of statsforecast 2.1.1 answers -20 where 1.2 is right, so that it is fitted again instead."""
    moved = _fit("auto_ces", monthly(a=seasonal[:60])).append(monthly(60, a=seasonal[60:63])).predict(9)
    assert moved["mean"].to_numpy() == pytest.approx(seasonal[63:], rel=0.3)


def test_a_model_without_ranges_gets_those_of_its_own_errors(monthly: Monthly) -> None:
    values = np.random.default_rng(1).poisson(4, 60).astype(float)
    said = _fit("statsforecast:CrostonClassic", monthly(a=values), 12).predict(12)
    assert said.select((pl.col("p10") < pl.col("mean")).all() & (pl.col("p90") > pl.col("mean")).all()).item()
    inside = np.mean((said["p10"].to_numpy()[0] <= values) & (values <= said["p90"].to_numpy()[0]))
    assert 0.5 < inside < 0.95


def test_periods_at_the_end_that_nobody_observed_are_forecast_as_well(monthly: Monthly, seasonal: np.ndarray) -> None:
    open_end = np.concatenate([seasonal, [np.nan, np.nan]])
    said = _fit("statsforecast:SeasonalNaive", monthly(closed=seasonal, open=open_end), 5)
    closed, opened = (said.predict(5).filter(series_id=name)["mean"].to_list() for name in ("closed", "open"))
    assert opened[:3] == closed[2:]


def test_a_series_the_library_cannot_forecast_says_so_and_is_forecast_all_the_same(
    monthly: Monthly, seasonal: np.ndarray
) -> None:
    name = "statsforecast:SeasonalWindowAverage(season_length=12, window_size=3)"
    fitted = _fit(name, monthly(long=seasonal, short=seasonal[:30]))
    assert dict(fitted.describe().iter_rows()) == {
        "long": name,
        "short": "simple exponential smoothing (no finite forecast)",
    }
    assert fitted.predict(6)["mean"].is_finite().all()


@pytest.mark.parametrize(
    ("name", "message", "hint"),
    [
        ("statsforecast:AutoARMA", "no model 'AutoARMA'", "AutoARIMA"),
        ("statsforecast:GARCH", "no model 'GARCH'", "Choose from|Did you mean"),
        ("statsforecast:ARIMA(ordr=[1, 0, 0])", "unexpected keyword argument 'ordr'", "order"),
        ("statsforecast:TSB", "alpha_d", "alpha_p"),
        ("statsforecast", "stands for many models", "statsforecast:AutoARIMA"),
    ],
)
def test_a_wrong_name_or_argument_is_told_before_anything_is_fitted(
    name: str, message: str, hint: str, monthly: Monthly, seasonal: np.ndarray
) -> None:
    with pytest.raises(ModelError, match=re.escape(message)) as caught:
        _fit(name, monthly(a=seasonal))
    assert re.search(hint, caught.value.hint)


def test_fitting_stops_between_two_series(monthly: Monthly, seasonal: np.ndarray) -> None:
    told = []

    def stop_at_the_second(share: float, _message: str) -> None:
        told.append(share)
        if share >= 2 / 3:
            raise Cancelled("enough")

    model = find("statsforecast:Naive").forecaster(Compute(threads=1))
    with pytest.raises(Cancelled):
        model.fit(monthly(a=seasonal, b=seasonal, c=seasonal), 6, progress=stop_at_the_second)
    assert told == pytest.approx([1 / 3, 2 / 3])


@pytest.mark.slow  # each process imports the library
def test_other_processes_fit_the_same_models(
    monthly: Monthly, seasonal: np.ndarray, monkeypatch: pytest.MonkeyPatch
) -> None:
    panel = monthly(**{f"s{number}": seasonal + number for number in range(6)})
    here = _fit("auto_ces", panel)
    monkeypatch.setattr(lessons, "TRIED", 0.0)
    monkeypatch.setattr(lessons, "WORTH", 0.0)
    assert _fit("auto_ces", panel).predict(6).equals(here.predict(6))
