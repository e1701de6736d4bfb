"""What networks do beyond the contract of every model: covariates, newer periods, stopping, files."""

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import polars as pl
import pytest
import torch

from forecastle.core.errors import ArtifactError, Cancelled
from forecastle.core.panel import Panel
from forecastle.models.deep.fitted import DeepFitted
from forecastle.models.deep.forecaster import DeepForecaster

HORIZON = 4


def test_a_planned_promotion_lifts_the_week_it_runs_in_and_no_other(fitted: DeepFitted, plan: pl.DataFrame) -> None:
    values = fitted.predict(HORIZON, future=plan)["p50"].to_numpy().reshape(-1, HORIZON)
    assert np.median(values / values[:, :1], axis=0) == pytest.approx([1, 2, 1, 1], rel=0.2)


def test_a_future_that_is_not_told_is_forecast_with_a_wider_range(fitted: DeepFitted, plan: pl.DataFrame) -> None:
    told, untold = (fitted.predict(HORIZON, future=future) for future in (plan, None))
    beyond = (untold["p90"] > told["p90"]).filter(told["step"] == 3)
    assert beyond.mean() > 0.8


def test_appended_weeks_are_what_a_longer_history_gives_without_learning_anew(
    promoted: Panel, fitted: DeepFitted, plan: pl.DataFrame
) -> None:
    newer = plan.with_columns(y=pl.lit(50.0)).select(promoted.frame.columns)
    whole = replace(fitted, panel=promoted.with_frame(pl.concat([promoted.frame, newer]).sort("series_id", "ds")))
    assert fitted.append(promoted.with_frame(newer)).predict(HORIZON).equals(whole.predict(HORIZON))


def test_what_happens_to_other_series_does_not_change_a_forecast(promoted: Panel, fitted: DeepFitted) -> None:
    alone = replace(fitted, panel=promoted.select(pl.Series(["s03"]))).predict(HORIZON)
    among = fitted.predict(HORIZON).filter(pl.col("series_id") == "s03")
    assert alone["p50"].to_numpy() == pytest.approx(among["p50"].to_numpy(), rel=1e-5)


def test_beyond_the_trained_horizon_it_goes_on_from_its_own_medians(fitted: DeepFitted) -> None:
    longer, trained = fitted.predict(3 * HORIZON), fitted.predict(HORIZON)
    assert longer.filter(pl.col("step") <= HORIZON)["p50"].to_list() == trained["p50"].to_list()
    width = longer.group_by("step").agg(((pl.col("p90") - pl.col("p10")) / pl.col("p50")).median()).sort("step")
    assert width["p90"][2 * HORIZON :].min() > width["p90"][:HORIZON].min()


@pytest.mark.slow
def test_statics_and_words_are_learned_from_saved_and_loaded(
    promoted: Panel, forecaster: DeepForecaster, plan: pl.DataFrame, tmp_path: Path
) -> None:
    names = promoted.frame["series_id"].unique().sort()
    static = pl.DataFrame({"series_id": names, "shop": ["north", "south"] * 10})
    covariates = replace(promoted.covariates, static=("shop",))
    fitted = forecaster.fit(replace(promoted, static=static, covariates=covariates), HORIZON)
    fitted.save(tmp_path)
    loaded = forecaster.load(tmp_path)
    assert loaded.predict(HORIZON, future=plan).equals(fitted.predict(HORIZON, future=plan))
    assert loaded.network is not None
    assert "shop=north" in loaded.network.inputs.static_names


def test_a_kept_network_forecasts_without_torch(fitted: DeepFitted, tmp_path: Path) -> None:
    fitted.save(tmp_path)
    program = (
        "import sys; from pathlib import Path; from forecastle.models.batched import Compute; "
        "from forecastle.models.families.lstm import lstm; "
        f"print(lstm(Compute()).load(Path({str(tmp_path)!r})).predict(4)['p50'].sum()); "
        "assert not {'torch', 'lightning', 'onnx'} & sys.modules.keys()"
    )
    told = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60)
    assert float(told.stdout) == fitted.predict(HORIZON)["p50"].sum()


def test_what_is_kept_tells_of_the_training(fitted: DeepFitted, tmp_path: Path) -> None:
    fitted.save(tmp_path)
    facts = json.loads((tmp_path / "model.json").read_text())
    losses = [told["trial"] for told in facts["record"]["losses"]]
    assert min(losses) < losses[0]
    assert facts["record"]["libraries"]["torch"] == torch.__version__
    assert torch.load(tmp_path / "model.ckpt", weights_only=True)["state_dict"]
    scales = json.loads((tmp_path / "normalization.json").read_text())
    recent = fitted.panel.take_last(13).filter(pl.col("series_id") == "s01")["y"]
    assert recent.min() < scales["series"]["s01"]["mean"] < recent.max()
    assert scales["covariates"]["promotion"]["mean"] == pytest.approx(0.2, abs=0.05)


@pytest.mark.parametrize("change", [{"format": 99}, {"graph": b"not a graph"}, {"window": 5}])
def test_what_another_version_wrote_is_refused_and_a_retraining_offered(
    fitted: DeepFitted, forecaster: DeepForecaster, tmp_path: Path, change: dict[str, object]
) -> None:
    fitted.save(tmp_path)
    facts = json.loads((tmp_path / "model.json").read_text())
    facts["format"] = change.get("format", facts["format"])
    facts["inputs"]["window"] = change.get("window", facts["inputs"]["window"])
    (tmp_path / "model.json").write_text(json.dumps(facts))
    if "graph" in change:
        (tmp_path / "network.onnx").write_bytes(b"not a graph")
    with pytest.raises(ArtifactError) as refused:
        forecaster.load(tmp_path)
    assert "Train this model again" in refused.value.hint


def test_training_stops_between_two_rounds_and_leaves_torch_and_the_folder_as_they_were(
    promoted: Panel, forecaster: DeepForecaster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    torch.set_num_threads(2)
    rounds: list[str] = []

    def stop(_share: float, message: str) -> None:
        if "loss" in message:
            rounds.append(message)
            assert torch.get_num_threads() == 1
            raise Cancelled("enough")

    with pytest.raises(Cancelled):
        forecaster.fit(promoted, HORIZON, progress=stop)
    assert len(rounds) == 1
    assert torch.get_num_threads() == 2
    assert not list(tmp_path.iterdir())


def test_ctrl_c_is_not_swallowed_by_training(promoted: Panel, forecaster: DeepForecaster) -> None:
    def interrupt(_share: float, message: str) -> None:
        if "round" in message:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        forecaster.fit(promoted, HORIZON, progress=interrupt)


def test_a_panel_in_which_nothing_ever_changes_is_forecast_to_stay(
    promoted: Panel, forecaster: DeepForecaster, tmp_path: Path
) -> None:
    fitted = forecaster.fit(promoted.with_frame(promoted.frame.with_columns(y=pl.lit(4.0))), HORIZON)
    fitted.save(tmp_path)
    assert forecaster.load(tmp_path).predict(HORIZON).select(pl.col("mean", "p10", "p90").eq(4.0).all()).row(0) == (
        True,
        True,
        True,
    )
