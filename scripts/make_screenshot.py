"""Make the picture in the README: run the demo and photograph its report with Chromium.

python scripts/make_screenshot.py [--chromium PATH]
"""

import argparse
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from forecastle.cli import main as forecastle

PICTURE = Path(__file__).resolve().parents[1] / "docs" / "images" / "report.png"
SIZE = "1280,1180"
QUIET = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
)


def photograph(page: Path, picture: Path, chromium: str) -> None:
    """Save what Chromium shows of a page, once its charts are drawn."""
    with tempfile.TemporaryDirectory() as profile:
        arguments = [f"--user-data-dir={profile}", f"--window-size={SIZE}", "--virtual-time-budget=10000"]
        subprocess.run(  # noqa: S603 - a browser on a file this program wrote
            [chromium, *QUIET, *arguments, f"--screenshot={picture}", page.as_uri()],
            check=True,
            stderr=subprocess.DEVNULL,
        )


def main() -> int:
    """Run the demo into a temporary folder and photograph its report."""
    parser = argparse.ArgumentParser(description="Make docs/images/report.png.")
    parser.add_argument("--chromium", default=shutil.which("chromium") or shutil.which("google-chrome"))
    chromium = parser.parse_args().chromium
    if chromium is None:
        print("No Chromium found. Install one, or name it with --chromium.", file=sys.stderr)
        return 1
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "demo"
        if code := forecastle(["demo", "--out", str(out), "--quiet"]):
            return code
        PICTURE.parent.mkdir(parents=True, exist_ok=True)
        photograph(out / "report.html", PICTURE, chromium)
    print(f"docs/images/{PICTURE.name} written")
    return 0


if __name__ == "__main__":
    sys.exit(main())
