import contextlib
import io
import json
import logging
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import structlog

from forecastle.cli import main

SALES = "week,sku,volume\n" + "".join(
    f"{2023 + week // 50}-{1 + week % 50 // 5:02}-{1 + 5 * (week % 5):02},{sku},{level + week % 4}\n"
    for sku, level in (("A", 20), ("B", 40))
    for week in range(52)
)

FEW = ("--set", "backtest.windows=1", "--set", "forecast.paths=50")
TRAINING = ("--name", "shop", "-n", "4", "-m", "ets", "--hierarchy", "sku", *FEW)


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a house in which models of a dataset `shop` were trained, as a user would."""
    folder = tmp_path_factory.mktemp("house")
    (folder / "sales.csv").write_text(SALES)
    with contextlib.chdir(folder):
        assert main(["train", "sales.csv", *TRAINING, "-m", "naive", "--quiet"]) == 0
    return folder


@pytest.fixture(scope="module")
def trained_again(trained: Path) -> str:
    """What the command says that trains its data a second time."""
    with contextlib.chdir(trained), contextlib.redirect_stdout(io.StringIO()) as said:
        assert main(["train", *TRAINING]) == 0
    return said.getvalue()


@pytest.fixture
def same_log(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The log is as before afterwards."""
    root = logging.getLogger()
    monkeypatch.setattr(root, "handlers", [*root.handlers])
    monkeypatch.setattr(root, "level", root.level)
    yield
    structlog.reset_defaults()


@pytest.fixture
def house(trained: Path, same_log: None, monkeypatch: pytest.MonkeyPatch) -> Path:  # noqa: ARG001
    """The folder as the one we are in."""
    monkeypatch.chdir(trained)
    return trained


@pytest.fixture
def tell(capsys: pytest.CaptureFixture[str]) -> Callable[..., Any]:
    """Run a command with `--json` and read its answer."""

    def told(*words: str) -> Any:
        assert main([*words, "--json"]) == 0
        return json.loads(capsys.readouterr().out)

    return told
