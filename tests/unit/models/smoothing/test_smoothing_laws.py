"""What every kernel without exponential smoothing forms must do, whatever it is given."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forecastle.core.panel import Floats
from forecastle.models.kernel import Batch, Kernel
from forecastle.models.smoothing.baselines import DriftKernel, NaiveKernel, SeasonalNaiveKernel
from forecastle.models.smoothing.intermittent import CrostonKernel, SbaKernel, TsbKernel
from forecastle.models.smoothing.means import HistoricMeanKernel, WindowMeanKernel
from forecastle.models.smoothing.season.multi_season import MultiSeasonKernel
from forecastle.models.smoothing.theta.kernel import ThetaKernel

from .histories import right_aligned

INTERMITTENT = (CrostonKernel(), SbaKernel(), TsbKernel())
KERNELS = (
    ThetaKernel(), MultiSeasonKernel(), *INTERMITTENT, NaiveKernel(), SeasonalNaiveKernel(), DriftKernel(),
    WindowMeanKernel(), HistoricMeanKernel(),
)  # fmt: skip
LEVELS = (0.05, 0.25, 0.5, 0.75, 0.95)
WIDTH = 60


def wave(length: int = WIDTH) -> Floats:
    t = np.arange(length)
    return 100 + 10 * np.sin(2 * np.pi * t / 12) + np.random.default_rng(0).normal(size=length)


t = np.arange(WIDTH)
ODD = {
    "one value": np.array([5.0]), "one zero": np.zeros(1), "two": np.array([5.0, 7.0]), "three": np.array([5.0, 7, 2]),
    "gap of two": np.array([1.0, np.nan, 3.0]), "constant": np.full(WIDTH, 3.0), "zeros": np.zeros(WIDTH),
    "tiny": wave() * 1e-200, "huge": wave() * 1e290, "far from zero": 1e9 + wave(), "negative": -wave(),
    "line": 1e6 + 2.0 * t, "explosion": np.exp(t * 5.0), "decay": np.exp(-1.0 * t), "jump": np.repeat([1.0, 1e6], 30),
    "one sale at the end": np.append(np.zeros(59), 1e9), "one sale at the start": np.append(5.0, np.zeros(59)),
    "long gap": np.where(np.abs(t - 30) < 20, np.nan, wave()), "unobserved end": np.where(t > 30, np.nan, wave()),
    "seen once": np.where(t == 5, 3, np.nan), "seen at both ends": np.where((t == 0) | (t == 59), 3.0 + t, np.nan),
    "one season": wave(12), "two seasons": wave(24), "intermittent": np.where(t % 7 == 0, 1.0 + t % 3, 0.0),
}  # fmt: skip
VALUES = right_aligned(list(ODD.values()))
kernels = pytest.mark.parametrize("kernel", KERNELS, ids=lambda kernel: kernel.name)


def spread(kernel: Kernel, values: Floats, horizon: int = 15, seasons: tuple[int, ...] = (12,)) -> Floats:
    state = kernel.fit(Batch(values=values, seasons=seasons))
    return state.quantiles(horizon, LEVELS, paths=50, rng=np.random.default_rng(0))


@kernels
@pytest.mark.parametrize("seasons", [(), (12,), (4, 12, 24), (52,)], ids=str)
def test_the_forecast_of_any_series_is_finite_and_its_quantiles_rise(kernel: Kernel, seasons: tuple[int, ...]) -> None:
    state = kernel.fit(Batch(values=VALUES, seasons=seasons))
    band = state.quantiles(15, LEVELS, paths=50, rng=np.random.default_rng(0))
    later = state.update(VALUES[:, :7]).mean(15)
    for name, *numbers in zip(ODD, state.mean(15), band, later, strict=True):
        assert all(np.isfinite(number).all() for number in numbers), name
    assert (np.diff(band, axis=2) >= 0).all()
    assert len(state.describe()) == len(VALUES)


@kernels
@pytest.mark.parametrize("width", [1, 2, 3, 13])
def test_short_blocks_are_forecast_too(kernel: Kernel, width: int) -> None:
    values = VALUES[:, -width:]
    values = values[np.isfinite(values).any(axis=1)]
    assert np.isfinite(spread(kernel, values, seasons=(4, 12))).all()


@kernels
def test_a_constant_series_stays_constant(kernel: Kernel) -> None:
    assert spread(kernel, np.full((2, 30), 7.0)) == pytest.approx(7.0)


@kernels
def test_a_series_forecasts_the_same_alone_as_in_a_block(kernel: Kernel) -> None:
    state = kernel.fit(Batch(values=VALUES, seasons=(12,)))
    for row in range(len(VALUES)):
        alone = kernel.fit(Batch(values=VALUES[row : row + 1], seasons=(12,))).mean(8)
        assert alone[0] == pytest.approx(state.mean(8)[row], rel=1e-4), list(ODD)[row]


@kernels
def test_a_restored_state_is_the_same_and_rows_can_be_picked(kernel: Kernel) -> None:
    state = kernel.fit(Batch(values=VALUES, seasons=(12,)))
    arrays = {name: array[5:9].copy() for name, array in state.arrays().items()}
    picked = kernel.restore(arrays)
    assert np.array_equal(picked.mean(20), state.mean(20)[5:9])
    assert picked.describe() == state.describe()[5:9]
    newer = VALUES[5:9, -3:]
    assert np.array_equal(picked.update(newer).mean(4), kernel.restore(arrays).update(newer).mean(4))


@kernels
def test_the_last_observations_may_come_in_one_by_one(kernel: Kernel) -> None:
    state = kernel.fit(Batch(values=VALUES, seasons=(12,)))
    newer = np.random.default_rng(1).uniform(0, 10, (len(VALUES), 4))
    newer[::3, 1] = np.nan
    one_by_one = state
    for column in range(4):
        one_by_one = one_by_one.update(newer[:, column : column + 1])
    assert one_by_one.mean(6) == pytest.approx(state.update(newer).mean(6), rel=1e-9)


@pytest.mark.parametrize("kernel", KERNELS[:2] + KERNELS[5:], ids=lambda kernel: kernel.name)
@given(scale=st.floats(1e-6, 1e6), values=st.lists(st.floats(1, 100), min_size=8, max_size=30))
@settings(max_examples=15, deadline=None)
def test_forecasts_have_the_unit_of_the_series(kernel: Kernel, scale: float, values: list[float]) -> None:
    history = np.array([values])
    assert spread(kernel, history * scale) == pytest.approx(spread(kernel, history) * scale, rel=1e-3, abs=1e-3 * scale)


@pytest.mark.parametrize("kernel", INTERMITTENT, ids=lambda kernel: kernel.name)
@given(values=st.lists(st.integers(-2, 5), min_size=1, max_size=40))
@settings(max_examples=30, deadline=None)
def test_quantiles_of_counts_are_counts_and_never_negative(kernel: Kernel, values: list[int]) -> None:
    band = spread(kernel, np.array([values], dtype=float))
    assert set(band.ravel()) <= {0.0, *[float(value) for value in values if value > 0]}
