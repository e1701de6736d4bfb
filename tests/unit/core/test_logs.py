import json
import logging
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import structlog

from forecastle.core.errors import OutputError
from forecastle.core.logs import HANDLER, configure_logging


@pytest.fixture(autouse=True)
def logging_as_before() -> Iterator[None]:
    root = logging.getLogger()
    level = root.level
    yield
    for handler in [handler for handler in root.handlers if handler.name == HANDLER]:
        root.removeHandler(handler)
        handler.close()
    root.setLevel(level)
    structlog.reset_defaults()


def test_a_line_for_people_has_the_words_and_the_numbers(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging("info")
    logging.getLogger("forecastle.data").info("read the source", extra={"rows": 1200})
    output = capsys.readouterr()
    assert "read the source" in output.err
    assert "rows=1200" in output.err
    assert output.out == ""


@pytest.mark.parametrize("get_logger", [logging.getLogger, structlog.get_logger])
def test_both_kinds_of_logger_write_the_same_json(
    get_logger: Callable[[str], Any], capsys: pytest.CaptureFixture[str]
) -> None:
    configure_logging("info", json=True)
    get_logger("forecastle.data").warning("slow source")
    event = json.loads(capsys.readouterr().err)
    assert (event["event"], event["level"], event["logger"]) == ("slow source", "warning", "forecastle.data")
    assert event["timestamp"].endswith("Z")


def test_events_below_the_level_are_left_out(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging("warning")
    logging.getLogger("a").info("not this")
    structlog.get_logger("a").info("nor this")
    assert capsys.readouterr().err == ""


def test_the_log_also_goes_to_a_file_in_a_new_folder(tmp_path: Path) -> None:
    file = tmp_path / "logs" / "forecastle.log"
    configure_logging("info", json=True, file=file)
    logging.getLogger("a").info("kept")
    assert json.loads(file.read_text())["event"] == "kept"


def test_setting_up_twice_does_not_log_twice(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging("info")
    configure_logging("info")
    logging.getLogger("a").info("only once")
    assert len(capsys.readouterr().err.splitlines()) == 1


@pytest.mark.parametrize("style", ["console", "json"])
def test_a_traceback_does_not_show_local_variables(style: str, capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging("info", json=style == "json")
    password = "hunter2"  # noqa: S105
    try:
        len(password) / 0
    except ZeroDivisionError:
        logging.getLogger("a").exception("failed")
    output = capsys.readouterr().err
    assert "ZeroDivisionError" in output
    assert password not in output


def test_a_log_file_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match=r"The log file '.*' cannot be written: Is a directory"):
        configure_logging(file=tmp_path)


def test_addresses_with_tokens_stay_out_of_the_log(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging("debug")
    logging.getLogger("httpx").info("HTTP Request: GET https://example.org/?token=secret")
    logging.getLogger("httpx").warning("slow")
    assert "secret" not in (shown := capsys.readouterr().err)
    assert "slow" in shown
