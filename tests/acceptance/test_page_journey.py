"""A planner's way through the page in a real browser: from a messy spreadsheet to an exported forecast.

Pictures of every step are left in `screenshots/`, for people to look at.
"""

import io
import re
import shutil
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

import polars as pl
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect, sync_playwright

from forecastle import Client
from running import Running

Answer = TypeVar("Answer")

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
PICTURES = Path("screenshots")
HOSTILE = "<img src=x onerror='window.hacked=1'>"
WIDE, NARROW = {"width": 1440, "height": 900}, {"width": 390, "height": 844}
PATIENCE = 90_000
"""Milliseconds until something must have happened; a loaded machine is slow."""

pytestmark = [pytest.mark.slow, pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium on this machine")]


def spreadsheet(folder: Path) -> Path:
    """Weekly sales as a planner has them: German, with holes, a repeated row, a typing error, and hostile names."""
    lines = ["Woche;Filiale;Artikel;Menge"]
    for shop in ("Nord", "Süd"):
        for item, level in (("Brot", 40), (HOSTILE, 90), ("Saft & Co", 15)):
            for week in range(70):
                day = date(2024, 1, 1) + timedelta(weeks=week)
                value = "" if week % 23 == 5 else "9999" if week == 31 else f"{level + week % 4 + week / 10:.1f}"
                lines.append(f"{day:%d.%m.%Y};{shop};{item};{value.replace('.', ',')}")
    lines.append(lines[-1])
    file = folder / f"{HOSTILE[:4]}Absatz 2025.csv"
    file.write_text("\n".join(lines), encoding="latin-1")
    return file


def apart(work: Callable[[], Answer]) -> Answer:
    """Done in a thread of its own: Playwright keeps an event loop in this one."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(work).result()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        yield started
        started.close()


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server with a worker, and a forecast of the dataset `sales` in it."""
    house = apart(lambda: Running.at(tmp_path_factory.mktemp("house")))
    with house.server(workers=1) as (_, address):
        apart(lambda: house.wait(house.start()))
        yield address


class Visit:
    """A page, and what must not happen on it: errors, dialogs, requests to others, names that are read as HTML."""

    def __init__(self, browser: Browser, address: str, **options: Any) -> None:
        self.page: Page = browser.new_context(viewport=WIDE, accept_downloads=True, **options).new_page()
        self.address = f"{address}/app"
        self.wrong: list[str] = []
        host = urlsplit(address).netloc
        self.page.on("pageerror", lambda error: self.wrong.append(f"error: {error}"))
        self.page.on("dialog", lambda dialog: self.wrong.append(f"dialog: {dialog.message}"))
        self.page.on("request", lambda request: self._check(request.url, host))
        self.page.set_default_timeout(PATIENCE)
        expect.set_options(timeout=PATIENCE)

    def _check(self, url: str, host: str) -> None:
        parts = urlsplit(url)
        if parts.scheme in ("http", "https", "ws", "wss") and parts.netloc != host:
            self.wrong.append(f"request to {url}")

    def open(self, path: str) -> Page:
        self.page.goto(self.address + path)
        expect(self.page.locator("h1")).to_be_visible()
        return self.page

    def picture(self, name: str) -> None:
        PICTURES.mkdir(exist_ok=True)
        self.page.wait_for_timeout(400)
        self.page.screenshot(path=PICTURES / f"{name}.png", full_page=True)

    def check(self) -> None:
        assert self.wrong == []
        assert self.page.evaluate("window.hacked") is None


def mend(visit: Visit) -> None:
    """Choose steps, find them again after a reload, keep them as a recipe, and take them."""
    page = visit.page
    page.get_by_role("tab", name="Problems").click()
    page.get_by_role("button", name="Fill by season").click()
    page.get_by_role("button", name="Keep the last of each").click()
    page.get_by_role("button", name="Take the usual value").click()
    expect(page.get_by_text("before and after")).to_be_visible()
    expect(page).to_have_url(re.compile("outliers"))  # the last of the steps
    page.reload()
    expect(page.get_by_role("button", name="Leave out step 3")).to_be_visible()
    page.get_by_role("button", name="Keep as a recipe").click()
    page.get_by_label("Name", exact=True).fill("Monthly export")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Monthly export")).to_be_visible()
    visit.picture("2-problems")
    page.get_by_role("button", name="Take these steps").click()
    expect(page.get_by_text("Version 2, the newest")).to_be_visible()


def test_from_a_messy_spreadsheet_to_an_exported_forecast(browser: Browser, served: str, tmp_path: Path) -> None:
    visit = Visit(browser, served)
    page = visit.open("/data")
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Choose a file").click()
    chooser.value.set_files(spreadsheet(tmp_path))
    expect(page.get_by_text("Is every column what it was taken for?")).to_be_visible()
    expect(page.get_by_role("heading", level=1)).to_have_text("<imgAbsatz 2025")
    visit.picture("1-rows")

    mend(visit)
    page.get_by_role("link", name="Forecast it").click()
    page.get_by_label("Periods ahead").fill("6")
    page.get_by_role("combobox", name="Models").click()
    page.get_by_role("option", name=re.compile("^ets:")).click()
    page.get_by_role("option", name=re.compile("^seasonal_naive:")).click()
    page.keyboard.press("Escape")
    visit.picture("3-run")
    page.get_by_role("button", name="Start").click()
    expect(page.get_by_text("Load the data")).to_be_visible()
    page.reload()
    expect(page.get_by_role("link", name="See the forecasts")).to_be_visible()
    visit.picture("4-job")

    page.get_by_role("link", name="See the forecasts").click()
    largest = page.get_by_role("heading", name=f"Süd / {HOSTILE}").or_(
        page.get_by_role("heading", name=f"Nord / {HOSTILE}")
    )
    expect(largest).to_be_visible()
    page.get_by_label("Search series").fill("süd brot")
    expect(page.get_by_role("gridcell", name="Nord /")).to_have_count(0)  # the search is done: rows stay where they are
    page.get_by_role("gridcell", name="Süd / Brot").click()
    expect(page.get_by_role("heading", name="Süd / Brot")).to_be_visible()
    assert "Brot" in page.url
    expect(page.get_by_role("img", name=re.compile("models said of the latest past window"))).to_be_visible()
    visit.picture("5-series")
    page.go_back()
    expect(largest).to_be_visible()
    page.get_by_role("tab", name="Together").click()
    expect(page.get_by_text("The range is as wide as this sum was off")).to_be_visible()
    visit.picture("6-together")

    with page.expect_download() as download:
        page.get_by_role("link", name="Excel").click()
    table = pl.read_excel(io.BytesIO(download.value.path().read_bytes()))
    assert table["series_id"].n_unique() == 6
    assert len(table) == 36
    visit.check()


def test_a_file_that_is_dropped_beside_the_field_is_taken(browser: Browser, served: str, tmp_path: Path) -> None:
    visit = Visit(browser, served)
    page = visit.open("/data")
    page.wait_for_load_state("networkidle")
    files = {"items": [], "files": [str(spreadsheet(tmp_path))], "dragOperationsMask": 1}
    mouse = page.context.new_cdp_session(page)
    for kind in ("dragEnter", "dragOver", "drop"):
        mouse.send("Input.dispatchDragEvent", {"type": kind, "x": 1200, "y": 800, "data": files})
        page.wait_for_timeout(200)  # for the browser to draw where files may be dropped
    expect(page.get_by_text("Is every column what it was taken for?")).to_be_visible()
    page.get_by_role("combobox", name="What Filiale is for").click()
    menu = page.get_by_role("listbox").bounding_box()
    assert menu is not None
    assert menu["width"] < WIDE["width"] / 3
    visit.check()


def test_a_list_of_series_is_narrowed_to_a_class(browser: Browser, served: str) -> None:
    visit = Visit(browser, served)
    page = visit.open("/forecasts")
    page.get_by_role("link", name="sales").first.click()
    expect(page.get_by_role("gridcell", name="D", exact=True)).to_be_visible()
    page.get_by_role("combobox", name="Class").click()
    page.get_by_role("option", name="Class C").click()
    expect(page.get_by_role("gridcell", name="D", exact=True)).to_have_count(0)
    expect(page.get_by_role("gridcell", name="C", exact=True)).to_be_visible()
    visit.check()


def test_a_series_is_looked_at_with_the_keyboard_alone(browser: Browser, served: str) -> None:
    visit = Visit(browser, served)
    page = visit.open("/data?dataset=sales&view=charts")
    expect(page.get_by_role("heading", name="Autocorrelation")).to_be_visible()
    page.get_by_role("combobox", name="Series").focus()
    page.keyboard.type("D")
    expect(page.get_by_role("option")).to_have_text(["D"])
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("series=D"))
    page.get_by_role("tab", name="Analysis").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Does it keep its level?")).to_be_visible()
    assert "series=D" in page.url
    visit.check()


