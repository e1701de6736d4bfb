"""The HTML report in a real browser: charts are drawn, another series redraws them, and nobody is told about it."""

import json
import re
import shutil
import subprocess
from html import unescape
from pathlib import Path
from typing import Any

import polars as pl
import pytest

import forecastle as fc
from forecastle.data.demo import demonstration

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
OPTIONS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
    "--disable-background-networking", "--disable-component-update", "--window-size=1300,1000",
    "--virtual-time-budget=20000", "--dump-dom",
)  # fmt: skip

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium on this machine")

WATCH = """<script>
  window.refused = [];
  addEventListener("securitypolicyviolation", (event) => refused.push(event.blockedURI));
  window.failures = [];
  addEventListener("error", (event) => failures.push(event.message));
</script>"""

VISIT = """<script>
  const pause = () => new Promise((done) => setTimeout(done, 300));
  const drawn = () => [...document.querySelectorAll("#chart .js-line")].map((path) => path.getAttribute("d"));
  const options = () => [...document.querySelectorAll("#list [role=option]")];
  const chart = () => ({
    lines: drawn(),
    name: document.getElementById("name").textContent,
    chosen: document.querySelector("#list [aria-selected=true] b").textContent,
  });
  const enter = async (node, value, event) => {
    node.value = value;
    node.dispatchEvent(new Event(event));
    await pause();
  };
  const tiles = () => [...document.querySelectorAll(".tiles")].filter((list) => !list.parentNode.hidden);

  async function journey() {
    const seen = { first: chart() };
    seen.bands = document.querySelectorAll("#chart .scatterlayer .js-fill").length;
    seen.figures = document.querySelectorAll("[data-figure] > .plot-container").length;
    seen.buttons = [...document.querySelectorAll(".modebar-btn")].map((button) => button.dataset.title);

    options()[3].click();
    await pause();
    seen.clicked = chart();
    document.getElementById("list").dispatchEvent(new KeyboardEvent("keydown", { key: "ArrowDown" }));
    await pause();
    seen.typed = chart();
    document.getElementById("whole").click();
    await pause();
    seen.whole = chart();

    const search = document.getElementById("search");
    await enter(search, "RETAILING clothing", "input");
    seen.found = options().map((option) => option.querySelector("b").textContent);
    seen.count = document.getElementById("count").textContent;
    await enter(search, "no such series", "input");
    seen.nothing = options().length;
    await enter(search, "", "input");
    const [pattern] = document.querySelectorAll("#filters select");
    await enter(pattern, "smooth", "change");
    seen.smooth = options().slice(1).map((option) => option.querySelector("small").textContent);

    seen.tiles = tiles().map((list) => list.textContent);
    await enter(document.getElementById("target"), "goods_tax", "change");
    seen.otherTiles = tiles().map((list) => list.textContent);
    seen.other = chart();
    return seen;
  }

  addEventListener("load", async () => {
    await pause();
    const seen = await journey().catch((error) => ({ error: String(error) }));
    seen.failures = failures;
    seen.refused = refused;
    seen.requests = performance.getEntriesByType("resource").map((entry) => entry.name);
    const answer = JSON.stringify(seen);
    document.documentElement.innerHTML = "<body></body>";
    document.body.textContent = answer;
  });
</script></body>"""


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The report on nine real series with two targets."""
    folder = tmp_path_factory.mktemp("report")
    retail = demonstration("retail").frame
    frame = retail.filter(pl.col("state") == "Victoria", pl.col("month") >= pl.date(2012, 1, 1))
    some = frame.filter(pl.col("industry").is_in(frame["industry"].unique().sort().head(9).implode()))
    some.with_columns(goods_tax=pl.col("turnover") / 11).write_csv(folder / "sales.csv")
    targets = ("turnover", "goods_tax")
    result = fc.forecast(folder / "sales.csv", 6, targets=targets, models=("seasonal_naive", "window_mean"))
    fc.write(result, folder / "out")
    return folder / "out" / "report.html"


@pytest.fixture(scope="module")
def seen(report: Path) -> dict[str, Any]:
    """What a reader saw who opened the report, went through its series, searched and changed the target."""
    page = report.read_text(encoding="utf-8").replace("<head>", f"<head>{WATCH}", 1)
    start, _, end = page.rpartition("</body>")
    visited = report.with_name("visited.html")
    visited.write_text(start + VISIT + end, encoding="utf-8")
    command = [str(CHROMIUM), *OPTIONS, f"--user-data-dir={report.with_name('profile')}", f"file://{visited}"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True)
    answer = re.search(r"<body>(.*)</body>", done.stdout, re.DOTALL)
    assert answer, done.stderr[-2000:]
    found: dict[str, Any] = json.loads(unescape(answer[1]))
    assert "error" not in found, found["error"]
    return found


def test_the_charts_are_drawn(seen: dict[str, Any]) -> None:
    assert len([line for line in seen["first"]["lines"] if line]) >= 3
    assert seen["bands"] >= 2
    assert seen["figures"] == 5
    assert seen["failures"] == []


def test_nobody_is_told_and_nothing_offers_to_upload(seen: dict[str, Any]) -> None:
    assert seen["requests"] == seen["refused"] == []
    assert seen["buttons"]
    assert not [title for title in seen["buttons"] if re.search(r"share|cloud|upload", title, re.IGNORECASE)]


def test_selecting_another_series_redraws_the_chart(seen: dict[str, Any]) -> None:
    first, clicked, typed, whole = (seen[name] for name in ("first", "clicked", "typed", "whole"))
    assert first["name"] != clicked["name"] == clicked["chosen"]
    assert clicked["name"] != typed["name"] == typed["chosen"]
    assert first["lines"] != clicked["lines"] != typed["lines"]
    assert typed["name"] == whole["name"]
    assert typed["lines"] != whole["lines"]


def test_search_and_filters_narrow_the_list(seen: dict[str, Any]) -> None:
    assert seen["found"]
    assert all("Clothing" in name for name in seen["found"])
    assert seen["count"] == f"{len(seen['found'])} of 9 series"
    assert seen["nothing"] == 0
    assert seen["smooth"]
    assert all("smooth" in note for note in seen["smooth"])


def test_another_target_brings_its_own_figures(seen: dict[str, Any]) -> None:
    (before,), (after,) = seen["tiles"], seen["otherTiles"]
    assert "turnover" in before
    assert "goods_tax" in after
    assert seen["other"]["lines"] != seen["whole"]["lines"]


@pytest.mark.slow
def test_the_profile_draws_its_charts_and_finds_series_by_name(tmp_path: Path) -> None:
    from forecastle.reporting.pages.profile import profile_page
    from forecastle.services.datasets.profiles import profile_dataset
    from forecastle.settings import Settings

    rows = demonstration("retail")
    found = profile_dataset(fc.read(rows.frame, rows.options), Settings())
    visit = """<script>
      addEventListener("load", () => setTimeout(() => {
        const seen = { charts: document.querySelectorAll("[data-figure] > .plot-container").length };
        const search = document.getElementById("search");
        search.value = "tasmania";
        search.dispatchEvent(new Event("input"));
        seen.count = document.getElementById("count").textContent;
        seen.shown = [...document.querySelectorAll("#series tr[data-name]")].filter((row) => !row.hidden).length;
        document.body.innerHTML = `<pre id="seen">${JSON.stringify({ ...seen, refused, failures })}</pre>`;
      }, 500));
    </script>"""
    file = tmp_path / "profile.html"
    page = profile_page(found, Settings().classes).replace("<head>", f"<head>{WATCH}", 1)
    file.write_text(page.replace("</body>", f"{visit}</body>"))
    done = subprocess.run(
        [str(CHROMIUM), *OPTIONS, file.as_uri()], capture_output=True, text=True, timeout=120, check=True
    )
    seen = json.loads(unescape(re.search(r'<pre id="seen">(.*?)</pre>', done.stdout, re.DOTALL)[1]))  # type: ignore[index]
    assert (seen["refused"], seen["failures"]) == ([], [])
    assert seen["charts"] == 7
    assert seen["count"] == f"{seen['shown']} of 152 series"
    assert 0 < seen["shown"] < 152
