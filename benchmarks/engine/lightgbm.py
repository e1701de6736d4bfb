"""Boosted trees beside the per-series models, and how long they take.

python -m benchmarks.engine.lightgbm                            # accuracy on every task
python -m benchmarks.engine.lightgbm stallion m5_weekly --back 1   # one horizon earlier
python -m benchmarks.engine.lightgbm carparts --model lightgbm_tweedie
python -m benchmarks.engine.lightgbm --speed 10000              # so many weekly series of 150 periods

SQL is the scaled quantile loss over P10–P90, MASE that of the mean, held the share of answers inside the 80 % band; all
without calibration. `three` is the median of ets, theta and ridge, `four` the same with the trees.
"""

import argparse
import time
from resource import RUSAGE_SELF, getrusage

import numpy as np
import polars as pl
from benchmarks.accuracy.combination import score
from benchmarks.tasks import TASKS, Task, cut

from forecastle.core.columns import DS, MEAN, SERIES_ID, Y
from forecastle.core.frequency import Frequency
from forecastle.core.panel import Covariates, Panel
from forecastle.core.progress import silent
from forecastle.core.quantiles import DEFAULT
from forecastle.models.batched import Compute
from forecastle.models.catalog import find
from forecastle.models.combination import median_of

SINGLE = ("ets", "theta", "ridge")
COLUMNS = (MEAN, *DEFAULT.columns)


def accuracy(task: Task, trees: str, compute: Compute) -> dict[str, dict[str, float]]:
    forecasts = {
        name: find(name)
        .forecaster(compute)
        .fit(task.known, task.horizon, progress=silent)
        .predict(task.horizon, future=task.future)
        for name in (*SINGLE, trees)
    }
    said = {name: table.select(COLUMNS).to_numpy()[None] for name, table in forecasts.items()}
    for name, members in (("three", SINGLE), ("four", tuple(said))):
        middle = median_of(said, members)[0]
        forecasts[name] = forecasts["ets"].with_columns(
            pl.Series(column, middle[:, place]) for place, column in enumerate(COLUMNS)
        )
    return {name: score(task, table) for name, table in forecasts.items()}


def shop(series: int, periods: int = 150) -> Panel:
    """Weekly sales of all sizes with a season, prices and promotions."""
    rng = np.random.default_rng(1)
    week = np.arange(periods)
    size = rng.lognormal(3, 1, (series, 1))
    promotion = rng.random((series, periods)) < 0.1
    season = 1 + 0.3 * np.sin(2 * np.pi * (week / 52 + rng.random((series, 1))))
    sold = rng.poisson(size * season * np.where(promotion, 1.8, 1.0))
    step = np.tile(2_700 + week, series)
    freq = Frequency.parse("W-MON")
    frame = pl.DataFrame(
        {
            SERIES_ID: np.char.mod("s%05d", np.repeat(np.arange(series), periods)),
            DS: step,
            Y: sold.ravel().astype(np.float64),
            "price": np.where(promotion, 3.99, 4.99).ravel(),
            "promotion": promotion.ravel(),
        }
    ).with_columns(freq.moments(pl.col(DS)).alias(DS))
    names = ("price", "promotion")
    return Panel(frame=frame, freq=freq, covariates=Covariates(known=names, price=names[:1], promotion=names[1:]))


def speed(series: int, trees: str, compute: Compute) -> None:
    panel, horizon = shop(series), 13
    panel.grid()
    began, cpu = time.perf_counter(), time.process_time()
    fitted = find(trees).forecaster(compute).fit(panel, horizon, progress=silent)
    print(f"fit      {time.perf_counter() - began:6.1f} s, {time.process_time() - cpu:6.1f} s of processor")
    began, cpu = time.perf_counter(), time.process_time()
    fitted.predict(horizon)
    print(f"predict  {time.perf_counter() - began:6.2f} s, {time.process_time() - cpu:6.2f} s of processor")
    print(f"memory   {getrusage(RUSAGE_SELF).ru_maxrss / 1024:6.0f} MB at most")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("tasks", nargs="*", metavar="TASK", help=f"of {', '.join(TASKS)}; all if left out")
    parser.add_argument("--model", default="lightgbm", help="which of the boosted trees")
    parser.add_argument("--back", type=int, default=0, help="horizons to cut off before")
    parser.add_argument("--speed", type=int, default=0, metavar="SERIES", help="measure the time of made-up series")
    parser.add_argument("--rows", type=int, default=300_000, help="rows to learn from at most")
    parser.add_argument("--threads", type=int, default=2)
    asked = parser.parse_args()
    compute = Compute(threads=asked.threads, rows=asked.rows, paths=200)
    if asked.speed:
        speed(asked.speed, asked.model, compute)
        return
    names = (*SINGLE, asked.model, "three", "four")
    print(f"{'SQL':18}", *(f"{name[-9:]:>9}" for name in names), f"{'MASE ridge':>12}{'trees':>9}{'held':>6}")
    for name in asked.tasks or TASKS:
        task = TASKS[name]()
        for _ in range(asked.back):
            task = cut(task.name, task.known, task.horizon)
        found = accuracy(task, asked.model, compute)
        mine = found[asked.model]
        line = " ".join(f"{found[model]['sql']:9.4f}" for model in names)
        print(f"{name:18} {line} {found['ridge']['mase']:11.4f} {mine['mase']:8.4f} {mine['held']:5.2f}", flush=True)


if __name__ == "__main__":
    main()
