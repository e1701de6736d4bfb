from dataclasses import replace
from datetime import date

import numpy as np
import polars as pl
import pytest

from forecastle.core.errors import InputError
from forecastle.core.frequency import Frequency
from forecastle.data.dataset import Dataset, Guess, Role, Roles
from forecastle.exploration.line import Line, line_of

DAYS = [date(2024, 1, day) for day in (1, 1, 2, 4)]
FRAME = pl.DataFrame({"day": DAYS, "sold": [1, 2, None, 4], "price": [2.0, 4.0, None, 3.0], "note": ["a"] * 4})
ROLES = Roles(
    time="day",
    targets=("sold",),
    price="price",
    guesses=(Guess(column="sold", role=Role.TARGET, confidence=1, reason=""),),
)


def drawn(column: str = "sold", freq: str = "D", *, sales: bool = False, summed: bool = False) -> Line:
    dataset = Dataset(frame=FRAME, roles=ROLES, source="sales.csv", transactions=sales)
    return line_of(dataset, column, Frequency.parse(freq), series_id="A", summed=summed)


def test_of_two_rows_of_a_day_the_later_counts_and_a_day_without_one_was_not_observed() -> None:
    line = drawn()
    assert line.values == pytest.approx([2.0, np.nan, np.nan, 4.0], nan_ok=True)
    assert line.moments.to_list() == [date(2024, 1, day) for day in (1, 2, 3, 4)]
    assert (line.observed, line.filled.round(2).tolist()) == (2, [2.0, 2.67, 3.33, 4.0])


def test_a_stray_date_does_not_have_millions_of_periods_worked_on() -> None:
    line = replace(drawn(), values=np.r_[1.0, np.full(200_000, np.nan), 2.0])
    with pytest.raises(InputError, match="2 values in 200,002 periods"):
        _ = line.filled


def test_a_stray_number_of_a_period_is_not_drawn_either() -> None:
    frame = pl.DataFrame({"day": [1, 2, 10**12], "sold": [1, 2, 3]})
    with pytest.raises(InputError, match="3 values in 1,000,000,000,000 periods"):
        line_of(
            Dataset(frame=frame, roles=ROLES, source=""), "sold", Frequency.parse("step"), series_id=None, summed=False
        )


def test_single_sales_are_added_up_and_a_day_without_one_is_zero() -> None:
    assert drawn(sales=True, summed=True).values == pytest.approx([3.0, np.nan, 0.0, 4.0], nan_ok=True)


def test_a_price_is_never_added_up() -> None:
    assert drawn("price", sales=True, summed=True).values == pytest.approx([3.0, np.nan, np.nan, 3.0], nan_ok=True)


def test_a_coarser_grid_holds_the_sums_of_its_periods() -> None:
    assert drawn(freq="MS", summed=True).values.tolist() == [7.0]


@pytest.mark.parametrize("column", ["note", "colour", "day"])
def test_what_is_no_column_of_numbers_is_refused_with_those_there_are(column: str) -> None:
    with pytest.raises(InputError, match=r"(?s)no column of numbers.*sold, price"):
        drawn(column)


def test_what_nothing_can_be_calculated_with_is_refused() -> None:
    huge = FRAME.with_columns(sold=pl.lit(1e308))
    with pytest.raises(InputError, match=r"up to 1e\+308"):
        line_of(Dataset(frame=huge, roles=ROLES, source="x"), "sold", Frequency.parse("D"), series_id="A", summed=False)
