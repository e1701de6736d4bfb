"""Which class a series belongs to, and why."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forecastle.core.columns import DS, SERIES_ID, Y
from forecastle.core.frequency import Frequency
from forecastle.core.panel import Panel
from forecastle.features.demand import classify, revenue_of
from forecastle.settings import ClassSettings

SETTINGS = ClassSettings()


def panel_of(series: dict[str, Sequence[float | None]]) -> Panel:
    frames = [
        pl.DataFrame(
            {
                SERIES_ID: [name] * len(values),
                DS: [date(2024, 1, 1) + timedelta(weeks=week) for week in range(len(values))],
                Y: pl.Series(values, dtype=pl.Float64),
            }
        )
        for name, values in series.items()
    ]
    return Panel(frame=pl.concat(frames), freq=Frequency.parse("W-MON"))


def one(values: Sequence[float | None]) -> dict[str, object]:
    return classify(panel_of({"a": values}), settings=SETTINGS).row(0, named=True)


@pytest.mark.parametrize(
    ("values", "pattern"),
    [
        ([10, 11, 9, 10, 12, 10], "smooth"),
        ([1, 30, 2, 50, 1, 4], "erratic"),
        ([0, 5, 0, 0, 5, 0, 4], "intermittent"),
        ([0, 1, 0, 0, 40, 0, 2], "lumpy"),
        ([0, 0, 7, 0], "intermittent"),
    ],
)
def test_the_pattern_follows_interval_and_size_of_demand(values: list[float], pattern: str) -> None:
    assert one(values)["pattern"] == pattern


def test_the_numbers_of_a_series_are_those_of_its_observed_values() -> None:
    row = one([None, 4.0, 0.0, None, 8.0, 0.0])
    assert (row["n_obs"], row["mean"], row["total"], row["zero_share"]) == (4, 3.0, 12.0, 0.5)
    assert (row["first"], row["last"]) == (date(2024, 1, 8), date(2024, 2, 5))
    assert row["adi"] == 2.0
    assert row["cv2"] == pytest.approx(np.var([4, 8], ddof=1) / 36)
    assert row["cv"] == pytest.approx(np.std([4, 0, 8, 0], ddof=1) / 3)


def test_the_demand_interval_is_a_limit_that_belongs_to_intermittent() -> None:
    exactly = ClassSettings(adi=2.0, cv2=0.49)
    assert classify(panel_of({"a": [5, 0, 5, 0]}), settings=exactly)["pattern"].item() == "intermittent"


def test_a_series_without_demand_has_no_pattern() -> None:
    row = one([0.0, 0.0, 0.0])
    assert [row[name] for name in ("n_obs", "zero_share", "total", "abc")] == [3, 1.0, 0.0, "C"]
    assert [row[name] for name in ("adi", "cv2", "cv", "pattern", "xyz")] == [None] * 5


def test_a_series_without_observations_has_only_a_name() -> None:
    row = one([None, None])
    assert (row["series_id"], row["n_obs"], row["abc"]) == ("a", 0, "C")
    assert all(row[name] is None for name in ("first", "last", "mean", "total", "zero_share", "adi", "pattern", "xyz"))


def test_a_single_observation_is_smooth_and_steady() -> None:
    row = one([3.0])
    assert (row["pattern"], row["xyz"], row["abc"], row["cv2"]) == ("smooth", "X", "A", 0.0)


def test_abc_cuts_cumulative_revenue_at_80_and_95_per_cent() -> None:
    panel = panel_of({name: [1.0, 2.0] for name in "abcde"})
    revenue = pl.DataFrame({SERIES_ID: ["e", "a", "b", "c", "d"], "revenue": [50.0, 31.0, 10.0, 5.0, 4.0]})
    classes = classify(panel, revenue=revenue, settings=SETTINGS)
    assert dict(classes.select(SERIES_ID, "abc").rows()) == {"e": "A", "a": "A", "b": "B", "c": "B", "d": "C"}
    assert "revenue" not in classes.columns


def test_a_series_without_revenue_is_c() -> None:
    revenue = pl.DataFrame({SERIES_ID: ["a", "c"], "revenue": [9.0, None]})
    classes = classify(panel_of({"a": [1.0], "b": [1.0], "c": [1.0]}), revenue=revenue, settings=SETTINGS)
    assert classes["abc"].to_list() == ["A", "C", "C"]


def test_xyz_cuts_variation_at_a_half_and_one() -> None:
    series = {"steady": [10.0, 11.0, 10.0], "wavy": [4.0, 10.0, 16.0], "wild": [0.0, 1.0, 0.0, 30.0]}
    assert classify(panel_of(series), settings=SETTINGS)["xyz"].to_list() == ["X", "Y", "Z"]


@settings(max_examples=40, deadline=None)
@given(
    values=st.lists(st.one_of(st.none(), st.integers(0, 50).map(float)), min_size=1, max_size=20),
    unit=st.floats(0.01, 100),
)
def test_classes_do_not_depend_on_the_unit_of_the_target(values: list[float | None], unit: float) -> None:
    scaled = [None if value is None else value * unit for value in values]
    before, after = one(values), one(scaled)
    assert [before[name] for name in ("adi", "pattern", "abc")] == [after[name] for name in ("adi", "pattern", "abc")]
    assert before["cv2"] == pytest.approx(after["cv2"], abs=1e-9)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.floats(0, 1e6), min_size=1, max_size=30))
def test_the_series_of_class_a_make_up_at_least_80_per_cent(worth: list[float]) -> None:
    names = [f"s{place}" for place in range(len(worth))]
    panel = panel_of({name: [1.0] for name in names})
    revenue = pl.DataFrame({SERIES_ID: names, "revenue": worth})
    classes = classify(panel, revenue=revenue, settings=SETTINGS).join(revenue, on=SERIES_ID)
    top, rest = classes.filter(abc="A")["revenue"], classes.filter(pl.col("abc") != "A")["revenue"]
    assert top.sum() >= 0.8 * sum(worth) * (1 - 1e-9)
    assert not len(rest) or not len(top) or top.min() >= rest.max()


def test_classes_go_by_revenue_where_a_price_or_a_second_target_tells_it() -> None:
    units = panel_of({"cheap": [90.0] * 8, "dear": [10.0] * 8})
    priced = replace(
        units, frame=units.frame.with_columns(price=pl.when(pl.col(SERIES_ID) == "dear").then(99.0).otherwise(1.0))
    )
    sold = panel_of({"cheap": [90.0] * 8, "dear": [990.0] * 8})
    for revenue in (revenue_of(priced, [priced], "price"), revenue_of(units, [units, sold], None)):
        assert revenue is not None
        assert revenue.rows() == [("cheap", 720.0), ("dear", 7920.0)]
        assert classify(units, revenue=revenue, settings=SETTINGS)["abc"].to_list() == ["B", "A"]
    assert revenue_of(units, [units], None) is None
    assert classify(units, settings=SETTINGS)["abc"].to_list() == ["A", "B"]
