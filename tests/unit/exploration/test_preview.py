from collections import Counter
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from forecastle.core.errors import InputError, NotFoundError
from forecastle.data.dataset import Roles
from forecastle.exploration.preview import Look, Sample, preview
from forecastle.exploration.series_index import SeriesIndex

ROLES = Roles(time="day", keys=("sku",), targets=("sold",))


@pytest.fixture
def rows(shop: pl.DataFrame, tmp_path: Path) -> pl.LazyFrame:
    shop.write_parquet(tmp_path / "rows.parquet")
    return pl.scan_parquet(tmp_path / "rows.parquet")


def seen(rows: pl.LazyFrame, /, **look: object) -> pl.DataFrame:
    return preview(rows, SeriesIndex.of(rows, ROLES), Look(**look)).rows  # type: ignore[arg-type]


def test_head_and_tail_are_pages_from_either_end(rows: pl.LazyFrame, shop: pl.DataFrame) -> None:
    assert_frame_equal(seen(rows, rows=3, offset=2), shop[2:5])
    assert_frame_equal(seen(rows, sample=Sample.TAIL, rows=3, offset=2), shop[20:23])
    assert seen(rows, offset=25).is_empty()


def test_every_row_says_where_it_stands(rows: pl.LazyFrame, shop: pl.DataFrame) -> None:
    found = preview(rows, None, Look(sample=Sample.RANDOM, rows=7, seed=3))
    assert found.total == 25
    assert_frame_equal(found.rows, shop[list(found.places)])


def test_the_same_seed_draws_the_same_rows_and_another_seed_others(rows: pl.LazyFrame) -> None:
    drawn = [seen(rows, sample=Sample.RANDOM, rows=8, seed=seed) for seed in (1, 1, 2)]
    assert drawn[0].equals(drawn[1])
    assert not drawn[0].equals(drawn[2])
    assert len(seen(rows, sample=Sample.RANDOM, rows=1000)) == 25


@pytest.mark.parametrize(("count", "each"), [(2, {1: 2}), (3, {1: 3}), (7, {3: 2, 1: 1}), (25, {20: 1, 4: 1, 1: 1})])
def test_in_a_stratified_sample_no_series_has_two_rows_before_all_have_one(
    rows: pl.LazyFrame, count: int, each: dict[int, int]
) -> None:
    for mixed in (rows, rows.sort("day").collect().lazy()):
        drawn = Counter(seen(mixed, sample=Sample.STRATIFIED, rows=count)["sku"])
        assert Counter(drawn.values()) == each


def test_sorted_rows_can_be_paged_and_keep_their_order_where_equal(rows: pl.LazyFrame, shop: pl.DataFrame) -> None:
    pages = [seen(rows, sort="sold", descending=True, rows=10, offset=offset) for offset in (0, 10, 20)]
    assert_frame_equal(pl.concat(pages), shop.sort("sold", descending=True, maintain_order=True))


def test_only_the_columns_asked_for_are_shown(rows: pl.LazyFrame) -> None:
    assert seen(rows, columns=("sold", "sku"), rows=1).columns == ["sold", "sku"]


@pytest.mark.parametrize(
    ("look", "says"),
    [
        ({"sort": "price"}, "no column 'price'"),
        ({"columns": ("price",)}, "no column 'price'"),
        ({"rows": 0}, "0 rows"),
        ({"sort": "sold", "sample": Sample.RANDOM}, "cannot be sorted"),
    ],
)
def test_an_impossible_look_is_refused_in_words(rows: pl.LazyFrame, look: dict[str, object], says: str) -> None:
    with pytest.raises(InputError, match=says):
        seen(rows, **look)


@pytest.mark.parametrize("order", ["sku", "day"])
def test_the_rows_of_a_series_are_found_wherever_they_stand(shop: pl.DataFrame, order: str) -> None:
    rows = shop.sort(order, maintain_order=True).lazy()
    index = SeriesIndex.of(rows, ROLES)
    assert index.table["rows"].to_list() == [20, 4, 1]
    assert_frame_equal(index.rows_of(rows, "B"), shop.filter(pl.col("sku") == "B"))
    with pytest.raises(NotFoundError, match="'D'"):
        index.rows_of(rows, "D")


def test_without_keys_all_rows_are_one_series_called_as_the_target(shop: pl.DataFrame) -> None:
    index = SeriesIndex.of(shop.lazy(), Roles(time="day", targets=("sold",)))
    assert index.table.rows() == [("sold", 25, 0, 24)]
    assert len(index.rows_of(shop.lazy(), "sold")) == 25


@given(st.lists(st.sampled_from(["x", "y", None]), max_size=30))
def test_every_row_is_of_one_series_however_they_are_mixed(names: list[str | None]) -> None:
    shop = pl.DataFrame({"sku": names, "sold": [1.0] * len(names)}, schema={"sku": pl.String, "sold": pl.Float64})
    found = SeriesIndex.of(shop.lazy(), ROLES).table
    places = {name: [place for place, other in enumerate(names) if other == name] for name in set(names)}
    rows = {(len(where), where[0], where[-1]) for where in places.values()}
    assert set(found.select("rows", "first", "last").rows()) == rows
