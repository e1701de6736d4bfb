"""How long a recipe takes on 13 million rows (M5 daily, long), and how much memory; each in a process of its own.

python -m benchmarks.cleaning                    # fill, outliers, weeks; the whole of M5
python -m benchmarks.cleaning --each             # every kind of step by itself
python -m benchmarks.cleaning --series 3000      # the first so many series only

One value in fifty is left out beforehand, so that there is something to fill. Parquet is opened first and written last,
as the server does it; both are timed apart from the recipe.
"""

import argparse
import json
import os
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import polars as pl
from benchmarks.tasks import DATA

Steps = list[dict[str, Any]]
USUAL: Steps = [
    {"step": "missing", "method": "seasonal"},
    {"step": "outliers", "method": "hampel", "action": "replace"},
    {"step": "resample", "freq": "W-SAT"},
]
EACH: list[Steps] = [
    *([{"step": "missing", "method": name}] for name in ("interpolate", "median", "seasonal", "model")),
    *([{"step": "outliers", "method": name}] for name in ("iqr", "z_score", "hampel", "stl", "isolation_forest")),
    [{"step": "align", "absent": "zero", "until": "data"}],
    [{"step": "resample", "freq": "W-SAT"}],
    [{"step": "stock_outs"}],
    [{"step": "formula", "column": "usual", "formula": "rolling_mean(y, 28)"}],
    [{"step": "power"}],
    [{"step": "scale"}],
    [{"step": "difference", "lag": 7}],
]


def work(steps: Steps, series: int | None) -> None:
    """Open, clean and write in this process, and print the seconds of each."""
    from forecastle.data.options import ReadOptions
    from forecastle.data.read import read
    from forecastle.data.snapshot import load_snapshot, save_snapshot
    from forecastle.recipes.recipe import Recipe
    from forecastle.recipes.run import run

    with TemporaryDirectory() as folder:
        if not (kept := Path(os.environ["M5_SNAPSHOT"])).exists():
            frame = pl.read_parquet(DATA / "m5/m5_daily_2015_2016.parquet", columns=["unique_id", "ds", "y"])
            if series:
                frame = frame.filter(pl.col("unique_id").rle_id() < series)
            hidden = pl.int_range(pl.len()).hash(seed=1) % 50 == 0
            frame = frame.with_columns(pl.when(~hidden).then("y").alias("y"))
            save_snapshot(read(frame, options=ReadOptions(time="ds", keys=("unique_id",), targets=("y",))), kept)
            return
        began = time.perf_counter()
        dataset = load_snapshot(kept)
        opened = time.perf_counter()
        outcome = run(Recipe.parse(steps), dataset)
        cleaned = time.perf_counter()
        save_snapshot(outcome.dataset, Path(folder))
        written = time.perf_counter()
    cells = sum(sum(change.cells.values()) for change in outcome.changes)
    told = {"rows": dataset.frame.height, "left": outcome.dataset.frame.height, "cells": cells}
    print(json.dumps(told | {"open": opened - began, "clean": cleaned - opened, "write": written - cleaned}))


def measure(steps: Steps, series: int | None) -> tuple[dict[str, Any], float]:
    """What `work` tells, and the peak memory in gigabytes, of a process of its own."""
    command = [sys.executable, "-m", "benchmarks.cleaning", "--steps", json.dumps(steps)]
    command += ["--series", str(series)] if series else []
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        told = process.stdout.read() if process.stdout else b""
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = status
    if status:
        raise SystemExit(f"{steps} failed")
    return json.loads(told or "{}"), usage.ru_maxrss / 2**20


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--each", action="store_true")
    parser.add_argument("--series", type=int)
    parser.add_argument("--steps", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.steps:
        work(json.loads(asked.steps), asked.series)
        return
    with TemporaryDirectory() as folder:
        os.environ["M5_SNAPSHOT"] = f"{folder}/m5"
        measure([], asked.series)
        print(
            f"{'rows':>11} {'left':>11} {'cells':>11} {'open s':>7} {'clean s':>8} {'write s':>8} {'peak GB':>8}  steps"
        )
        for steps in EACH if asked.each else [USUAL]:
            told, peak = measure(steps, asked.series)
            words = " → ".join(" ".join(str(value) for value in step.values()) for step in steps)
            print(
                f"{told['rows']:11,} {told['left']:11,} {told['cells']:11,} {told['open']:7.1f} {told['clean']:8.1f} "
                f"{told['write']:8.1f} {peak:8.2f}  {words}",
                flush=True,
            )


if __name__ == "__main__":
    main()
