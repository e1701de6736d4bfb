"""Windows, moving averages and the exponential average, against plain loops."""

from datetime import date

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forecastle.core.columns import DS, SERIES_ID, Y
from forecastle.core.frequency import Frequency
from forecastle.core.panel import Panel
from forecastle.features.spec import FeatureSpec
from forecastle.features.table import features

SPEC = FeatureSpec(lags=(), windows=(3,), averages=(5,), smoothing=0.4)
VALUES = st.lists(st.one_of(st.none(), st.floats(0, 1000, width=32)), min_size=2, max_size=12)


def table_of(values: list[float | None]) -> pl.DataFrame:
    days = pl.date_range(date(2024, 1, 1), date(2024, 1, len(values)), eager=True)
    frame = pl.DataFrame({SERIES_ID: "a", DS: days, Y: pl.Series(values, dtype=pl.Float64)})
    return features(Panel(frame=frame, freq=Frequency.parse("D")), spec=SPEC)


@settings(max_examples=40, deadline=None)
@given(VALUES)
def test_windows_are_the_statistics_of_the_observed_values_before_each_target(values: list[float | None]) -> None:
    table = table_of(values)
    for place in range(len(values)):
        seen = [value for value in values[max(place - 2, 0) : place + 1] if value is not None]
        row = table.row(place, named=True)
        if not seen:
            assert row["mean_3"] is row["min_3"] is row["max_3"] is row["median_3"] is None
            continue
        expected = (np.mean(seen), np.min(seen), np.max(seen), np.median(seen))
        found = (row["mean_3"], row["min_3"], row["max_3"], row["median_3"])
        assert found == pytest.approx(expected, rel=1e-5, abs=1e-6)
        assert row["std_3"] == (pytest.approx(np.std(seen, ddof=1), rel=1e-4, abs=1e-3) if len(seen) > 1 else None)


def test_moving_averages_leave_out_what_was_not_observed() -> None:
    table = table_of([1.0, None, 3.0, 8.0, None, None])
    assert table["mean_5"].to_list() == [1.0, 1.0, 2.0, 4.0, 4.0, 5.5]


def test_the_exponential_average_stands_still_while_nothing_is_observed() -> None:
    table = table_of([None, 10.0, None, 20.0])
    assert table["smoothed"].to_list() == pytest.approx([None, 10.0, 10.0, 14.0])


def test_age_and_the_last_sale_are_counted_in_periods() -> None:
    table = table_of([0.0, 5.0, 0.0, 0.0, 2.0])
    assert table["age"].to_list() == [1, 2, 3, 4, 5]
    assert table["since_sale"].to_list() == [None, 0, 1, 2, 0]
