"""Forecasts of newer data from models that were trained before."""

from collections.abc import Callable
from datetime import date

import polars as pl
import pytest

from forecastle.core.errors import InputError
from forecastle.core.execution import ExecutionResult
from forecastle.core.findings import Finding
from forecastle.core.panel import Panel
from forecastle.models.batched import Compute
from forecastle.models.catalog import find
from forecastle.pipeline.request import Request
from forecastle.pipeline.trained import TrainedModel
from forecastle.settings import load_settings

HORIZON, WEEKS = 3, 60

Models = dict[tuple[str, str], TrainedModel]
Sales = Callable[..., pl.DataFrame]
Run = Callable[..., tuple[ExecutionResult, Models]]


@pytest.fixture
def kept(models: Models) -> list[TrainedModel]:
    return [models["auto", "volume"], models["auto", "revenue"]]


@pytest.fixture
def finding(kept: list[TrainedModel], run: Run) -> Callable[[pl.DataFrame, str], Finding]:
    """What is found about the volume in a forecast of these data."""

    def find_one(frame: pl.DataFrame, code: str) -> Finding:
        result, _ = run(frame, Request(targets=("volume",)), kept=kept)
        return next(finding for finding in result.findings if finding.code == code)

    return find_one


def test_kept_models_say_on_the_same_data_what_they_said(
    result: ExecutionResult, kept: list[TrainedModel], run: Run, sales: Sales
) -> None:
    again, models = run(sales(), Request(), kept=kept)
    assert again.forecasts.equals(result.forecasts)
    assert again.classification.equals(result.classification)
    assert again.execution_id != result.execution_id
    assert models == {}


def test_targets_stand_in_the_order_of_the_data_whatever_that_of_the_models(
    result: ExecutionResult, kept: list[TrainedModel], run: Run, sales: Sales
) -> None:
    again, _ = run(sales(), Request(), kept=kept[::-1])
    assert again.classification.equals(result.classification)


def test_newer_periods_are_taken_in_as_by_append(kept: list[TrainedModel], run: Run, sales: Sales) -> None:
    result, _ = run(sales(WEEKS + 2), Request(), kept=kept)
    for model in kept:
        new = pl.col("ds") > model.ends["ds"].max(), pl.col("target") == model.target
        panel = Panel(frame=result.history.filter(*new).select("series_id", "ds", "y"), freq=model.freq)
        moved = model.append(panel).predict(HORIZON)
        assert moved["ds"].min() == date(2024, 3, 11)
        assert result.forecasts.filter(pl.col("target") == model.target).equals(moved)


def test_a_longer_horizon_is_forecast_as_by_the_model(kept: list[TrainedModel], run: Run, sales: Sales) -> None:
    result, _ = run(sales(), Request(horizon=HORIZON + 4, targets=("volume",)), kept=kept)
    expected = kept[0].predict(HORIZON + 4)
    assert result.horizon == HORIZON + 4
    assert result.forecasts.select("series_id", "ds", "model").equals(expected.select("series_id", "ds", "model"))
    values = pl.selectors.float()
    assert result.forecasts.select(values).to_numpy() == pytest.approx(expected.select(values).to_numpy())


def test_the_steps_say_that_nothing_was_compared(kept: list[TrainedModel], run: Run, sales: Sales) -> None:
    result, _ = run(sales(WEEKS + 1), Request(), kept=kept)
    steps = {step.number: (step.status, step.message) for step in result.steps}
    assert "24 newer observations" in steps[1][1]
    assert steps[8] == (
        "skipped",
        "the champions' backtest stands: volume, 12 series over 3 periods; revenue, 12 series over 3 periods",
    )
    assert result.leaderboard.is_empty()
    assert result.backtest.is_empty()


def test_new_series_are_fitted_alone_and_say_so(kept: list[TrainedModel], run: Run, sales: Sales) -> None:
    result, _ = run(sales(newcomers=("new a", "new b")), Request(targets=("volume",)), kept=kept)
    theirs = pl.col("series_id").is_in(["new a", "new b"])
    panel = Panel(frame=result.history.filter(theirs).select("series_id", "ds", "y"), freq=kept[0].freq)
    model = find("ets").forecaster(Compute(paths=50))
    expected = model.fit(panel, HORIZON, progress=lambda _share, _message: None).predict(HORIZON)
    forecasts = result.forecasts.filter(theirs)
    assert forecasts.drop("target", "model").equals(expected)
    assert set(result.classification.filter(theirs).select("model", "reason").iter_rows()) == {
        ("ets", "ets: new since the models were trained, so there is nothing yet to compare on")
    }
    assert result.forecasts.filter(~theirs).equals(kept[0].predict(HORIZON))


def test_new_series_are_named_in_a_finding(finding: Callable[..., Finding], sales: Sales) -> None:
    found = finding(sales(newcomers=("new a", "new b")), "new_series")
    assert found.series == ("new a", "new b")


