"""What boosted trees do beyond the contract of every model: covariates, contributions, newer periods, stopping."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from forecastle.core.errors import ArtifactError, Cancelled
from forecastle.core.panel import Panel
from forecastle.core.quantiles import Quantiles
from forecastle.models.boosting.fitted import BoostedFitted
from forecastle.models.boosting.forecaster import BoostedForecaster
from forecastle.models.catalog import find

HORIZON = 4


def _by_step(forecast: pl.DataFrame, column: str = "p50") -> np.ndarray:
    """Series × steps, each series relative to its first step."""
    values = forecast[column].to_numpy().reshape(-1, HORIZON)
    return values / values[:, :1]


def test_a_planned_promotion_lifts_the_week_it_runs_in_and_no_other(
    of_any_kind: BoostedFitted, plan: pl.DataFrame
) -> None:
    lift = np.median(_by_step(of_any_kind.predict(HORIZON, future=plan), "mean"), axis=0)
    assert lift == pytest.approx([1, 2, 1, 1], rel=0.2)


def test_a_future_that_is_not_told_is_forecast_between_promoted_and_not(
    fitted: BoostedFitted, plan: pl.DataFrame
) -> None:
    told, untold = (fitted.predict(HORIZON, future=future) for future in (plan, None))
    steps = pl.DataFrame({"without": told["p90"], "unknown": untold["p90"], "step": told["step"]})
    assert steps.filter(pl.col("step") == 3).select((pl.col("unknown") > pl.col("without")).mean()).item() > 0.8


def test_contributions_add_up_to_the_forecast_and_name_the_promotion(
    of_any_kind: BoostedFitted, plan: pl.DataFrame
) -> None:
    parts = of_any_kind.contributions(HORIZON, future=plan)
    told = of_any_kind.predict(HORIZON, future=plan, quantiles=Quantiles((0.5,)))
    forecast = told["mean" if of_any_kind.name == "lightgbm_tweedie" else "p50"].to_numpy()
    sums = parts.group_by("series_id", "ds", maintain_order=True).agg(pl.col("value").sum())["value"].to_numpy()
    assert sums == pytest.approx(forecast, rel=0.2)  # the median is put in order, and moved by what was missed
    second = parts.filter(pl.col("ds") == parts["ds"].unique().sort()[1], pl.col("driver") != "level")
    strongest = second.group_by("driver").agg(pl.col("value").sum()).sort("value")["driver"][-1]
    assert strongest == "promotion"


def test_contributions_of_some_series_are_those_among_all(of_any_kind: BoostedFitted, plan: pl.DataFrame) -> None:
    some = of_any_kind.contributions(HORIZON, series=pl.Series(["s03"]), future=plan)
    among = of_any_kind.contributions(HORIZON, future=plan).filter(pl.col("series_id") == "s03")
    assert some["value"].to_numpy() == pytest.approx(among["value"].to_numpy())


def test_appended_weeks_are_what_a_longer_history_gives_without_learning_anew(
    promoted: Panel, fitted: BoostedFitted, plan: pl.DataFrame
) -> None:
    newer = plan.with_columns(y=pl.lit(50.0)).select(promoted.frame.columns)
    whole = replace(fitted, panel=promoted.with_frame(pl.concat([promoted.frame, newer]).sort("series_id", "ds")))
    moved = fitted.append(promoted.with_frame(newer))
    assert moved.predict(HORIZON).equals(whole.predict(HORIZON))
    assert moved.trees is fitted.trees


def test_covariates_and_static_columns_are_saved_and_loaded(
    promoted: Panel, forecaster: BoostedForecaster, plan: pl.DataFrame, tmp_path: Path
) -> None:
    names = promoted.frame["series_id"].unique().sort()
    static = pl.DataFrame({"series_id": names, "shop": ["north", "south"] * 10})
    covariates = replace(promoted.covariates, static=("shop",))
    fitted = forecaster.fit(replace(promoted, static=static, covariates=covariates), HORIZON)
    fitted.save(tmp_path)
    loaded = forecaster.load(tmp_path)
    assert loaded.predict(HORIZON, future=plan).equals(fitted.predict(HORIZON, future=plan))
    assert "x_shop" in loaded.trees.names


def test_trees_that_this_version_gives_other_features_are_refused_and_a_retraining_offered(
    of_any_kind: BoostedFitted, tmp_path: Path
) -> None:
    model = find(of_any_kind.name).forecaster(of_any_kind.compute)
    of_any_kind.save(tmp_path)
    assert model.load(tmp_path).predict(HORIZON).equals(of_any_kind.predict(HORIZON))
    facts = json.loads((tmp_path / "model.json").read_text())
    (tmp_path / "model.json").write_text(json.dumps(facts | {"features": [*facts["features"], "moon"]}))
    with pytest.raises(ArtifactError, match=r"other features .*: moon") as refused:
        model.load(tmp_path)
    assert "Train this model again" in refused.value.hint


def test_trees_that_cannot_be_read_are_refused_and_a_retraining_offered(
    of_any_kind: BoostedFitted, tmp_path: Path
) -> None:
    of_any_kind.save(tmp_path)
    for file in tmp_path.glob("*.txt"):
        file.write_text("not trees")
    loaded = find(of_any_kind.name).forecaster(of_any_kind.compute).load(tmp_path)
    with pytest.raises(ArtifactError, match="cannot be read") as refused:
        loaded.predict(HORIZON)
    assert "Train this model again" in refused.value.hint


def test_what_happens_to_one_series_after_the_cutoff_of_none_changes_its_forecast(
    promoted: Panel, fitted: BoostedFitted
) -> None:
    alone = replace(fitted, panel=promoted.select(pl.Series(["s03"])))
    among = fitted.predict(HORIZON).filter(pl.col("series_id") == "s03")
    assert alone.predict(HORIZON).equals(among)


def test_growing_stops_between_two_trees(promoted: Panel, forecaster: BoostedForecaster) -> None:
    told: list[str] = []

    def stop(_share: float, message: str) -> None:
        told.append(message)
        if message == "trees grown":
            raise Cancelled("enough")

    with pytest.raises(Cancelled):
        forecaster.fit(promoted, HORIZON, progress=stop)
    assert told.count("trees grown") == 1


def test_progress_rises_to_one(promoted: Panel, forecaster: BoostedForecaster) -> None:
    shares: list[float] = []
    forecaster.fit(promoted, HORIZON, progress=lambda share, _message: shares.append(share))
    assert shares == sorted(shares)
    assert shares[-1] == 1.0


def test_a_panel_in_which_nothing_ever_changes_is_forecast_to_stay(
    promoted: Panel, forecaster: BoostedForecaster
) -> None:
    still = promoted.with_frame(promoted.frame.with_columns(y=pl.lit(4.0)))
    fitted = forecaster.fit(still, HORIZON)
    assert fitted.predict(HORIZON).select(pl.col("mean", "p10", "p90").eq(4.0).all()).row(0) == (True, True, True)
    nothing = forecaster.fit(promoted.with_frame(promoted.frame.with_columns(y=pl.lit(0.0))), HORIZON)
    assert nothing.trees.files() == {}
    assert nothing.predict(HORIZON)["mean"].eq(0.0).all()
    assert fitted.contributions(1).filter(pl.col("feature") == "level")["value"].eq(4.0).all()
