import numpy as np
import pytest

from forecastle.models.kernel import Batch
from forecastle.models.smoothing.means import HistoricMeanKernel, WindowMeanKernel


def test_the_window_mean_is_of_the_last_observations() -> None:
    y = np.array([[1.0, 2.0, 3.0, 4.0, np.nan], [np.nan, np.nan, np.nan, np.nan, 6.0]])
    assert WindowMeanKernel(length=3).fit(Batch(values=y)).mean(2).tolist() == [[3.0, 3.0], [6.0, 6.0]]


def test_new_observations_push_out_the_oldest() -> None:
    state = WindowMeanKernel(length=3).fit(Batch(values=np.array([[1.0, 2.0, 3.0]])))
    assert state.update(np.array([[np.nan, 7.0]])).mean(1).tolist() == [[4.0]]


def test_the_window_mean_agrees_with_statsforecast() -> None:
    models = pytest.importorskip("statsforecast.models")
    y = np.random.default_rng(0).normal(size=50)
    theirs = models.WindowAverage(window_size=6).forecast(y, 3)["mean"]
    assert WindowMeanKernel(length=6).fit(Batch(values=y[None])).mean(3)[0] == pytest.approx(theirs)


def test_the_historic_mean_and_its_band_agree_with_statsforecast() -> None:
    models = pytest.importorskip("statsforecast.models")
    y = np.random.default_rng(0).normal(size=50)
    theirs = models.HistoricAverage().forecast(y, 3, level=[80])
    state = HistoricMeanKernel().fit(Batch(values=y[None]))
    assert state.mean(3)[0] == pytest.approx(theirs["mean"])
    band = state.quantiles(3, (0.1, 0.9), paths=1, rng=np.random.default_rng(0))[0]
    assert band[:, 0] == pytest.approx(theirs["lo-80"], rel=1e-6)


def test_the_historic_mean_goes_on() -> None:
    values = np.random.default_rng(0).normal(size=(3, 40))
    values[:, ::7] = np.nan
    going_on = HistoricMeanKernel().fit(Batch(values=values[:, :30])).update(values[:, 30:])
    assert going_on.mean(1)[:, 0] == pytest.approx(np.nanmean(values, axis=1))


@pytest.mark.parametrize("kernel", [WindowMeanKernel(), HistoricMeanKernel()], ids=lambda kernel: kernel.name)
def test_the_band_of_noise_covers_what_it_says(kernel: WindowMeanKernel | HistoricMeanKernel) -> None:
    noise = np.random.default_rng(0).normal(size=(800, 60))
    band = kernel.fit(Batch(values=noise[:, :-4])).quantiles(4, (0.1, 0.9), paths=1, rng=np.random.default_rng(0))
    inside = (noise[:, -4:] >= band[:, :, 0]) & (noise[:, -4:] <= band[:, :, 1])
    assert 0.76 < inside.mean() < 0.84
