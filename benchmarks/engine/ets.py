"""Batched ETS beside statsforecast's AutoETS: series per second and accuracy, in one run.

python -m benchmarks.engine.ets --series 30490 --peers 100 --threads 2

Ours runs on `--series` series of each set, AutoETS (one core, as it runs by itself) on `--peers` of them spread evenly;
accuracy is compared on those same series. MASE is the mean over series of MAE ÷ in-sample seasonal naive MAE.
The M5 months are all history: 30,490 series × 64, fitted and not scored.
"""

import argparse
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import polars as pl
from benchmarks.tasks import DATA, Task, m3

from forecastle.core.columns import SERIES_ID, STEP, Y
from forecastle.core.panel import Floats, Integers
from forecastle.models.kernel import Batch
from forecastle.models.smoothing.ets.kernel import EtsKernel

BLOCK = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """Histories (right-aligned, NaN before a series begins) and what came after them, if it is known."""

    name: str
    history: Floats
    period: int
    horizon: int
    answers: Floats | None = None

    @classmethod
    def of(cls, task: Task) -> "Trial":
        grid = task.known.grid()
        answers = grid.ids.to_frame(SERIES_ID).join(task.answers.sort(STEP), on=SERIES_ID, maintain_order="left_right")
        return cls(
            name=task.name, history=grid.values, period=task.season, horizon=task.horizon,
            answers=answers[Y].to_numpy().reshape(-1, task.horizon),
        )  # fmt: skip

    def select(self, rows: Integers) -> "Trial":
        answers = None if self.answers is None else self.answers[rows]
        return Trial(
            name=self.name, history=self.history[rows], period=self.period, horizon=self.horizon, answers=answers
        )


def m5_months() -> Trial:
    frame = pl.read_parquet(DATA / "m5/m5_monthly_2011_2016.parquet").sort("unique_id", "ds")
    values = frame["y"].to_numpy().astype(float).reshape(frame["unique_id"].n_unique(), -1)
    return Trial(name="m5 monthly", history=values, period=12, horizon=12)


def ours(task: Trial, threads: int) -> tuple[Floats, float]:
    """Forecasts and seconds."""

    def block(rows: Integers) -> Floats:
        state = EtsKernel().fit(Batch(values=task.history[rows], seasons=(task.period,)))
        return state.mean(task.horizon)

    began = time.perf_counter()
    n = len(task.history)
    with ThreadPoolExecutor(threads) as pool:
        parts = list(pool.map(block, np.array_split(np.arange(n), -(-n // BLOCK))))
    return np.concatenate(parts), time.perf_counter() - began


def auto_ets(task: Trial) -> tuple[Floats, float]:
    """Forecasts and seconds of statsforecast's AutoETS, one series after the other."""
    from statsforecast.models import AutoETS

    began = time.perf_counter()
    horizon = task.horizon
    parts = [
        AutoETS(season_length=task.period).forecast(values[~np.isnan(values)], horizon)["mean"]
        for values in task.history
    ]
    return np.array(parts), time.perf_counter() - began


def mase(task: Trial, forecasts: Floats) -> float:
    naive = np.nanmean(np.abs(task.history[:, task.period :] - task.history[:, : -task.period]), axis=1)
    return float(np.mean(np.abs(forecasts - task.answers).mean(axis=1)[naive > 0] / naive[naive > 0]))


def spread(n: int, wanted: int) -> Integers:
    return np.linspace(0, n - 1, min(n, wanted)).astype(int)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--series", type=int, default=30_490, help="series of each set for ours")
    parser.add_argument("--peers", type=int, default=60, help="series of each set for AutoETS")
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()
    print("set             series  seconds  series/s  peer/s  ratio    MASE | same series: ours  peer")
    for whole in (Trial.of(m3("monthly", 18, 12)), Trial.of(m3("quarterly", 8, 4)), m5_months()):
        task = whole.select(spread(len(whole.history), options.series))
        forecasts, seconds = ours(task, options.threads)
        shared = spread(len(task.history), options.peers)
        sample = task.select(shared)
        theirs, peer_seconds = auto_ets(sample)
        speed, peer_speed = len(task.history) / seconds, len(shared) / peer_seconds
        line = (
            f"{task.name:14}{len(task.history):8}{seconds:9.2f}{speed:10.0f}{peer_speed:8.1f}{speed / peer_speed:7.0f}"
        )
        if task.answers is not None:
            line += f"{mase(task, forecasts):8.3f} {mase(sample, forecasts[shared]):19.3f}{mase(sample, theirs):6.3f}"
        print(line)


if __name__ == "__main__":
    main()
