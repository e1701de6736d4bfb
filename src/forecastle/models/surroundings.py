"""What goes on around a library while it works for us: no talk, and one thread where it computes."""

import logging
import warnings
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from importlib.util import find_spec

TALKATIVE = (
    "darts",
    "lightning",
    "lightning.pytorch",
    "pytorch_lightning",
    "torch.onnx",
    "chronos",
    "transformers",
    "prophet",
)
"""Loggers that tell what is of no use to somebody who asked for a forecast, such as which devices are not used."""


@contextmanager
def quiet() -> Iterator[None]:
    """No warnings, for all threads that work meanwhile: what came of them is judged by the backtest."""
    levels = {name: logging.getLogger(name).level for name in TALKATIVE}
    for name in TALKATIVE:
        logging.getLogger(name).setLevel(logging.ERROR)
    try:
        with warnings.catch_warnings(action="ignore"):
            yield
    finally:
        for name, level in levels.items():
            logging.getLogger(name).setLevel(level)


@contextmanager
def single_threaded(*, torch: bool) -> Iterator[None]:
    """One thread for each operation of torch, and of the linear algebra below NumPy where scikit-learn is installed.

    Sums are then added up in one order, whatever the machine. Pieces of work still run side by side.
    """
    with ExitStack() as stack:
        if find_spec("threadpoolctl") is not None:
            from threadpoolctl import threadpool_limits

            stack.enter_context(threadpool_limits(1, user_api="blas"))
        if torch:
            from torch import get_num_threads, set_num_threads

            stack.callback(set_num_threads, get_num_threads())
            set_num_threads(1)
        yield
