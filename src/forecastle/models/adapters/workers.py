"""Python processes that do one call after another, for libraries that hold the interpreter while they compute.

They are started as modules of their own: unlike those of `multiprocessing`, they do not run the user's script again.
"""

import os
import pickle
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from queue import SimpleQueue
from typing import Self, TypeVar

from forecastle.core.errors import ModelError

Answer = TypeVar("Answer")

SINGLE = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
"""Each process computes on one core: there are as many of them as cores may be used."""


class Workers:
    """So many processes; `call` may be used by as many threads at once."""

    def __init__(self, count: int) -> None:
        command = (sys.executable, "-m", "forecastle.models.adapters.worker")
        self._processes = [
            subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=os.environ | SINGLE)  # noqa: S603 - our own module
            for _ in range(count)
        ]
        self._idle: SimpleQueue[subprocess.Popen[bytes]] = SimpleQueue()
        for process in self._processes:
            self._idle.put(process)

    def call(self, function: Callable[..., Answer], *arguments: object) -> Answer:
        """Call a function of a module in a process that has nothing to do; its error is raised here.

        Raises:
            ModelError: the process ended without an answer.
        """
        process = self._idle.get()
        assert process.stdin is not None  # noqa: S101 - it was asked for
        assert process.stdout is not None  # noqa: S101 - it is a pipe
        try:
            pickle.dump((function, arguments), process.stdin)
            process.stdin.flush()
            done, answer = pickle.load(process.stdout)  # noqa: S301 - written by the process that was started here
        except (EOFError, OSError) as error:
            raise ModelError(
                f"A process that fitted models ended with code {process.poll()}.",
                hint="It may have run out of memory: set forecast.threads to 1, or leave this model out.",
            ) from error
        finally:
            self._idle.put(process)
        if not done:
            raise answer
        told: Answer = answer
        return told

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for process in self._processes:
            process.kill()
            for pipe in (process.stdin, process.stdout):
                with suppress(OSError):
                    assert pipe is not None  # noqa: S101 - it was asked for
                    pipe.close()
            process.wait()