def test_series_that_are_gone_are_named_and_not_forecast(
    finding: Callable[..., Finding], kept: list[TrainedModel], run: Run, sales: Sales
) -> None:
    left = sales().filter(pl.col("item") != "smooth 4")
    assert finding(left, "absent_series").series == ("smooth 4",)
    result, _ = run(left, Request(targets=("volume",)), kept=kept)
    assert "smooth 4" not in result.forecasts["series_id"]


def test_corrections_of_what_the_model_has_seen_are_counted_and_change_nothing(
    finding: Callable[..., Finding], kept: list[TrainedModel], run: Run, sales: Sales
) -> None:
    wrong = pl.col("item").is_in(["smooth 1", "smooth 2"]) & (pl.col("week") > date(2024, 1, 29))
    corrected = sales().with_columns(volume=pl.when(wrong).then(pl.col("volume") + 1).otherwise(pl.col("volume")))
    found = finding(corrected, "rewritten")
    assert (found.count, found.series) == (6, ("smooth 1", "smooth 2"))
    assert found.rows[0].startswith("smooth 1, 2024-02-05: ")
    result, _ = run(corrected, Request(targets=("volume",)), kept=kept)
    assert result.forecasts.equals(kept[0].predict(HORIZON))


def test_a_history_that_begins_later_or_earlier_is_no_correction(models: Models, run: Run, sales: Sales) -> None:
    recent = sales(WEEKS + 1).filter(pl.col("week") > date(2023, 12, 1))
    _, short = run(recent, Request(horizon=HORIZON, targets=("volume",), models=("naive",)))
    for frame, model in ((recent, models["auto", "volume"]), (sales(WEEKS + 1), short["auto", "volume"])):
        result, _ = run(frame, Request(targets=("volume",)), kept=[model])
        assert not any(finding.code == "rewritten" for finding in result.findings)


def test_a_series_that_ends_before_what_the_model_has_seen_is_forecast_from_there(
    kept: list[TrainedModel], run: Run, sales: Sales
) -> None:
    result, _ = run(sales(WEEKS - 2), Request(targets=("volume",)), kept=kept)
    assert result.forecasts.equals(kept[0].predict(HORIZON))


def test_daily_data_are_brought_to_the_weeks_of_the_model(kept: list[TrainedModel], run: Run, sales: Sales) -> None:
    days = pl.DataFrame({"day": range(7)})
    daily = (
        sales()
        .join(days, how="cross")
        .select("item", pl.col("week").dt.offset_by(pl.format("{}d", "day")).alias("date"), pl.col("volume") / 7)
    )
    result, _ = run(daily, Request(targets=("volume",)), kept=kept)
    assert result.freq == kept[0].freq
    assert result.forecasts["mean"].to_numpy() == pytest.approx(kept[0].predict(HORIZON)["mean"].to_numpy())


def test_data_of_another_frequency_must_be_trained_on_again(kept: list[TrainedModel], run: Run, sales: Sales) -> None:
    monthly = sales().group_by("item", pl.col("week").dt.truncate("1mo")).agg(pl.col("volume").sum())
    with pytest.raises(InputError, match="trained on periods of W-MON; these data have MS") as error:
        run(monthly, Request(targets=("volume",)), kept=kept)
    assert error.value.hint.startswith("Train again")
    with pytest.raises(InputError, match="trained on periods of W-MON; these data have MS"):
        run(sales(), Request(targets=("volume",), freq="MS"), kept=kept)


def test_what_the_models_were_not_trained_for_must_be_trained(kept: list[TrainedModel], run: Run, sales: Sales) -> None:
    with pytest.raises(InputError, match="No model was trained for the target 'revenue'"):
        run(sales(), Request(targets=("revenue",)), kept=kept[:1])
    with pytest.raises(InputError, match="names series by item; these data by product"):
        run(sales().rename({"item": "product"}), Request(), kept=kept)
    other = load_settings(overrides=["forecast.quantiles=[0.05, 0.5]"])
    with pytest.raises(InputError, match=r"was trained for the quantiles p10, p25, p50, p75, p90; .* p5, p50"):
        run(sales(), Request(), kept=kept, settings=other)


def test_a_series_that_was_never_observed_is_treated_as_new(run: Run, sales: Sales) -> None:
    unsold = sales().with_columns(volume=pl.when(pl.col("item") != "smooth 6").then("volume"))
    lenient = load_settings(overrides=["clean.missing_limit=1", "backtest.windows=1", "forecast.paths=50"])
    _, models = run(unsold, Request(horizon=HORIZON, targets=("volume",)), settings=lenient)
    result, _ = run(sales(WEEKS + 2), Request(targets=("volume",)), kept=[models["auto", "volume"]])
    decided = dict(result.classification.select("series_id", "reason").iter_rows())
    assert "new since" in decided["smooth 6"]
    assert "new since" not in decided["smooth 5"]
    mean = result.forecasts.filter(pl.col("series_id") == "smooth 6")["mean"].to_numpy()
    assert mean == pytest.approx(sales().filter(pl.col("item") == "smooth 6")["volume"].mean(), rel=0.2)
