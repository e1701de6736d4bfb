"""How fast rows are answered, and that nobody notices when the version changes: each figure beside its target.

python -m benchmarks.rows                      # everything, as a Markdown table
python -m benchmarks.rows --only single batch  # some of it

Trains on the King County house sales, with the demographics of zip codes joined, and starts its own server.
"""

import argparse
import asyncio
import io
import json
import os
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import polars as pl
from benchmarks.load import Outcome, run
from benchmarks.server import REPEATS, rate
from benchmarks.serving import Figure, Server, serving

from forecastle.bootstrap.house import open_house
from forecastle.data.tables import read_table
from forecastle.settings import Settings
from forecastle.tabular.model import TabularModel
from forecastle.tabular.reference import Reference
from forecastle.tabular.scores import held, scores
from forecastle.tabular.tables import answered
from forecastle.tabular.training import Plan, train

DATA = Path(__file__).resolve().parents[1] / "../shared/data/kc_house"
BASIC = ("bedrooms", "bathrooms", "sqft_living", "sqft_lot", "floors", "sqft_above", "sqft_basement", "zipcode")
PARQUET = "application/vnd.apache.parquet"
BATCH = 200_000
MEASURES = (
    ("r2", "R²", ".3f"),
    ("mape", "MAPE", ".1%"),
    ("mae", "MAE", ",.0f"),
    ("coverage", "inside the range", ".1%"),
)


def table(name: str) -> pl.DataFrame:
    return read_table(DATA / f"{name}.csv.gz").frame


def houses(count: int) -> pl.DataFrame:
    """So many different rows in the shape of the real ones."""
    rows = table("kc_house_data").drop("id", "date", "price").sample(count, with_replacement=True, seed=1)
    jitter = np.random.default_rng(1).integers(0, 500, count)
    return rows.with_columns(pl.col("sqft_lot") + pl.Series(jitter))


def accuracy(_server: Server) -> Iterator[Figure]:
    """On rows held out; then on sales of houses held back here, asked with every column and with the basic ones."""
    joined = Reference.of(table("zipcode_demographics"), "zipcode")
    sales = table("kc_house_data")
    late = sales["id"].is_in(sales["id"].unique(maintain_order=True).sample(fraction=0.2, seed=7).implode())
    for model in ("lightgbm", "knn", "linear"):
        started = time.process_time()
        made = train(sales, Plan(target="price", model=model), reference=joined)
        target = "R² ≥ 0.85, MAPE ≤ 13 %" if model == "lightgbm" else ""
        seconds = time.process_time() - started
        yield Figure(what=f"{model}: {seconds:.0f} s of computing", measured=shown(made.metrics), target=target)
        early = train(sales.filter(~late), Plan(target="price", model=model), reference=joined).model
        only = Plan(target="price", model=model, columns=BASIC, required=BASIC)
        basic = train(sales.filter(~late), only, reference=joined).model
        asked = sales.filter(late)
        for what, answering, columns in (
            ("every column", early, asked.columns),
            ("the 8 basic columns", early, BASIC),
            ("the same of a model that never saw others", basic, BASIC),
        ):
            yield Figure(what=f"{model}: {what}", measured=shown(measured(asked, columns, answering)))


def measured(sales: pl.DataFrame, columns: Sequence[str], model: TabularModel) -> dict[str, float | None]:
    """How good the answers to these rows are, where callers send no more than these columns."""
    rows = answered(sales.select(columns), model).rows
    actual, predicted, lower, upper = (column.cast(float).to_numpy() for column in (sales["price"], *rows[:, :3]))
    return scores(actual, predicted) | {"coverage": held(actual, lower, upper)}


def shown(metrics: Mapping[str, float | None]) -> str:
    return ", ".join(f"{title} {metrics[name]:{form}}" for name, title, form in MEASURES)


def single(server: Server) -> Iterator[Figure]:
    """Every row is another one, so that nothing is answered from memory; with the basic columns; then the same few."""
    bodies = houses(20_000).to_dicts()
    basic = houses(20_000).select(BASIC).to_dicts()
    run(server.load("/predict", *bodies[:64], seconds=2))  # warm
    target = "≥ 1,000 a second"
    yield Figure(what="`POST /predict`, all different, 16 connections", measured=rate(server, bodies), target=target)
    yield Figure(what="with the 8 basic columns", measured=rate(server, basic), target=target)
    yield Figure(what="the same 64 rows again and again", measured=rate(server, bodies[:64]), target=target)


