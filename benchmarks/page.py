"""How fast the page is, in a real browser: each figure beside its target, as a Markdown table.

python -m benchmarks.page                    # 30,490 series
python -m benchmarks.page --series 1000      # fewer

Starts its own server in a temporary folder, trains a simple model on made-up sales, and looks at the result with
headless Chromium, which takes its share of the machine's cores.
"""

import argparse
import asyncio
import random
import shutil
import statistics
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx
import numpy as np
import polars as pl
from benchmarks.serving import Figure, Server, serving
from playwright.async_api import Browser, Page, async_playwright

WEEKS, VISITORS, CLICKS = 110, 20, 10
LOOK = 4.0
"""Seconds that somebody looks at a series, about, when there are many."""

SLOW = 300_000
"""Milliseconds until something must have happened."""


def sales(series: int, file: Path) -> Path:
    """Made-up weekly sales."""
    weeks = pl.select(
        pl.date_range(pl.date(2023, 1, 2), pl.date(2023, 1, 2) + pl.duration(weeks=WEEKS), "1w").alias("week")
    )
    level = np.random.default_rng(1).gamma(2, 20, series)
    shop = [f"Shop {n % 10}" for n in range(series)]
    named = pl.DataFrame({"shop": shop, "sku": [f"SKU-{n:05}" for n in range(series)], "level": level})
    noise = pl.col("level").hash(seed=3).mod(7) + pl.col("week").dt.week().mod(5)
    rows = named.join(weeks, how="cross").select(
        "week", "shop", "sku", (pl.col("level") + noise).round().alias("volume")
    )
    rows.write_parquet(file)
    return file


def trained(server: Server, file: Path) -> str:
    """Train a simple model on the sales; the id of the execution."""
    with server.client() as client:
        with file.open("rb") as sent:
            client.post("/datasets", files={"file": (file.name, sent)}, data={"name": "sales"}).raise_for_status()
        asked = {"dataset": "sales", "models": ["seasonal_naive"], "horizon": 13, "targets": ["volume"]}
        job = client.post("/train", json=asked).raise_for_status().json()["jobId"]
        while (state := client.get(f"/jobs/{job}").json())["status"] not in ("completed", "failed"):
            time.sleep(1)
        if state["status"] == "failed":
            raise RuntimeError(state["error"])
    return str(job)


@asynccontextmanager
async def visit(browser: Browser) -> AsyncIterator[Page]:
    """Somebody who was never here before."""
    context = await browser.new_context(viewport={"width": 1440, "height": 900})
    page = await context.new_page()
    page.set_default_timeout(SLOW)
    yield page
    await context.close()


async def first_load(browser: Browser, server: Server) -> tuple[float, float]:
    """Seconds until the first page is there for somebody who was never here, and megabytes sent."""
    async with visit(browser) as page:
        session = await page.context.new_cdp_session(page)
        await session.send("Network.enable")
        sent: list[float] = []
        session.on("Network.loadingFinished", lambda event: sent.append(event["encodedDataLength"]))
        started = time.perf_counter()
        await page.goto(f"{server.address}/app/")
        await page.get_by_role("heading", level=1).wait_for()
        await page.locator("svg path").first.wait_for()
        took = time.perf_counter() - started
        await page.wait_for_load_state("networkidle")
        return took, sum(sent) / 1e6


async def open_series(page: Page, count: int, *, pause: float = 0.0) -> list[float]:
    """Seconds from the click on a series until it is shown, one after the other. pause: to look at each, about."""
    took = []
    for row in range(1, count + 1):
        await asyncio.sleep(random.uniform(0.5, 1.5) * pause)  # noqa: S311 - not a secret
        cell = page.locator(f".ag-row[row-index='{row}'] .ag-cell[col-id='series_id']")
        name = await cell.inner_text()
        started = time.perf_counter()
        await cell.click()
        await page.get_by_role("heading", name=name, exact=True).wait_for()
        took.append(time.perf_counter() - started)
    return took


