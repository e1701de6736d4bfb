"""Batched ridge beside flaircast, the published implementation of the idea: accuracy and series per second, in one run.

uv run --with flaircast python -m benchmarks.engine.ridge --series 1000 --peers 100

Ours forecasts `--series` series of each set on one core, means and quantiles, flaircast `--peers` of them spread evenly
(200 sample paths, its default); accuracy is compared on those same series. MASE is the mean over series of MAE ÷ mean
absolute difference in sample over one season (over one period, where no two values are a season apart).
"""

import argparse
import time
import warnings
from dataclasses import dataclass

import numpy as np
from benchmarks.tasks import TASKS, Task

from forecastle.core.columns import SERIES_ID, STEP, Y
from forecastle.core.panel import Floats, Integers
from forecastle.models.kernel import Batch
from forecastle.models.smoothing.ridge.kernel import RidgeKernel

FREQUENCIES = {4: "Q", 7: "D", 12: "M", 24: "H", 52: "W"}
"""What flaircast calls the frequency of each season."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Forecast:
    """Means and medians, n × horizon, and how long it took to make them."""

    mean: Floats
    median: Floats
    seconds: float


def answers_of(task: Task) -> Floats:
    ids = task.known.grid().ids.to_frame(SERIES_ID)
    steps = ids.join(task.answers.select(STEP).unique(), how="cross")
    joined = steps.join(task.answers, on=[SERIES_ID, STEP], how="left", maintain_order="left")
    by_step = joined.pivot(STEP, index=SERIES_ID, values=Y, sort_columns=False, maintain_order=True)
    columns = [str(step) for step in range(1, task.horizon + 1)]
    return by_step.select(columns).to_numpy().astype(np.float64)


def ours(history: Floats, task: Task) -> Forecast:
    began = time.perf_counter()
    state = RidgeKernel().fit(Batch(values=history, seasons=task.known.season_lengths))
    mean = state.mean(task.horizon)
    rng = np.random.default_rng(1)
    quantiles = state.quantiles(task.horizon, (0.1, 0.25, 0.5, 0.75, 0.9), paths=1000, rng=rng)
    return Forecast(mean=mean, median=quantiles[:, :, 2], seconds=time.perf_counter() - began)


def flair(history: Floats, task: Task) -> Forecast:
    from flaircast import forecast

    began = time.perf_counter()
    frequency = FREQUENCIES.get(task.season, "Y")
    paths = [forecast(row[np.isfinite(row).argmax() :], task.horizon, frequency, seed=1) for row in history]
    seconds = time.perf_counter() - began
    return Forecast(
        mean=np.array([path.mean(axis=0) for path in paths]),
        median=np.array([np.median(path, axis=0) for path in paths]),
        seconds=seconds,
    )


def in_sample(history: Floats, season: int) -> Floats:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # a series without such a pair has no mean
        seasonal, naive = (np.nanmean(np.abs(history[:, k:] - history[:, :-k]), axis=1) for k in (season, 1))
    return np.where(np.isfinite(seasonal), seasonal, naive)


def mase(answers: Floats, forecasts: Floats, scale: Floats) -> float:
    known = np.isfinite(answers)
    error = np.where(known, np.abs(forecasts - answers), 0.0).sum(axis=1) / np.maximum(known.sum(axis=1), 1)
    scored = (scale > 0) & known.any(axis=1)
    return float(np.mean(error[scored] / scale[scored]))


def spread(n: int, wanted: int) -> Integers:
    return np.linspace(0, n - 1, min(n, wanted)).astype(int)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--series", type=int, default=1000, help="series of each set for ours")
    parser.add_argument("--peers", type=int, default=100, help="series of each set for flaircast")
    parser.add_argument("--sets", nargs="*", default=list(TASKS), choices=list(TASKS))
    options = parser.parse_args()
    columns = f"{'mean':>9}{'p50':>7}"
    print(f"{'MASE of':18}{'all ours':>23}{'same series: ours':>19}{'flaircast':>19}{'series/s':>10}{'flaircast':>11}")
    print(f"{'':18}{'series':>7}{columns}{columns:>19}{columns:>19}")
    ours(np.ones((2, 50)), TASKS["stallion"]())  # the first call pays for imports
    for name in options.sets:
        task = TASKS[name]()
        history, answers = task.known.grid().values, answers_of(task)
        rows = spread(len(history), options.series)
        history, answers = history[rows], answers[rows]
        scale = in_sample(history, task.season)
        mine = ours(history, task)
        shared = spread(len(history), options.peers)
        peer = flair(history[shared], task)
        errors = [mase(answers, forecasts, scale) for forecasts in (mine.mean, mine.median)]
        errors += [mase(answers[shared], forecasts[shared], scale[shared]) for forecasts in (mine.mean, mine.median)]
        errors += [mase(answers[shared], forecasts, scale[shared]) for forecasts in (peer.mean, peer.median)]
        print(
            f"{task.name:18}{len(history):7}{errors[0]:9.3f}{errors[1]:7.3f}{errors[2]:12.3f}{errors[3]:7.3f}"
            f"{errors[4]:12.3f}{errors[5]:7.3f}{len(history) / mine.seconds:10.0f}{len(shared) / peer.seconds:11.1f}"
        )


if __name__ == "__main__":
    main()
