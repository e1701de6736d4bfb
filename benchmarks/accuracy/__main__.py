"""Forecastle beside its peers: every task, the same windows and cores, one program after the other.

python -m benchmarks.accuracy --autogluon AG/bin/python --nixtla NX/bin/python     # all tasks, all peers
python -m benchmarks.accuracy stallion carparts                                    # ours and the seasonal naive only
python -m benchmarks.accuracy m5_weekly_all --autogluon AG/bin/python              # 30,490 series

Peers run in environments of their own, which `benchmarks/accuracy/peers.py` describes; what they said is kept in
`--out` and not computed again. SQL is the scaled quantile loss over P10–P90, the mean over series; *held* is the share
of answers inside the 80 % band. The last lines are geometric means over the tasks, relative to AutoGluon.
"""

import argparse
import json
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from resource import RUSAGE_SELF, getrusage

import numpy as np
import polars as pl
from benchmarks.accuracy.combination import score
from benchmarks.accuracy.exchange import hand_over, same_series
from benchmarks.tasks import LARGE, OTHERS, TASKS, Task, cut

import forecastle as fc
from forecastle.core.columns import DS, MEAN, SERIES_ID, STEP, Y
from forecastle.core.quantiles import DEFAULT
from forecastle.data.dataset import Dataset, Roles
from forecastle.models.batched import Compute
from forecastle.models.catalog import find
from forecastle.pipeline.request import Request
from forecastle.services.files.forecasting import run

COLUMNS = (MEAN, *DEFAULT.columns)
OURS, BASE = "forecastle", "autogluon"
NAMES = (OURS, "autogluon", "statsforecast", "AutoETS", "Theta", "mlforecast", "naive")
PEERS = {"autogluon": "autogluon", "statsforecast": "nixtla", "mlforecast": "nixtla"}
"""Which environment each peer runs in."""


def ours(task: Task) -> tuple[pl.DataFrame, dict[str, float]]:
    """What a user gets by default, prices, promotions and all; and what it took."""
    covariates = task.known.covariates
    moving = (*covariates.known, *covariates.past)
    frame = task.known.frame.select(SERIES_ID, DS, Y, *moving)
    if task.future is not None:
        frame = pl.concat([frame, task.future], how="diagonal").sort(SERIES_ID, DS)
    if task.known.static is not None:
        frame = frame.join(task.known.static, on=SERIES_ID, how="left")
    price = covariates.price[0] if covariates.price else None
    roles = Roles(
        time=DS,
        keys=(SERIES_ID,),
        targets=(Y,),
        price=price,
        promotion=covariates.promotion,
        known=tuple(name for name in covariates.known if name != price and name not in covariates.promotion),
        past=covariates.past,
        static=covariates.static,
    )
    dataset = Dataset(frame=frame, roles=roles, source=task.name)
    request = Request(horizon=task.horizon, freq=str(task.known.freq), seasons=task.known.season_lengths)
    settings = fc.Settings(clean={"missing_limit": 1.0})
    began, spent = time.perf_counter(), getrusage(RUSAGE_SELF)
    result = run(dataset, request, settings=settings)
    now = getrusage(RUSAGE_SELF)
    computing = now.ru_utime + now.ru_stime - spent.ru_utime - spent.ru_stime
    return result.forecasts, {"seconds": time.perf_counter() - began, "processor_seconds": computing}


def naive(task: Task) -> pl.DataFrame:
    """The same period of last season."""
    model = find("seasonal_naive").forecaster(Compute())
    return model.fit(task.known, task.horizon, progress=lambda _share, _message: None).predict(task.horizon)


def peer(name: str, python: Path, folder: Path, limit: int) -> None:
    """Run a peer, unless what it said is there already."""
    if (folder / f"{name}.json").exists():
        return
    script = Path(__file__).with_name("peers.py")
    with (folder / f"{name}.log").open("w", encoding="utf-8") as log:
        command = [python, script, name, folder, "--limit", str(limit)]
        ended = subprocess.run(command, stdout=log, stderr=subprocess.STDOUT, check=False)
    if ended.returncode:
        print(f"{name} failed on {folder.name}; see {log.name}", flush=True)


