"""What would leak the answer is left out, and said."""

import polars as pl
import pytest

from forecastle.core.errors import RolesError
from forecastle.core.findings import Severity
from forecastle.tabular.columns import choose
from house_sales import sales


def test_identifiers_and_moments_are_left_out_and_rows_are_grouped_by_the_identifier() -> None:
    chosen = choose(sales(), "price")
    assert not {"id", "date", "price"} & set(chosen.columns)
    assert {"sqft_living", "zipcode", "view"} <= set(chosen.columns)
    assert {finding.code for finding in chosen.findings} == {"leak_identifier", "leak_moment"}
    assert chosen.identifier == "id"


@pytest.mark.parametrize("leak", [pl.col("price") * 1.1, pl.col("price").log(), -pl.col("price")])
def test_a_column_that_is_nearly_the_target_is_left_out_with_a_warning(leak: pl.Expr) -> None:
    chosen = choose(sales().with_columns(tax=leak), "price")
    assert "tax" not in chosen.columns
    (found,) = [finding for finding in chosen.findings if finding.code == "leak_target"]
    assert found.severity is Severity.WARNING
    assert "'tax'" in found.message


def test_a_leak_that_was_asked_for_is_kept_and_said() -> None:
    table = sales().with_columns(tax=pl.col("price") * 1.1)
    chosen = choose(table, "price", wanted=("tax", "grade"))
    assert chosen.columns == ("grade", "tax")
    assert [finding.action for finding in chosen.findings] == ["kept, because it was asked for"]


def test_a_column_that_is_the_same_everywhere_is_left_out_even_when_asked_for() -> None:
    table = sales().with_columns(country=pl.lit("US"))
    assert "country" not in choose(table, "price", wanted=("country", "grade")).columns


@pytest.mark.parametrize("name", ["cost", "Price"])
def test_a_column_that_is_not_there_is_named(name: str) -> None:
    with pytest.raises(RolesError, match=name):
        choose(sales(), name)
