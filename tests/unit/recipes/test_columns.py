from datetime import date

import polars as pl
import pytest

from forecastle.core.errors import DataError, InputError, RolesError

from .conftest import Step, history, take

THREE = history([[1, 2, 3]])


@pytest.mark.parametrize(
    ("texts", "to", "expected"),
    [
        (["1.234,5", "2", "n/a"], "number", [1234.5, 2.0, None]),
        (["1", "2", ""], "whole", [1, 2, None]),
        (["yes", "No", None], "boolean", [True, False, None]),
    ],
)
def test_texts_become_what_they_say(texts: list[str | None], to: str, expected: list[object]) -> None:
    frame = THREE.with_columns(told=pl.Series(texts))
    assert take(frame, {"step": "convert", "columns": ["told"], "to": to}).dataset.frame["told"].to_list() == expected


def test_a_value_that_is_no_such_thing_is_refused_or_counts_as_missing() -> None:
    frame = THREE.with_columns(told=pl.Series(["1", "two", "3"]))
    step = {"step": "convert", "columns": ["told"], "to": "number"}
    with pytest.raises(DataError, match=r"1 value of 'told' cannot become numbers; the first: 'two'"):
        take(frame, step)
    assert take(frame, {**step, "wrong": "missing"}).dataset.frame["told"].to_list() == [1, None, 3]


def test_a_target_stays_numbers_and_a_number_of_days_is_no_date() -> None:
    with pytest.raises(RolesError, match="is a target, of which no texts"):
        take(THREE, {"step": "convert", "columns": ["volume"], "to": "text"})
    with pytest.raises(DataError, match=r"3 values of 'price' cannot become dates; the first: 2.0"):
        take(THREE, {"step": "convert", "columns": ["price"], "to": "date"})
    numbers = THREE.with_columns(told=pl.Series([20260131.0, 20260201.0, None]))
    dated = take(numbers, {"step": "convert", "columns": ["told"], "to": "date"}).dataset.frame["told"]
    assert dated.to_list() == [date(2026, 1, 31), date(2026, 2, 1), None]


def test_units_of_every_row_become_one() -> None:
    frame = THREE.with_columns(unit=pl.Series(["box", "piece", "box"]))
    step = {"step": "units", "by": "unit", "factors": {"box": 12, "piece": 1}, "unit": "piece"}
    outcome = take(frame, step).dataset.frame
    assert (outcome["volume"].to_list(), outcome["unit"].to_list()) == ([12, 2, 36], ["piece"] * 3)
    with pytest.raises(DataError, match="'box' without a factor"):
        take(frame, {**step, "factors": {"piece": 1}})


def test_columns_are_left_out_but_not_those_that_everything_stands_on() -> None:
    outcome = take(THREE, {"step": "drop", "columns": ["price"]})
    assert outcome.changes[0].columns_removed == ("price",)
    assert outcome.dataset.roles.price is None
    for column in ("day", "sku", "volume"):
        with pytest.raises(RolesError, match="nothing to forecast"):
            take(THREE, {"step": "drop", "columns": [column]})


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        ("volume * price - 1", [1.0, 5.0, 11.0]),
        ("2 if volume == 2 else -volume", [-1.0, 2.0, -3.0]),
        ("max(volume, 2) // 2 + volume % 2", [2.0, 1.0, 2.0]),
        ("lag(volume, 1)", [None, 1.0, 2.0]),
        ("rolling_mean(volume, 2)", [1.0, 1.5, 2.5]),
        ("first_known(lag(volume, 2), 0)", [0.0, 0.0, 1.0]),
        ("1 < volume <= 3 or is_missing(price)", [False, True, True]),
        ("log(volume - 1)", [None, 0.0, pytest.approx(0.693147)]),
        ("volume ** 2 / volume ** -1", [1.0, 8.0, 27.0]),
        ("month(day) + weekday(day)", [2, 3, 4]),
        ("sku == 'S0' and day >= date('2024-01-02')", [False, True, True]),
        ("col('volume') * 2", [2.0, 4.0, 6.0]),
    ],
)
def test_a_formula_is_worked_out_row_by_row(formula: str, expected: list[object]) -> None:
    step = {"step": "formula", "column": "result", "formula": formula}
    assert take(THREE, step).dataset.frame["result"].to_list() == expected


@pytest.mark.parametrize(
    "formula",
    [
        "__import__('os').system('true')", "().__class__", "volume.shape", "[v for v in volume]", "lambda: 1",
        "f'{volume}'", "open('x')", "volume if", "volume ** 1e9", "2 ** volume", "lag(volume, volume)",
        "price @ volume", "x := 1",
        "max(volume)", "volume is 1", "lag(volume, 0)", "-" * 5000 + "1", "col(volume)", "abs(volume, key=1)", "1j",
    ],
)  # fmt: skip
def test_what_is_no_formula_is_refused_and_nothing_is_executed(formula: str) -> None:
    step = {"step": "formula", "column": "result", "formula": formula}
    with pytest.raises(InputError):
        take(THREE, step)


def test_a_formula_can_neither_read_nor_write_what_is_not_the_user_s() -> None:
    steps: list[Step] = [
        {"step": "formula", "column": "result", "formula": "__series"},
        {"step": "formula", "column": "__step", "formula": "1"},
        {"step": "formula", "column": "sku", "formula": "1"},
    ]
    for step in steps:
        with pytest.raises(RolesError):
            take(THREE, step)
