"""A real, small execution to report on: two simple models, backtested and compared with array arithmetic."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from statistics import NormalDist

import numpy as np
import polars as pl
import pytest

from forecastle.core.execution import ExecutionResult, StepOutcome
from forecastle.core.findings import Finding, Findings, Severity
from forecastle.core.frequency import Frequency
from forecastle.core.panel import Grid, Panel
from forecastle.core.quantiles import DEFAULT, Quantiles

WINDOWS = 2
MONTHLY = Frequency.parse("MS")

Build = Callable[..., ExecutionResult]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sales:
    """A history with its series' keys: what a run starts from."""

    frame: pl.DataFrame
    keys: pl.DataFrame
    freq: Frequency = MONTHLY
    season: int = 12
    horizon: int = 6
    target: str = "sales"
    quantiles: Quantiles = DEFAULT

    @property
    def grid(self) -> Grid:
        return Panel(frame=self.frame, freq=self.freq).grid()


def shops(count: int = 8, months: int = 60, keys: tuple[str, ...] = ("shop", "item")) -> Sales:
    """Seasonal sales of a few shops, the last of them intermittent."""
    rng = np.random.default_rng(7)
    time = pl.date_range(date(2019, 1, 1), date(2019 + months // 12, 1, 1), "1mo", closed="left", eager=True)
    season = 1 + 0.3 * np.sin(np.arange(months) * 2 * np.pi / 12)
    frames, names = [], []
    for number in range(count):
        values = (100.0 * (number + 1) * season * rng.normal(1, 0.08, months)).round(1)
        if number == count - 1:
            values *= rng.random(months) < 0.3
        values[months // 2] = np.nan
        name = (f"Shop {number % 3}", f"Item {number}")
        names.append({"series_id": " / ".join(name), **dict(zip(keys, name, strict=False))})
        frames.append(pl.DataFrame({"series_id": names[-1]["series_id"], "ds": time, "y": values}))
    return Sales(frame=pl.concat(frames).fill_nan(None).sort("series_id", "ds"), keys=pl.DataFrame(names))


def build(sales: Sales) -> ExecutionResult:
    """Seasonal naive and the mean of the last season, champions chosen by their backtest."""
    tests = pl.concat([_forecast(sales, sales.horizon * number, number) for number in range(WINDOWS, 0, -1)])
    scored = tests.filter(pl.col("y").is_not_null())
    errors = scored.group_by("series_id", "model").agg(_wape()).sort("wape", "model", nulls_last=True)
    champions = errors.group_by("series_id", maintain_order=True).first().select("series_id", "model")
    winners = tests.join(champions, on=["series_id", "model"], how="semi", maintain_order="left")
    auto = scored.join(champions, on=["series_id", "model"], how="semi").with_columns(model=pl.lit("auto"))
    everyone = pl.concat([scored, auto])
    forecasts = _forecast(sales, 0, 0).join(champions, on=["series_id", "model"], how="semi", maintain_order="left")
    return ExecutionResult(
        execution_id="0123456789ab",
        source="sales.csv",
        key_columns=tuple(name for name in sales.keys.columns if name != "series_id"),
        time_column="month",
        freq=sales.freq,
        horizon=sales.horizon,
        quantiles=sales.quantiles,
        keys=sales.keys,
        forecasts=forecasts.drop("y", "window", "cutoff"),
        history=sales.frame.with_columns(target=pl.lit(sales.target)).select("series_id", "ds", "target", "y"),
        classification=_classes(sales, champions),
        leaderboard=_leaderboard(everyone, sales),
        metrics=_metrics(everyone, sales),
        backtest=winners,
        findings=FINDINGS,
        steps=STEPS,
        manifest=MANIFEST,
    )


def _forecast(sales: Sales, back: int, window: int) -> pl.DataFrame:
    """Both models' forecasts of every series from `back` periods before its end, beside what happened."""
    grid, horizon = sales.grid, sales.horizon
    known = grid.values[:, : grid.values.shape[1] - back]
    answers = (
        grid.values[:, known.shape[1] : known.shape[1] + horizon] if back else np.full((len(grid.ids), horizon), np.nan)
    )
    season = np.nan_to_num(known[:, -sales.season :])
    naive = np.tile(season, horizon // sales.season + 1)[:, :horizon]
    flat = np.repeat(season.mean(axis=1, keepdims=True), horizon, axis=1)
    spread = np.nanstd(known[:, sales.season :] - known[:, : -sales.season], axis=1, keepdims=True)
    future = replace(grid, last=grid.last - back).future(horizon)
    frames = []
    for model, mean in (("seasonal_naive", naive), ("window_mean", flat)):
        bands = {
            name: np.maximum(mean + spread * NormalDist().inv_cdf(level), 0).ravel()
            for name, level in zip(sales.quantiles.columns, sales.quantiles, strict=True)
        }
        frames.append(
            future.with_columns(
                target=pl.lit(sales.target), model=pl.lit(model), window=pl.lit(window),
                cutoff=pl.col("ds").first().over("series_id").dt.offset_by("-1mo"),
                y=pl.Series(answers.ravel()).fill_nan(None), mean=pl.Series(mean.ravel()),
            ).with_columns(**{name: pl.Series(band) for name, band in bands.items()})
        )  # fmt: skip
    return pl.concat(frames)


def _wape() -> pl.Expr:
    return ((pl.col("y") - pl.col("mean")).abs().sum() / pl.col("y").abs().sum()).alias("wape")


def _coverage() -> pl.Expr:
    return pl.col("y").is_between("p10", "p90").mean().alias("coverage_80")


def _leaderboard(scored: pl.DataFrame, sales: Sales) -> pl.DataFrame:
    error = pl.col("mean") - pl.col("y")
    nulls = [pl.lit(None, pl.Float64).alias(name) for name in ("mape", "smape", "mase", "rmsse", "wql", "coverage_50")]
    board = (
        scored.group_by("model")
        .agg(
            pl.col("series_id").n_unique().alias("series"), error.abs().mean().alias("mae"),
            (error**2).mean().sqrt().alias("rmse"), _wape(), (error.sum() / pl.col("y").sum()).alias("bias"),
            _coverage() if "p10" in scored.columns else pl.lit(None, pl.Float64).alias("coverage_80"),
        )
        .sort("wape", "model")
    )  # fmt: skip
    naive = board.filter(model="seasonal_naive")["wape"].item()
    return board.with_columns(
        *nulls, target=pl.lit(sales.target), skill=1 - pl.col("wape") / naive, seconds=pl.lit(0.5),
        p_value=pl.when(pl.col("model") == "seasonal_naive").then(None).otherwise(0.01),
        champion=pl.int_range(pl.len()) == 0,
    ).select(
        "target", "model", "series", "mae", "rmse", "mape", "smape", "wape", "mase", "rmsse", "bias", "wql",
        "coverage_80", "coverage_50", "skill", "p_value", "seconds", "champion",
    )  # fmt: skip


def _metrics(scored: pl.DataFrame, sales: Sales) -> pl.DataFrame:
    everything = scored.with_columns(all=pl.lit("all"), series=pl.col("series_id"))
    return pl.concat(
        everything.group_by("model", by).agg(_wape()).sort("model", by).select(
            pl.lit(sales.target).alias("target"), "model", pl.lit(by).alias("by"),
            pl.col(by).cast(pl.String).alias("group"), pl.lit("wape").alias("metric"), pl.col("wape").alias("value"),
        )
        for by in ("all", "series", "step", "window")
    )  # fmt: skip


def _classes(sales: Sales, champions: pl.DataFrame) -> pl.DataFrame:
    sold = pl.col("y").filter(pl.col("y") > 0)
    share = pl.col("total").cum_sum() / pl.col("total").sum()
    classes = sales.frame.group_by("series_id").agg(
        pl.col("y").count().alias("n_obs"), pl.col("ds").min().alias("first"), pl.col("ds").max().alias("last"),
        pl.col("y").mean().alias("mean"), pl.col("y").sum().alias("total"),
        (pl.col("y").count() / sold.len()).alias("adi"), ((sold.std() / sold.mean()) ** 2).alias("cv2"),
        (pl.col("y").std() / pl.col("y").mean()).alias("cv"),
    ).sort("total", descending=True)  # fmt: skip
    erratic = pl.when(pl.col("cv2") < 0.49)
    return (
        classes.with_columns(
            target=pl.lit(sales.target),
            pattern=pl.when(pl.col("adi") < 1.32)
            .then(erratic.then(pl.lit("smooth")).otherwise(pl.lit("erratic")))
            .otherwise(erratic.then(pl.lit("intermittent")).otherwise(pl.lit("lumpy"))),
            abc=pl.when(share <= 0.8).then(pl.lit("A")).when(share <= 0.95).then(pl.lit("B")).otherwise(pl.lit("C")),
            xyz=pl.when(pl.col("cv") < 0.5)
            .then(pl.lit("X"))
            .when(pl.col("cv") < 1)
            .then(pl.lit("Y"))
            .otherwise(pl.lit("Z")),
            routed=pl.lit("seasonal_naive"),
        )
        .join(champions, on="series_id")
        .with_columns(reason=pl.format("{}: smallest error on past windows", "model"))
        .sort("series_id")
    )


FINDINGS = Findings(
    (
        Finding(code="columns", severity=Severity.INFO, message="'month' is the time and 'sales' the target."),
        Finding(
            code="missing", severity=Severity.WARNING, message="8 of 480 values are missing (1.7 %).",
            action="left missing; they are never taken for zero", count=8,
            series=("Shop 0 / Item 0",), rows=("line 31: sales = ''",),
        ),
    )
)  # fmt: skip
STEPS = (
    StepOutcome(number=1, name="load", status="done", seconds=0.2, message="8 series"),
    StepOutcome(number=3, name="TFT", status="skipped", seconds=0.0, message="no such model is installed"),
)
MANIFEST = {
    "code_version": "0.1.0", "python": "3.11", "libraries": {"polars": "2.1.0"}, "seed": 1, "threads": 0,
    "snapshots": {"sales": "9f86d081884c7d65"}, "request": {"horizon": 6},
}  # fmt: skip


@pytest.fixture
def sales() -> Sales:
    return shops()


@pytest.fixture
def execution() -> Build:
    """Turn a history into an execution; without one, into that of eight shops."""
    return lambda sales=None: build(sales or shops())


@pytest.fixture
def result(execution: Build) -> ExecutionResult:
    return execution()
