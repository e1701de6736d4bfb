"""How long sources of a gigabyte take to be read and kept, and how much memory.

python -m benchmarks.reading                         # every kind, each in a process of its own
python -m benchmarks.reading wide-csv sqlite         # some of them
python -m benchmarks.reading --server                # sent to a server, or named to it
python -m benchmarks.reading --share 0.1             # a tenth of the size
python -m benchmarks.reading --most 6                # a reading that needs more gigabytes is stopped
"""

import argparse
import json
import os
import signal
import subprocess
import sys
import time
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.reading.sources import SOURCES, Made
from benchmarks.serving import serving

READ = """
import json, sys
from pathlib import Path
from forecastle.data.options import ReadOptions
from forecastle.data.read import reading

with reading(sys.argv[1], options=ReadOptions(**json.loads(sys.argv[3]))) as found:
    found.save(Path(sys.argv[2]))
"""
PAUSE = 0.05


def resident(pid: int) -> float:
    """Gigabytes that a process and those it started hold."""
    own = status(pid, "VmRSS:")
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
    except OSError:
        children = []
    return own + sum(resident(int(child)) for child in children)


def status(pid: int, field: str) -> float:
    """Gigabytes, as /proc has them; 0 for a process that ended."""
    try:
        text = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    except OSError:
        return 0.0
    return int(text.partition(field)[2].split()[0]) / 2**20 if field in text else 0.0


def alone(made: Made, folder: Path, most: float) -> str:
    """Read in a process of its own: seconds, seconds of computing, peak gigabytes."""
    began, peak, usage = time.perf_counter(), 0.0, None
    command = [sys.executable, "-c", READ, made.source, str(folder / "kept"), json.dumps(dict(made.options))]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    while usage is None:
        time.sleep(PAUSE)
        peak = max(peak, status(process.pid, "VmHWM:"))
        if peak > most:
            os.kill(process.pid, signal.SIGKILL)
        ended, code, used = os.wait4(process.pid, os.WNOHANG)
        usage = used if ended else None
    seconds = time.perf_counter() - began
    outcome = "" if not code else f" stopped above {most} GB" if peak > most else " FAILED"
    return f"{seconds:8.1f} {usage.ru_utime + usage.ru_stime:8.1f} {peak:8.2f}{outcome}"


def taken(folder: Path, pid: int) -> float:
    """Gigabytes of disk that the files in a folder take, and those that a process has open and that have no name."""
    named = {Path(where, name) for where, _, names in os.walk(folder) for name in names}
    size = 0
    for file in (*named, *Path(f"/proc/{pid}/fd").iterdir()):
        with suppress(OSError):
            found = file.stat()
            size += found.st_blocks * 512 * (file in named or not found.st_nlink)
    return size / 1e9


def through_server(made: Made, folder: Path, most: float) -> str:
    """Sent to a server, or named to it: seconds until the version is kept, and the most that all its processes take.

    Of memory, and of the disk for temporary files and kept versions, both in gigabytes.
    """
    os.environ["FORECASTLE_SERVER__SOURCES"] = json.dumps(["http://", "sqlite://", "postgresql://"])
    house, disk = folder / "house", 0.0
    (house / "temporary").mkdir(parents=True)
    os.environ["TMPDIR"] = str(house / "temporary")
    with serving(f"sqlite+aiosqlite:///{house}/house.db", house) as server:
        command = [sys.executable, "-c", SEND, server.address, made.source, json.dumps(dict(made.options))]
        before, began, peak = server.computing, time.perf_counter(), 0.0
        process = subprocess.Popen(command)
        while process.poll() is None:
            time.sleep(PAUSE)
            peak, disk = max(peak, resident(server.pid)), max(disk, taken(house, server.pid))
            if peak > most:
                process.kill()
        seconds, computing = time.perf_counter() - began, server.computing - before
        outcome = "" if not process.returncode else f" stopped above {most} GB" if peak > most else " FAILED"
        return f"{seconds:8.1f} {computing:8.1f} {peak:8.2f} {disk:8.2f}{outcome}"


SEND = """
import json, sys
import httpx

address, source, options = sys.argv[1:]
with httpx.Client(base_url=address, timeout=3600) as client:
    if "://" in source:
        answer = client.post("/datasets", json={"source": source, "name": "sales", "options": json.loads(options)})
    else:
        with open(source, "rb") as file:
            answer = client.post("/datasets", files={"file": file}, data={"name": "sales"})
if answer.is_error:
    print(answer.text)
    raise SystemExit(1)
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sources", nargs="*", choices=[[], *SOURCES], metavar="SOURCE", help=", ".join(SOURCES))
    parser.add_argument("--share", type=float, default=1.0, help="of the size")
    parser.add_argument("--server", action="store_true", help="through a server")
    parser.add_argument("--most", type=float, default=1e9, metavar="GB", help="stop a reading that needs more")
    asked = parser.parse_args()
    disk = "  disk GB" if asked.server else ""
    print(f"{'source':>14} {'million rows':>12} {'MB':>6} {'seconds':>8} {'CPU s':>8} {'peak GB':>8}{disk}")
    for name in asked.sources or SOURCES:
        with (
            TemporaryDirectory(prefix="forecastle-reading-") as folder,
            contextmanager(SOURCES[name])(Path(folder), asked.share) as made,
        ):
            measured = (through_server if asked.server else alone)(made, Path(folder), asked.most)
            print(f"{name:>14} {made.rows / 1e6:12.2f} {made.bytes / 1e6:6.0f} {measured}", flush=True)


if __name__ == "__main__":
    main()
