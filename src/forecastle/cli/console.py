"""What people see while a command works, and when it fails: on standard error, for standard output is for results."""

import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import TYPE_CHECKING, NoReturn

from forecastle.cli.answers import json_of
from forecastle.core.errors import Cancelled, ForecastleError

if TYPE_CHECKING:
    from forecastle.core.progress import Progress, StepReport

STEPS = 10


@contextmanager
def errors(*, as_json: bool, stopped: str = "Cancelled. Nothing was written.") -> Iterator[None]:
    """Say in plain words what went wrong, and exit with the code of that error; Ctrl-C is one of them.

    stopped: what is said then.
    """
    try:
        with _stoppable():
            yield
    except KeyboardInterrupt:
        _fail(Cancelled(stopped), as_json=as_json)
    except ForecastleError as error:
        _fail(error, as_json=as_json)
    except MemoryError:
        _fail(ForecastleError("Not enough memory.", hint="Forecast fewer series at once."), as_json=as_json)


@contextmanager
def _stoppable() -> Iterator[None]:
    """A polite kill (SIGTERM) stops the work as Ctrl-C does, so that nothing half-written stays behind."""

    def stop(_signal: int, _frame: FrameType | None) -> NoReturn:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _fail(error: ForecastleError, *, as_json: bool) -> NoReturn:
    print(json_of({"error": error.as_dict()}, compact=True) if as_json else f"Error: {error}", file=sys.stderr)  # noqa: T201 - a command talks
    sys.exit(error.exit_code)


@contextmanager
def step_bar(*, quiet: bool, steps: int = STEPS) -> Iterator[Callable[["StepReport"], None]]:
    """A bar for an execution: which step of how many, how much in all, and how long it will still take."""
    from rich.console import Console
    from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.percentage:>3.0f} %  {task.fields[eta]}"),
        TimeElapsedColumn(),
        TextColumn("[dim]{task.fields[message]}"),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True, disable=quiet) as bar:
        task = bar.add_task("reading", total=100, message="", eta="")

        def show(report: "StepReport") -> None:
            left = "" if report.eta_seconds is None else f"{report.eta_seconds:.0f} s left"
            name = f"step {report.step} of {steps}: {report.name}"
            bar.update(task, completed=report.percent, description=name, message=report.message, eta=left)

        yield show


@contextmanager
def share_bar(title: str, *, quiet: bool) -> Iterator["Progress"]:
    """A bar for one piece of work, such as reading a large file."""
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TimeElapsedColumn(),
        TextColumn("[dim]{task.fields[message]}"),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True, disable=quiet) as bar:
        task = bar.add_task(title, total=1.0, message="")
        yield lambda share, message: bar.update(task, completed=share, message=message)