def answers(task: Task, folder: Path) -> Iterator[tuple[str, pl.DataFrame, dict[str, float]]]:
    """What each one said about a task, and what it took."""
    forecasts, cost = ours(task)
    yield OURS, forecasts, cost
    yield "naive", naive(task), {}
    for name in PEERS:
        if not (folder / f"{name}.json").exists():
            continue
        said, cost = pl.read_parquet(folder / f"{name}.parquet"), json.loads((folder / f"{name}.json").read_text())
        same_series(task, said)
        yield name, said.with_columns(pl.col(STEP).cast(pl.Int64)), cost
        for part in ("AutoETS", "Theta"):
            if f"mean_{part}" in said.columns:
                renamed = {f"{column}_{part}": column for column in COLUMNS}
                yield part, said.select(SERIES_ID, pl.col(STEP).cast(pl.Int64), *renamed).rename(renamed), {}


def measure(task: Task, folder: Path) -> pl.DataFrame:
    """One row a peer: task, peer, sql, mase, mase_p50, held, seconds, processor_seconds."""
    rows = [
        {"task": folder.name, "peer": name, **score(task, said), "seconds": cost.get("seconds"),
         "processor_seconds": cost.get("processor_seconds")}
        for name, said, cost in answers(task, folder)
    ]  # fmt: skip
    return pl.DataFrame(rows, schema_overrides={"seconds": pl.Float64, "processor_seconds": pl.Float64})


def show(found: pl.DataFrame) -> None:
    """A line a task: the SQL of each, our band's coverage, and the time of ours and of AutoGluon."""
    print(f"| task | {' | '.join(NAMES)} | held | MASE (P50) | seconds | AutoGluon |")
    print("| --- " * (len(NAMES) + 5) + "|")
    for task in found["task"].unique(maintain_order=True):
        rows = {row["peer"]: row for row in found.filter(pl.col("task") == task).iter_rows(named=True)}
        losses = " | ".join(f"{rows[name]['sql']:.4f}" if name in rows else "" for name in NAMES)
        own, other = rows[OURS], rows.get(BASE, {}).get("seconds")
        print(
            f"| {task} | {losses} | {own['held']:.2f} | {own['mase']:.3f} ({own['mase_p50']:.3f}) "
            f"| {own['seconds']:.1f} | {'' if other is None else f'{other:.0f}'} |"
        )


def conclude(found: pl.DataFrame) -> None:
    """Geometric means of the SQL relative to AutoGluon's, and how often ours is lower."""
    wide = found.pivot("peer", index="task", values="sql")
    if BASE not in wide.columns:
        return
    wide = wide.drop_nulls(BASE)
    for name in (name for name in NAMES if name in wide.columns and name != BASE):
        both = wide.drop_nulls(name)
        ratio = (both[name] / both[BASE]).to_numpy()
        mean = float(np.exp(np.log(ratio).mean()))
        print(f"{name}: {mean:.4f} of AutoGluon's SQL, lower on {int((ratio < 1).sum())} of {len(ratio)} tasks")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("tasks", nargs="*", metavar="TASK", help=f"of {', '.join(TASKS | OTHERS | LARGE)}")
    parser.add_argument("--autogluon", type=Path, help="the Python that has AutoGluon")
    parser.add_argument("--nixtla", type=Path, help="the Python that has statsforecast and mlforecast")
    parser.add_argument("--limit", type=int, default=300, help="seconds that AutoGluon may train")
    parser.add_argument("--back", type=int, default=0, help="horizons to cut off before")
    parser.add_argument("--out", type=Path, default=Path("benchmarks-out"), help="where tasks and answers are kept")
    asked = parser.parse_args()
    tables = []
    for name in asked.tasks or TASKS:
        task = (TASKS | OTHERS | LARGE)[name]()
        for _ in range(asked.back):
            task = cut(task.name, task.known, task.horizon)
        folder = asked.out / (f"{name}-{asked.back}" if asked.back else name)
        hand_over(task, folder)
        for peer_name, environment in PEERS.items():
            if python := getattr(asked, environment):
                peer(peer_name, python, folder, asked.limit)
        tables.append(measure(task, folder))
        show(tables[-1])
    found = pl.concat(tables)
    print()
    show(found)
    conclude(found)
    found.write_parquet(asked.out / "measured.parquet")


if __name__ == "__main__":
    main()
