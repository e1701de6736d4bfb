"""A weekly panel with a price, a promotion, the weather and a category."""

from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest

from forecastle.core.columns import DS, SERIES_ID, Y
from forecastle.core.frequency import Frequency
from forecastle.core.panel import Covariates, Panel

LENGTHS = {"beer": 60, "bread": 40, "new": 9}
START = date(2023, 1, 2)


@pytest.fixture
def shop() -> Panel:
    """Three series of 60, 40 and 9 weeks; `bread` ends four weeks before the others."""
    rng = np.random.default_rng(5)
    frames = []
    for name, length in LENGTHS.items():
        end = 56 if name == "bread" else 60
        weeks = range(end - length, end)
        frames.append(
            pl.DataFrame(
                {
                    SERIES_ID: [name] * length,
                    DS: [START + timedelta(weeks=week) for week in weeks],
                    Y: [None if week % 17 == 3 else float(rng.poisson(3)) for week in weeks],
                    "price": 2 + rng.random(length).round(2),
                    "promo": rng.random(length) < 0.3,
                    "weather": rng.normal(size=length),
                    "event": ["none" if week % 4 else "sale" for week in weeks],
                }
            )
        )
    return Panel(
        frame=pl.concat(frames),
        freq=Frequency.parse("W-MON"),
        covariates=Covariates(known=("price", "promo", "event"), past=("weather",), static=("category", "country")),
        static=pl.DataFrame(
            {
                SERIES_ID: ["beer", "bread", "new"],
                "category": ["drinks", "food", "food"],
                "country": ["DE", "US", None],
            }
        ),
    )
