"""Real sales files need no option: their columns, frequencies and totals are found."""

import polars as pl
import pytest

from forecastle.data.aggregation import to_long
from forecastle.data.read import read
from real_data import DATA, needs_real_data

pytestmark = needs_real_data


@pytest.mark.parametrize(
    ("file", "time", "keys", "targets", "price", "freq"),
    [
        ("aus_retail/aus_retail", "ds", "unique_id", ("y",), None, "MS"),
        ("carparts/carparts", "ds", "unique_id", ("y",), None, "MS"),
        ("complete_journey/complete_journey_weekly", "ds", "unique_id", ("y", "sales_value"), "price_paid", "W-MON"),
        ("m3/m3", "ds", "unique_id", ("y",), None, "step"),
        ("m4/m4_hourly", "ds", "unique_id", ("y",), None, "step"),
        ("m5/m5_weekly_2015_2016", "ds", "unique_id", ("y",), "sell_price", "W-SAT"),
        ("online_retail/online_retail_transactions", "InvoiceDate", "StockCode", ("Quantity",), "UnitPrice", "W-MON"),
        ("online_retail/online_retail_weekly", "ds", "unique_id", ("y", "revenue"), "price", "W-MON"),
        ("orange_juice/orange_juice", "week", "unique_id", ("logmove",), None, "step"),
        ("rossmann_top100/rossmann_top100", "ds", "unique_id", ("y",), None, "D"),
        ("stallion/stallion", "ds", "unique_id", ("y",), "price_actual", "MS"),
        ("ta_feng/ta_feng_daily", "ds", "unique_id", ("y", "revenue"), None, "D"),
    ],
)
def test_the_columns_of_real_files_are_found(
    file: str, time: str, keys: str, targets: tuple[str, ...], price: str | None, freq: str
) -> None:
    dataset = read(DATA / f"{file}.parquet")
    roles = dataset.roles
    assert (roles.time, roles.keys, roles.targets, roles.price) == (time, (keys,), targets, price)
    assert str(to_long(dataset, targets[0])[0].freq) == freq


def test_promotions_holidays_and_closed_days_of_stores_are_found() -> None:
    roles = read(DATA / "rossmann_top100/rossmann_top100.parquet").roles
    assert (roles.promotion, roles.known) == (("promo",), ("schoolholiday",))
    assert (roles.closed, roles.closed_value) == ("open", False)


def test_events_and_temperatures_of_agencies_are_told_apart() -> None:
    roles = read(DATA / "stallion/stallion.parquet").roles
    assert {"easter_day", "christmas", "music_fest"} <= set(roles.known)
    assert {"avg_max_temp", "industry_volume"} <= set(roles.past)
    assert {"agency", "sku", "avg_population_2017"} <= set(roles.static)


def test_cancelled_invoices_are_netted_and_every_full_week_is_kept() -> None:
    path = DATA / "online_retail/online_retail_transactions.parquet"
    dataset = read(path)
    long, findings = to_long(dataset, "Quantity")
    assert dataset.transactions
    week = pl.col("InvoiceDate").dt.date().dt.truncate("1w")
    full = dataset.frame.filter(week.is_between(long.frame["ds"].min(), long.frame["ds"].max()))
    assert long.frame["y"].sum() == full["Quantity"].sum()
    assert {finding.code for finding in findings} == {"aggregated", "partial_period"}


def test_a_table_of_hours_needs_no_option() -> None:
    dataset = read(DATA / "long_horizon/ETTh1.parquet")
    assert dataset.roles.keys == ()
    assert dataset.roles.targets == ("HUFL", "HULL", "MUFL", "MULL", "LUFL", "LULL", "OT")
    assert str(to_long(dataset, "OT")[0].freq) == "h"
