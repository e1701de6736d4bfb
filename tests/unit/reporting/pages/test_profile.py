import json
import re
from datetime import date, timedelta

import polars as pl
import pytest

from forecastle.data.read import read
from forecastle.exploration.profile.profile import ProfileRules, profile_of
from forecastle.reporting.pages.profile import profile_page
from forecastle.settings import ClassSettings, CleanSettings

RULES = ProfileRules(clean=CleanSettings(), classes=ClassSettings())
EVIL = "</script><script>alert(1)</script>"


@pytest.fixture(scope="module")
def page() -> str:
    rows = [
        {"day": date(2024, 1, 1) + timedelta(days=day), "sku": sku, "units": float(day % 7), "price": 2.0 + day % 3}
        for sku in ("A", EVIL)
        for day in range(60)
    ]
    return profile_page(profile_of(read(pl.DataFrame(rows)), RULES), ClassSettings())


def test_the_page_needs_nothing_else_and_asks_nobody(page: str) -> None:
    before_library = page[: page.index('<script type="application/json"')]
    assert "default-src 'none'" in before_library
    assert re.findall(r'(?:src|href)="(?!#)', before_library) == []


def test_names_from_the_data_are_text(page: str) -> None:
    assert EVIL not in page
    assert "&lt;/script&gt;" in page


def test_every_chart_of_the_page_has_its_numbers(page: str) -> None:
    data = json.loads(re.search(r'<script type="application/json" id="data">(.*?)</script>', page, re.DOTALL)[1])  # type: ignore[index]
    wanted = set(re.findall(r'data-figure="(\w+)"', page))
    assert set(data["figures"]["units"]) == wanted
    assert len(data["figures"]["units"]["together"]["data"][0]["y"]) == 60


def test_every_section_is_filled(page: str) -> None:
    assert "{{" not in page[: page.index("<script>")]
    for words in ("What to look at first", "Strength of the season", "60 days long", "one row for each"):
        assert words in page
