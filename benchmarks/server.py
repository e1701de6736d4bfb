"""How fast a server answers, and what it needs: each figure beside its target, as a Markdown table.

python -m benchmarks.server                          # everything, on SQLite and PostgreSQL
python -m benchmarks.server --only series stored     # some of it

Starts its own servers, with one worker each, on a free port and in a temporary folder. The load comes from a process
of its own, over real connections; on a machine of few cores it takes its share from the server.
"""

import argparse
import asyncio
import json
import os
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx
import numpy as np
import polars as pl
from benchmarks.load import run
from benchmarks.serving import Figure, Server, postgresql, serving
from benchmarks.tasks import DATA, m5_weekly

from forecastle.core.columns import DS, SERIES_ID, Y
from forecastle.storage.database import Database

SERIES, HORIZON = 1234, 13
REPEATS = 3


def sales(folder: Path) -> Path:
    """Weekly sales of M5 products as CSV, or made-up ones; the revenue is at a made-up price."""
    if DATA.exists():
        frame = m5_weekly(SERIES + 100).known.frame
    else:
        weeks = pl.select(pl.date_range(pl.date(2023, 1, 2), pl.date(2024, 12, 30), "1w").alias(DS))
        level = np.random.default_rng(1).gamma(2, 10, SERIES)
        series = pl.DataFrame({SERIES_ID: [f"SKU-{n}" for n in range(SERIES)], "level": level})
        season = 1 + pl.col(DS).dt.week().mul(0.12).sin() / 3
        frame = series.join(weeks, how="cross").select(SERIES_ID, DS, (pl.col("level") * season).round().alias(Y))
    chosen = frame[SERIES_ID].unique(maintain_order=True).head(SERIES)
    kept = frame.filter(pl.col(SERIES_ID).is_in(chosen.implode())).drop_nulls(Y)
    price = 1 + pl.col(SERIES_ID).hash(seed=1) % 50 / 10
    file = folder / "sales.csv"
    kept.select(
        pl.col(DS).alias("week"), pl.col(SERIES_ID).alias("sku"), volume=pl.col(Y), revenue=(pl.col(Y) * price).round(2)
    ).write_csv(file)
    return file


def upload(client: httpx.Client, file: Path, name: str) -> float:
    """Seconds until a dataset is kept."""
    started = time.monotonic()
    with file.open("rb") as content:
        client.post("/datasets", files={"file": content}, data={"name": name}).raise_for_status()
    return time.monotonic() - started


def start(client: httpx.Client, **params: object) -> str:
    """The id of a new training."""
    return client.post("/train", json={"horizon": HORIZON, **params}).raise_for_status().json()["jobId"]


def follow(client: httpx.Client, job_id: str) -> dict[int, float]:
    """When each event of a job was heard of, in seconds since 1970, to its end."""
    heard = {}
    with client.stream("GET", f"/jobs/{job_id}/events") as answer:
        for line in answer.iter_lines():
            if line.startswith("id: "):
                heard[int(line.removeprefix("id: "))] = time.time()
    if client.get(f"/jobs/{job_id}").json()["status"] != "completed":
        raise SystemExit(f"The training {job_id} was not completed.")
    return heard


def begin(server: Server) -> Iterator[Figure]:
    shown = f"{server.seconds:.1f} s, {server.computing:.1f} s of computing"
    yield Figure(what="start to ready", measured=shown, target="≤ 3 s")
    yield Figure(what="memory after start", measured=f"{server.megabytes:.0f} MB", target="≤ 300 MB")


def bring(server: Server, file: Path) -> Iterator[Figure]:
    with server.client() as client:
        seconds = statistics.median(upload(client, file, "m5") for _ in range(REPEATS))
    rows, size = sum(1 for _ in file.open("rb")) - 1, file.stat().st_size
    yield Figure(what=f"upload of {rows:,} rows", measured=f"{seconds:.1f} s, {size / seconds / 1e6:.1f} MB/s")


def train(server: Server, file: Path) -> Iterator[Figure]:
    """While it runs, `/health` is asked fifty times a second, and its events are heard."""
    del file
    with server.client() as client, ExitStack() as stack:
        from concurrent.futures import ThreadPoolExecutor

        job_id = start(client, dataset="m5")
        asked = stack.enter_context(ThreadPoolExecutor(1)).submit(
            run, server.load("/health", method="GET", connections=1, seconds=15, pause=0.02)
        )
        heard = follow(client, job_id)
        health = asked.result()
    late = 1000 * np.array(asyncio.run(lateness(server.database, job_id, heard)))
    p50, p99 = health.milliseconds(50), health.milliseconds(99)
    yield Figure(what="`/health` during a training", measured=f"p50 {p50:.1f} ms, p99 {p99:.1f} ms", target="≤ 20 ms")
    shown = f"p50 {np.median(late):.0f} ms, worst of {len(late)} {late.max():.0f} ms"
    yield Figure(what="event to listener", measured=shown, target="≤ 100 ms")


async def lateness(database: str, job_id: str, heard: dict[int, float]) -> Sequence[float]:
    """Seconds from the moment the worker took an event down to the moment it was heard of."""
    opened = await Database.open(database)
    async with opened.begin() as work:
        events = await work.jobs.events(after=0, job_id=job_id)
    await opened.close()
    return [heard[event.id] - event.at.timestamp() for event in events]


def series(server: Server, file: Path) -> Iterator[Figure]:
    del file
    bodies = [{"data": np.random.default_rng(n).gamma(2, 10, 30).round(1).tolist()} for n in range(64)]
    run(server.load("/predict", *bodies, seconds=2))  # warm
    yield Figure(what="series of 30 values, 16 connections", measured=rate(server, bodies), target="≥ 300 a second")


