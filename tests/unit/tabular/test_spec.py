"""The feature specification says what was seen, and survives being kept."""

import json
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from forecastle.core.errors import ArtifactError
from forecastle.tabular.matrix import coded
from forecastle.tabular.model import TabularModel
from forecastle.tabular.spec import FILE, Feature, Kind, Source, Spec, canonical, canonical_value

numbers = st.floats(allow_nan=False, allow_infinity=False, width=32)
columns = st.one_of(
    st.lists(st.none() | st.integers(-(2**50), 2**50), min_size=2).map(lambda values: pl.Series("x", values, pl.Int64)),
    st.lists(st.none() | numbers, min_size=2).map(lambda values: pl.Series("x", values, pl.Float64)),
    st.lists(st.none() | st.text(max_size=4), min_size=2).map(lambda values: pl.Series("x", values, pl.String)),
    st.lists(st.none() | st.booleans(), min_size=2).map(lambda values: pl.Series("x", values, pl.Boolean)),
).filter(lambda column: column.drop_nulls().len() > 0)


@given(column=columns, key=st.sampled_from([None, "x"]))
def test_a_feature_knows_every_value_it_was_seen_with_and_survives_being_kept(
    tmp_path_factory: pytest.TempPathFactory, column: pl.Series, key: str | None
) -> None:
    feature = Feature.seen_in(column, source=Source.CALLER, required=True, is_key=key is not None)
    codes = coded(column, feature)
    assert np.isnan(codes).tolist() == column.is_null().to_list()
    if feature.minimum is not None:
        assert all(feature.minimum <= value <= feature.maximum for value in column.drop_nulls())
    folder = tmp_path_factory.mktemp("spec")
    spec = Spec(target="y", features=(feature,), key=key)
    spec.save(folder)
    assert Spec.load(folder) == spec


@given(value=st.integers(-(2**50), 2**50))
def test_a_key_is_the_same_as_a_number_as_a_float_and_as_text(value: int) -> None:
    texts = {canonical(pl.Series([one]))[0] for one in (value, float(value), f" {value} ")}
    assert (
        texts == {canonical_value(value), canonical_value(float(value)), canonical_value(f" {value} ")} == {str(value)}
    )


def test_the_specification_tells_names_types_ranges_and_what_is_joined(model: TabularModel, tmp_path: Path) -> None:
    model.spec.save(tmp_path)
    kept = {one["name"]: one for one in json.loads((tmp_path / FILE).read_text())["features"]}
    assert list(kept) == ["bedrooms", "sqft_living", "sqft_lot", "grade", "view", "zipcode", "income"]
    assert (kept["grade"]["kind"], kept["grade"]["minimum"], kept["grade"]["required"]) == ("integer", 4, False)
    assert kept["view"]["categories"] == ["city", "lake", "none"]
    assert (kept["zipcode"]["kind"], kept["zipcode"]["source"]) == (Kind.CATEGORY, Source.CALLER)
    assert kept["income"]["source"] == Source.JOINED


@pytest.mark.parametrize("text", ["", "{}", '{"format": 9}', "[]"])
def test_a_specification_that_is_none_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / FILE).write_text(text)
    with pytest.raises(ArtifactError):
        Spec.load(tmp_path)
