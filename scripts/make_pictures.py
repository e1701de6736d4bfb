"""Make the pictures in docs/images: the page and the report of the demo data, photographed with Chromium.

python scripts/make_pictures.py [--chromium PATH]
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
REPORT = {"width": 1280, "height": 1180}
SERIES = "New+South+Wales+%2F+Cafes%2C+restaurants+and+catering+services"

PICTURES = (
    ("report.png", "{report}", REPORT, "light"),
    ("page-home.png", "{page}/", LAPTOP, "light"),
    ("page-series.png", f"{{page}}/forecasts/{{execution}}?series={SERIES}", LAPTOP, "light"),
    ("page-charts.png", "{page}/data?dataset=retail&view=charts", LAPTOP, "dark"),
    ("page-analysis.png", f"{{page}}/data?dataset=retail&view=analysis&series={SERIES}", TALL, "light"),
    ("page-phone.png", "{page}/", PHONE, "dark"),
)
"""File, address, size of the window, and colours."""


def reported(folder: Path) -> str:
    """The report of the demo; its address."""
    out = folder / "demo"
    subprocess.run((*FORECASTLE, "demo", "--out", str(out), "--quiet"), check=True, stdout=subprocess.DEVNULL)  # noqa: S603 - this very program
    return (out / "report.html").as_uri()


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """A server with the demo data and a training on them; its address."""
    storage = {"DATABASE": f"sqlite:///{folder}/house.db", "ARTIFACTS": f"{folder}/artifacts"}
    environment = os.environ | {f"FORECASTLE_STORAGE__{name}": value for name, value in storage.items()}
    train = (*FORECASTLE, "train", "demo:retail", "--name", "retail")
    subprocess.run(train, env=environment, check=True, stdout=subprocess.DEVNULL)  # noqa: S603
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
    """Forecast and train into a temporary folder, and photograph what came of it."""
    parser = argparse.ArgumentParser(description="Make the pictures in docs/images.")
    parser.add_argument("--chromium", default=shutil.which("chromium") or shutil.which("google-chrome"))
    parser.add_argument("--out", type=Path, default=IMAGES, help="The folder they are written into.")
    asked = parser.parse_args()
    if asked.chromium is None:
        print("No Chromium found. Install one, or name it with --chromium.", file=sys.stderr)
        return 1
    with tempfile.TemporaryDirectory() as name, served(Path(name)) as server, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=asked.chromium, args=["--no-sandbox", "--disable-gpu"])
        made = browser.new_context().request.get(f"{server}/forecasts").json()["executions"]
        places = {"page": f"{server}/app", "execution": made[0]["execution_id"], "report": reported(Path(name))}
        for picture, address, size, colours in PICTURES:
            page = browser.new_context(viewport=size, color_scheme=colours).new_page()
            photograph(page, address.format(**places), asked.out / picture)
            print(f"{picture} written")
    return 0


if __name__ == "__main__":
    sys.exit(main())
