from collections.abc import Callable
from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest

from forecastle.core.columns import DS
from forecastle.core.frequency import Frequency
from forecastle.exploration.line import Line


@pytest.fixture
def line_from() -> Callable[..., Line]:
    """Builds a line of values from a Monday in 2024 on: `line_from([1, None, 3], "D")`."""

    def build(values: list[float | None], freq: str = "D", start: date = date(2024, 1, 1)) -> Line:
        grid = Frequency.parse(freq)
        first = pl.select(grid.steps(pl.lit(start))).item()
        moments = pl.select(grid.moments(pl.int_range(first, first + len(values))).alias(DS)).to_series()
        numbers = np.array([np.nan if value is None else value for value in values], dtype=float)
        return Line(series_id="A", column="y", freq=grid, moments=moments, values=numbers, summed=False)

    return build


@pytest.fixture
def shop() -> pl.DataFrame:
    """Three products with 20, 4 and 1 days, one after the other."""
    return pl.DataFrame(
        [
            (sku, date(2024, 1, 1) + timedelta(days=day), float((day * 7) % 5))
            for sku, days in (("A", 20), ("B", 4), ("C", 1))
            for day in range(days)
        ],
        schema=["sku", "day", "sold"],
        orient="row",
    )
