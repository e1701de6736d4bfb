"""What a user gets by default, beside statsforecast, on real panels: accuracy, ranges and speed in one run.

python -m benchmarks.accuracy.combination                       # every task, ours only
python -m benchmarks.accuracy.combination --peers 60 m3_monthly # beside 60 series' worth of statsforecast

Ours is `forecastle.forecast` on the history before the last horizon: reading roles, cleaning, backtest, champions and
calibrated ranges. The peer is the median of AutoETS, optimised Theta and AutoCES; its speed is that of the three fits
on one core, and accuracy is compared on its sample of the series: `x in all` is our whole run, backtest included, in
series a second to the peer's, `x fitting` the fitting of all our models once. MASE scales by the in-sample seasonal
naive, RMSSE is that of the mean; SQL is the scaled quantile loss over P10–P90; `held` is the share of answers inside
the 80 % band.
"""

import argparse
import time

import numpy as np
import polars as pl
from benchmarks.tasks import TASKS, Task, cut

import forecastle as fc
from forecastle.core.columns import DS, SERIES_ID, STEP, Y
from forecastle.core.quantiles import DEFAULT
from forecastle.data.dataset import Dataset, Roles
from forecastle.evaluation import metrics
from forecastle.evaluation.scale import SCALE, SCALE_RMS, scales
from forecastle.pipeline.request import Request
from forecastle.services.files.forecasting import run

FITTING = (3, 4, 5, 6, 7)
"""The steps that fit models to the whole history, with their ranges."""

LEVELS = dict(zip(DEFAULT.levels, (pl.col(name) for name in DEFAULT.columns), strict=True))


def ours(task: Task, windows: int | None) -> tuple[pl.DataFrame, float, float]:
    """Forecasts (series_id, step, mean, quantiles), seconds in all, and those of fitting all models once."""
    frame = task.known.frame.select(SERIES_ID, DS, Y)
    dataset = Dataset(frame=frame, roles=Roles(time=DS, keys=(SERIES_ID,), targets=(Y,)), source=task.name)
    request = Request(horizon=task.horizon, freq=str(task.known.freq), seasons=task.known.season_lengths)
    settings = fc.Settings(backtest={"windows": windows}, clean={"missing_limit": 1.0})
    began = time.perf_counter()
    result = run(dataset, request, settings=settings)
    fitting = sum(step.seconds for step in result.steps if step.number in FITTING)
    return result.forecasts, time.perf_counter() - began, fitting


def peers(task: Task, ids: pl.Series) -> tuple[pl.DataFrame, float]:
    """The median of three statsforecast models on these series, and seconds."""
    from statsforecast.models import AutoCES, AutoETS, OptimizedTheta

    grid = task.known.select(ids).grid()
    season = task.season
    began = time.perf_counter()
    medians = [
        np.median(
            [
                model(season_length=season).forecast(values[np.isfinite(values)], task.horizon)["mean"]
                for model in (AutoETS, OptimizedTheta, AutoCES)
            ],
            axis=0,
        )
        for values in grid.values
    ]
    seconds = time.perf_counter() - began
    return grid.future(task.horizon).with_columns(pl.Series("mean", np.concatenate(medians))), seconds


def score(task: Task, forecasts: pl.DataFrame) -> dict[str, float]:
    """Means over series of each measure."""
    answers = task.answers.drop_nulls(Y).join(scales(task.known), on=SERIES_ID).drop_nulls(SCALE)
    beside = answers.join(forecasts, on=[SERIES_ID, STEP])
    y, mean, scale = pl.col(Y), pl.col("mean"), pl.col(SCALE)
    parts = {"mase": metrics.mase(y, mean, scale), "rmsse": metrics.rmsse(y, mean, pl.col(SCALE_RMS))}
    if "p50" in forecasts.columns:
        parts["mase_p50"] = metrics.mase(y, pl.col("p50"), scale)
        parts["sql"] = metrics.sql(y, LEVELS, scale)
    means = beside.group_by(SERIES_ID, maintain_order=True).agg(**parts).select(pl.col(list(parts)).mean())
    held = {} if "p50" not in forecasts.columns else beside.select(held=metrics.coverage(y, LEVELS[0.1], LEVELS[0.9]))
    return means.row(0, named=True) | (held.row(0, named=True) if isinstance(held, pl.DataFrame) else {})


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("tasks", nargs="*", metavar="TASK", help=f"of {', '.join(TASKS)}; all if left out")
    parser.add_argument("--peers", type=int, default=0, help="series that statsforecast is run on")
    parser.add_argument("--back", type=int, default=0, help="horizons to cut off before")
    parser.add_argument("--windows", type=int, help="backtest windows of ours; as many as usual if left out")
    asked = parser.parse_args()
    heads = (
        "series",
        "seconds",
        "MASE",
        "RMSSE",
        "of p50",
        "SQL",
        "held",
        "peer MASE (ours there)",
        "x in all",
        "x fitting",
    )
    print(f"{'task':18}", *(f"{head:>9}" for head in heads))
    for name in asked.tasks or TASKS:
        task = TASKS[name]()
        for _ in range(asked.back):
            task = cut(task.name, task.known, task.horizon)
        forecasts, seconds, fitting = ours(task, asked.windows)
        found, series = score(task, forecasts), task.known.n_series
        line = f"{name:18} {series:9} {seconds:9.1f} "
        line += " ".join(f"{found[key]:9.4f}" for key in ("mase", "rmsse", "mase_p50", "sql", "held"))
        if asked.peers:
            ids = task.known.frame[SERIES_ID].unique(maintain_order=True)
            long = task.known.frame.group_by(SERIES_ID).len().filter(pl.col("len") >= 2 * task.season)[SERIES_ID]
            ids = ids.filter(ids.is_in(long.implode()))  # statsforecast fails on some shorter ones
            sample = ids.gather_every(max(1, len(ids) // asked.peers)).head(asked.peers)
            theirs, time_taken = peers(task, sample)
            same = score(task, forecasts.filter(pl.col(SERIES_ID).is_in(sample.implode())))["mase"]
            rate = series * time_taken / len(sample)
            line += f" {score(task, theirs)['mase']:13.4f} ({same:.4f}) {rate / seconds:9.0f} {rate / fitting:9.0f}"
        print(line, flush=True)


if __name__ == "__main__":
    main()
