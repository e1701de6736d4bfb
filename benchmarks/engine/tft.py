"""The Temporal Fusion Transformer beside boosted trees and ridge, and how long it takes.

python -m benchmarks.engine.tft                                 # accuracy on the tasks below
python -m benchmarks.engine.tft m5_weekly --set tft_epochs=8    # with another setting of the section `deep`
python -m benchmarks.engine.tft stallion --back 1               # one horizon earlier

SQL is the scaled quantile loss over P10–P90, held the share of answers inside the 80 % band; all without calibration.
`both` is 0.6 × TFT + 0.4 × LightGBM, quantile by quantile. Seconds are those of the processor, for fitting the TFT.
"""

import argparse
import time

from benchmarks.accuracy.combination import score
from benchmarks.tasks import TASKS, Task, cut

from forecastle.core.columns import MEAN
from forecastle.core.progress import silent
from forecastle.core.quantiles import DEFAULT
from forecastle.models.batched import Compute
from forecastle.models.catalog import find
from forecastle.settings import DeepSettings

CHOSEN = ("orange_juice", "m5_weekly", "stallion", "complete_journey", "rossmann")
BESIDE = ("seasonal_naive", "ridge", "lightgbm")
SHARE = 0.6
COLUMNS = (MEAN, *DEFAULT.columns)


def accuracy(task: Task, compute: Compute, beside: tuple[str, ...]) -> tuple[dict[str, dict[str, float]], float]:
    forecasts, seconds = {}, 0.0
    for name in (*beside, "tft"):
        began = time.process_time()
        fitted = find(name).forecaster(compute).fit(task.known, task.horizon, progress=silent)
        seconds = time.process_time() - began
        forecasts[name] = fitted.predict(task.horizon, future=task.future)
    if "lightgbm" in forecasts:
        tft, trees = forecasts["tft"], forecasts["lightgbm"]
        forecasts["both"] = tft.with_columns(SHARE * tft[name] + (1 - SHARE) * trees[name] for name in COLUMNS)
    return {name: score(task, table) for name, table in forecasts.items()}, seconds


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("tasks", nargs="*", metavar="TASK", help=f"of {', '.join(TASKS)}; {', '.join(CHOSEN)} if none")
    parser.add_argument("--back", type=int, default=0, help="horizons to cut off before")
    parser.add_argument("--rows", type=int, default=300_000, help="rows to learn from at most")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--alone", action="store_true", help="without the other models")
    parser.add_argument("--set", nargs="*", default=[], metavar="NAME=VALUE", help="settings of the section `deep`")
    asked = parser.parse_args()
    deep = DeepSettings.model_validate(dict(pair.split("=") for pair in asked.set))
    compute = Compute(threads=asked.threads, rows=asked.rows, paths=200, seed=asked.seed, deep=deep)
    beside = () if asked.alone else BESIDE
    names = (*beside, "tft", *(() if asked.alone else ("both",)))
    print(f"{'SQL':18}", *(f"{name:>14}" for name in names), f"{'held':>6}{'seconds':>9}")
    for name in asked.tasks or CHOSEN:
        task = TASKS[name]()
        for _ in range(asked.back):
            task = cut(task.name, task.known, task.horizon)
        found, seconds = accuracy(task, compute, beside)
        line = " ".join(f"{found[model]['sql']:14.4f}" for model in names)
        print(f"{name:18} {line} {found['tft']['held']:6.2f}{seconds:9.1f}", flush=True)


if __name__ == "__main__":
    main()
