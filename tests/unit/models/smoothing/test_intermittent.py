import numpy as np
import pytest

from forecastle.core.panel import Floats
from forecastle.models.kernel import Batch
from forecastle.models.smoothing.intermittent import (
    SMOOTHING,
    CrostonKernel,
    IntermittentKernel,
    IntermittentState,
    Levels,
    Method,
    SbaKernel,
    TsbKernel,
)

KERNELS = (CrostonKernel(), SbaKernel(), TsbKernel())
every_kernel = pytest.mark.parametrize("kernel", KERNELS, ids=lambda kernel: kernel.name)


def fit(kernel: IntermittentKernel, *series: Floats) -> IntermittentState:
    return kernel.fit(Batch(values=np.array(series, dtype=float)))


def demand(rate: float, size: float, length: int = 400, seed: int = 0) -> Floats:
    rng = np.random.default_rng(seed)
    return (rng.random(length) < rate) * (1.0 + rng.poisson(size - 1, length))


def followed(method: Method, y: Floats, size: float, occurrence: float) -> Levels:
    ones = np.ones((len(SMOOTHING), 1))
    levels = Levels(size=size * ones, occurrence=occurrence * ones, since=np.ones(1))
    for value in y:
        levels.follow(method, np.array([value]))
    return levels


def test_croston_smooths_as_statsforecast_does() -> None:
    models = pytest.importorskip("statsforecast.models")
    y = demand(0.3, 4, length=60)
    first = int(np.argmax(y > 0))
    levels = followed(Method.CROSTON, y[first + 1 :], size=y[first], occurrence=first + 1)
    ours = levels.size / levels.occurrence
    assert ours[list(SMOOTHING).index(0.1), 0] == pytest.approx(models.CrostonClassic().forecast(y, 1)["mean"][0])


def test_tsb_smooths_as_statsforecast_does() -> None:
    models = pytest.importorskip("statsforecast.models")
    y = demand(0.3, 4, length=60)
    levels = followed(Method.TSB, y, size=y[y > 0][0], occurrence=float(y[0] > 0))
    ours = levels.size[list(SMOOTHING).index(0.1), 0] * levels.occurrence[list(SMOOTHING).index(0.2), 0]
    assert ours == pytest.approx(models.TSB(alpha_d=0.1, alpha_p=0.2).forecast(y, 1)["mean"][0])


@every_kernel
def test_the_rate_of_steady_demand_is_found(kernel: IntermittentKernel) -> None:
    series = [demand(0.25, 3, seed=seed) for seed in range(30)]
    assert fit(kernel, *series).mean(1).mean() == pytest.approx(np.mean(series), rel=0.1)


def test_sba_forecasts_less_than_croston() -> None:
    series = [demand(0.25, 3, seed=seed) for seed in range(10)]
    assert (fit(SbaKernel(), *series).mean(1) < fit(CrostonKernel(), *series).mean(1)).all()


def test_only_tsb_fades_when_demand_stops() -> None:
    y = np.append(demand(0.5, 3, length=60), np.zeros(60))
    stopped, before = (fit(TsbKernel(), part).mean(1)[0, 0] for part in (y, y[:60]))
    assert stopped < 0.2 * before
    assert fit(CrostonKernel(), y).update(np.zeros((1, 50))).mean(1) == pytest.approx(fit(CrostonKernel(), y).mean(1))


@every_kernel
def test_quantiles_are_those_of_the_demand(kernel: IntermittentKernel) -> None:
    y = np.tile([0.0, 0.0, 0.0, 2.0, 0.0, 0.0, 0.0, 6.0], 40)
    band = fit(kernel, y).quantiles(3, (0.5, 0.7, 0.8, 0.95), paths=1, rng=np.random.default_rng(0))
    assert band[0].tolist() == [[0.0, 0.0, 2.0, 6.0]] * 3


@every_kernel
def test_no_demand_ever_is_forecast_as_none(kernel: IntermittentKernel) -> None:
    state = fit(kernel, np.zeros(30), -np.ones(30))
    assert not state.mean(4).any()
    assert not state.quantiles(4, (0.1, 0.999), paths=1, rng=np.random.default_rng(0)).any()


@every_kernel
def test_a_period_not_observed_is_not_a_period_without_demand(kernel: IntermittentKernel) -> None:
    y = demand(0.4, 3, length=80)
    holes = np.insert(y, [20, 20, 50], np.nan)
    assert fit(kernel, holes).mean(1) == pytest.approx(fit(kernel, y).mean(1))
    state = fit(kernel, y)
    assert state.update(np.full((1, 9), np.nan)).mean(1) == pytest.approx(state.mean(1))


@every_kernel
def test_updating_goes_on_where_fitting_stopped(kernel: IntermittentKernel) -> None:
    y = demand(0.4, 3, length=300)
    assert fit(kernel, y[:290]).update(y[None, 290:]).mean(1) == pytest.approx(fit(kernel, y).mean(1), rel=0.1)


def test_the_description_names_the_method_and_its_constants() -> None:
    assert fit(TsbKernel(), demand(0.3, 2)).describe()[0].startswith("TSB(α=")
    assert fit(CrostonKernel(), demand(0.3, 2)).describe()[0].startswith("Croston(α=")
