"""One row and a table of rows are read by the same rules."""

from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from forecastle.core.errors import InputError
from forecastle.tabular import tables
from forecastle.tabular.model import TabularModel
from forecastle.tabular.rows import Row, RowReader
from forecastle.tabular.tables import answered, checked
from forecastle.tabular.training import train
from house_sales import ROW, plan, reference, sales

VALUES: dict[str, st.SearchStrategy[Any]] = {
    "bedrooms": st.none() | st.integers(-3, 40) | st.floats(-3, 40) | st.sampled_from(["3", "three", ""]),
    "sqft_living": st.integers(-10, 20_000) | st.floats(allow_nan=False),
    "sqft_lot": st.integers(0, 10**7) | st.just(2**60),
    "zipcode": st.sampled_from([98001, "98002", 98003.0, " 98004", 10001, "x", None, ""]),
    "grade": st.none() | st.integers(-1, 20),
    "view": st.none() | st.sampled_from(["lake", "city", "moon"]),
    "extra": st.integers(),
}


@pytest.fixture(scope="module")
def open_model() -> TabularModel:
    """A model that requires the key alone."""
    return train(sales(), plan(required=()), reference=reference()).model


@given(row=st.fixed_dictionaries({}, optional=VALUES), strict=st.booleans())
def test_a_row_is_answered_alone_as_it_is_in_a_table(
    model: TabularModel, open_model: TabularModel, row: dict[str, Any], *, strict: bool
) -> None:
    asked = model if strict else open_model
    alone = RowReader(model=asked).read(row)
    required = {one.name for one in asked.spec.asked if one.required}
    if not required <= row.keys():
        assert not isinstance(alone, Row)
        return
    table = pl.DataFrame({name: pl.Series([value], dtype=kind(value)) for name, value in row.items()})
    together = checked(table, asked)
    assert isinstance(alone, Row) == together.errors.is_null()[0], (alone, together.errors[0])
    if isinstance(alone, Row):
        assert np.array_equal(np.array(alone.values), together.values[0], equal_nan=True)
        assert set(together.outside) == set(alone.outside)
        assert set(together.missing) == set(alone.missing)
        assert set(together.ignored) == set(alone.ignored) == row.keys() & {"extra"}


def kind(value: object) -> Any:
    return pl.String if value is None else None


def test_a_table_without_a_required_column_is_refused_as_a_whole(model: TabularModel) -> None:
    with pytest.raises(InputError, match="zipcode"):
        checked(pl.DataFrame([ROW]).drop("zipcode"), model)


def test_a_table_is_answered_the_same_in_pieces(model: TabularModel, monkeypatch: pytest.MonkeyPatch) -> None:
    table = pl.DataFrame([ROW | {"sqft_living": living} for living in range(-3, 40)])
    whole = answered(table, model)
    monkeypatch.setattr(tables, "CHUNK", 7)
    pieces = answered(table, model, threads=2)
    assert pieces.rows.equals(whole.rows)
    assert (pieces.outside, pieces.ignored) == (whole.outside, whole.ignored)
    assert whole.rows["error"].is_null().sum() == 40


def test_features_may_have_any_name(model: TabularModel) -> None:
    schema = RowReader(model=model).schema.model_json_schema()
    assert list(schema["properties"]) == [feature.name for feature in model.spec.asked]
