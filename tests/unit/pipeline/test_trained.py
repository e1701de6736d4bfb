import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from zipfile import ZipFile

import numpy as np
import polars as pl
import pytest

from forecastle.core.errors import ArtifactError, HorizonError, InputError
from forecastle.core.execution import ExecutionResult
from forecastle.core.frequency import Frequency
from forecastle.core.panel import Panel
from forecastle.pipeline.request import Request
from forecastle.pipeline.trained import TrainedModel, load_trained, reaching

HORIZON, WEEKS = 3, 60
FAMILIES = ("auto", "seasonal_naive", "window_mean", "ets", "theta", "ridge", "croston", "sba", "tsb")

Models = dict[tuple[str, str], TrainedModel]
Newer = Callable[..., Panel]


@pytest.fixture
def newer(sales: Callable[..., pl.DataFrame]) -> Newer:
    """The volume of some weeks after those that the models have seen."""

    def make(first: int, last: int) -> Panel:
        rows = sales(WEEKS + last).filter(pl.col("week") >= sales(WEEKS + first)["week"].max()).sort("item", "week")
        return Panel(frame=rows.select(series_id="item", ds="week", y="volume"), freq=Frequency.parse("W-MON"))

    return make


def _files(folder: Path) -> dict[str, bytes]:
    return {str(file.relative_to(folder)): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


def _computed(model: TrainedModel) -> pl.DataFrame:
    """Forecast from the fitted states, not from what was kept beside them."""
    return replace(model, forecasts=None).predict(HORIZON)


@pytest.mark.parametrize("target", ["volume", "revenue"])
def test_auto_says_what_the_execution_said(result: ExecutionResult, models: Models, target: str) -> None:
    said = result.forecasts.filter(pl.col("target") == target)
    assert models["auto", target].predict(HORIZON).equals(said)
    assert _computed(models["auto", target]).equals(said)


def test_a_model_asked_for_by_name_says_what_the_execution_said(
    models: Models, run: Callable[..., tuple[ExecutionResult, Models]], sales: Callable[..., pl.DataFrame]
) -> None:
    asked = Request(horizon=HORIZON, targets=("volume",), models=("seasonal_naive",))
    alone, trained = run(sales(), asked)
    assert trained["auto", "volume"].predict(HORIZON).equals(alone.forecasts)
    for family in (trained, models):
        assert family["seasonal_naive", "volume"].predict(HORIZON)["mean"].equals(alone.forecasts["mean"])


def test_every_family_and_auto_are_trained_for_every_target(models: Models) -> None:
    assert list(models) == [(family, target) for target in ("volume", "revenue") for family in FAMILIES]


@pytest.mark.parametrize("family", FAMILIES)
def test_a_loaded_model_forecasts_the_same_to_the_bit(models: Models, family: str, tmp_path: Path) -> None:
    model = models[family, "volume"]
    model.save(tmp_path)
    loaded = load_trained(tmp_path)
    assert loaded.predict(HORIZON).equals(model.predict(HORIZON))
    assert _computed(loaded).equals(model.predict(HORIZON))
    assert loaded.champions.equals(model.champions)


def test_a_loaded_model_is_saved_to_the_same_bytes(auto: TrainedModel, tmp_path: Path) -> None:
    auto.save(tmp_path / "first")
    load_trained(tmp_path / "first").save(tmp_path / "second")
    assert _files(tmp_path / "first") == _files(tmp_path / "second")


@pytest.mark.parametrize("family", ["ridge", "croston"])
def test_a_member_has_the_same_bytes_whoever_it_is_a_member_of(models: Models, family: str, tmp_path: Path) -> None:
    models["auto", "volume"].save(tmp_path / "auto")
    models[family, "volume"].save(tmp_path / family)
    own, shared = _files(tmp_path / family / "members"), _files(tmp_path / "auto" / "members")
    assert own.items() <= shared.items()
    assert f"{family}/state/states.npz" in own


def test_what_is_saved_is_in_open_formats_and_bears_no_date(auto: TrainedModel, tmp_path: Path) -> None:
    auto.save(tmp_path)
    assert {Path(name).suffix for name in _files(tmp_path)} == {".json", ".parquet", ".npz", ".npy"}
    for file in tmp_path.rglob("*.npz"):
        with ZipFile(file) as archive:
            assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_a_series_has_the_same_numbers_whoever_else_is_asked_for(auto: TrainedModel) -> None:
    forecasts = auto.predict(HORIZON, series=pl.Series(["smooth 3", "rare 1", "nobody knows", "smooth 3"]))
    assert forecasts["series_id"].to_list() == ["smooth 3"] * HORIZON + ["rare 1"] * HORIZON
    theirs = auto.predict(HORIZON).filter(pl.col("series_id").is_in(["smooth 3", "rare 1"]))
    assert forecasts.sort("series_id", "step").equals(theirs)


def test_unknown_series_are_named(models: Models) -> None:
    asked = pl.Series(["rare 2", "nobody knows", "smooth 1"])
    assert models["auto", "volume"].unknown(asked).to_list() == ["nobody knows"]
    assert models["croston", "volume"].unknown(asked).to_list() == ["nobody knows", "smooth 1"]


def test_nobody_asked_for_is_nobody_forecast(auto: TrainedModel) -> None:
    nothing = auto.predict(HORIZON, series=pl.Series([]))
    assert nothing.is_empty()
    assert nothing.schema == auto.predict(HORIZON).schema


def test_a_shorter_horizon_is_the_beginning_of_a_longer_one(auto: TrainedModel) -> None:
    longer = auto.predict(HORIZON + 5)
    assert longer.height == 12 * (HORIZON + 5)
    for horizon in (1, HORIZON):
        assert auto.predict(horizon).equals(longer.filter(pl.col("step") <= horizon))


def test_beyond_the_judged_horizon_ranges_are_calibrated_like_its_last_step(models: Models) -> None:
    model = models["window_mean", "volume"]  # whose own ranges are as wide at every step
    calibration = model.verdict.calibration
    assert calibration is not None
    factors = calibration.factors.copy()
    factors[:, :, -1] *= 2
    wider = replace(model, verdict=replace(model.verdict, calibration=replace(calibration, factors=factors)))

    def width(trained: TrainedModel, step: int) -> np.ndarray:
        rows = trained.predict(HORIZON + 4).filter(pl.col("step") == step, pl.col("series_id") == "smooth 7")
        return (rows["p90"] - rows["p10"]).to_numpy()

    assert width(wider, HORIZON + 1) == pytest.approx(2 * width(model, HORIZON + 1))
    assert width(wider, HORIZON + 4) == pytest.approx(width(wider, HORIZON + 1))


@pytest.mark.parametrize("horizon", [0, 1_000_000])
def test_a_horizon_that_cannot_be_computed_is_refused(auto: TrainedModel, horizon: int) -> None:
    with pytest.raises(HorizonError, match="cannot be forecast at once"):
        auto.predict(horizon)


def test_the_champion_of_a_series_is_named_with_the_reason(result: ExecutionResult, models: Models) -> None:
    decided = result.classification.filter(pl.col("target") == "volume").select("series_id", "model", "reason")
    assert models["auto", "volume"].champions.equals(decided)
    assert models["ets", "volume"].champions["reason"].unique().to_list() == ["ets: asked for by name"]


def test_a_family_is_calibrated_by_its_own_backtest(models: Models) -> None:
    ets, ridge = (models[family, "volume"].verdict.calibration for family in ("ets", "ridge"))
    assert ets is not None
    assert ridge is not None
    assert not np.array_equal(ets.shifts, ridge.shifts)


def test_appending_moves_every_forecast_on(auto: TrainedModel, newer: Newer) -> None:
    moved = auto.append(newer(1, 2))
    assert moved.predict(1)["ds"].unique().to_list() == [date(2024, 3, 11)]
    assert moved.history.height == auto.history.height + 2 * 12
    assert not moved.predict(1)["mean"].equals(auto.predict(1)["mean"])


def test_appending_twice_is_appending_at_once(auto: TrainedModel, newer: Newer) -> None:
    twice, once = auto.append(newer(1, 1)).append(newer(2, 3)), auto.append(newer(1, 3))
    assert twice.history.equals(once.history)
    assert twice.predict(HORIZON)["mean"].to_numpy() == pytest.approx(once.predict(HORIZON)["mean"].to_numpy())


def test_an_appended_model_is_kept_like_any_other(auto: TrainedModel, newer: Newer, tmp_path: Path) -> None:
    moved = auto.append(newer(1, 2))
    moved.save(tmp_path)
    loaded = load_trained(tmp_path)
    assert _computed(loaded).equals(moved.predict(HORIZON))
    assert loaded.append(newer(3, 3)).predict(HORIZON).equals(moved.append(newer(3, 3)).predict(HORIZON))


def test_a_series_that_gets_nothing_newer_stays_as_it_is(auto: TrainedModel, newer: Newer) -> None:
    moved = auto.append(newer(1, 2).select(pl.Series(["smooth 0", "rare 3"])))
    asked = pl.Series(["smooth 5", "rare 0"])
    before, after = auto.predict(HORIZON, series=asked), moved.predict(HORIZON, series=asked)
    assert after.select("series_id", "ds", "model").equals(before.select("series_id", "ds", "model"))
    assert after.select("mean", "p10", "p90").to_numpy() == pytest.approx(
        before.select("mean", "p10", "p90").to_numpy()
    )


def test_what_cannot_be_appended_is_refused_by_name(auto: TrainedModel, newer: Newer) -> None:
    panel = newer(1, 1)
    renamed = panel.frame.with_columns(series_id=pl.lit("new ") + pl.col("series_id"))
    with pytest.raises(InputError, match="12 series are new to the model auto_volume, the first is 'new rare 0'"):
        auto.append(panel.with_frame(renamed))
    with pytest.raises(InputError, match="trained on periods of W-MON; these data have MS"):
        auto.append(replace(panel, freq=Frequency.parse("MS")))
    with pytest.raises(InputError, match="seen already"):
        auto.append(panel.with_frame(auto.history))


def test_a_folder_that_holds_no_model_is_refused(auto: TrainedModel, tmp_path: Path) -> None:
    with pytest.raises(ArtifactError, match="no trained model"):
        load_trained(tmp_path)
    auto.save(tmp_path)
    facts = json.loads((tmp_path / "model.json").read_text())
    (tmp_path / "model.json").write_text(json.dumps(facts | {"format": 99}))
    with pytest.raises(ArtifactError, match="format 99"):
        load_trained(tmp_path)


def test_a_member_that_another_version_wrote_is_refused_and_a_retraining_offered(
    auto: TrainedModel, tmp_path: Path
) -> None:
    auto.save(tmp_path)
    states = tmp_path / "members" / "ets" / "state" / "states.npz"
    np.savez(states, other=np.zeros(3))
    with pytest.raises(ArtifactError, match="'ets' cannot be read by this version") as refused:
        load_trained(tmp_path)
    assert "Train this model again" in refused.value.hint


def test_without_a_backtest_models_are_kept_uncalibrated(
    run: Callable[..., tuple[ExecutionResult, Models]], sales: Callable[..., pl.DataFrame], tmp_path: Path
) -> None:
    short = sales().filter(pl.col("week") > pl.col("week").max().dt.offset_by("-6w"))
    result, trained = run(short, Request(horizon=8, targets=("volume",)))
    model = trained["auto", "volume"]
    assert model.verdict.calibration is None
    model.save(tmp_path)
    assert load_trained(tmp_path).predict(8).equals(result.forecasts)


def test_every_familys_ranges_are_calibrated_by_group_and_step_and_beyond_the_horizon(models: Models) -> None:
    for model in models.values():
        learned = model.verdict.calibration
        assert learned is not None
        assert learned.factors.shape[:3] == (model.rules.groups.max() + 1, 2, model.horizon)
        further = reaching(learned, model.horizon + 2)
        assert further is not None
        assert np.array_equal(further.factors[:, :, model.horizon :], learned.factors[:, :, [-1, -1]])
