from collections.abc import Callable, Sequence
from datetime import date, timedelta

import polars as pl
import pytest

Values = Sequence[float | None]


@pytest.fixture
def daily() -> Callable[..., pl.DataFrame]:
    """Builds a long frame of daily series from 2024-01-01 (a Monday) on: `daily(a=[1, 2, None])`."""

    def build(**series: Values) -> pl.DataFrame:
        first = date(2024, 1, 1)
        rows = [
            (name, first + timedelta(days=day), value)
            for name, values in series.items()
            for day, value in enumerate(values)
        ]
        return pl.DataFrame(rows, schema={"series_id": pl.String, "ds": pl.Date, "y": pl.Float64}, orient="row")

    return build
