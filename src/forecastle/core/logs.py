"""The log: lines for people or JSON for programs, from structlog and the standard library alike.

A module logs with `logging.getLogger(__name__)` and passes its numbers in `extra`; nothing is printed until a
door (command line, server, worker) calls `configure_logging`. Standard output stays free for results.
"""

import logging
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from forecastle.core.errors import OutputError

if TYPE_CHECKING:
    from structlog.typing import Processor

HANDLER = "forecastle"

TALKATIVE = ("httpx", "httpcore", "alembic.runtime.plugins")
"""Libraries that log whole URLs, and with them the tokens that some carry, or every one of their parts."""


def configure_logging(level: str = "warning", *, json: bool = False, file: Path | None = None) -> None:
    """Send every log event of this process to standard error, and to `file` as well when one is given.

    Calling it again replaces what the last call set up.

    Raises:
        OutputError: the file cannot be written.
    """
    import structlog

    stream = logging.StreamHandler()
    stream.setFormatter(_formatter(json=json, colors=sys.stderr.isatty()))
    handlers: list[logging.Handler] = [stream]
    if file is not None:
        handlers.append(_file_handler(file))
        handlers[-1].setFormatter(_formatter(json=json, colors=False))
    _replace_handlers(handlers)
    threshold = logging.getLevelNamesMapping()[level.upper()]
    logging.getLogger().setLevel(threshold)
    for name in TALKATIVE:
        logging.getLogger(name).setLevel(max(threshold, logging.WARNING))
    structlog.configure(
        processors=[*_context(), structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.make_filtering_bound_logger(threshold),
        logger_factory=structlog.stdlib.LoggerFactory(),
    )


def _context() -> "list[Processor]":
    """What every event carries besides its own words and numbers."""
    from structlog import contextvars, processors, stdlib

    return [
        contextvars.merge_contextvars,
        stdlib.add_logger_name,
        stdlib.add_log_level,
        stdlib.ExtraAdder(),
        processors.TimeStamper(fmt="iso", utc=True),
    ]


def _formatter(*, json: bool, colors: bool) -> logging.Formatter:
    from structlog import dev, processors, stdlib

    rendering: list[Processor]
    if json:
        rendering = [processors.format_exc_info, processors.JSONRenderer(default=str)]
    else:  # a plain traceback, because a pretty one shows local variables and with them secrets
        rendering = [dev.ConsoleRenderer(colors=colors, exception_formatter=dev.plain_traceback)]
    return stdlib.ProcessorFormatter(
        foreign_pre_chain=_context(), processors=[stdlib.ProcessorFormatter.remove_processors_meta, *rendering]
    )


def _file_handler(file: Path) -> logging.Handler:
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        return logging.FileHandler(file, encoding="utf-8")
    except OSError as error:
        raise OutputError(
            f"The log file {str(file)!r} cannot be written: {error.strerror}.",
            hint="Choose another file in the setting log.file, or leave it empty.",
            file=str(file),
        ) from error


def _replace_handlers(handlers: list[logging.Handler]) -> None:
    root = logging.getLogger()
    for old in [handler for handler in root.handlers if handler.name == HANDLER]:
        root.removeHandler(old)
        old.close()
    for handler in handlers:
        handler.name = HANDLER
        root.addHandler(handler)
