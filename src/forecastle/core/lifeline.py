"""What ties a process to the one that started it: standard input, which ends when the other closes it or is gone."""

import os
import threading
from collections.abc import Callable


def when_it_ends(act: Callable[[], object]) -> None:
    """Have `act` called, in a thread of its own, at the end of standard input."""

    def wait() -> None:
        while os.read(0, 4096):  # not sys.stdin, whose lock a thread must not hold when the interpreter ends
            pass
        act()

    threading.Thread(target=wait, daemon=True).start()
