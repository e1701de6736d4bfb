"""The command line: each command parses, calls one service, and shows the answer.

What a person types first (nothing, `--help`, `--version`) is answered from `overview` alone; everything else goes to
the app, which takes ten times as long to import.
"""

import sys
from collections.abc import Sequence
from contextlib import suppress

from forecastle import __version__
from forecastle.cli.overview import overview


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and answer with its exit code: 0 done, 2 for bad input, 130 when cancelled."""
    match list(sys.argv[1:] if arguments is None else arguments):
        case [] | ["--help" | "-h"]:
            return _print(overview())
        case ["--version"]:
            return _print(__version__)
        case asked:
            from forecastle.cli.app import run

            return run(asked)


def _print(text: str) -> int:
    with suppress(BrokenPipeError):  # whoever read our output has left
        print(text)  # noqa: T201 - a command answers
    return 0
