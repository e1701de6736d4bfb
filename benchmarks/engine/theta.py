"""Batched Theta and intermittent demand beside statsforecast: series per second and accuracy, in one run.

python -m benchmarks.engine.theta --series 1500 --peers 100 --threads 2

Ours runs on `--series` series of each set in blocks of a thousand, statsforecast (one series at a time, on one core, as
it runs by itself) on `--peers` of them spread evenly; accuracy is compared on those same series. MASE is the mean over
series of MAE ÷ in-sample seasonal naive MAE, series without such an error left out; gaps are interpolated for
statsforecast, which takes none.
"""

import argparse
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np
from benchmarks.tasks import TASKS, Task

from forecastle.core.columns import SERIES_ID, STEP, Y
from forecastle.core.panel import Floats, Integers
from forecastle.models.kernel import Batch, Kernel
from forecastle.models.smoothing.baselines import SeasonalNaiveKernel
from forecastle.models.smoothing.intermittent import CrostonKernel, SbaKernel, TsbKernel
from forecastle.models.smoothing.season.multi_season import MultiSeasonKernel
from forecastle.models.smoothing.theta.kernel import ThetaKernel

BLOCK = 1000
KERNELS: tuple[Kernel, ...] = (
    SeasonalNaiveKernel(), ThetaKernel(), MultiSeasonKernel(), CrostonKernel(), SbaKernel(), TsbKernel(),
)  # fmt: skip
PEERS = ("OptimizedTheta", "DynamicOptimizedTheta", "CrostonOptimized", "CrostonSBA")


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """Histories and answers of one task, right-aligned, NaN where not observed."""

    history: Floats
    answers: Floats
    seasons: tuple[int, ...]

    @classmethod
    def of(cls, task: Task) -> "Trial":
        grid = task.known.grid()
        answers = np.full((len(grid.ids), task.horizon), np.nan)
        rows = grid.ids.to_frame(SERIES_ID).with_row_index("row")
        found = task.answers.drop_nulls().join(rows, on=SERIES_ID)
        answers[found["row"].to_numpy(), found[STEP].to_numpy() - 1] = found[Y].to_numpy()
        usable = np.isfinite(grid.values).any(axis=1) & np.isfinite(answers).any(axis=1)
        return cls(history=grid.values[usable], answers=answers[usable], seasons=task.known.season_lengths)

    def select(self, rows: Integers) -> "Trial":
        return Trial(history=self.history[rows], answers=self.answers[rows], seasons=self.seasons)

    def spread(self, count: int) -> "Trial":
        return self.select(np.unique(np.linspace(0, len(self.history) - 1, count).astype(int)))

    def mase(self, forecast: Floats) -> float:
        season = self.seasons[0] if self.seasons else 1
        differences = np.ma.masked_invalid(np.abs(self.history[:, season:] - self.history[:, :-season]))
        scale = differences.mean(axis=1).filled(0.0)
        errors = np.ma.masked_invalid(np.abs(self.answers - forecast)).mean(axis=1).filled(np.nan)
        return float(np.mean(errors[scale > 0] / scale[scale > 0]))


def ours(kernel: Kernel, trial: Trial, threads: int) -> tuple[Floats, float]:
    """Forecasts and series per second of the fit and the forecast."""
    begun = np.isfinite(trial.history).argmax(axis=1)
    order = np.argsort(-begun, kind="stable")
    blocks = np.array_split(order, max(1, -(-len(order) // BLOCK)))
    forecast = np.empty_like(trial.answers)

    def run(rows: Integers) -> None:
        values = np.ascontiguousarray(trial.history[rows, begun[rows].min() :])
        state = kernel.fit(Batch(values=values, seasons=trial.seasons))
        forecast[rows] = state.mean(forecast.shape[1])

    start = time.perf_counter()
    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(run, blocks))
    return forecast, len(order) / (time.perf_counter() - start)


def peers(name: str, trial: Trial) -> tuple[Floats, float]:
    """The same by statsforecast."""
    from statsforecast import models

    options: dict[str, Any] = {"season_length": trial.seasons[0]} if "Theta" in name and trial.seasons else {}
    model = getattr(models, name)(**options)
    forecast = np.empty_like(trial.answers)
    start = time.perf_counter()
    for row, values in enumerate(trial.history):
        known = np.flatnonzero(np.isfinite(values))
        y = np.interp(np.arange(known[0], known[-1] + 1), known, values[known])
        short = len(y) < 4  # Theta refuses them: the last value stands in
        forecast[row] = y[-1] if short else model.forecast(y, forecast.shape[1])["mean"]
    return forecast, len(forecast) / (time.perf_counter() - start)


def report(name: str, options: argparse.Namespace) -> None:
    trial = Trial.of(TASKS[name]())
    trial = trial.spread(min(options.series, len(trial.history)))
    sample = np.unique(np.linspace(0, len(trial.history) - 1, options.peers).astype(int))
    small = trial.select(sample)
    print(f"\n{name}: {len(trial.history)} series × {trial.history.shape[1]}, {len(sample)} of them for statsforecast")
    print(f"{'model':24} {'MASE, all':>10} {'MASE, sample':>13} {'series/s':>10}")
    for kernel in KERNELS:
        forecast, speed = ours(kernel, trial, options.threads)
        print(f"{kernel.name:24} {trial.mase(forecast):10.4f} {small.mase(forecast[sample]):13.4f} {speed:10,.0f}")
    for peer in PEERS:
        forecast, speed = peers(peer, small)
        print(f"{peer:24} {'':10} {small.mase(forecast):13.4f} {speed:10,.0f}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--series", type=int, default=3000)
    parser.add_argument("--peers", type=int, default=200)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--tasks", nargs="+", default=["m3_monthly", "m3_quarterly", "m4_hourly", "carparts"])
    options = parser.parse_args()
    for name in options.tasks:
        report(name, options)


if __name__ == "__main__":
    main()
