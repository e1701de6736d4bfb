"""Bad input, one row of a table each: what is sent, with which options, and what the answer must say.

Whatever comes in, the answer is a sentence and an exit code, never a traceback, and never a folder that looks whole.
"""

import gzip
import json
import re
import socket
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from forecastle.cli import main
from web_server import Answering, serving

HEADER = "shop,week,volume\n"
QUICK = ("--quiet", "--set", "read.retries=0", "--set", "read.timeout_seconds=2", "--set", "forecast.paths=50")


def weekly(volume: Callable[[int], object] = lambda week: 10 + week % 4, *, weeks: int = 60, shop: str = "Lyon") -> str:
    """Rows of one shop, one a week from 2023-01-02 on."""
    first = date(2023, 1, 2)
    return "".join(f"{shop},{first + timedelta(weeks=week)},{volume(week)}\n" for week in range(weeks))


def dated(*days: str) -> str:
    """Rows of one shop on the days given."""
    return HEADER + "".join(f"Lyon,{day},{volume}\n" for volume, day in enumerate(days, 10))


def hourly() -> str:
    """Two months of one shop by the hour of a local clock: the last hour of summer comes twice."""
    hours = [datetime(2023, 10, 1) + timedelta(hours=hour) for hour in range(1400)]
    again = [hour for hour in hours if (hour.month, hour.day, hour.hour) == (10, 29, 2)]
    return "shop,hour,volume\n" + "".join(f"Lyon,{hour:%Y-%m-%d %H:%M},{5 + hour.hour}\n" for hour in hours + again)


GOOD = HEADER + weekly() + weekly(shop="Nice")
RECORDS = json.dumps([{"shop": "Lyon", "week": "2023-01-02", "volume": 1}])
THREE_FORMATS = [text for day in range(1, 10) for text in (f"2023-01-0{day}", f"0{day}.02.2023", f"Mar 0{day} 2023")]
TWO_ZONES = [f"2023-01-{day:02d}T{hour:02d}:00{zone}" for day in (1, 2) for hour, zone in ((6, "Z"), (12, "+05:00"))]


@dataclass(frozen=True, kw_only=True)
class Case:
    """One input: a file's content or another source, the options, and the exit code and words it is answered with."""

    name: str
    says: str
    content: str | bytes = GOOD
    file: str = "sales.csv"
    source: str = "{folder}/{file}"
    options: tuple[str, ...] = ()
    code: int = 2

    def __str__(self) -> str:
        return self.name


def setting(text: str) -> tuple[str, str]:
    return ("--set", text)


# fmt: off
FILES = [
    Case(name="no file", source="{folder}/nothing.csv", code=3, says="nothing.csv"),
    Case(name="empty file", content="", code=3, says="empty"),
    Case(name="blank lines only", content="\n\n  \n", code=3, says="empty"),
    Case(name="header only", content=HEADER, code=3, says="no rows"),
    Case(name="random bytes", content=bytes(range(256)) * 40, code=3, says="binary"),
    Case(name="a picture", content=b"\x89PNG\r\n\x1a\n" + bytes(500), code=3, says="binary"),
    Case(name="an unknown kind", file="sales.docx", content=b"\x00\x01", code=3, says="Unsupported data source"),
    Case(name="the wrong encoding", content=HEADER + weekly(shop="Orléans"), options=("--encoding", "ascii"), code=3,
         says="ascii"),
    Case(name="no such encoding", options=("--encoding", "klingon"), code=3, says="klingon"),
    Case(name="a cut gzip", file="sales.csv.gz", content=gzip.compress(GOOD.encode())[:200], code=3, says="sales.csv"),
    Case(name="broken Parquet", file="sales.parquet", content=b"PAR1" + bytes(99), code=3, says="sales.parquet"),
    Case(name="broken Excel", file="sales.xlsx", content=b"PK\x03\x04" + bytes(99), code=3, says="sales.xlsx"),
    Case(name="broken JSON", file="sales.json", content=RECORDS[:-5], code=3, says="JSON"),
    Case(name="JSON without a history", file="sales.json", content='{"hello": "world"}', says="No column.*hello"),
    Case(name="JSON with nothing in it", file="sales.json", content="[]", code=3, says="no records"),
    Case(name="broken NDJSON", file="sales.ndjson", content=RECORDS[1:-1] + "\n{broken\n", code=3, says="line 2"),
    Case(name="an empty folder", source="{folder}/empty", code=3, says="no data files"),
    Case(name="a glob without a match", source="{folder}/*.parquet", code=3, says=r"\*\.parquet"),
]

