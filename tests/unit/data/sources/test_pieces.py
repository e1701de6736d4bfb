from datetime import date
from decimal import Decimal
from math import inf, isnan
from pathlib import Path
from uuid import UUID

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forecastle.core.errors import SourceError
from forecastle.data.sources.pieces import Pieces
from forecastle.data.sources.table import Table

values = st.sampled_from([None, 1, 2.5, 3_000_000_000])
frames = st.lists(
    st.lists(st.fixed_dictionaries({"a": values}, optional={"b": st.sampled_from([None, "x", "ü"])}), max_size=5),
    max_size=6,
)


@settings(max_examples=30, deadline=None)
@given(batches=frames, limit=st.sampled_from([0, 40, 1 << 20]))
def test_pieces_are_the_rows_that_were_added_wherever_they_lie(
    batches: list[list[dict[str, object]]], limit: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    pieces = Pieces(tmp_path_factory.mktemp("pieces"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("forecastle.data.sources.pieces.LONG", limit)
        for batch in batches:
            pieces.add_values({name: [row.get(name) for row in batch] for name in ("a", "b")})
        table = pieces.table()
    added = [row for batch in batches for row in batch]
    assert table.frame.rows() == [(row.get("a"), row.get("b")) for row in added]
    assert len(table.sample) == len(added)


def test_exact_numbers_become_usual_ones_and_may_be_none(tmp_path: Path) -> None:
    pieces = Pieces(tmp_path)
    pieces.add_values({"price": [None, Decimal("1.50"), Decimal("NaN"), Decimal("-Infinity"), Decimal("1e30")]})
    price = pieces.table().frame["price"]
    assert (price.dtype, price[0], price[1], price[3], price[4]) == (pl.Float64(), None, 1.5, -inf, 1e30)
    assert isnan(price[2])


@pytest.mark.parametrize("limit", [0, 1 << 20])
def test_a_column_of_several_types_is_text_and_this_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, limit: int
) -> None:
    monkeypatch.setattr("forecastle.data.sources.pieces.LONG", limit)
    pieces = Pieces(tmp_path)
    for units, day in ((None, date(2024, 1, 5)), (3, None), ("n/a", "soon"), (2.5, None)):
        pieces.add_values({"units": [units], "day": [day]})
    table = pieces.table()
    assert table.frame["units"].to_list() == [None, "3", "n/a", "2.5"]
    assert table.frame["day"].to_list() == ["2024-01-05", None, "soon", None]
    (finding,) = table.findings
    assert (finding.code, finding.count) == ("mixed_types", 2)


def test_types_that_differ_within_one_piece_are_said_too(tmp_path: Path) -> None:
    pieces = Pieces(tmp_path)
    pieces.add_values({"units": [1, "x"], "sku": ["A", "B"]})
    (finding,) = pieces.table().findings
    assert finding.rows == ("units: numbers and text",)


def test_values_without_a_type_in_tables_are_text(tmp_path: Path) -> None:
    pieces = Pieces(tmp_path)
    pieces.add_values({"id": [None, UUID(int=7)]})
    assert pieces.table().frame["id"].to_list() == [None, "00000000-0000-0000-0000-000000000007"]


def test_lists_beside_text_are_refused(tmp_path: Path) -> None:
    pieces = Pieces(tmp_path)
    pieces.add(pl.DataFrame({"sizes": [[1, 2]]}))
    pieces.add(pl.DataFrame({"sizes": ["large"]}))
    with pytest.raises(SourceError, match=r"'sizes' holds list\(int64\) and text"):
        pieces.table()


def test_a_table_that_is_in_no_memory_is_a_piece_too(tmp_path: Path) -> None:
    pl.DataFrame({"units": [2, 3]}).write_parquet(tmp_path / "long.parquet")
    long = Table(rows=pl.scan_parquet(tmp_path / "long.parquet"), sample=pl.DataFrame({"units": [2]}))
    pieces = Pieces(tmp_path)
    for table in (Table.of(pl.DataFrame({"units": [1]})), long, Table.of(pl.DataFrame({"units": [4.5]}))):
        pieces.add_table(table)
    table = pieces.table()
    assert table.frame["units"].to_list() == [1, 2, 3, 4.5]
    assert sorted(table.sample["units"]) == [1, 2, 4.5]
