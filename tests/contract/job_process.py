"""The process of a job that does what its parameters say: speaks the protocol of workers, forecasts nothing.

folder: where it notes its runs, and `twice` when a job runs while it runs already. seconds: how long it works.
steps: how many it reports. deaths: how many of its runs kill themselves. failures, retry: how many fail, and whether
another try may help. stubborn: whether it ignores a termination signal.
"""

import fcntl
import json
import os
import signal
import sys
import threading
import time
from pathlib import Path
from typing import Any


def main() -> None:
    job = json.loads(sys.stdin.readline())["job"]
    threading.Thread(target=leave_with_worker, daemon=True).start()
    params = {"seconds": 0.0, "steps": 3, "deaths": 0, "failures": 0, "retry": False, "stubborn": False} | job["params"]
    signal.signal(signal.SIGTERM, signal.SIG_IGN if params["stubborn"] else leave)
    notes = Path(params["folder"])
    with (notes / f"{job['id']}.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            (notes / "twice").touch()
        with (notes / f"{job['id']}.runs").open("a") as runs:
            runs.write(f"{os.getpid()}\n")
        work(job["id"], params, run=len((notes / f"{job['id']}.runs").read_text().split()))


def work(job_id: str, params: dict[str, Any], run: int) -> None:
    for step in range(1, params["steps"] + 1):
        share = 100 * step / params["steps"]
        say({"progress": {"job_id": job_id, "step": step, "name": f"step {step}", "percent": share} | REST})
        time.sleep(params["seconds"] / params["steps"])
    if run <= params["deaths"]:
        sys.stderr.write("last words\n")
        sys.stderr.flush()
        os.kill(os.getpid(), signal.SIGKILL)
    if run <= params["failures"]:
        say({"failed": {"error": {"code": "data_error", "message": "no good"}, "retry": params["retry"]}})
    else:
        say({"done": {"series": 7, "run": run}})


REST = {"message": "", "eta_seconds": None}


def say(message: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(message) + "\n")
    sys.stdout.flush()


def leave(*_: object) -> None:
    os._exit(0)


def leave_with_worker() -> None:
    while os.read(0, 4096):
        pass
    os._exit(1)


if __name__ == "__main__":
    main()
