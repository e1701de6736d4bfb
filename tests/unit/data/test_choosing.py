from datetime import date

import polars as pl
import pytest

from forecastle.core.errors import RolesError
from forecastle.data.choosing import choose_roles
from forecastle.data.dataset import Dataset, Role
from forecastle.data.read import read

FRAME = pl.DataFrame(
    {
        "week": [date(2024, 1, 1 + 7 * week) for week in range(4)] * 2,
        "sku": ["a"] * 4 + ["b"] * 4,
        "units": [1, 2, 3, 4, 5, 6, 7, 8],
        "price": [2.0, 2.5] * 4,
        "brand": ["x"] * 4 + ["y"] * 4,
        "checked": [date(2024, 2, 1), None] * 4,
    }
)


@pytest.fixture
def dataset() -> Dataset:
    return read(FRAME)


def roles_of(dataset: Dataset) -> dict[str, Role]:
    return {guess.column: guess.role for guess in dataset.roles.guesses}


def test_what_is_not_named_keeps_its_role_and_the_reason_for_it(dataset: Dataset) -> None:
    chosen = choose_roles(dataset, {"brand": Role.IGNORED})
    before, after = ({guess.column: guess for guess in each.roles.guesses} for each in (dataset, chosen))
    assert after["brand"].role is Role.IGNORED
    assert (after["brand"].confidence, after["brand"].reason) == (1.0, "named by the user")
    assert {name: after[name] for name in before if name != "brand"} == {
        name: before[name] for name in before if name != "brand"
    }
    assert chosen.frame.equals(dataset.frame)


def test_roles_chosen_and_chosen_back_are_those_from_before(dataset: Dataset) -> None:
    there = choose_roles(dataset, {"sku": Role.STATIC, "brand": Role.KEY, "price": Role.PAST})
    assert there.roles.keys == ("brand",)
    back = choose_roles(
        there, {name: role for name, role in roles_of(dataset).items() if name in ("sku", "brand", "price")}
    )
    assert roles_of(back) == roles_of(dataset)
    assert back.transactions == dataset.transactions


def test_whoever_had_a_role_that_one_column_has_is_left_aside(dataset: Dataset) -> None:
    chosen = choose_roles(dataset, {"units": Role.PRICE, "price": Role.TARGET})
    assert (chosen.roles.price, chosen.roles.targets) == ("units", ("price",))
    timed = choose_roles(dataset, {"checked": Role.TIME})
    assert (timed.roles.time, roles_of(timed)["week"]) == ("checked", Role.IGNORED)


def test_rows_without_a_new_time_are_left_out_and_told(dataset: Dataset) -> None:
    chosen = choose_roles(dataset, {"checked": Role.TIME})
    assert len(chosen.frame) == 4
    assert {finding.code: finding.count for finding in chosen.findings.items}["no_time"] == 4


def test_every_change_is_told(dataset: Dataset) -> None:
    told = next(
        item for item in choose_roles(dataset, {"brand": Role.KEY}).findings.items if item.code == "roles_changed"
    )
    assert told.rows == ("brand: key, was static",)


def test_without_keys_rows_of_a_week_are_single_sales(dataset: Dataset) -> None:
    assert not dataset.transactions
    assert choose_roles(dataset, {"sku": Role.IGNORED, "brand": Role.IGNORED}).transactions


def test_a_time_that_was_read_once_is_not_read_again() -> None:
    numbered = read(pl.DataFrame({"step": [2001, 2002, 2003, 2004], "units": [1, 2, 3, 5], "n": [1, 1, 1, 2]}))
    chosen = choose_roles(numbered, {"n": Role.IGNORED})
    assert chosen.frame["step"].equals(numbered.frame[numbered.roles.time].alias("step"))


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"colour": Role.KEY}, "no column 'colour'"),
        ({"brand": Role.TARGET}, "holds string values"),
        ({"brand": Role.CLOSED}, "holds string values"),
        ({"brand": Role.TIME}, "no time"),
        ({"week": Role.IGNORED}, "No column reads as dates"),
        ({"units": Role.PAST}, "left to forecast"),
        ({"units": Role.PRICE, "price": Role.PRICE}, "'units', 'price' are all named as price"),
    ],
)
def test_impossible_roles_are_refused_in_words(dataset: Dataset, changes: dict[str, Role], says: str) -> None:
    with pytest.raises(RolesError, match=says):
        choose_roles(dataset, changes)


def test_lists_name_no_series() -> None:
    tagged = read(FRAME.with_columns(tags=pl.Series([["a"]] * len(FRAME))))
    with pytest.raises(RolesError, match="holds list"):
        choose_roles(tagged, {"tags": Role.KEY})
