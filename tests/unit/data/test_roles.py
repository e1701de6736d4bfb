from datetime import date, datetime, timedelta

import polars as pl
import pytest

from forecastle.core.errors import RolesError
from forecastle.data.dataset import Role, Roles
from forecastle.data.options import ReadOptions
from forecastle.data.roles import FoundRoles, find_roles

WEEKS = [date(2023, 1, 2) + timedelta(weeks=week) for week in range(40)]


def panel(**columns: object) -> pl.DataFrame:
    """Two shops with 40 weeks each; `date`, `shop` and `units`, and more columns as functions of week, shop."""
    rows = [
        {"date": day, "shop": f"S{shop}", "units": (week * 7 + shop * 3) % 11 + 1}
        | {name: make(week, shop) for name, make in columns.items()}  # type: ignore[operator]
        for shop in (1, 2)
        for week, day in enumerate(WEEKS)
    ]
    return pl.DataFrame(rows)


def roles(frame: pl.DataFrame, **options: object) -> Roles:
    return find_roles(frame.lazy(), ReadOptions(**options)).roles  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("time", "key", "target"),
    [
        ("Datum", "Filiale", "Menge"), ("fecha", "tienda", "ventas"), ("data", "loja", "faturamento"),
        ("jour", "magasin", "quantité"), ("日期", "门店", "销量"),
        ("date_id", "StoreCode", "TotalUnits"), ("ds", "unique_id", "y"),
        ("päivä", "kauppa", "määrä"),
    ],
)  # fmt: skip
def test_roles_are_found_under_names_in_many_languages(time: str, key: str, target: str) -> None:
    found = roles(panel().rename({"date": time, "shop": key, "units": target}))
    assert (found.time, found.keys, found.targets) == (time, (key,), (target,))


def test_revenue_that_is_volume_times_price_tells_all_three_without_names() -> None:
    frame = panel(b=lambda week, _: 1.5 + week % 3).rename({"units": "a"})
    found = roles(frame.with_columns((pl.col("a") * pl.col("b")).alias("c")))
    assert (found.targets, found.price) == (("a", "c"), "b")


def test_several_keys_are_found_where_one_is_not_enough() -> None:
    frame = pl.concat([panel().with_columns(pl.lit(item).alias("item")) for item in ("x", "y", "z")])
    assert roles(frame).keys == ("shop", "item")


def test_a_few_duplicates_make_no_single_sales() -> None:
    found = find_roles(pl.concat([panel(), panel().head(1)]).lazy(), ReadOptions())
    assert (found.roles.keys, found.transactions) == (("shop",), False)


def test_a_column_that_numbers_the_rows_is_no_key() -> None:
    assert roles(panel().with_row_index("id")).keys == ("shop",)


def test_covariates_are_told_by_how_they_change() -> None:
    found = roles(
        panel(
            region=lambda _, shop: f"R{shop}", promo=lambda week, shop: (week + shop) % 5 == 0,
            bank_holiday=lambda week, _: week % 9 == 0, temperature=lambda week, shop: week * 0.5 + shop,
            note=lambda week, shop: f"n{week % 7}{shop}", always=lambda *_: 1,
        )
    )  # fmt: skip
    assert found.static == ("region",)
    assert found.promotion == ("promo",)
    assert found.known == ("bank_holiday",)
    assert found.past == ("temperature",)
    assert found.ignored == ("note", "always")


def test_a_flag_for_open_days_is_understood_the_other_way_round() -> None:
    found = roles(panel(open=lambda week, shop: (week + shop) % 6 != 0))
    assert (found.closed, found.closed_value) == ("open", False)
    found = roles(panel(stockout=lambda week, shop: (week + shop) % 6 == 0))
    assert (found.closed, found.closed_value) == ("stockout", True)


def test_every_column_has_one_guess_with_a_reason() -> None:
    found = roles(panel(region=lambda _, shop: f"R{shop}"))
    assert [guess.column for guess in found.guesses] == ["date", "shop", "units", "region"]
    assert all(0 < guess.confidence <= 1 and guess.reason for guess in found.guesses)


def test_what_the_user_names_is_kept() -> None:
    frame = panel(load=lambda week, shop: week * shop)
    found = roles(frame, targets=("load",), keys=("shop",), known=("units",))
    assert (found.targets, found.known) == (("load",), ("units",))
    assert {guess.column: guess.confidence for guess in found.guesses}["load"] == 1.0


def test_a_table_with_one_row_a_moment_has_only_targets() -> None:
    frame = pl.DataFrame({"ts": WEEKS, "HUFL": range(40), "OT": [x**0.5 for x in range(40)]})
    assert roles(frame).targets == ("HUFL", "OT")


