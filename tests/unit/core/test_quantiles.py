import pytest
from hypothesis import given
from hypothesis import strategies as st

from forecastle.core.errors import InputError
from forecastle.core.quantiles import DEFAULT, Quantiles, column_of


def test_the_usual_range_is_p10_to_p90() -> None:
    assert DEFAULT.columns == ("p10", "p25", "p50", "p75", "p90")


@pytest.mark.parametrize(("level", "column"), [(0.1, "p10"), (0.975, "p97.5"), (0.07, "p7"), (0.9999, "p99.99")])
def test_a_column_is_named_by_its_per_cent(level: float, column: str) -> None:
    assert column_of(level) == column


@given(st.sets(st.integers(1, 9_999), min_size=1, max_size=20))
def test_different_levels_have_different_columns(basis_points: set[int]) -> None:
    quantiles = Quantiles(tuple(sorted(point / 10_000 for point in basis_points)))
    assert len(set(quantiles.columns)) == len(quantiles) == len(list(quantiles))


@pytest.mark.parametrize("levels", [(), (0.0, 0.5), (0.5, 1.0), (-0.1,), (float("nan"),)])
def test_a_level_outside_nought_and_one_is_refused(levels: tuple[float, ...]) -> None:
    with pytest.raises(InputError, match="strictly between 0 and 1"):
        Quantiles(levels)


@pytest.mark.parametrize("levels", [(0.9, 0.1), (0.5, 0.5)])
def test_levels_that_fall_or_repeat_are_refused(levels: tuple[float, ...]) -> None:
    with pytest.raises(InputError, match=r"must rise and not repeat; got \[0\.[59], 0\.[15]\]"):
        Quantiles(levels)