SOURCES = [
    Case(name="an unknown scheme", source="gopher://host/sales", code=3, says="Unsupported data source"),
    Case(name="an unreachable database", source="postgresql://me:hush@127.0.0.1:1/shop", options=("--table", "t"),
         code=3, says="127.0.0.1"),
    Case(name="no such SQLite file", source="sqlite:///{folder}/no.db", options=("--table", "t"), code=3, says="no.db"),
    Case(name="no such table", source="sqlite:///{folder}/shop.db", options=("--table", "none"), code=3, says="none"),
    Case(name="a broken query", source="sqlite:///{folder}/shop.db", options=("--query", "SELEC 1"), code=3,
         says="SELEC"),
    Case(name="an empty table", source="sqlite:///{folder}/shop.db", options=("--table", "sales"), code=3,
         says="without rows"),
    Case(name="HTTP 500", source="{web}/500", code=3, says="500"),
    Case(name="HTTP 404", source="{web}/404", code=3, says="404"),
    Case(name="HTML instead of JSON", source="{web}/html", code=3, says="HTML page"),
    Case(name="broken JSON from HTTP", source="{web}/broken", code=3, says="JSON"),
    Case(name="nothing from HTTP", source="{web}/nothing", code=3, says="no records"),
    Case(name="an answer cut short", source="{web}/cut", code=3, says="{web}/cut"),
    Case(name="too much from HTTP", source="{web}/large", options=setting("read.max_bytes=1000"), code=3, says="1,000"),
    Case(name="a server that never answers", source="{web}/silent", options=setting("read.timeout_seconds=0.2"),
         code=3, says="timed out"),
    Case(name="nobody listens", source="http://127.0.0.1:{closed}/sales", code=3, says="127.0.0.1"),
]

COLUMNS = [
    Case(name="no time", content="shop,volume\nLyon,1\nNice,2\n", says="time"),
    Case(name="no numbers", content="week,mood\n2023-01-02,good\n2023-01-09,bad\n", says="numeric|number"),
    Case(name="no such time column", options=("--time", "day"), says="'day'"),
    Case(name="no such key column", options=("--key", "sku"), says="'sku'"),
    Case(name="no such target", options=("--target", "sales"), says="'sales'"),
    Case(name="one column in two roles", options=("--time", "week", "--target", "week"), says="week"),
    Case(name="a target of text", options=("--target", "shop"), says="shop"),
    Case(name="times that are no times", content=dated("soon", "later", "never"), options=("--time", "week"),
         says="soon"),
    Case(name="dates that do not exist", content=dated("2023-02-28", "2023-02-29", "2023-02-30", "2023-02-31"),
         options=("--time", "week"), says="2023-02-29"),
]

VALUES = [
    Case(name="all missing", content=HEADER + weekly(lambda _: ""), options=("--target", "volume"), says="volume"),
    Case(name="all text", content=HEADER + weekly(lambda _: "n/a?"), options=("--target", "volume"), says="volume"),
    Case(name="too much missing", content=HEADER + weekly(lambda week: "" if week % 4 == 2 else 5),
         says=r"'Lyon' 15 of 60 \(25%\)"),
    Case(name="too much text", content=HEADER + weekly(lambda week: "sold out" if week % 4 == 2 else 5),
         options=("--target", "volume"), says="sold out"),
    Case(name="infinite", content=HEADER + weekly(lambda week: "inf" if week == 7 else 5), says="2023-02-20.*inf"),
    Case(name="duplicates that must not be", content=GOOD + weekly(weeks=2), options=setting("clean.duplicates=fail"),
         says="2 rows repeating a week"),
    Case(name="negatives that must not be", content=HEADER + weekly(lambda week: week - 5),
         options=setting("clean.negative=fail"), says="5 negative values"),
    Case(name="a date of 1900", content=GOOD + "Lyon,1900-01-01,4\n", says="1900-01-01"),
    Case(name="all in the future", content=HEADER + weekly().replace(",202", ",212"), says="after today"),
]

