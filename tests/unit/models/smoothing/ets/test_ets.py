import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forecastle.core.panel import Floats
from forecastle.models.kernel import Batch, Kernel
from forecastle.models.smoothing.ets.kernel import EtsKernel, HoltWintersKernel, SimpleEtsKernel
from real_data import needs_real_data

from ..histories import right_aligned
from ..m3 import mase_on_m3

KERNELS = (EtsKernel(), EtsKernel(average=False), SimpleEtsKernel(), HoltWintersKernel())


def wave(length: int, noise: float = 1.0, seed: int = 0) -> Floats:
    t = np.arange(length)
    return 100 + 10 * np.sin(2 * np.pi * t / 12) + noise * np.random.default_rng(seed).normal(size=length)


ODD = {
    "one value": np.array([5.0]), "two": np.array([5.0, 7.0]), "three": np.array([5.0, 7.0, 2.0]),
    "constant": np.full(60, 3.0), "zeros": np.zeros(60), "tiny": wave(60) * 1e-200, "huge": wave(60) * 1e300,
    "far from zero": 1e9 + wave(60), "negative": -wave(60), "line": 1e6 + 2.0 * np.arange(60),
    "explosion": np.exp(np.arange(60) * 10.0), "decay": np.exp(-np.arange(60.0)), "jump": np.repeat([1.0, 1e6], 30),
    "one sale at the end": np.append(np.zeros(59), 1e9), "extremes": np.tile([1e-6, 1e6], 30),
    "long gap": np.where(np.abs(np.arange(60) - 30) < 20, np.nan, wave(60)),
    "unobserved end": np.where(np.arange(60) > 30, np.nan, wave(60)),
    "seen once": np.where(np.arange(60) == 5, 3, np.nan),
    "one season": wave(12), "two seasons": wave(24), "smallest number": np.full(60, 5e-324),
}  # fmt: skip


@pytest.mark.parametrize("kernel", KERNELS, ids=repr)
@pytest.mark.parametrize("seasons", [(), (12,), (4, 12, 24)], ids=str)
def test_whatever_was_observed_the_forecast_is_finite(kernel: Kernel, seasons: tuple[int, ...]) -> None:
    values = right_aligned(list(ODD.values()))
    state = kernel.fit(Batch(values=values, seasons=seasons))
    spread = state.quantiles(15, (0.1, 0.5, 0.9), paths=60, rng=np.random.default_rng(0))
    later = state.update(values[:, :7]).mean(15)
    for name, *numbers in zip(ODD, state.mean(15), spread, later, strict=True):
        assert all(np.isfinite(number).all() for number in numbers), name
    assert (np.diff(spread, axis=2) >= 0).all()


@pytest.mark.parametrize("kernel", KERNELS, ids=repr)
def test_a_constant_series_stays_constant(kernel: Kernel) -> None:
    state = kernel.fit(Batch(values=np.full((2, 30), 7.0), seasons=(12,)))
    assert state.mean(5) == pytest.approx(np.full((2, 5), 7.0))
    assert state.quantiles(5, (0.1, 0.9), paths=50, rng=np.random.default_rng(0)) == pytest.approx(7.0)


def test_the_form_that_made_the_series_is_found() -> None:
    rng, t = np.random.default_rng(1), np.arange(120)
    season = np.tile(np.linspace(-1, 1, 12), 10)
    made = {
        "ETS(A,N,N)": rng.normal(size=120),
        "ETS(A,N,A)": 30 * season + rng.normal(size=120),
        "ETS(A,Ad,N)": 3.0 * t + rng.normal(size=120) - 100,
        "ETS(M,Ad,M)": 20 * 1.03**t * (1 + 0.4 * season) * (1 + 0.02 * rng.normal(size=120)),
    }
    state = EtsKernel(average=False).fit(Batch(values=np.array(list(made.values())), seasons=(12,)))
    assert state.describe() == list(made)


def test_a_season_is_only_learned_from_two_of_them_and_the_better_length_wins() -> None:
    weekly = np.tile([5.0, 5, 5, 5, 9, 14, 12], 40)
    state = EtsKernel().fit(Batch(values=right_aligned([weekly, wave(280), weekly[:13]]), seasons=(7, 12)))
    assert state.period.tolist() == [7, 12, 1]
    assert state.mean(7)[0] == pytest.approx(weekly[:7], rel=1e-3)


def test_holt_winters_continues_a_seasonal_line() -> None:
    line = 50 + 0.5 * np.arange(60) + np.tile([4.0, 0, -4, 0], 15)
    values = right_aligned([line[:48], line[41:48]])
    state = HoltWintersKernel().fit(Batch(values=values, seasons=(4,)))
    assert state.mean(12)[0] == pytest.approx(line[48:], abs=0.2)
    assert state.describe()[1] == "ETS(A,A,N)"


@pytest.mark.parametrize("kernel", KERNELS, ids=repr)
def test_a_state_is_restored_exactly(kernel: Kernel) -> None:
    state = kernel.fit(Batch(values=right_aligned([wave(50), wave(30), np.array([1.0])]), seasons=(12,)))
    restored = kernel.restore(dict(state.arrays()))
    assert (restored.mean(9) == state.mean(9)).all()
    assert restored.describe() == state.describe()


def test_updating_with_what_was_expected_only_moves_time_on() -> None:
    values = np.array([wave(60), wave(60, seed=4) * 3])
    state = EtsKernel(average=False).fit(Batch(values=values, seasons=(12,)))
    ahead = state.mean(20)
    assert state.update(ahead[:, :5]).mean(15) == pytest.approx(ahead[:, 5:])
    assert state.update(np.full((2, 5), np.nan)).mean(15) == pytest.approx(ahead[:, 5:])


def test_updating_follows_a_new_level() -> None:
    values = np.random.default_rng(0).normal(size=(1, 60)).cumsum(axis=1) + 50
    state = SimpleEtsKernel().fit(Batch(values=values))
    assert state.update(np.full((1, 30), 500.0)).mean(1)[0, 0] == pytest.approx(500, rel=0.01)


@settings(max_examples=25, deadline=None)
@given(scale=st.floats(1e-6, 1e6), seed=st.integers(0, 10_000), length=st.integers(3, 40))
def test_the_unit_of_sales_does_not_matter(scale: float, seed: int, length: int) -> None:
    values = np.random.default_rng(seed).gamma(3.0, size=(3, length)) + 0.5
    plain = EtsKernel().fit(Batch(values=values, seasons=(4,))).mean(6)
    scaled = EtsKernel().fit(Batch(values=values * scale, seasons=(4,))).mean(6)
    assert scaled / scale == pytest.approx(plain, rel=1e-2)


@settings(max_examples=10, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_a_series_is_forecast_the_same_alone_and_in_company(seed: int) -> None:
    rng = np.random.default_rng(seed)
    values = rng.gamma(2.0, size=(12, 36)) * rng.integers(0, 2, size=(12, 1))
    values[rng.random(values.shape) < 0.1] = np.nan
    values[:, -1] = 1.0
    together = EtsKernel().fit(Batch(values=values, seasons=(12,))).mean(6)
    alone = EtsKernel().fit(Batch(values=values[3:4], seasons=(12,))).mean(6)
    assert alone[0] == pytest.approx(together[3], rel=1e-4, abs=1e-6)


@needs_real_data
@pytest.mark.parametrize(("kind", "season", "limit"), [("monthly", 12, 0.845), ("quarterly", 4, 1.095)])
def test_accuracy_on_the_m3_competition_does_not_slip(kind: str, season: int, limit: float) -> None:
    assert mase_on_m3(EtsKernel(), kind, season) < limit
