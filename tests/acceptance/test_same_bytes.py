"""The same data, request and seed give the same files, byte by byte, in another process too."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

QUICK = ("--set", "forecast.paths=50", "--set", "backtest.paths=50", "--set", "backtest.windows=1")
DEMO = (sys.executable, "-m", "forecastle", "demo", "--horizon", "3", "--format", "csv", "--format", "xlsx", *QUICK)


def run(folder: Path, *, hash_seed: str) -> dict[str, bytes]:
    """The files of one run of the demo, in a process that orders its sets in a way of its own."""
    environment = {**os.environ, "PYTHONHASHSEED": hash_seed}
    subprocess.run([*DEMO, "--quiet", "--out", str(folder)], check=True, capture_output=True, env=environment)
    return {file.name: file.read_bytes() for file in folder.iterdir() if file.name != "timings.json"}


@pytest.mark.slow
def test_a_second_run_writes_the_same_bytes(tmp_path: Path) -> None:
    first = run(tmp_path / "first", hash_seed="1")
    second = run(tmp_path / "second", hash_seed="2")
    assert len(first) == 11
    assert [name for name in first.keys() | second.keys() if first.get(name) != second.get(name)] == []