ASKING = [
    Case(name="horizon 0", options=("--horizon", "0"), says="[Hh]orizon"),
    Case(name="a negative horizon", options=("--horizon", "-3"), says="[Hh]orizon"),
    Case(name="a horizon in words", options=("--horizon", "soon"), says="horizon"),
    Case(name="an unknown frequency", options=("--freq", "fortnight"), says="fortnight"),
    Case(name="a frequency finer than the data", options=("--freq", "D"), says="split"),
    Case(name="a season of nothing", options=("--season", "0"), says="[Ss]eason"),
    Case(name="an unknown model", options=("--model", "oracle"), code=4, says="oracle"),
    Case(name="an unknown setting", options=setting("clean.sparkle=1"), code=5, says="clean.sparkle"),
    Case(name="a setting out of range", options=setting("clean.missing_limit=7"), code=5, says="missing_limit"),
    Case(name="quantiles beyond one", options=setting("forecast.quantiles=[0.5, 1.5]"), says=r"1\.5"),
    Case(name="no settings file", options=("--settings", "{folder}/none.yaml"), code=5, says="none.yaml"),
    Case(name="a broken settings file", options=("--settings", "{folder}/sales.csv"), code=5, says="sales.csv"),
    Case(name="an unknown option", options=("--crystal-ball",), says="crystal-ball"),
]

ODD = [
    Case(name="one row", content=dated("2023-01-02"), says="short"),
    Case(name="a horizon longer than the history", options=("--horizon", "61"), says="no_backtest"),
    Case(name="longer rows", content=GOOD + "Lyon,2024-02-26,5,6,7\n", says="ragged_rows"),
    Case(name="one name for two columns", content="week,volume,volume\n2023-01-02,1,2\n", says="repeated_columns"),
    Case(name="dates in three formats", content=dated(*THREE_FORMATS), says="mixed_date_formats"),
    Case(name="two time zones", content=dated(*TWO_ZONES), says="mixed_time_zones"),
    Case(name="out of order", content=HEADER + "".join(reversed(weekly().splitlines(keepends=True))), says="unsorted"),
    Case(name="rows twice", content=GOOD + weekly(weeks=2), says="duplicates"),
    Case(name="weeks without a row", content=HEADER + weekly().replace("Lyon,2023-05-01,11\n", ""), says="gaps"),
    Case(name="a few blanks", content=HEADER + weekly(lambda week: "" if week == 9 else 5 + week % 3), says="missing"),
    Case(name="a little text", content=HEADER + weekly(lambda week: "n/a" if week == 9 else 5 + week % 3),
         says="missing"),
    Case(name="returns", content=HEADER + weekly(lambda week: 9 - week % 11), says="negative"),
    Case(name="all zeros", content=HEADER + weekly(lambda _: 0) + weekly(shop="Nice"), says="all_zero"),
    Case(name="all the same", content=HEADER + weekly(lambda _: 7) + weekly(shop="Nice"), says="constant"),
    Case(name="one point among others", content=GOOD + weekly(weeks=1, shop="Metz"), says="short"),
    Case(name="zeros before the launch", content=HEADER + weekly(lambda week: max(0, week - 20)), says="leading_zeros"),
    Case(name="a spike", content=HEADER + weekly(lambda week: 9999 if week == 30 else 10 + week % 4), says="outliers"),
    Case(name="a year typed wrong", content=GOOD + "Lyon,2094-01-04,4\n", says="future_dates"),
    Case(name="an hour twice", content=hourly(), says="daylight_saving"),
]
# fmt: on


class Web(Answering):
    """A server with a different fault at each address."""

    def answer(self) -> None:
        fault = self.path.strip("/")
        if fault.isdigit():
            return self.send_error(int(fault))
        if fault == "silent":
            threading.Event().wait(1)
        body = {"html": "<!doctype html><html><body>Please log in</body></html>", "nothing": "[]"}.get(
            fault, RECORDS * 100 if fault == "large" else RECORDS[:-5]
        )
        self.send_response(200)
        self.send_header("Content-Type", "text/html" if fault == "html" else "application/json")
        self.send_header("Content-Length", str(len(body) + 99 * (fault == "cut")))
        self.end_headers()
        return self._send(body.encode())

    def _send(self, body: bytes) -> None:
        try:
            self.wfile.write(body)
        except BrokenPipeError:
            self.close_connection = True  # the client gave up, as it should


