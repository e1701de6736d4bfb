"""How long a look at a large dataset takes: rows, columns, series, charts, and the profile.

python -m benchmarks.exploration DAILY [WEEKLY]      # Parquet files: time, key and target first, as M5's are

Each question is asked three times of a house on SQLite and local files, of what was read and of what a recipe made of
it; the first time fetches and remembers what later ones need. The profile is made once, in memory. Load is how many
processes wanted a core at the end.
"""

import argparse
import asyncio
import os
import resource
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from forecastle.bootstrap.house import open_house
from forecastle.core.records import DatasetVersion
from forecastle.data.read import read
from forecastle.exploration.preview import Look, Sample
from forecastle.recipes.recipe import READER
from forecastle.reporting.pages.profile import profile_page
from forecastle.services.datasets.charts import Subject
from forecastle.services.datasets.profiles import profile_dataset
from forecastle.services.house import House
from forecastle.services.requests import Cleaning
from forecastle.settings import Settings

ROUNDS = 3
STEPS = ({"step": "outliers", "action": "cap"}, {"step": "scale"})


def questions(house: House, target: str, key: str, series: str) -> dict[str, Callable[[], Awaitable[object]]]:
    """What somebody looks at, by what it is called."""
    looks = {
        "first 50 rows": Look(),
        "50 rows from the middle": Look(offset=6_000_000),
        "last 50 rows": Look(sample=Sample.TAIL),
        "50 random rows": Look(sample=Sample.RANDOM),
        "500 random rows": Look(sample=Sample.RANDOM, rows=500),
        "1,000 random rows": Look(sample=Sample.RANDOM, rows=1000),
        "50 rows of 50 series": Look(sample=Sample.STRATIFIED),
        "500 rows of 500 series": Look(sample=Sample.STRATIFIED, rows=500),
        "largest 50 by target": Look(sort=target, descending=True),
        "largest 500 by target": Look(sort=target, descending=True, rows=500),
        "first 50 by name of series": Look(sort=key),
        "50 by target, from the middle": Look(sort=target, offset=6_000_000),
        "last 50 by target": Look(sort=target, sample=Sample.TAIL),
    }
    subject = Subject(series_id=series)
    return {name: lambda look=look: house.previews.preview("m", look) for name, look in looks.items()} | {
        "columns in numbers": lambda: house.previews.statistics("m"),
        "search for series": lambda: house.previews.series("m", search=series[:8].lower()),
        "chart of one series": lambda: house.charts.series("m", subject),
        "chart of all series together": lambda: house.charts.series("m", Subject()),
        "autocorrelation of one series": lambda: house.charts.autocorrelation("m", subject),
    }


async def look(file: Path) -> None:
    """Ask everything of one file."""
    with TemporaryDirectory() as folder:
        storage = {"database": f"sqlite:///{folder}/f.db", "artifacts": f"{folder}/artifacts"}
        async with open_house(Settings.model_validate({"storage": storage})) as house:
            await ask_all(house, "as it was read", await house.datasets.bring(str(file), name="m"))
            cleaned = await house.recipes.apply("m", Cleaning(steps=READER.validate_python(STEPS)), by="benchmark")
            await ask_all(house, "cleaned", cleaned.version)


async def ask_all(house: House, what: str, version: DatasetVersion) -> None:
    """Ask everything of the newest version, three times each."""
    page = await house.previews.series("m", limit=1)
    key, target = (
        next(column["column"] for column in version.columns if column["role"] == role) for role in ("key", "target")
    )
    print(f"{what}: {version.rows:,} rows, {page.total:,} series")
    print(f"{'milliseconds':>30} {'first':>8} {'then':>8} {'':>8}")
    for name, ask in questions(house, target, key, page.table["series_id"][0]).items():
        taken = []
        for _ in range(ROUNDS):
            began = time.perf_counter()
            await ask()
            taken.append(1000 * (time.perf_counter() - began))
        print(f"{name:>30} {' '.join(f'{each:8.0f}' for each in taken)}", flush=True)


def profile(file: Path) -> None:
    """Make the profile of one file, and its page."""
    dataset = read(file)
    began, busy = time.perf_counter(), time.process_time()
    found = profile_dataset(dataset, Settings())
    seconds, computing = time.perf_counter() - began, time.process_time() - busy
    began = time.perf_counter()
    page = profile_page(found, Settings().classes)
    print(f"profile: {found.rows:,} rows, {len(found.targets[0].series):,} series")
    writing = time.perf_counter() - began
    print(f"{seconds:.1f} s, {computing:.1f} s of computing; page {writing:.2f} s, {len(page):,} bytes")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("daily", type=Path)
    parser.add_argument("weekly", type=Path, nargs="?")
    asked = parser.parse_args()
    asyncio.run(look(asked.daily))
    if asked.weekly:
        profile(asked.weekly)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    print(f"peak {peak:.2f} GB, load {os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    main()
