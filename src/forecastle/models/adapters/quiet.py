"""Libraries that warn, print and draw bars of their own, kept silent while they work for us."""

import logging
import warnings
from collections.abc import Iterator
from contextlib import contextmanager

TALKATIVE = ("darts", "lightning", "lightning.pytorch", "pytorch_lightning", "cmdstanpy", "prophet")
"""Loggers that tell what is of no use to somebody who asked for a forecast."""


@contextmanager
def quiet() -> Iterator[None]:
    """No warnings, for all threads that work meanwhile: what came of them is judged by the backtest."""
    levels = {name: logging.getLogger(name).level for name in TALKATIVE}
    for name in TALKATIVE:
        logging.getLogger(name).setLevel(logging.ERROR)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        for name, level in levels.items():
            logging.getLogger(name).setLevel(level)
