"""Made-up house sales in the shape of the real ones: a sale a row, and a table of what is known about zip codes."""

import numpy as np
import polars as pl

from forecastle.tabular.reference import Reference
from forecastle.tabular.training import Plan

ZIPS = ("98001", "98002", "98003", "98004", "98005")
BASIC = ("bedrooms", "sqft_living", "sqft_lot", "zipcode")
ROW = {"bedrooms": 3, "sqft_living": 1800, "sqft_lot": 6000, "zipcode": 98003, "grade": 7, "view": "lake"}


def sales(count: int = 400, *, seed: int = 1) -> pl.DataFrame:
    """As a file of sales is read: identifiers, dates, numbers, categories, and the price."""
    random = np.random.default_rng(seed)
    living = random.gamma(9, 230, count).round()
    grade, place = random.integers(4, 12, count), random.integers(0, len(ZIPS), count)
    noise = random.normal(1, 0.08, count)
    return pl.DataFrame(
        {
            "id": [f"{number:07d}" for number in range(count)],
            "date": pl.Series(random.integers(0, 365, count)).cast(pl.Int32).cast(pl.Date),
            "price": (living * (80 + 25 * grade + 30 * place) * noise).round(),
            "bedrooms": random.integers(1, 6, count),
            "sqft_living": living.astype(int),
            "sqft_lot": random.gamma(3, 2500, count).astype(int),
            "grade": grade,
            "view": random.choice(["none", "lake", "city"], count),
            "zipcode": [int(ZIPS[number]) for number in place],
        }
    )


def demographics() -> pl.DataFrame:
    """One row a zip code."""
    return pl.DataFrame({"zipcode": [int(code) for code in ZIPS], "income": [41e3, 52e3, 60e3, 78e3, 90e3]})


def reference() -> Reference:
    return Reference.of(demographics(), "zipcode")


def plan(**changes: object) -> Plan:
    """A training of a moment."""
    return Plan(**({"target": "price", "model": "linear", "folds": 3, "required": BASIC} | changes))
