import math
from datetime import date, datetime, timedelta
from decimal import Decimal

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from forecastle.data.dataset import Guess, Role
from forecastle.exploration.kinds import Kind
from forecastle.exploration.statistics import LEVELS, ColumnStatistics, Frequent, column_statistics


def looked_at(values: pl.Series, role: Role = Role.PAST) -> ColumnStatistics:
    return column_statistics(
        values.to_frame().lazy(), Guess(column=values.name, role=role, confidence=0.7, reason="because")
    )


@pytest.mark.parametrize(
    ("values", "role", "kind"),
    [
        (pl.Series("week", [202401, 202402]), Role.TIME, Kind.TIME),
        (pl.Series("seen", [date(2024, 1, 1), None]), Role.IGNORED, Kind.TIME),
        (pl.Series("open", [True, False]), Role.KNOWN, Kind.BOOLEAN),
        (pl.Series("promo", [0, 1, 1, None]), Role.PROMOTION, Kind.BOOLEAN),
        (pl.Series("sku", [17, 18]), Role.KEY, Kind.CATEGORICAL),
        (pl.Series("store_id", [4, 7, 9]), Role.STATIC, Kind.CATEGORICAL),
        (pl.Series("rating", [1, 2, 3]), Role.PAST, Kind.NUMERIC),
        (pl.Series("sold", [1.5, 2.0]), Role.TARGET, Kind.NUMERIC),
        (pl.Series("brand", ["a", "a", "b", "b"]), Role.STATIC, Kind.CATEGORICAL),
        (pl.Series("note", ["late", "broken", "sold out"]), Role.IGNORED, Kind.TEXT),
        (pl.Series("empty", [None, None], dtype=pl.String), Role.IGNORED, Kind.TEXT),
        (pl.Series("tags", [["a"], []]), Role.IGNORED, Kind.TEXT),
    ],
)
def test_the_kind_of_a_column_follows_from_its_values_and_its_role(values: pl.Series, role: Role, kind: Kind) -> None:
    found = looked_at(values, role)
    assert found.kind.kind is kind
    assert 0 < found.kind.confidence <= 1
    assert found.kind.reason


def test_numbers_are_told_with_their_quantiles_and_what_is_no_number_is_left_out() -> None:
    found = looked_at(pl.Series("sold", [3.0, 0.0, -1.0, None, float("nan"), 2.0]))
    assert (found.rows, found.missing, found.distinct) == (6, 1, 5)
    assert found.numbers
    assert (found.numbers.mean, found.numbers.zeros, found.numbers.negatives) == (1.0, 1, 1)
    assert {quantile.level: quantile.value for quantile in found.numbers.quantiles}[0.5] == 1.0


@given(st.lists(st.none() | st.floats(-1e6, 1e6) | st.sampled_from([0.0, -0.0, 1.0, math.nan, math.inf]), min_size=1))
def test_numbers_counted_value_by_value_are_those_of_numpy(sold: list[float | None]) -> None:
    found = looked_at(pl.Series("sold", sold, dtype=pl.Float64))
    finite = np.array([value for value in sold if value is not None and math.isfinite(value)])
    assert found.distinct == pl.Series(sold, dtype=pl.Float64).drop_nulls().n_unique()
    if not finite.size:
        assert found.numbers is None
        return
    assert found.numbers
    assert (found.numbers.zeros, found.numbers.negatives) == ((finite == 0).sum(), (finite < 0).sum())
    np.testing.assert_allclose(found.numbers.mean, finite.mean(), atol=1e-6)
    np.testing.assert_allclose(found.numbers.deviation or 0, finite.std(ddof=min(1, len(finite) - 1)), atol=1e-6)
    quantiles = [quantile.value for quantile in found.numbers.quantiles]
    np.testing.assert_allclose(quantiles, np.quantile(finite, LEVELS), rtol=1e-9, atol=1e-9)


def test_the_most_frequent_values_are_counted_and_equal_counts_are_in_order() -> None:
    found = looked_at(pl.Series("brand", ["b", "a", "b", None, "c"]))
    assert found.frequent == (
        Frequent(value="b", count=2),
        Frequent(value="a", count=1),
        Frequent(value="c", count=1),
    )


@pytest.mark.parametrize(
    "values",
    [
        [None, None],
        [datetime(2024, 1, 1), None],
        [timedelta(days=1)],
        [b"\xff"],
        [[1], None],
        [{"a": 1}],
        [Decimal("1.50")],
        [float("inf")],
    ],
)
def test_every_type_of_column_has_statistics(values: list[object]) -> None:
    assert looked_at(pl.Series("odd", values)).rows == len(values)