def test_a_number_is_changed_and_stands_in_every_export(browser: Browser, served: str) -> None:
    visit = Visit(browser, served)
    page = visit.open("/forecasts")
    page.get_by_role("link", name="sales").first.click()
    page.get_by_role("button", name=re.compile("^Change ")).first.click()
    page.get_by_label("Planned").fill("123.5")
    page.get_by_role("combobox", name="Until").click()
    page.get_by_role("option").nth(2).click()
    page.get_by_label("Why").fill("fair in town")
    page.get_by_role("button", name="Keep").click()
    expect(page.get_by_role("table").get_by_text("124").first).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("link", name="CSV").click()
    table = pl.read_csv(download.value.path())
    changed = table.filter(pl.col("override").is_not_null())
    assert changed["final"][0] == 123.5
    assert (changed["final"] / changed["mean"]).to_list() == pytest.approx([123.5 / changed["mean"][0]] * 3)
    visit.check()


@pytest.mark.parametrize("colours", ["light", "dark"])
def test_every_page_can_be_used_by_everybody(browser: Browser, served: str, colours: str) -> None:
    visit = Visit(browser, served, color_scheme=colours)
    serious = {}
    for name, path in PLACES.items():
        page = visit.open(path)
        page.wait_for_load_state("networkidle")
        visit.picture(f"{name}-{colours}")
        found = Axe().run(page).response["violations"]
        worst = [(one["id"], one["nodes"][0]["html"]) for one in found if one["impact"] in ("serious", "critical")]
        serious |= {name: worst} if worst else {}
    assert serious == {}
    visit.check()


