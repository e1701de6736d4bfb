from dataclasses import replace
from datetime import date, timedelta

import polars as pl
import pytest

from forecastle.core.errors import DataError, RolesError
from forecastle.core.findings import Finding, Findings, Severity
from forecastle.data.dataset import Dataset, Roles
from forecastle.data.prepare import examine, prepare
from forecastle.settings import CleanSettings

MONDAY = date(2024, 1, 1)


def weekly(**columns: object) -> pl.DataFrame:
    """Ten weeks of two shops: 1 to 10 in Lyon, 11 to 20 in Nice."""
    weeks = [MONDAY + timedelta(weeks=week) for week in range(10)]
    frame = pl.DataFrame(
        {"shop": ["Lyon"] * 10 + ["Nice"] * 10, "week": weeks * 2, "volume": [float(n) for n in range(1, 21)]}
    )
    return frame.with_columns(**columns)


def dataset(frame: pl.DataFrame, *, transactions: bool = False, **roles: object) -> Dataset:
    given = Roles(time="week", keys=("shop",), targets=("volume",), **roles)  # type: ignore[arg-type] # any role
    return Dataset(frame=frame, roles=given, source="test", transactions=transactions)


def codes(findings: object) -> set[str]:
    return {finding.code for finding in findings}  # type: ignore[attr-defined] # iterable of findings


def test_a_clean_dataset_becomes_a_panel_as_it_is() -> None:
    prepared = prepare(dataset(weekly()), "volume")
    assert str(prepared.panel.freq) == "W-MON"
    assert prepared.panel.frame["y"].to_list() == list(range(1, 21))
    assert prepared.panel.frame.columns == ["series_id", "ds", "y"]
    assert prepared.keys.columns == ["series_id", "shop"]
    assert not codes(prepared.findings)


def test_rows_in_any_order_give_the_same_panel_and_it_is_said() -> None:
    shuffled = prepare(dataset(weekly().reverse()), "volume")
    assert shuffled.panel.frame.equals(prepare(dataset(weekly()), "volume").panel.frame)
    assert codes(shuffled.findings) == {"unsorted"}


def test_a_missing_week_is_a_row_without_a_value() -> None:
    prepared = prepare(dataset(weekly().filter(pl.col("volume") != 5)), "volume")
    assert prepared.panel.frame["y"].null_count() == 1
    assert prepared.profile["gaps"].to_list() == [1, 0]


def test_a_week_without_a_sale_is_zero_in_transactions() -> None:
    sales = pl.concat([weekly(), weekly()]).filter(~pl.col("volume").is_in([5.0, 20.0]))
    frame = prepare(dataset(sales, transactions=True), "volume").panel.frame
    assert frame.filter(series_id="Lyon")["y"].to_list() == [2, 4, 6, 8, 0, 12, 14, 16, 18, 20]
    assert frame.filter(series_id="Nice")["y"].to_list()[-1] == 0


def test_the_weeks_of_a_closed_shop_say_nothing_about_demand() -> None:
    data = dataset(weekly(open=pl.col("volume") != 3), closed="open", closed_value=False)
    prepared = prepare(data, "volume")
    assert prepared.panel.frame["y"].to_list()[:4] == [1, 2, None, 4]
    assert "closed" in codes(prepared.findings)


def test_covariates_stay_and_a_plan_is_kept_apart() -> None:
    planned = weekly(promo=pl.lit(1)).with_columns(
        pl.when(pl.col("week") < date(2024, 3, 1)).then("volume").alias("volume")
    )
    prepared = prepare(dataset(planned, promotion=("promo",)), "volume")
    assert prepared.panel.covariates.known == ("promo",)
    assert prepared.panel.frame["ds"].max() == date(2024, 2, 26)
    assert prepared.plan is not None
    assert prepared.plan.columns == ["series_id", "ds", "promo"]
    assert prepared.plan["ds"].unique().to_list() == [date(2024, 3, 4)]


def test_series_that_are_left_out_have_no_keys_but_a_profile() -> None:
    blank = weekly().with_columns(pl.when(pl.col("shop") == "Nice").then("volume").alias("volume"))
    over = blank.filter((pl.col("shop") == "Nice") | (pl.col("week") < pl.col("week").max()))
    prepared = prepare(dataset(over), "volume", settings=CleanSettings(missing_limit=1))
    assert prepared.keys["shop"].to_list() == ["Nice"]
    assert prepared.profile["series_id"].to_list() == ["Lyon", "Nice"]


def test_a_series_without_a_value_stays_if_it_is_on_the_list_at_the_end() -> None:
    blank = weekly().with_columns(pl.when(pl.col("shop") == "Nice").then("volume").alias("volume"))
    prepared = prepare(dataset(blank), "volume", settings=CleanSettings(missing_limit=1))
    rows = prepared.panel.frame.filter(series_id="Lyon")
    assert rows.select("ds", "y").rows() == [(weekly()["week"].max(), None)]
    assert "no_values" not in [finding.code for finding in prepared.findings]


def test_a_frequency_can_be_asked_for() -> None:
    prepared = prepare(dataset(pl.concat([weekly(), weekly()]), transactions=True), "volume", freq="MS")
    assert str(prepared.panel.freq) == "MS"


def test_too_much_missing_is_refused_with_the_worst_series() -> None:
    holes = weekly().with_columns(pl.when(~pl.col("volume").is_between(4, 6)).then("volume").alias("volume"))
    with pytest.raises(DataError, match=r"1 of 2 series miss more than 10%.*'Lyon' 3 of 10 \(30%\)"):
        prepare(dataset(holes), "volume")


def test_who_only_looks_is_told_of_the_refusal_and_of_everything_else() -> None:
    holes = weekly().with_columns(pl.when(~pl.col("volume").is_between(4, 6)).then("volume").alias("volume"))
    examined = examine(dataset(holes), "volume")
    first, *others = examined.findings.items
    assert (first.code, first.severity, first.series) == ("not_ready", Severity.ERROR, ("Lyon",))
    assert "missing" in {finding.code for finding in others}
    assert examined.panel.n_series == 2
    assert examine(dataset(weekly()), "volume").findings == prepare(dataset(weekly()), "volume").findings


def test_the_refusal_says_what_was_no_number() -> None:
    holes = weekly().with_columns(pl.when(~pl.col("volume").is_between(4, 6)).then("volume").alias("volume"))
    text = Finding(
        code="not_a_number",
        severity=Severity.WARNING,
        message="3 values of 'volume' are not numbers.",
        rows=("line 5: volume = 'sold out'",),
    )
    data = replace(dataset(holes), findings=Findings((text,)))
    with pytest.raises(DataError, match=r"'Lyon' 3 of 10.*not numbers. The first: line 5: volume = 'sold out'"):
        prepare(data, "volume")


def test_a_target_that_is_not_there_is_refused() -> None:
    with pytest.raises(RolesError, match="sales"):
        prepare(dataset(weekly()), "sales")
