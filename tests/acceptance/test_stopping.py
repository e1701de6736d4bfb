"""Whoever is stopped in the middle of a run says so and leaves nothing behind."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

DEMO = (sys.executable, "-m", "forecastle", "demo", "--quiet", "--set", "log.level=debug", "--set", "log.format=json")


@pytest.mark.parametrize(("sent", "step"), [(signal.SIGINT, "ETS, Theta, ridge"), (signal.SIGTERM, "save")])
def test_a_run_that_is_stopped_exits_with_130_and_leaves_no_folder(
    sent: signal.Signals, step: str, tmp_path: Path
) -> None:
    command = [*DEMO, "--out", str(tmp_path / "out"), "--model", "theta", "--set", "backtest.windows=1"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as running:
        assert running.stderr is not None
        assert any(f'"event": "{step}"' in line for line in running.stderr), "the step was never begun"
        running.send_signal(sent)
        said = running.communicate(timeout=60)[1]
    assert running.returncode in (130, -signal.SIGINT)  # Python leaves by the signal itself at times: 130 in a shell
    assert said.splitlines()[-1] == "Error: Cancelled. Nothing was written."
    assert "Traceback" not in said
    assert list(tmp_path.iterdir()) == []
