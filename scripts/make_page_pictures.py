"""Make the pictures of the page in the README and the documentation: train on the demo data, and photograph the page.

python scripts/make_page_pictures.py [--chromium PATH]
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

IMAGES = Path(__file__).resolve().parents[1] / "docs" / "images"
FORECASTLE = (sys.executable, "-m", "forecastle")
LAPTOP, TALL, PHONE = {"width": 1280, "height": 800}, {"width": 1280, "height": 1360}, {"width": 390, "height": 780}
SERIES = "New+South+Wales+%2F+Cafes%2C+restaurants+and+catering+services"

PICTURES = (
    ("page-home.png", "/", LAPTOP, "light"),
    ("page-series.png", f"/forecasts/{{execution}}?series={SERIES}", LAPTOP, "light"),
    ("page-charts.png", "/data?dataset=retail&view=charts", LAPTOP, "dark"),
    ("page-analysis.png", f"/data?dataset=retail&view=analysis&series={SERIES}", TALL, "light"),
    ("page-phone.png", "/", PHONE, "dark"),
)
"""File, address, size of the window, and colours."""


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """A server with the demo data and a training on them; its address."""
    storage = {"DATABASE": f"sqlite:///{folder}/house.db", "ARTIFACTS": f"{folder}/artifacts"}
    environment = os.environ | {f"FORECASTLE_STORAGE__{name}": value for name, value in storage.items()}
    train = (*FORECASTLE, "train", "demo:retail", "--name", "retail")
    subprocess.run(train, env=environment, check=True, stdout=subprocess.DEVNULL)  # noqa: S603 - this very program
    command = (*FORECASTLE, "serve", "--port", "0", "--job-workers", "0")
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603
        try:
            yield process.stdout.readline().split()[-1] if process.stdout else ""
        finally:
            process.terminate()


def photograph(page: Page, address: str, picture: Path) -> None:
    """Save what the browser shows, once charts and lists are drawn."""
    page.goto(address)
    page.get_by_role("heading", level=1).wait_for()
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(3000)
    page.screenshot(path=picture)


def main() -> int:
    """Train into a temporary folder and photograph what the page shows of it."""
    parser = argparse.ArgumentParser(description="Make the pictures of the page in docs/images.")
    parser.add_argument("--chromium", default=shutil.which("chromium") or shutil.which("google-chrome"))
    chromium = parser.parse_args().chromium
    if chromium is None:
        print("No Chromium found. Install one, or name it with --chromium.", file=sys.stderr)
        return 1
    with tempfile.TemporaryDirectory() as folder, served(Path(folder)) as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        made = browser.new_context().request.get(f"{address}/forecasts").json()["executions"]
        for name, path, size, colours in PICTURES:
            page = browser.new_context(viewport=size, color_scheme=colours).new_page()
            photograph(page, f"{address}/app{path.format(execution=made[0]['execution_id'])}", IMAGES / name)
            print(f"docs/images/{name} written")
    return 0


if __name__ == "__main__":
    sys.exit(main())
