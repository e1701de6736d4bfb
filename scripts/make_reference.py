"""Write the pages of docs/reference that are read off the code.

python scripts/make_reference.py            rewrite the pages
python scripts/make_reference.py --check    fail when a page is not what the code says
"""

import argparse
import sys
from pathlib import Path

from reference import PAGES

REFERENCE = Path(__file__).resolve().parents[1] / "docs" / "reference"


def main() -> int:
    """Write or check all pages."""
    parser = argparse.ArgumentParser(description="Write docs/reference from the code.")
    parser.add_argument("--check", action="store_true", help="Change nothing; fail when a page is out of date.")
    check = parser.parse_args().check
    stale = [
        name
        for name, render in PAGES.items()
        if not (REFERENCE / name).is_file() or (REFERENCE / name).read_text() != render()
    ]
    for name in stale:
        if not check:
            (REFERENCE / name).write_text(PAGES[name]())
        print(f"docs/reference/{name}: {'out of date; run `make reference`' if check else 'written'}")
    return 1 if check and stale else 0


if __name__ == "__main__":
    sys.exit(main())