@pytest.fixture(scope="module")
def web() -> Iterator[str]:
    with serving(Web) as address:
        yield address


@pytest.fixture
def closed_port() -> int:
    with socket.socket() as opened:
        opened.bind(("127.0.0.1", 0))
        return int(opened.getsockname()[1])


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with an empty folder and a database whose only table is empty."""
    (tmp_path / "in" / "empty").mkdir(parents=True)
    with sqlite3.connect(tmp_path / "in" / "shop.db") as database:
        database.execute("CREATE TABLE sales (shop TEXT, week TEXT, volume REAL)")
    database.close()
    return tmp_path / "in"


def put(case: Case, folder: Path) -> None:
    content = case.content.encode() if isinstance(case.content, str) else case.content
    (folder / case.file).write_bytes(content)


@pytest.mark.parametrize("case", FILES + SOURCES + COLUMNS + VALUES + ASKING, ids=str)
def test_bad_input_is_answered_with_a_sentence_and_leaves_nothing(
    case: Case, folder: Path, web: str, closed_port: int, capsys: pytest.CaptureFixture[str]
) -> None:
    put(case, folder)
    places = {"folder": str(folder), "file": case.file, "web": web, "closed": str(closed_port)}
    results = folder.parent / "results"
    results.mkdir()
    options = [option.format_map(places) for option in case.options]
    code = main(["run", case.source.format_map(places), "--out", str(results / "june"), *QUICK, *options])
    said = capsys.readouterr()
    assert re.search(case.says.replace("{web}", web), said.err, re.DOTALL), said.err
    assert code == case.code, said.err
    assert "Traceback" not in said.err
    assert "hush" not in said.err
    assert said.out == ""
    assert not list(results.iterdir())


@pytest.mark.parametrize("case", ODD, ids=str)
def test_odd_input_is_forecast_and_what_was_odd_is_told(
    case: Case, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    put(case, folder)
    results = folder.parent / "results"
    source = case.source.format(folder=folder, file=case.file)
    code = main(["run", source, "--out", str(results), "--model", "seasonal_naive", "--json", *QUICK, *case.options])
    said = capsys.readouterr()
    assert code == 0, said.err
    assert case.says in {finding["code"] for finding in json.loads(said.out)["findings"]}
    assert (results / "forecasts.parquet").exists()


@pytest.mark.parametrize(("place", "says"), [("a file", "a file"), ("a folder", "--force"), ("a file/under", "a file")])
def test_a_result_is_not_written_over_something_else(
    place: str, says: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "sales.csv").write_text(GOOD)
    (folder / "a file").write_text("precious")
    (folder / "a folder").mkdir()
    (folder / "a folder" / "diary.txt").write_text("precious")
    before = sorted(folder.rglob("*"))
    code = main(["run", str(folder / "sales.csv"), "--out", str(folder / place), "--model", "seasonal_naive", *QUICK])
    said = capsys.readouterr().err
    assert code == 6, said
    assert says in said
    assert sorted(folder.rglob("*")) == before


def test_a_full_disk_leaves_no_result_that_looks_whole(folder: Path) -> None:
    (folder / "sales.csv").write_text(GOOD)
    results = folder.parent / "results"
    results.mkdir()
    limited = (
        "import resource, sys; resource.setrlimit(resource.RLIMIT_FSIZE, (2000, 2000));"
        "from forecastle.cli import main; sys.exit(main(sys.argv[1:]))"
    )
    run = ["run", str(folder / "sales.csv"), "--out", str(results / "june"), "--model", "seasonal_naive", *QUICK]
    done = subprocess.run([sys.executable, "-B", "-c", limited, *run], capture_output=True, text=True, check=False)
    assert done.returncode == 6, done.stderr
    assert "Traceback" not in done.stderr
    assert not list(results.iterdir())
