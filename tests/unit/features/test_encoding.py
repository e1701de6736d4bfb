"""Names as codes."""

from datetime import date

import polars as pl
import pytest

from forecastle.core.errors import DataError
from forecastle.core.panel import Panel
from forecastle.features.encoding import encode
from forecastle.features.spec import FeatureSpec


def test_codes_stay_the_same_when_other_series_come_and_go(shop: Panel) -> None:
    learned = FeatureSpec().learn(shop).categories
    assert learned["category"] == ("drinks", "food")
    assert encode(pl.Series("category", ["food", "toys", None]), learned).to_list() == [1.0, None, None]


def test_yes_and_no_are_one_and_zero() -> None:
    assert encode(pl.Series("promo", [True, False, None]), {}).to_list() == [1.0, 0.0, None]


def test_text_without_learned_categories_is_refused() -> None:
    with pytest.raises(DataError, match="'event' holds text, and its categories were not learned"):
        encode(pl.Series("event", ["sale"]), {})


def test_a_date_is_no_quantity() -> None:
    with pytest.raises(DataError, match="'since' is Date"):
        encode(pl.Series("since", [date(2024, 1, 1)]), {})