def test_no_page_is_wider_than_a_phone(browser: Browser, served: str) -> None:
    visit = Visit(browser, served, is_mobile=True, has_touch=True)
    visit.page.set_viewport_size(NARROW)
    for name, path in PLACES.items():
        page = visit.open(path)
        page.wait_for_load_state("networkidle")
        visit.picture(f"{name}-phone")
        assert page.evaluate("document.documentElement.scrollWidth") <= NARROW["width"], name
    visit.check()


PLACES = {
    "home": "/",
    "data": "/data",
    "dataset": "/data?dataset=sales",
    "problems": "/data?dataset=sales&view=problems",
    "profile": "/data?dataset=sales&view=profile",
    "charts": "/data?dataset=sales&view=charts",
    "analysis": "/data?dataset=sales&view=analysis&series=A",
    "versions": "/data?dataset=sales&view=versions",
    "run": "/run",
    "forecasts": "/forecasts",
    "models": "/models",
    "model": "/models/ets_volume?dataset=sales",
    "tabular": "/tabular",
    "jobs": "/jobs",
    "settings": "/settings",
}


def test_progress_is_there_again_after_a_restart_of_the_server(browser: Browser, tmp_path: Path) -> None:
    house = apart(lambda: Running.at(tmp_path))
    with house.server(workers=0) as (_, address):
        port = urlsplit(address).port
        visit = Visit(browser, address)
        job = apart(house.start)
        page = visit.open(f"/jobs/{job}")
        expect(page.get_by_text("Waits for a worker.")).to_be_visible()
    with house.process("serve", "--port", str(port), "--job-workers", "1"):
        expect(page.get_by_role("link", name="See the forecasts")).to_be_visible()


def test_a_model_is_rolled_back_only_after_a_question(browser: Browser, served: str) -> None:
    def train_again() -> None:
        with Client(served) as client:
            client.wait(client.retrain("ets_volume").id)
            client.promote("ets_volume", 2)

    visit, back = Visit(browser, served), re.compile("^Roll back$")
    page = visit.open("/models/ets_volume?dataset=sales")
    expect(page.get_by_role("button", name="Train again")).to_be_visible()
    expect(page.get_by_role("button", name=back)).to_have_count(0)  # no version led before
    apart(train_again)
    visit.open("/models/ets_volume?dataset=sales").get_by_role("button", name=back).click()
    page.get_by_role("dialog").get_by_role("button", name=back).click()
    expect(page.get_by_text("leads again")).to_be_visible()
    expect(page.get_by_role("button", name=back)).to_have_count(0)
    visit.check()
