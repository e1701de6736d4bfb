import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from forecastle.exploration import ordering
from forecastle.exploration.ordering import ordered_places

VALUES = st.lists(st.none() | st.floats(width=16) | st.sampled_from([0.0, 1.0]), min_size=1, max_size=60)


@given(values=VALUES, descending=st.booleans(), first=st.integers(0, 30), count=st.integers(1, 30))
def test_places_are_those_of_a_full_sort(values: list[float | None], first: int, count: int, descending: bool) -> None:  # noqa: FBT001
    column = pl.DataFrame({"y": pl.Series(values, dtype=pl.Float64)})
    full = column.with_row_index("row").sort("y", "row", descending=[descending, False], nulls_last=True)["row"]
    found = ordered_places(column.lazy(), first, min(first + count, len(values)), descending=descending)
    assert found.tolist() == full[first : first + count].to_list()


@given(
    values=st.lists(st.none() | st.integers(0, 9) | st.floats(width=16), min_size=1, max_size=200),
    descending=st.booleans(),
    first=st.integers(0, 200),
    count=st.integers(1, 40),
)
def test_places_anywhere_are_found_between_two_values(
    values: list[float | None],
    first: int,
    count: int,
    descending: bool,  # noqa: FBT001
) -> None:
    column = pl.DataFrame({"y": pl.Series(values, dtype=pl.Float64)})
    full = column.with_row_index("row").sort("y", "row", descending=[descending, False], nulls_last=True)["row"]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ordering, "LOOKED_AT", 20)
        patch.setattr(ordering, "_reach", lambda *_: 0)  # narrow limits, so that they are often met and often wrong
        found = ordered_places(column.lazy(), first, first + count, descending=descending)
    assert found.tolist() == full[first : first + count].to_list()


def test_the_first_of_many_are_found_without_sorting_all(monkeypatch: object) -> None:
    values = pl.Series("y", np.random.default_rng(1).integers(0, 1000, 50_000))
    sorted_at_once: list[int] = []
    whole = ordering._sorted
    monkeypatch.setattr(  # type: ignore[attr-defined]
        ordering, "_sorted", lambda part, wanted: (sorted_at_once.append(part.collect().height), whole(part, wanted))[1]
    )
    for first in (0, 20_000, 49_950):
        found = ordered_places(values.to_frame().lazy(), first, first + 50, descending=True)
        assert values.gather(found).to_list() == values.sort(descending=True)[first : first + 50].to_list()
    assert max(sorted_at_once) < 5_000


def test_flags_and_categories_are_sorted_too() -> None:
    flags = pl.DataFrame({"on": [True, False] * 60_000})
    assert ordered_places(flags.lazy(), 0, 2, descending=True).tolist() == [0, 2]
    for kind in (pl.Categorical(), pl.Enum(["c", "b", "x", "a"])):
        words = pl.DataFrame({"word": pl.Series(["b", "a", None, "c"], dtype=kind)})
        assert ordered_places(words.lazy(), 0, 4, descending=False).tolist() == [1, 0, 3, 2]
        assert ordered_places(words.lazy(), 0, 4, descending=True).tolist() == [3, 0, 1, 2]
        assert ordered_places(words[2:3].lazy(), 0, 1, descending=False).tolist() == [0]
