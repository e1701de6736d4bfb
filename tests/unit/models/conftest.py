"""A weekly panel in which promotions double what is sold."""

from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest

from forecastle.core.frequency import Frequency
from forecastle.core.panel import Covariates, Panel

WEEKS, HORIZON = 80, 4


def weeks(first: int, last: int) -> list[date]:
    return [date(2023, 1, 2) + timedelta(weeks=week) for week in range(first, last)]


@pytest.fixture(scope="session")
def promoted() -> Panel:
    """Twenty series of all sizes; one week in five is promoted."""
    rng = np.random.default_rng(3)
    frames = []
    for number in range(20):
        promotion = rng.random(WEEKS) < 0.2
        sold = 10.0 ** (number % 4) * rng.uniform(5, 10) * (1 + promotion) * rng.normal(1, 0.05, WEEKS)
        columns = {"ds": weeks(0, WEEKS), "y": sold, "promotion": promotion}
        frames.append(pl.DataFrame({"series_id": [f"s{number:02}"] * WEEKS, **columns}))
    covariates = Covariates(known=("promotion",), promotion=("promotion",))
    return Panel(frame=pl.concat(frames), freq=Frequency.parse("W-MON"), covariates=covariates)


@pytest.fixture(scope="session")
def plan(promoted: Panel) -> pl.DataFrame:
    """Promotions in the second of the weeks ahead, and in no other."""
    ahead = pl.DataFrame({"ds": weeks(WEEKS, WEEKS + HORIZON), "promotion": [False, True, False, False]})
    return promoted.frame.select(pl.col("series_id").unique()).join(ahead, how="cross")
