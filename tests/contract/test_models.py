"""One suite over every model of the catalogue: what any model must do with any series."""

from dataclasses import replace
from datetime import date
from pathlib import Path
from time import perf_counter, process_time

import numpy as np
import polars as pl
import pytest

import pretrained
from forecastle.core.errors import Cancelled, InputError
from forecastle.core.frequency import Frequency
from forecastle.core.panel import Covariates, Panel
from forecastle.core.ports import Fitted, Forecaster
from forecastle.core.progress import silent
from forecastle.models.batched import Compute
from forecastle.models.catalog import cards, find
from forecastle.models.deep.forecaster import DeepForecaster
from forecastle.settings import DeepSettings

SLOW = {
    "lstm",
    "cnn_lstm",
    "tft",
    "fracast",
    "auto_arima",
    "auto_ces",
    "auto_ets",
    "auto_tbats",
    "auto_theta",
    "imapa",
    "mstl",
}
NAMED = [
    "statsforecast:SeasonalNaive",
    "chronos:bolt",
    "chronos:chronos_2",
    "darts:Theta",
    "darts:LinearRegressionModel",
]
SLOW_NAMED = ["darts:NLinearModel", "darts:TiDEModel", "darts:ExponentialSmoothing"]
"""Of cards that stand for many models."""

SINGLE = [name for name, card in cards().items() if card.role != "ensemble" and card.available and not card.takes]
MODELS = [
    pytest.param(name, marks=[pytest.mark.slow] if name in {*SLOW, *SLOW_NAMED} else [])
    for name in [*SINGLE, *NAMED, *SLOW_NAMED]
]
HORIZON = 14
FREQ = Frequency.parse("MS")
SMALL = DeepSettings(
    hidden_size=8, num_layers=1, epochs=4, learning_rate=0.01, tft_hidden_size=8, tft_learning_rate=0.01
)
OPEN_FORMATS = {".npz", ".json", ".parquet", ".txt", ".onnx", ".ckpt"}


def _panel(series: dict[str, np.ndarray], freq: Frequency = FREQ) -> Panel:
    start = 600
    frames = [
        pl.DataFrame({"series_id": name, "ds": np.arange(start, start + len(values)), "y": values})
        for name, values in series.items()
    ]
    frame = pl.concat(frames).with_columns(freq.moments(pl.col("ds")).alias("ds"), pl.col("y").fill_nan(None))
    return Panel(frame=frame.sort("series_id", "ds"), freq=freq)


def _odd_series() -> dict[str, np.ndarray]:
    rng = np.random.default_rng(7)
    season = 100 + 30 * np.sin(np.arange(72) * np.pi / 6) + rng.normal(0, 5, 72)
    holes = season.copy()
    holes[[3, 20, 21, 22, 50]] = np.nan
    return {
        "all missing": np.full(5, np.nan),
        "all zero": np.zeros(40),
        "constant": np.full(30, 7.0),
        "ends missing": np.concatenate([season, [np.nan] * 3]),
        "huge": season * 1e9,
        "intermittent": rng.poisson(0.3, 60).astype(float),
        "lonely": np.array([np.nan, 4.0, np.nan]),
        "missing": holes,
        "one": np.array([5.0]),
        "season": season,
        "signed": rng.normal(0, 3, 60),
        "three": np.array([1.0, 2.0, 4.0]),
        "tiny": season * 1e-9,
        "two": np.array([3.0, 4.0]),
        "trend": np.arange(60) * 2.0 + rng.normal(0, 1, 60),
    }


@pytest.fixture(params=MODELS, scope="module")
def model(request: pytest.FixtureRequest) -> Forecaster:
    return _built(request.param)


def _built(name: str, *, threads: int = 0) -> Forecaster:
    if name in NAMED and name.startswith("chronos:"):
        name = f"chronos:{getattr(pretrained, name.partition(':')[2])()}"
    return find(name).forecaster(Compute(paths=100, seed=3, threads=threads, rows=1_500, deep=SMALL))


@pytest.fixture(scope="module")
def fitted(model: Forecaster) -> Fitted:
    return model.fit(_panel(_odd_series()), HORIZON, progress=silent)


def test_every_series_gets_its_whole_horizon_with_finite_values(fitted: Fitted) -> None:
    forecast = fitted.predict(HORIZON)
    assert forecast.columns == ["series_id", "ds", "step", "mean", "p10", "p25", "p50", "p75", "p90"]
    assert forecast.group_by("series_id").len()["len"].to_list() == [HORIZON] * len(_odd_series())
    assert forecast.select(pl.all_horizontal(pl.col("mean", "^p.*$").is_finite().all())).item()


def test_quantiles_never_cross(fitted: Fitted) -> None:
    quantiles = fitted.predict(HORIZON).select("^p.*$").to_numpy()
    assert (np.diff(quantiles, axis=1) >= 0).all()


