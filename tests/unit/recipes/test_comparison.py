from datetime import date

import polars as pl
import pytest

from forecastle.recipes.comparison import compare

from .conftest import dataset, history, take

BEFORE = history([[1, None, 3, 4], [5, 6, 7, 8]])


def test_equal_versions_have_no_difference() -> None:
    told = compare(dataset(BEFORE), dataset(BEFORE.sample(fraction=1, shuffle=True, seed=1)))
    assert (told.rows_added, told.rows_removed, dict(told.changed)) == (0, 0, {})
    assert told.per_series.is_empty()


def test_rows_that_came_and_went_and_cells_that_changed_are_counted() -> None:
    after = BEFORE.filter(pl.col("volume") != 8).with_columns(
        pl.when(pl.col("volume") == 5).then(50.0).otherwise("volume").alias("volume")
    )
    more = history([[9]], start=date(2024, 3, 1))
    told = compare(dataset(BEFORE), dataset(pl.concat([after, more])))
    assert (told.rows.before, told.rows.after) == (8, 7)
    assert (told.rows_added, told.rows_removed, dict(told.changed)) == (1, 2, {"volume": 1})
    assert told.per_series.row(0, named=True) == {
        "series_id": "S1", "rows_added": 0, "rows_removed": 1, "changed": 1, "total_before": 26.0, "total_after": 63.0,
    }  # fmt: skip


def test_the_second_of_two_equal_rows_is_a_row_of_its_own() -> None:
    twice = pl.concat([BEFORE, BEFORE.head(1)])
    told = compare(dataset(twice), dataset(BEFORE))
    assert (told.rows_removed, dict(told.changed)) == (1, {})


def test_distributions_share_their_bins() -> None:
    filled = take(BEFORE, {"step": "missing"}, {"step": "formula", "column": "double", "formula": "2 * volume"}).dataset
    told = compare(dataset(BEFORE), filled)
    volume, _, double = told.distributions
    assert (volume.before["missing"], volume.after["missing"], volume.after["mean"]) == (1, 0, 4.5)
    assert (sum(volume.counts_before), sum(volume.counts_after), len(volume.edges)) == (7, 8, 31)
    assert (double.before, double.counts_before) == ({}, ())
    assert told.columns_added == ("double",)


@pytest.mark.parametrize("kind", [pl.Int64, pl.String])
def test_a_column_of_another_type_is_named_and_compared_by_what_it_says(kind: type[pl.DataType]) -> None:
    whole = BEFORE.with_columns(extra=pl.Series([float(n) for n in range(8)]))
    told = compare(dataset(whole), dataset(whole.with_columns(pl.col("extra").cast(kind))))
    assert told.columns_retyped == ("extra",)
    assert dict(told.changed) == {}
