"""Networks beside per-series models and boosted trees, and how long they take.

python -m benchmarks.engine.deep                                        # the defaults, on every task
python -m benchmarks.engine.deep m5_weekly --model lstm --deep window=52 hidden_size=32   # other settings

SQL is the scaled quantile loss over P10–P90, MASE that of the mean, held the share of answers inside the 80 % band; all
without calibration. `all` is the median of ets, theta, ridge and lightgbm with the networks.
"""

import argparse
import time

import polars as pl
import yaml
from benchmarks.accuracy.combination import score
from benchmarks.tasks import TASKS, Task

from forecastle.core.columns import MEAN
from forecastle.core.progress import silent
from forecastle.core.quantiles import DEFAULT
from forecastle.models.batched import Compute
from forecastle.models.catalog import find
from forecastle.models.combination import median_of
from forecastle.settings import DeepSettings

OTHERS = ("ets", "theta", "ridge", "lightgbm")
COLUMNS = (MEAN, *DEFAULT.columns)


def forecast(name: str, task: Task, compute: Compute) -> tuple[pl.DataFrame, str]:
    began, cpu = time.perf_counter(), time.process_time()
    fitted = find(name).forecaster(compute).fit(task.known, task.horizon, progress=silent)
    spent = f"{time.perf_counter() - began:.0f} s, {time.process_time() - cpu:.0f} s of processor"
    losses = getattr(getattr(fitted, "network", None), "record", None)
    rounds = (
        f", {len(losses.losses)} rounds, trial {min(told['trial'] for told in losses.losses):.4f}" if losses else ""
    )
    return fitted.predict(task.horizon, future=task.future), spent + rounds


def main() -> None:
    """Measure, and print a line a task and model."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("tasks", nargs="*", default=list(TASKS))
    parser.add_argument("--model", nargs="+", default=["lstm", "cnn_lstm"])
    parser.add_argument("--others", nargs="*", default=OTHERS)
    parser.add_argument("--deep", nargs="*", default=[], help="settings, such as window=52")
    parser.add_argument("--rows", type=int, default=Compute().rows)
    asked = parser.parse_args()
    deep = DeepSettings(
        **{name: yaml.safe_load(value) for name, _, value in (one.partition("=") for one in asked.deep)}
    )
    compute = Compute(rows=asked.rows, deep=deep)
    for chosen in asked.tasks:
        task = TASKS[chosen]()
        said = {}
        for name in (*asked.others, *asked.model):
            table, spent = forecast(name, task, compute)
            said[name] = table.select(COLUMNS).to_numpy()[None]
            print(chosen, name, *(f"{key} {value:.4f}" for key, value in score(task, table).items()), spent, flush=True)
        if len(said) > 1:
            middle = median_of(said, tuple(said))[0]
            table = table.with_columns(pl.Series(column, middle[:, place]) for place, column in enumerate(COLUMNS))
            print(chosen, "all", *(f"{key} {value:.4f}" for key, value in score(task, table).items()), flush=True)


if __name__ == "__main__":
    main()