def test_only_a_series_that_was_negative_is_forecast_below_zero(model: Forecaster, fitted: Fitted) -> None:
    forecast = fitted.predict(HORIZON)
    sales = forecast.filter(pl.col("series_id") != "signed").select("mean", "^p.*$").to_numpy()
    assert sales.min() >= 0
    demand_only = find(model.name).role == "intermittent"
    assert demand_only or forecast.filter(pl.col("series_id") == "signed")["p10"].min() < 0


def test_forecasts_begin_in_the_period_after_each_series_own_end(fitted: Fitted) -> None:
    first = dict(fitted.predict(2).filter(pl.col("step") == 1).select("series_id", "ds").iter_rows())
    assert first["one"] == date(50, 2, 1)
    assert first["season"] == date(56, 1, 1)
    assert first["ends missing"] == date(56, 4, 1)


def test_a_constant_series_stays_where_it_is(fitted: Fitted) -> None:
    forecast = fitted.predict(HORIZON).filter(pl.col("series_id") == "constant")
    assert forecast["mean"].to_numpy() == pytest.approx(7.0, rel=0.15)  # SBA takes half its smoothing constant off
    zero = fitted.predict(HORIZON).filter(pl.col("series_id") == "all zero")
    assert zero["mean"].to_numpy() == pytest.approx(0.0)


def test_the_scale_of_a_series_does_not_matter(fitted: Fitted) -> None:
    forecast = fitted.predict(HORIZON)
    mean = {
        name: forecast.filter(pl.col("series_id") == name)["mean"].to_numpy() for name in ("season", "huge", "tiny")
    }
    assert mean["huge"] / 1e9 == pytest.approx(mean["season"], rel=1e-3)
    assert mean["tiny"] * 1e9 == pytest.approx(mean["season"], rel=1e-3)


def test_saving_and_loading_changes_nothing(model: Forecaster, fitted: Fitted, tmp_path: Path) -> None:
    fitted.save(tmp_path)
    assert model.load(tmp_path).predict(HORIZON).equals(fitted.predict(HORIZON))
    assert {path.suffix for path in tmp_path.iterdir()} <= OPEN_FORMATS


def test_a_loaded_model_is_saved_to_the_same_bytes(model: Forecaster, fitted: Fitted, tmp_path: Path) -> None:
    fitted.save(tmp_path / "first")
    model.load(tmp_path / "first").save(tmp_path / "second")
    first, second = (
        {file.name: file.read_bytes() for file in (tmp_path / name).iterdir()} for name in ("first", "second")
    )
    assert first == second


def test_the_same_seed_gives_the_same_numbers_on_any_number_of_threads(model: Forecaster, fitted: Fitted) -> None:
    one = _built(model.name, threads=1).fit(_panel(_odd_series()), HORIZON, progress=silent)
    assert one.predict(HORIZON).equals(fitted.predict(HORIZON))


def test_appending_moves_the_forecast_on(fitted: Fitted) -> None:
    newer = _panel({"season": np.array([150.0, 160.0])}).frame.with_columns(
        pl.Series("ds", [date(56, 1, 1), date(56, 2, 1)])
    )
    moved = fitted.append(Panel(frame=newer, freq=FREQ))
    first = dict(moved.predict(1).select("series_id", "ds").iter_rows())
    assert first["season"] == date(56, 3, 1)
    assert first["trend"] == fitted.predict(1).filter(pl.col("series_id") == "trend")["ds"].item()
    others = pl.col("series_id") != "season"
    assert moved.predict(3)["mean"].is_finite().all()
    assert moved.predict(3).filter(others)["mean"].to_numpy() == pytest.approx(
        fitted.predict(3).filter(others)["mean"].to_numpy()
    )


def test_what_was_appended_is_saved_and_loaded_like_the_rest(model: Forecaster, fitted: Fitted, tmp_path: Path) -> None:
    newer = _panel({"season": np.array([150.0, 160.0]), "three": np.array([7.0])}).frame.with_columns(
        pl.Series("ds", [date(56, 1, 1), date(56, 2, 1), date(50, 4, 1)])
    )
    moved = fitted.append(Panel(frame=newer, freq=FREQ))
    moved.save(tmp_path)
    assert model.load(tmp_path).predict(HORIZON).equals(moved.predict(HORIZON))


