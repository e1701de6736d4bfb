"""Panels for models of other libraries."""

from collections.abc import Callable

import numpy as np
import polars as pl
import pytest

from forecastle.core.frequency import Frequency
from forecastle.core.panel import Panel

FREQ = Frequency.parse("MS")


@pytest.fixture(scope="session")
def monthly() -> Callable[..., Panel]:
    """Series by name, NaN where not observed, the first period in January 2015 plus `start` months."""

    def make(start: int = 0, **series: np.ndarray) -> Panel:
        frames = [
            pl.DataFrame({"series_id": name, "ds": 2015 * 12 + start + np.arange(len(values)), "y": values})
            for name, values in series.items()
        ]
        frame = pl.concat(frames).with_columns(FREQ.moments(pl.col("ds")).alias("ds"), pl.col("y").fill_nan(None))
        return Panel(frame=frame.sort("series_id", "ds"), freq=FREQ)

    return make


@pytest.fixture(scope="session")
def seasonal() -> np.ndarray:
    """Six years of months with a season and noise."""
    return 100 + 30 * np.sin(np.arange(72) * np.pi / 6) + np.random.default_rng(7).normal(0, 5, 72)
