"""How long a long text takes to be read and kept, and how much memory.

python -m benchmarks.reading            # 1 and 10 million rows of made-up daily sales, about 500 MB
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from datetime import date
from pathlib import Path

import polars as pl

DAYS = 430
READ = """
import sys
from pathlib import Path
from forecastle.data.read import reading

with reading(sys.argv[1]) as found:
    found.save(Path(sys.argv[2]))
"""


def write(rows: int, path: Path) -> None:
    """Two keys, a date, units, a price and a flag."""
    items = pl.LazyFrame({"item": range(rows // DAYS)})
    days = pl.select(date=pl.date_range(date(2024, 1, 1), date(2025, 3, 5))).lazy()
    number = pl.col("item").cast(pl.UInt64)
    sales = items.join(days, how="cross").select(
        pl.format("FOODS_{}_{}", number % 4, number.cast(pl.String).str.zfill(9)).alias("item_id"),
        pl.format("store_{}", number % 10).alias("store"),
        "date",
        ((number * 7919 + pl.col("date").dt.ordinal_day()) % 13).alias("units_sold"),
        (number % 900 / 100 + 0.99).alias("price"),
        (pl.col("date").dt.day() % 10 == 0).cast(pl.Int8).alias("promo"),
    )
    sales.sink_csv(path, float_precision=2)


def measure(path: Path) -> tuple[float, float, float]:
    """Seconds, seconds of computing, and peak gigabytes of reading a file in a process of its own."""
    began = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-c", READ, str(path), str(path.parent / "kept")], stdout=subprocess.DEVNULL
    )
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        raise SystemExit(f"{path} could not be read")
    return time.perf_counter() - began, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 2**20


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--millions", type=int, nargs="*", default=[1, 10], metavar="ROWS")
    print(f"{'million rows':>12} {'MB':>6} {'seconds':>8} {'CPU seconds':>12} {'peak GB':>8}")
    for millions in parser.parse_args().millions:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "sales.csv"
            write(millions * 1_000_000, path)
            seconds, computing, gigabytes = measure(path)
            size = path.stat().st_size / 1e6
        print(f"{millions:12} {size:6.0f} {seconds:8.1f} {computing:12.1f} {gigabytes:8.2f}", flush=True)


if __name__ == "__main__":
    main()