def batch(server: Server) -> Iterator[Figure]:
    """The service alone, then over HTTP as Parquet."""
    everything = houses(BATCH)
    model = kept()
    for rows, threads in ((everything, 1), (everything, 2), (everything.select(BASIC), 2)):
        computing = time.process_time()
        seconds = statistics.median(timed(lambda: answered(rows, model, threads=threads)) for _ in range(REPEATS))  # noqa: B023
        cost = 1e6 * (time.process_time() - computing) / REPEATS / BATCH
        what = f"{BATCH:,} rows of {rows.width} columns, checked, joined and answered with ranges, threads: {threads}"
        said = f"{BATCH / seconds:,.0f} rows a second; {cost:.1f} µs of computing each"
        yield Figure(what=what, measured=said, target="≥ 200,000 on two cores")
    sink = io.BytesIO()
    everything.write_parquet(sink)
    headers = {"Content-Type": PARQUET, "Accept": PARQUET}

    def send() -> None:
        with server.client() as client:
            client.post("/predict-batch", content=sink.getvalue(), headers=headers).raise_for_status()

    seconds = statistics.median(timed(send) for _ in range(REPEATS))
    said = f"{BATCH / seconds:,.0f} rows a second; a body of {len(sink.getvalue()) / 1e6:.1f} MB"
    yield Figure(what="every column over HTTP, Parquet both ways", measured=said)


def timed(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def kept() -> TabularModel:
    """A model like the one that the server answers with."""
    joined = Reference.of(table("zipcode_demographics"), "zipcode")
    return train(table("kc_house_data"), Plan(target="price"), reference=joined).model


def moves(server: Server) -> Iterator[Figure]:
    """Sixteen connections while the version is rolled back, promoted and reloaded in a loop."""
    rows = houses(64).to_dicts()
    expected = answers_by_version(server, rows)
    with server.client() as client, ThreadPoolExecutor(1) as thread:
        loading = thread.submit(run, server.load("/predict", *rows, seconds=20))
        moved = 0
        while not loading.done():
            client.post("/rollback-model").raise_for_status()
            client.post("/reload-model").raise_for_status()
            client.post("/tabular/houses/promote", json={"version": 2}).raise_for_status()
            moved += 3
        outcome = loading.result()
    mixed = sum(json.loads(one.body)["prediction"] not in expected[version_of(one.body)] for one in outcome.answers)
    said = (
        f"{len(outcome.answers):,} requests, {moved} moves; {outcome.failed} failed, {mixed} mixed; {latency(outcome)}"
    )
    yield Figure(
        what="rollback, reload and promote in a loop, 16 connections", measured=said, target="0 failed, 0 mixed"
    )


def version_of(body: bytes) -> str:
    return str(json.loads(body)["model_version"])


def answers_by_version(server: Server, rows: Sequence[object]) -> dict[str, set[float]]:
    """What each of the two versions says of the rows."""
    said = {}
    with server.client() as client:
        for number in (1, 2):
            client.post("/tabular/houses/promote", json={"version": number}).raise_for_status()
            told = [client.post("/predict", json=row).raise_for_status().json() for row in rows]
            said[told[0]["model_version"]] = {one["prediction"] for one in told}
    return said


def latency(outcome: Outcome) -> str:
    return ", ".join(f"p{share} {outcome.milliseconds(share):.0f} ms" for share in (50, 99))


PARTS: dict[str, Callable[[Server], Iterator[Figure]]] = {
    "accuracy": accuracy,
    "single": single,
    "batch": batch,
    "moves": moves,
}


async def prepare(settings: Settings) -> None:
    """Two versions of one model: neighbours first, then trees, which take over. Here, for workers step back."""
    async with open_house(settings) as house:
        for name, file in (("houses", "kc_house_data"), ("zips", "zipcode_demographics")):
            await house.tables.bring(str(DATA / f"{file}.csv.gz"), name=name)
        asked = {"dataset": "houses", "target": "price", "join": "zips", "on": "zipcode"}
        for model in ("knn", "lightgbm"):
            job = await house.tabular.training.start(asked | {"model": model})
            await house.tabular.training.carry_out(job, lambda _report: None)
            await house.jobs.cancel(job.id)


def main() -> None:
    """Measure, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", nargs="+", choices=PARTS, default=list(PARTS))
    asked = parser.parse_args()
    print("| what | target | measured | load |\n| --- | --- | --- | --- |")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        database = f"sqlite:///{folder}/forecastle.db"
        storage = {"database": database, "artifacts": str(folder / "artifacts")}
        asyncio.run(prepare(Settings.model_validate({"storage": storage})))
        with serving(database, folder) as server:
            for part in asked.only:
                for figure in PARTS[part](server):
                    busy = f"{os.getloadavg()[0]:.1f}"
                    print(f"| {figure.what} | {figure.target} | {figure.measured} | {busy} |", flush=True)


if __name__ == "__main__":
    main()
