"""Every model at every cutoff, beside the answers."""

from dataclasses import dataclass, replace
from typing import Any

import polars as pl
import pytest

from forecastle.core.errors import Cancelled, ModelError
from forecastle.core.findings import Severity
from forecastle.core.panel import Panel
from forecastle.core.quantiles import Quantiles
from forecastle.evaluation.backtest import backtest
from forecastle.evaluation.windows import BacktestPlan

PLAN = BacktestPlan(horizon=12, windows=2, learn=2)


def test_every_model_forecasts_every_step_of_every_window(retail: Panel, naive: Any, seasonal_naive: Any) -> None:
    result = backtest([naive, seasonal_naive], retail, PLAN)
    counts = result.forecasts().group_by("model", "window").agg(pl.col("series_id").n_unique(), rows=pl.len())
    assert sorted(counts.rows()) == [
        ("naive", 1, 3, 36),
        ("naive", 2, 2, 24),
        ("seasonal_naive", 1, 3, 36),
        ("seasonal_naive", 2, 2, 24),
    ]
    assert set(result.seconds) == {"naive", "seasonal_naive"}


def test_forecasts_stand_beside_what_happened(retail: Panel, naive: Any) -> None:
    forecasts = backtest([naive], retail, PLAN, quantiles=Quantiles((0.1, 0.9))).forecasts()
    assert forecasts.columns == (
        ["series_id", "ds", "step", "model", "window", "cutoff", "y", "mean", "p10", "p90", "scale", "scale_rms"]
    )
    beside = forecasts.join(retail.frame, on=["series_id", "ds"], suffix="_true")
    assert (beside["y"] == beside["y_true"]).all()
    cutoff = retail.frame.rename({"ds": "cutoff", "y": "last"})
    last = forecasts.join(cutoff, on=["series_id", "cutoff"])
    assert last["mean"].to_numpy() == pytest.approx(last["last"].to_numpy(), rel=1e-6)


def test_forecasts_keep_their_moments_where_the_panel_has_no_row_at_the_cutoff(retail: Panel, naive: Any) -> None:
    at_cutoff = pl.col("ds") == pl.col("ds").max().over("series_id").dt.offset_by("-12mo")
    holed = retail.with_frame(retail.frame.filter(~at_cutoff))
    forecasts = backtest([naive], holed, BacktestPlan(horizon=12, windows=1, learn=1)).forecasts()
    beside = forecasts.join(retail.frame, on=["series_id", "ds"], suffix="_true").drop_nulls("y")
    assert beside.height == 3 * 11
    assert (beside["y"] == beside["y_true"]).all()


def test_series_left_out_and_missing_windows_are_named(retail: Panel, naive: Any) -> None:
    plan = BacktestPlan(horizon=12, windows=9, learn=2)
    findings = list(backtest([naive], retail, plan).findings)
    assert [finding.code for finding in findings] == ["window_left_out"] * 4 + ["fewer_windows"]
    assert findings[0].series == ("new",)
    assert "5 of the 9 backtest windows" in findings[-1].message


def test_a_series_without_any_window_is_a_warning(retail: Panel, naive: Any) -> None:
    plan = BacktestPlan(horizon=12, windows=1, learn=10)
    (finding,) = backtest([naive], retail, plan).findings.of(Severity.WARNING)
    assert finding.series == ("new",)


def test_changing_the_answers_changes_no_forecast(retail: Panel, naive: Any, seasonal_naive: Any) -> None:
    plan = replace(PLAN, windows=1)
    models = [naive, seasonal_naive]
    last_year = pl.col("ds") > pl.col("ds").max().over("series_id").dt.offset_by("-12mo")
    changed = retail.with_frame(retail.frame.with_columns(pl.when(last_year).then(-1.0).otherwise("y").alias("y")))
    before, after = backtest(models, retail, plan).forecasts(), backtest(models, changed, plan).forecasts()
    assert before.drop("y").equals(after.drop("y"))
    assert not before.equals(after)


@dataclass(frozen=True)
class Forgetful:
    """Forgets the last period it was asked for."""

    inner: Any
    name: str = "forgetful"

    def fit(self, panel: Panel, horizon: int, *, progress: Any) -> Any:
        fitted = self.inner.fit(panel, horizon, progress=progress)
        return replace(self, inner=fitted)

    def predict(self, horizon: int, **options: Any) -> pl.DataFrame:
        return self.inner.predict(horizon, **options).filter(pl.col("step") < horizon)

    def load(self, folder: Any) -> Any:
        raise NotImplementedError(folder)


def test_a_model_that_forgets_periods_is_refused(retail: Panel, naive: Any) -> None:
    with pytest.raises(ModelError, match=r"'forgetful' made 33 forecasts.*36 were asked"):
        backtest([Forgetful(naive)], retail, PLAN)


def test_progress_rises_to_one_and_can_cancel(retail: Panel, naive: Any, seasonal_naive: Any) -> None:
    shares: list[float] = []
    backtest([naive, seasonal_naive], retail, PLAN, progress=lambda share, _message: shares.append(share))
    assert shares == sorted(shares)
    assert shares[-1] == 1.0

    def stop(_share: float, _message: str) -> None:
        raise Cancelled("stopped")

    with pytest.raises(Cancelled):
        backtest([naive], retail, PLAN, progress=stop)
