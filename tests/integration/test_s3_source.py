"""Reading from a real S3 protocol server."""

from collections.abc import Callable
from typing import Any

import polars as pl
import pytest

from forecastle.core.errors import SourceError
from forecastle.data.read import read

FRAME = pl.DataFrame({"date": [f"2024-01-{day:02d}" for day in range(1, 29)], "sales": range(1, 29)})


@pytest.fixture(scope="module")
def bucket(make_bucket: Callable[[str], Any]) -> str:
    """A bucket with two files below `sales/`."""
    shop = make_bucket("shop")
    shop.put_object(Key="sales/a.csv", Body=FRAME.head(14).write_csv().encode())
    shop.put_object(Key="sales/b.csv", Body=FRAME.tail(14).write_csv().encode())
    return "s3://shop"


def test_an_object_is_read(bucket: str) -> None:
    assert read(f"{bucket}/sales/a.csv").frame["sales"].to_list() == FRAME["sales"].head(14).to_list()


@pytest.mark.parametrize("name", ["sales", "sales/*.csv"])
def test_a_folder_or_pattern_of_objects_is_read_in_order(bucket: str, name: str) -> None:
    assert read(f"{bucket}/{name}").frame["sales"].to_list() == FRAME["sales"].to_list()


def test_a_missing_object_is_named(bucket: str) -> None:
    with pytest.raises(SourceError, match=r"s3://shop/nothing\.csv"):
        read(f"{bucket}/nothing.csv")
