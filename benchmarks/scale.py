"""How time and memory grow with the number of series: the whole command, files and report included.

python -m benchmarks.scale --weekly 3000 10000 30490    # M5 weekly, 13 weeks ahead
python -m benchmarks.scale --units 3000 10000 30490     # the same without prices: no boosted trees
python -m benchmarks.scale --daily 30490                # M5 daily, 13 million rows, 28 days ahead

Of several sizes, `more` is what each series beyond the size before costs: the start of the program and the report,
which do not grow with the panel, drop out of it. Beside the wall clock stands the processor time, which other work on
the machine disturbs less; milliseconds are of that.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import polars as pl
from benchmarks.tasks import DATA

WEEKLY, DAILY = DATA / "m5/m5_weekly_2015_2016.parquet", DATA / "m5/m5_daily_2015_2016.parquet"
UNITS = ("unique_id", "ds", "y")
SETS = {"weekly": (WEEKLY, 13, None), "units": (WEEKLY, 13, UNITS), "daily": (DAILY, 28, None)}
"""By name: the file, the horizon, and the columns if not all of them."""


def sample(source: Path, columns: tuple[str, ...] | None, count: int, target: Path) -> None:
    """Every k-th series of the source."""
    ids = pl.scan_parquet(source).select(pl.col("unique_id").unique().sort()).collect()["unique_id"]
    chosen = ids.gather_every(max(1, len(ids) // count)).head(count)
    rows = pl.scan_parquet(source).filter(pl.col("unique_id").is_in(chosen.implode()))
    rows.select(columns or pl.all()).sink_parquet(target)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """Of one `forecastle run`: seconds on the clock and of computing on all cores, and the peak of memory."""

    seconds: float
    computing: float
    gigabytes: float


def measure(source: Path, horizon: int, out: Path) -> Cost:
    """What `forecastle run` costs in a process of its own."""
    command = ["run", str(source), "--horizon", str(horizon), "--out", str(out), "--quiet"]
    began = time.perf_counter()
    with_bytecode = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
    process = subprocess.Popen(
        [sys.executable, "-m", "forecastle", *command], stdout=subprocess.DEVNULL, env=with_bytecode
    )
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        raise SystemExit(f"forecastle {' '.join(command)} failed")
    computing = usage.ru_utime + usage.ru_stime
    return Cost(seconds=time.perf_counter() - began, computing=computing, gigabytes=usage.ru_maxrss / 2**20)


def row(name: str, count: int, cost: Cost, fewer: int, before: Cost | None) -> str:
    """One line of the table; milliseconds of computing a series, and a further series."""
    line = f"{name:8} {count:8} {cost.seconds:9.1f} {cost.computing:10.1f} {1000 * cost.computing / count:10.2f}"
    more = "" if before is None else f"{1000 * (cost.computing - before.computing) / (count - fewer):.2f}"
    return f"{line} {more:>8} {cost.gigabytes:8.2f}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in SETS:
        parser.add_argument(f"--{name}", type=int, nargs="*", default=[], metavar="SERIES")
    asked = vars(parser.parse_args())
    print(f"{'set':8} {'series':>8} {'seconds':>9} {'computing':>10} {'ms/series':>10} {'more':>8} {'peak GB':>8}")
    for name, (source, horizon, columns) in SETS.items():
        fewer, before = 0, None
        for count in asked[name]:
            with tempfile.TemporaryDirectory() as folder:
                sample(source, columns, count, Path(folder) / "sample.parquet")
                cost = measure(Path(folder) / "sample.parquet", horizon, Path(folder) / "out")
            print(row(name, count, cost, fewer, before), flush=True)
            fewer, before = count, cost


if __name__ == "__main__":
    main()
