"""Small histories, and recipes on them."""

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import Any

import numpy as np
import polars as pl
import pytest

from forecastle.data.dataset import Dataset
from forecastle.data.options import ReadOptions
from forecastle.data.read import read
from forecastle.recipes.recipe import Recipe
from forecastle.recipes.run import Outcome, run

ROLES = ReadOptions(time="day", keys=("sku",), targets=("volume",), price="price")
Step = dict[str, Any]


def history(values: Sequence[Sequence[float | None]], *, start: date = date(2024, 1, 1)) -> pl.DataFrame:
    """One series after the other, a value a day."""
    return pl.DataFrame(
        [
            {"day": start + timedelta(days=day), "sku": f"S{number}", "volume": value, "price": 2.0 + day % 3}
            for number, series in enumerate(values)
            for day, value in enumerate(series)
        ],
        schema={"day": pl.Date, "sku": pl.String, "volume": pl.Float64, "price": pl.Float64},
    )


def dataset(frame: pl.DataFrame) -> Dataset:
    return read(frame, options=ROLES)


def take(frame: pl.DataFrame | Dataset, *steps: Step, rows: int = 2_000_000) -> Outcome:
    """Take steps on a history. rows: of a piece."""
    data = frame if isinstance(frame, Dataset) else dataset(frame)
    return run(Recipe.parse(steps), data, rows=rows)


@pytest.fixture
def weekly() -> Callable[..., pl.DataFrame]:
    """Series with a weekly season and a little noise, of so many days."""

    def made(days: int = 84, series: int = 2, seed: int = 1) -> pl.DataFrame:
        rng = np.random.default_rng(seed)
        season = 6 * np.sin(2 * np.pi * np.arange(days) / 7)
        return history([(20.0 + 5 * number + season + rng.normal(0, 0.5, days)).tolist() for number in range(series)])

    return made


def with_cell(frame: pl.DataFrame, row: int, value: float | None) -> pl.DataFrame:
    """The same with another volume in one row."""
    changed = pl.when(pl.int_range(pl.len()) == row).then(pl.lit(value, pl.Float64)).otherwise("volume")
    return frame.with_columns(changed.alias("volume"))