def test_appending_period_by_period_says_what_appending_all_at_once_says(fitted: Fitted) -> None:
    newer = _panel({"season": np.array([150.0, np.nan, 160.0])}).frame.with_columns(
        pl.Series("ds", [date(56, 1, 1), date(56, 2, 1), date(56, 3, 1)])
    )
    bit_by_bit = fitted
    for period in newer.partition_by("ds"):
        bit_by_bit = bit_by_bit.append(Panel(frame=period, freq=FREQ))
    said, at_once = (one.predict(HORIZON) for one in (bit_by_bit, fitted.append(Panel(frame=newer, freq=FREQ))))
    assert said.drop("mean", "^p.*$").equals(at_once.drop("mean", "^p.*$"))
    assert said.select("mean", "^p.*$").to_numpy() == pytest.approx(at_once.select("mean", "^p.*$").to_numpy())


def test_appending_old_periods_or_new_series_is_refused(fitted: Fitted) -> None:
    with pytest.raises(InputError, match="seen already"):
        fitted.append(_panel({"season": np.array([1.0])}))
    with pytest.raises(InputError, match="new to this model"):
        fitted.append(_panel({"unheard of": np.array([1.0])}))


def test_every_series_says_what_was_fitted(fitted: Fitted) -> None:
    forms = dict(fitted.describe().iter_rows())
    assert set(forms) == set(_odd_series())
    assert all(forms.values())


def test_fitting_stops_half_way_when_progress_says_so(model: Forecaster) -> None:
    heard = [0.0]

    def stop(share: float, _message: str) -> None:
        assert heard[-1] <= share <= 1
        heard.append(share)
        if share > 0.4:
            raise Cancelled("enough")

    with pytest.raises(Cancelled):
        model.fit(_panel(_odd_series()), HORIZON, progress=stop)


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/clear_refs").exists(), reason="only Linux tells how much memory was used")
def test_of_a_large_panel_one_thread_and_a_bounded_memory_are_used(model: Forecaster, fitted: Fitted) -> None:
    alone = find(model.name).extra not in ("", "boost", "deep")
    values = np.random.default_rng(5).gamma(4, 25, (100 if alone else 8_000, 60))
    panel = _panel({f"s{number:04}": row for number, row in enumerate(values)})
    assert fitted  # what it needs was imported
    Path("/proc/self/clear_refs").write_text("5")  # forgets the highest use so far
    before, started, spent = _memory("VmRSS"), perf_counter(), process_time()
    _built(model.name, threads=1).fit(panel, HORIZON, progress=silent).predict(HORIZON)
    assert process_time() - spent <= 1.2 * (perf_counter() - started) + 0.3
    assert _memory("VmHWM") - before <= 600_000  # what a batch of a pretrained model takes


def _memory(what: str) -> int:
    """Kilobytes that this process holds (`VmRSS`), or held at its highest (`VmHWM`)."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(what))


LEARNING = [name for name in SINGLE if cards()[name].covariates]
"""Models that make use of covariates; all but one are slow, and have faster tests of their own."""


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=[] if name == "lightgbm" else pytest.mark.slow) for name in LEARNING]
)
def test_what_a_promotion_does_is_learned_from_all_series_and_forecast_where_one_is_planned(name: str) -> None:
    rng, weeks, series = np.random.default_rng(3), 64, 12
    promoted = rng.random((series, weeks)) < 0.2
    promoted[:, 60:] = [False, True, False, False]
    sold = 10.0 ** rng.uniform(0, 3, (series, 1)) * (1 + promoted) * rng.normal(1, 0.05, (series, weeks))
    panel = _panel({f"s{row:02}": values for row, values in enumerate(sold)}, Frequency.parse("W-MON"))
    covariates = Covariates(known=("promotion",), promotion=("promotion",))
    panel = replace(panel, covariates=covariates).with_frame(
        panel.frame.with_columns(pl.Series("promotion", promoted.ravel()))
    )
    settings = DeepSettings(hidden_size=16, num_layers=1, dropout=0.0, epochs=8, learning_rate=0.01)
    model = cards()[name].forecaster(Compute(seed=3, rows=8_000, deep=settings))
    fitted = model.fit(panel.drop_last(4), 4, progress=silent)
    forecast = fitted.predict(4, future=panel.take_last(4).select("series_id", "ds", "promotion"))
    steps = forecast["p50"].to_numpy().reshape(series, 4)
    assert np.median(steps / steps[:, :1], axis=0) == pytest.approx([1, 2, 1, 1], rel=0.25)


@pytest.mark.parametrize("freq", ["h", "D", "B", "W-SUN", "QS", "YS", "step"])
def test_every_frequency_is_forecast(model: Forecaster, freq: str) -> None:
    if isinstance(model, DeepForecaster) and freq not in ("W-SUN", "step"):
        pytest.skip("its features are tested for every frequency; a graph for each takes seconds")
    values = 50 + np.random.default_rng(2).normal(0, 4, 60)
    forecast = model.fit(_panel({"a": values}, Frequency.parse(freq)), 3, progress=silent).predict(3)
    assert forecast["mean"].to_numpy() == pytest.approx(50, rel=0.4)