def rate(server: Server, bodies: Sequence[object], path: str = "/predict") -> str:
    before = server.computing
    outcomes = [run(server.load(path, *bodies)) for _ in range(REPEATS)]
    cost = (server.computing - before) / sum(len(outcome.answers) for outcome in outcomes)
    chosen = sorted(outcomes, key=lambda outcome: outcome.rate)[REPEATS // 2]
    latency = ", ".join(f"p{share} {chosen.milliseconds(share):.0f} ms" for share in (50, 95, 99))
    failed = sum(outcome.failed for outcome in outcomes)
    return f"{chosen.rate:.0f} a second, {1000 * cost:.1f} ms of computing each; {latency}; {failed} failed"


def network(server: Server, file: Path) -> Iterator[Figure]:
    """The same with an LSTM of the default size, learned from a few series; then windows of exactly its length."""
    with server.client() as client:
        upload(client, fewer(file), "networked")
        follow(client, start(client, dataset="networked", targets=["volume"], models=["lstm"]))
        window = client.get("/model/info").json()["window_size"]
    target = "≥ 1,000 a second, p99 ≤ 30 ms"
    for length, path, field in ((30, "/predict", "data"), (window, "/api/predict", "series")):
        bodies = [{field: np.random.default_rng(n).gamma(2, 10, length).round(1).tolist()} for n in range(64)]
        run(server.load(path, *bodies, seconds=2))  # warm
        what = f"LSTM, `{path}`, {length} values, 16 connections"
        yield Figure(what=what, measured=rate(server, bodies, path), target=target)


def stored(server: Server, file: Path) -> Iterator[Figure]:
    del file
    asked = {"sku_ids": None, "horizon_weeks": HORIZON, "models": "auto", "targets": ["VOLUME", "FATURAMENTO"]}
    asked["dataset"] = "m5"
    run(server.load("/predict", asked, connections=1, seconds=1))  # reads the models
    before = server.computing
    outcome = run(server.load("/predict", asked, connections=1, seconds=15))
    cost = (server.computing - before) / len(outcome.answers)
    rows = json.loads(outcome.answers[0].body)["results_count"]
    p50, p95 = outcome.milliseconds(50), outcome.milliseconds(95)
    what = f"{SERIES:,} series × {HORIZON} weeks × 2 targets ({rows:,} rows), {server.database.partition(':')[0]}"
    shown = f"p50 {p50:.0f} ms, p95 {p95:.0f} ms of {len(outcome.answers)}; {1000 * cost:.0f} ms of computing each"
    yield Figure(what=what, measured=shown, target="≤ 300 ms")


def fewer(file: Path) -> Path:
    """Twenty of the series."""
    few = file.with_name("few.csv")
    table = pl.read_csv(file)
    table.filter(pl.col("sku").is_in(table["sku"].unique().sort().head(20).implode())).write_csv(few)
    return few


def rollback(server: Server, file: Path) -> Iterator[Figure]:
    """Every request that is sent after the answer to the rollback is served by the champion before."""
    few = fewer(file)
    with server.client() as client:
        upload(client, few, "few")
        for _ in range(2):
            follow(client, start(client, dataset="few", targets=["volume"]))
        name, query = "/models/auto_volume", {"dataset": "few"}
        client.post(f"{name}/promote", json={"version": 2}, params=query).raise_for_status()
        asked = {"sku_ids": None, "dataset": "few", "targets": ["VOLUME"]}
        from concurrent.futures import ThreadPoolExecutor

        with ThreadPoolExecutor(1) as thread:
            loading = thread.submit(run, server.load("/predict", asked, seconds=10))
            time.sleep(5)
            client.post(f"{name}/rollback", params=query).raise_for_status()
            moved = time.monotonic()
            outcome = loading.result()
    after = [json.loads(answer.body)["execution_id"] for answer in outcome.answers if answer.sent > moved]
    served = asyncio.run(labels(server.database, after))
    stale = sum("_v1_" not in label for label in served)
    shown = (
        f"{len(outcome.answers)} requests, {outcome.failed} failed; {stale} of {len(after)} sent after it served stale"
    )
    yield Figure(what="rollback under load", measured=shown, target="0 failed, 0 stale")


async def labels(database: str, executions: Sequence[str]) -> Sequence[str]:
    """The model version that each prediction came from."""
    opened = await Database.open(database)
    async with opened.begin() as work:
        found = [await work.executions.find(execution) for execution in executions]
    await opened.close()
    return [execution.manifest["models"]["auto_volume"] for execution in found if execution]


PARTS: dict[str, Callable[[Server, Path], Iterator[Figure]]] = {
    "begin": lambda server, _file: begin(server),
    "bring": bring,
    "series": series,
    "train": train,
    "stored": stored,
    "rollback": rollback,
    "network": network,
}


def main() -> None:
    """Measure, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", nargs="+", choices=PARTS, default=list(PARTS))
    parser.add_argument("--database", nargs="+", choices=["sqlite", "postgresql"], default=["sqlite", "postgresql"])
    asked = parser.parse_args()
    print("| what | target | measured | load |\n| --- | --- | --- | --- |")
    for kind in asked.database:
        with TemporaryDirectory() as name, ExitStack() as stack:
            folder = Path(name)
            sqlite = f"sqlite:///{folder}/forecastle.db"
            database = sqlite if kind == "sqlite" else stack.enter_context(postgresql(folder))
            server = stack.enter_context(serving(database, folder))
            for part in asked.only:
                for figure in PARTS[part](server, sales(folder)):
                    busy = f"{os.getloadavg()[0]:.1f}"
                    print(f"| {figure.what} | {figure.target} | {figure.measured} | {busy} |", flush=True)


if __name__ == "__main__":
    main()
