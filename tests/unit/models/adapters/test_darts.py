import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from forecastle.core.errors import Cancelled, ModelError
from forecastle.core.panel import Panel
from forecastle.core.ports import Fitted
from forecastle.core.progress import silent
from forecastle.models.adapters.darts import offered
from forecastle.models.batched import Compute
from forecastle.models.catalog import find
from forecastle.models.surroundings import quiet

Monthly = Callable[..., Panel]
NETWORK = "darts:NLinearModel(n_epochs=3, input_chunk_length=12)"


def _fit(name: str, panel: Panel, horizon: int = 6) -> Fitted:
    return find(name).forecaster(Compute()).fit(panel, horizon, progress=silent)


def test_a_local_model_says_what_the_library_says(monthly: Monthly, seasonal: np.ndarray) -> None:
    from darts import TimeSeries
    from darts.models import FourTheta

    said = _fit("darts:FourTheta(theta=1)", monthly(a=seasonal)).predict(6)
    unit = np.abs(seasonal).mean()
    model = FourTheta(theta=1, seasonality_period=12)
    with quiet():
        expected = model.fit(TimeSeries.from_values(seasonal / unit)).predict(6).values()[:, 0] * unit
    assert said["mean"].to_numpy() == pytest.approx(expected)


def test_a_global_model_learns_from_all_series_and_forecasts_one_it_barely_knows(
    monthly: Monthly, seasonal: np.ndarray
) -> None:
    panel = monthly(a=seasonal, b=2 * seasonal, short=seasonal[36:62], tiny=seasonal[:7])
    fitted = _fit("darts:LinearRegressionModel(lags=12)", panel)
    said = fitted.predict(6)
    assert said.filter(series_id="b")["mean"].to_numpy() == pytest.approx(
        2 * said.filter(series_id="a")["mean"].to_numpy()
    )
    assert said.filter(series_id="short")["mean"].to_numpy() == pytest.approx(seasonal[62:68], rel=0.25)
    forms = dict(fitted.describe().iter_rows())
    assert forms["tiny"] == "simple exponential smoothing (no finite forecast)"


def test_a_network_is_kept_as_it_was_trained(
    monthly: Monthly, seasonal: np.ndarray, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import pytorch_lightning

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("it was trained again")

    panel = monthly(a=seasonal[:60], b=2 * seasonal[:60])
    fitted = _fit(NETWORK, panel)
    fitted.save(tmp_path)
    loaded = find(NETWORK).forecaster(Compute()).load(tmp_path)
    monkeypatch.setattr(pytorch_lightning.LightningModule, "backward", refuse)
    assert loaded.predict(6).equals(fitted.predict(6))
    newer = monthly(60, a=seasonal[60:])
    assert loaded.append(newer).predict(9).equals(fitted.append(newer).predict(9))


def test_training_tells_its_epochs_and_stops_between_them(monthly: Monthly, seasonal: np.ndarray) -> None:
    told = []

    def stop_after_two(_share: float, message: str) -> None:
        told.append(message)
        if message.startswith("epoch 2"):
            raise Cancelled("enough")

    with pytest.raises(Cancelled):
        find(NETWORK).forecaster(Compute()).fit(monthly(a=seasonal), 6, progress=stop_after_two)
    assert told == ["epoch 1 of 3", "epoch 2 of 3"]


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("darts:NLinear", "no model 'NLinear'"),
        ("darts:EnsembleModel", "no model 'EnsembleModel'"),
        ("darts:Prophet", "needs Prophet, which is not installed"),
        ("darts:Theta(tetha=2)", "tetha"),
        ("darts:NLinearModel(work_dir='elsewhere')", "work_dir cannot be set here"),
        ("darts:LinearRegressionModel(lags=0)", "lags"),
    ],
)
def test_a_wrong_name_or_argument_is_told_before_anything_is_fitted(
    name: str, message: str, monthly: Monthly, seasonal: np.ndarray
) -> None:
    with pytest.raises(ModelError, match=re.escape(message)):
        _fit(name, monthly(a=seasonal))


def test_a_panel_too_short_for_a_global_model_is_told(monthly: Monthly, seasonal: np.ndarray) -> None:
    with pytest.raises(ModelError, match=r"needs \d+ periods of a series; the longest has 10"):
        _fit("darts:LinearRegressionModel(lags=24)", monthly(a=seasonal[:10]))


@pytest.mark.slow
@pytest.mark.parametrize("name", [name for name in offered() if name not in ("Prophet", "XGBModel", "CatBoostModel")])
def test_every_model_of_the_library_can_be_used(name: str, monthly: Monthly, seasonal: np.ndarray) -> None:
    from darts import models
    from darts.models.forecasting.torch_forecasting_model import TorchForecastingModel

    network = issubclass(getattr(models, name), TorchForecastingModel) and "Naive" not in name
    argument = {"AutoMFLES": "(test_size=6)", "ARIMA": "(p=2)"}.get(name, "(n_epochs=1)" if network else "")
    said = _fit(f"darts:{name}{argument}", monthly(a=seasonal, b=2 * seasonal)).predict(6)
    assert said["mean"].is_finite().all()
    assert (said["p10"] < said["p90"]).all()
