"""Price and promotion features."""

from dataclasses import replace

import polars as pl
import pytest

from forecastle.core.columns import SERIES_ID
from forecastle.core.frequency import Frequency
from forecastle.core.panel import Covariates, Panel
from forecastle.features.price import three_months
from forecastle.features.spec import FeatureSpec
from forecastle.features.table import features

SPEC = FeatureSpec(price=("price",), promotion=("promo",), categories={"event": ("none", "sale")})


@pytest.fixture
def beer(shop: Panel) -> Panel:
    """Twenty weeks: the price is 2 but for the last week's 1.5; promotions in weeks 8 and 17."""
    frame = shop.frame.filter(series_id="beer").head(20).with_row_index("week")
    last = pl.col("week") == 19
    frame = frame.with_columns(price=pl.when(last).then(1.5).otherwise(2.0), promo=pl.col("week").is_in([8, 17]))
    return replace(shop, frame=frame.drop("week"), covariates=Covariates(known=("price", "promo")), static=None)


def last_row(panel: Panel) -> dict[str, float]:
    return features(panel, spec=SPEC, cutoffs=range(1, 2)).row(-1, named=True)


def test_a_known_price_is_compared_at_the_target_period(beer: Panel) -> None:
    row = last_row(beer)
    found = [row[name] for name in ("x_price", "x_price_mean_3m", "x_price_change", "x_price_gap")]
    assert found == [1.5, 2.0, -25.0, -25.0]


def test_a_past_price_is_the_one_of_the_cutoff(beer: Panel) -> None:
    row = last_row(replace(beer, covariates=Covariates(past=("price", "promo"))))
    assert [row[name] for name in ("x_price", "x_price_change", "x_promo_since")] == [2.0, 0.0, 1.0]


def test_promotions_are_remembered(beer: Panel) -> None:
    row = last_row(beer)
    assert (row["x_promo"], row["x_promo_since"]) == (0.0, 2.0)
    assert row["x_promo_share_3m"] == pytest.approx(2 / 13)


def test_before_the_first_promotion_there_is_no_distance_to_one(beer: Panel) -> None:
    table = features(beer, spec=SPEC, cutoffs=range(15, 16))
    assert table.select(SERIES_ID, "x_promo_since").row(0) == ("beer", None)


@pytest.mark.parametrize(("freq", "periods"), [("D", 91), ("W", 13), ("2W", 6), ("MS", 3), ("QS", 1), ("YS", 1)])
def test_three_months_are_counted_in_periods(freq: str, periods: int) -> None:
    assert three_months(Frequency.parse(freq)) == periods
