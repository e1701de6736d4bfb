"""Opening the house for one command."""

import asyncio
import getpass
import os
import signal
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import TYPE_CHECKING, TypeVar

from forecastle.cli.options import settings_of

if TYPE_CHECKING:
    from forecastle.cli.options import General
    from forecastle.services.house import House

Answer = TypeVar("Answer")


def in_house(general: "General", use: Callable[["House"], Awaitable[Answer]]) -> Answer:
    """Open the house that the settings name, let a command use it, and close it again."""
    from forecastle.bootstrap.house import open_house

    settings = settings_of(general)

    async def opened() -> Answer:
        _stop_on_sigterm()
        async with open_house(settings) as house:
            return await use(house)

    try:
        return asyncio.run(opened())
    except asyncio.CancelledError as stopped:
        raise KeyboardInterrupt from stopped


def _stop_on_sigterm() -> None:
    """Have SIGTERM stop this task, as Ctrl-C does; as an exception in the event loop it would stop every other, too."""
    task = asyncio.current_task()
    assert task is not None  # noqa: S101 - it is the one that runs this
    with suppress(NotImplementedError):  # Windows
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)


def caller() -> str:
    """Who types, as the log names them: a number where the machine knows no name, as in many a container."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return f"uid {os.getuid()}"