async def list_of_series(page: Page, server: Server, execution: str) -> float:
    """Seconds until the list of all series is there."""
    started = time.perf_counter()
    await page.goto(f"{server.address}/app/forecasts/{execution}")
    await page.locator(".ag-row[row-index='1'] .ag-cell[col-id='series_id']").wait_for()
    return time.perf_counter() - started


async def scrolling(page: Page) -> float:
    """The 95th percentile of the time between two frames, in milliseconds, while the list is scrolled to its end."""
    return float(
        await page.evaluate(
            """async () => {
              const view = document.querySelector(".ag-body-viewport"), frames = [];
              let last = performance.now();
              for (let step = 0; step < 120; step++) {
                view.scrollTop += view.scrollHeight / 120;
                await new Promise(requestAnimationFrame);
                const now = performance.now();
                frames.push(now - last);
                last = now;
              }
              return frames.sort((a, b) => a - b)[Math.floor(frames.length * 0.95)];
            }"""
        )
    )


async def crowd(browser: Browser, server: Server, execution: str) -> list[float]:
    """Seconds to open a series, for each of many people who look around at the same time."""

    async def look() -> list[float]:
        async with visit(browser) as page:
            await list_of_series(page, server, execution)
            return await open_series(page, CLICKS, pause=LOOK)

    return [took for visits in await asyncio.gather(*(look() for _ in range(VISITORS))) for took in visits]


async def looked(server: Server, execution: str, series: int) -> list[Figure]:
    async with async_playwright() as playwright:
        path = shutil.which("chromium") or shutil.which("google-chrome")
        browser = await playwright.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu"])
        await first_load(browser, server)
        loads = [await first_load(browser, server) for _ in range(5)]
        async with visit(browser) as page:
            listed = await list_of_series(page, server, execution)
            opened = await open_series(page, CLICKS)
            frame = await scrolling(page)
        before = server.computing
        many = await crowd(browser, server, execution)
        each = (server.computing - before) / len(many)
        await browser.close()
    return [
        Figure(what="first load", measured=f"{statistics.median(one for one, _ in loads):.2f} s", target="≤ 1.5 s"),
        Figure(what="sent for it", measured=f"{loads[0][1]:.2f} MB", target="≤ 1.5 MB"),
        Figure(what=f"list of {series:,} series, nothing cached", measured=f"{listed:.2f} s"),
        Figure(what="95 % of frames while it is scrolled", measured=f"{frame:.0f} ms"),
        Figure(what="open a series", measured=_quantiles(opened), target="≤ 300 ms"),
        Figure(what=f"open a series, {VISITORS} people at once", measured=_quantiles(many)),
        Figure(what="computing of the server for each of these", measured=f"{1000 * each:.0f} ms"),
    ]


def _quantiles(seconds: list[float]) -> str:
    p95 = statistics.quantiles(seconds, n=20)[-1]
    return f"median {1000 * statistics.median(seconds):.0f} ms, p95 {1000 * p95:.0f} ms"


def figures(series: int) -> Iterator[Figure]:
    with TemporaryDirectory() as name, serving(f"sqlite:///{name}/house.db", Path(name)) as server:
        yield Figure(what="start to ready", measured=f"{server.seconds:.1f} s", target="≤ 3 s")
        yield Figure(what="memory after start", measured=f"{server.megabytes:.0f} MB", target="≤ 300 MB")
        httpx.get(f"{server.address}/app/").raise_for_status()
        execution = trained(server, sales(series, Path(name) / "sales.parquet"))
        yield from asyncio.run(looked(server, execution, series))
        yield Figure(what="memory afterwards", measured=f"{server.megabytes:.0f} MB")


def main() -> None:
    parser = argparse.ArgumentParser(description="How fast the page is, in a real browser.")
    parser.add_argument("--series", type=int, default=30_490)
    print("| what | target | measured |\n| --- | --- | --- |")
    for figure in figures(parser.parse_args().series):
        print(f"| {figure.what} | {figure.target} | {figure.measured} |", flush=True)


if __name__ == "__main__":
    main()
