"""How time and memory grow with the number of series: the whole command, files and report included.

python -m benchmarks.scale --weekly 3000 10000 30490    # M5 weekly, 13 weeks ahead
python -m benchmarks.scale --daily 30490                # M5 daily, 13 million rows, 28 days ahead
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import polars as pl
from benchmarks.tasks import DATA

SETS = {
    "weekly": (DATA / "m5/m5_weekly_2015_2016.parquet", 13),
    "daily": (DATA / "m5/m5_daily_2015_2016.parquet", 28),
}


def sample(source: Path, count: int, target: Path) -> None:
    """Every k-th series of the source."""
    ids = pl.scan_parquet(source).select(pl.col("unique_id").unique().sort()).collect()["unique_id"]
    chosen = ids.gather_every(max(1, len(ids) // count)).head(count)
    pl.scan_parquet(source).filter(pl.col("unique_id").is_in(chosen.implode())).sink_parquet(target)


def measure(source: Path, horizon: int, out: Path) -> tuple[float, float]:
    """Seconds and peak gigabytes of `forecastle run`."""
    command = ["run", str(source), "--horizon", str(horizon), "--out", str(out), "--quiet"]
    began = time.perf_counter()
    process = subprocess.Popen([sys.executable, "-m", "forecastle", *command], stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        raise SystemExit(f"forecastle {' '.join(command)} failed")
    return time.perf_counter() - began, usage.ru_maxrss / 2**20


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in SETS:
        parser.add_argument(f"--{name}", type=int, nargs="*", default=[], metavar="SERIES")
    asked = vars(parser.parse_args())
    print(f"{'set':8} {'series':>8} {'seconds':>9} {'ms a series':>12} {'peak GB':>8}")
    for name, (source, horizon) in SETS.items():
        for count in asked[name]:
            with tempfile.TemporaryDirectory() as folder:
                sample(source, count, Path(folder) / "sample.parquet")
                seconds, gigabytes = measure(Path(folder) / "sample.parquet", horizon, Path(folder) / "out")
            print(f"{name:8} {count:8} {seconds:9.1f} {1000 * seconds / count:12.2f} {gigabytes:8.2f}", flush=True)


if __name__ == "__main__":
    main()