def test_year_and_month_in_two_columns_are_one_time() -> None:
    frame = pl.DataFrame({"year": [2023] * 12 + [2024] * 12, "month": [*range(1, 13)] * 2, "sales": range(24)})
    found = find_roles(frame.lazy(), ReadOptions())
    assert found.roles.time == "year-month"
    assert found.time.put_into(frame.lazy()).collect()["year-month"].to_list()[-1] == date(2024, 12, 1)
    assert found.roles.ignored == ("year", "month")


def test_numbered_periods_are_a_time() -> None:
    frame = panel(week=lambda week, _: week + 40).drop("date")
    assert roles(frame).time == "week"


def sales(rows: int) -> pl.DataFrame:
    """Single sales at odd times of day."""
    at = [datetime(2024, 1, 1, 8) + timedelta(minutes=37 * row + (row * row) % 29) for row in range(rows)]
    return pl.DataFrame(
        {"InvoiceNo": [f"I{row // 3}" for row in range(rows)], "StockCode": [f"A{row % 5}" for row in range(rows)],
         "InvoiceDate": at, "Quantity": [row % 4 - 1 for row in range(rows)]}
    )  # fmt: skip


def test_single_sales_are_told_by_their_times() -> None:
    found = find_roles(sales(600).lazy(), ReadOptions())
    assert found.transactions
    assert (found.roles.keys, found.roles.targets) == (("StockCode",), ("Quantity",))


def test_several_rows_a_day_are_single_sales() -> None:
    assert find_roles(sales(600).with_columns(pl.col("InvoiceDate").dt.date()).lazy(), ReadOptions()).transactions


def sparse(*, zeros: bool) -> FoundRoles:
    days = [
        (date(2024, 1, 1) + timedelta(days=3 * row), f"P{item}", row % 4 + 1) for row in range(50) for item in (1, 2)
    ]
    frame = pl.DataFrame(days, schema=["date", "product", "qty"], orient="row")
    other = pl.DataFrame({"date": pl.date_range(date(2024, 1, 1), date(2024, 5, 1), eager=True)}).with_columns(
        pl.lit("P3").alias("product"), pl.lit(0 if zeros else 1, pl.Int64).alias("qty")
    )
    return find_roles(pl.concat([frame, other]).lazy(), ReadOptions())


def test_days_without_a_row_are_days_without_sales_unless_zeros_are_written() -> None:
    assert sparse(zeros=False).transactions
    assert not sparse(zeros=True).transactions


def test_a_column_that_is_not_there_is_named_with_the_nearest() -> None:
    with pytest.raises(RolesError, match="no column 'unit'") as caught:
        roles(panel(), targets=("unit",))
    assert "'units'" in caught.value.hint


def test_a_column_has_one_role() -> None:
    with pytest.raises(RolesError, match="'units' is named as target and as price"):
        roles(panel(), targets=("units",), price="units")


def test_text_is_no_target() -> None:
    with pytest.raises(RolesError, match="'shop' is named as target, but holds string"):
        roles(panel(), targets=("shop",))


def test_without_time_the_columns_are_listed() -> None:
    with pytest.raises(RolesError, match="dates, times or numbered periods") as caught:
        roles(pl.DataFrame({"shop": ["a", "b"], "size": [1.5, 2.5]}))
    assert "shop (string)" in caught.value.hint


def test_without_numbers_there_is_nothing_to_forecast() -> None:
    with pytest.raises(RolesError, match="No column of numbers"):
        roles(pl.DataFrame({"date": WEEKS, "note": [f"n{week}" for week in range(40)]}))


def test_roles_are_names_people_write() -> None:
    assert f"{Role.PROMOTION}" == "promotion"


def test_seconds_since_1970_are_read_as_moments() -> None:
    frame = panel().with_columns(pl.col("date").dt.epoch("s"))
    found = find_roles(frame.lazy(), ReadOptions())
    assert found.time.put_into(frame.lazy()).collect()["date"].to_list() == [
        datetime(*day.timetuple()[:3]) for day in 2 * WEEKS
    ]


def test_keys_are_the_same_where_different_moments_are_too_many_to_look_at(monkeypatch: pytest.MonkeyPatch) -> None:
    hours = [datetime(2023, 1, 1) + timedelta(hours=hour) for hour in range(3_000)]
    frame = pl.DataFrame({"at": hours * 2, "shop": ["A"] * 3_000 + ["B"] * 3_000, "units": [*range(2_999, -1, -1)] * 2})
    every = roles(frame)
    monkeypatch.setattr("forecastle.data.detection.keys.MOST_MOMENTS", 500)
    assert roles(frame) == every
    assert every.keys == ("shop",)
