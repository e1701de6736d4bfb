"""The real panels that accuracy and speed are measured on: read in place from `../shared/data`, never copied."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from forecastle.core.columns import DS, SERIES_ID, STEP, Y
from forecastle.core.frequency import Frequency
from forecastle.core.panel import Covariates, Panel

DATA = Path(__file__).resolve().parents[1] / "../shared/data"


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """A panel cut before its last `horizon` periods, and the answers: series_id, step, y.

    future: series_id, ds and the known covariates of the horizon; None for a panel without any.
    """

    name: str
    known: Panel
    answers: pl.DataFrame
    horizon: int
    future: pl.DataFrame | None = None

    @property
    def season(self) -> int:
        """The season of the MASE scale: the panel's shortest."""
        return self.known.season_lengths[0] if self.known.season_lengths else 1


def cut(name: str, panel: Panel, horizon: int) -> Task:
    """The task of forecasting a panel's last periods; cut twice, that of forecasting those before."""
    known = panel.drop_last(horizon)
    kept = known.frame[SERIES_ID].unique()
    ahead = panel.take_last(horizon).filter(pl.col(SERIES_ID).is_in(kept.implode()))
    plan = panel.covariates.known
    return Task(
        name=name,
        known=known,
        answers=ahead.select(SERIES_ID, STEP, Y),
        horizon=horizon,
        future=ahead.select(SERIES_ID, DS, *plan) if plan else None,
    )


def _cut(
    name: str,
    frame: pl.DataFrame,
    freq: str,
    horizon: int,
    *,
    seasons: tuple[int, ...] | None = None,
    covariates: Covariates | None = None,
) -> Task:
    names = covariates or Covariates()
    moving = [pl.col(column) for column in (*names.known, *names.past)]
    keys = (pl.col("unique_id").cast(pl.String).alias(SERIES_ID), pl.col("ds").alias(DS))
    whole = frame.select(*keys, pl.col("y").cast(pl.Float64), *moving).sort(SERIES_ID, DS)
    static = frame.select(keys[0], *names.static).unique(SERIES_ID).sort(SERIES_ID) if names.static else None
    panel = Panel(frame=whole, freq=Frequency.parse(freq), seasons=seasons, covariates=names, static=static)
    return cut(name, panel, horizon)


def _some(frame: pl.DataFrame, count: int | None) -> pl.DataFrame:
    """Every k-th series, so that a sample looks like the whole."""
    if count is None:
        return frame
    ids = frame["unique_id"].unique().sort()
    return frame.filter(pl.col("unique_id").is_in(ids.gather_every(max(1, len(ids) // count)).head(count).implode()))


def m3(period: str, horizon: int, season: int) -> Task:
    """One part of the M3 competition."""
    frame = pl.read_parquet(DATA / "m3/m3.parquet").filter(
        pl.col("period").cast(pl.String).str.to_lowercase() == period
    )
    return _cut(f"m3 {period}", frame, "step", horizon, seasons=(season,))


def m4_hourly() -> Task:
    """M4 hourly: two seasons, 24 and 168 hours."""
    return _cut("m4 hourly", pl.read_parquet(DATA / "m4/m4_hourly.parquet"), "step", 48, seasons=(24, 168))


def orange_juice() -> Task:
    """Weekly unit sales of orange juice, their price and promotions; weeks without a row were not observed."""
    frame = pl.read_parquet(DATA / "orange_juice/orange_juice.parquet")
    own_price = pl.coalesce(pl.when(pl.col("brand") == brand).then(pl.col(f"price{brand}")) for brand in range(1, 12))
    units = frame.with_columns(
        pl.col("week").alias("ds"), pl.col("logmove").exp().alias("y"), own_price.alias("price"), pl.col("deal") > 0
    )
    covariates = Covariates(
        known=("price", "deal", "feat"), static=("store", "brand"), price=("price",), promotion=("deal", "feat")
    )
    return _cut("orange_juice", units, "step", 13, seasons=(52,), covariates=covariates)


def carparts() -> Task:
    """Monthly intermittent demand of car parts."""
    return _cut("carparts", pl.read_parquet(DATA / "carparts/carparts.parquet"), "MS", 12)


def m5_monthly(count: int | None = None) -> Task:
    """M5 item-store sales by month, without the partial last month."""
    frame = pl.read_parquet(DATA / "m5/m5_monthly_2011_2016.parquet").filter(pl.col("ds") < pl.date(2016, 4, 1))
    return _cut("m5 monthly", _some(frame, count), "MS", 12)


def m5_weekly(count: int | None = None) -> Task:
    """M5 item-store sales by week, with prices."""
    frame = _some(pl.read_parquet(DATA / "m5/m5_weekly_2015_2016.parquet"), count)
    covariates = Covariates(known=("sell_price",), price=("sell_price",))
    return _cut("m5 weekly", frame, "W-SAT", 13, covariates=covariates)


def stallion() -> Task:
    """Monthly beverage volume by agency and product, with price, discount and events."""
    events = (
        "easter_day", "good_friday", "new_year", "christmas", "labor_day", "independence_day",
        "revolution_day_memorial", "regional_games", "fifa_u_17_world_cup", "football_gold_cup", "beer_capital",
        "music_fest",
    )  # fmt: skip
    covariates = Covariates(
        known=("price_regular", "discount_in_percent", *events),
        past=("industry_volume", "soda_volume", "avg_max_temp"),
        static=("agency", "sku", "avg_population_2017", "avg_yearly_household_income_2017"),
        price=("price_regular",),
        promotion=("discount_in_percent",),
    )
    return _cut("stallion", pl.read_parquet(DATA / "stallion/stallion.parquet"), "MS", 6, covariates=covariates)


def complete_journey(count: int | None = None) -> Task:
    """Weekly grocery units, a year of them, with displays and mailers."""
    frame = pl.read_parquet(DATA / "complete_journey/complete_journey_weekly.parquet")
    support = ("stores_display", "stores_mailer")
    covariates = Covariates(known=support, promotion=support)
    return _cut("complete_journey", _some(frame, count), "W-MON", 8, covariates=covariates)


def online_retail(count: int | None = None) -> Task:
    """Weekly units of a gift wholesaler."""
    frame = pl.read_parquet(DATA / "online_retail/online_retail_weekly.parquet")
    return _cut("online_retail", _some(frame, count), "W-MON", 8)


def aus_retail() -> Task:
    """Monthly retail turnover by state and industry."""
    return _cut("aus_retail", pl.read_parquet(DATA / "aus_retail/aus_retail.parquet"), "MS", 12)


def rossmann() -> Task:
    """Daily store sales, with promotions and holidays; closed days were not observed."""
    frame = pl.read_parquet(DATA / "rossmann_top100/rossmann_top100.parquet")
    open_sales = pl.when(pl.col("open")).then(pl.col("y"))
    covariates = Covariates(
        known=("promo", "schoolholiday"),
        static=("storetype", "assortment", "promo2", "state", "holidaycode"),
        promotion=("promo",),
    )
    return _cut("rossmann daily", frame.with_columns(open_sales.alias("y")), "D", 28, covariates=covariates)


def rossmann_weekly() -> Task:
    """The same by week: sales of open days, and how many days had a promotion, were closed or school holidays."""
    frame = pl.read_parquet(DATA / "rossmann_top100/rossmann_top100.parquet")
    week = pl.col("ds").dt.truncate("1w").alias("ds")
    moving = [pl.col("promo", "schoolholiday").cast(pl.Float64).sum(), (~pl.col("open")).sum().alias("closed_days")]
    fixed = ("storetype", "assortment", "promo2", "state", "holidaycode")
    weekly = frame.group_by("unique_id", week).agg(pl.col("y").sum(), *moving, pl.col(fixed).first(), days=pl.len())
    covariates = Covariates(known=("promo", "schoolholiday", "closed_days"), static=fixed, promotion=("promo",))
    return _cut("rossmann weekly", weekly.filter(pl.col("days") == 7), "W-MON", 8, covariates=covariates)


def ta_feng_daily(count: int | None = None) -> Task:
    """Daily units of a grocer's most frequent products."""
    return _cut("ta_feng daily", _some(pl.read_parquet(DATA / "ta_feng/ta_feng_daily.parquet"), count), "D", 14)


def ta_feng_weekly() -> Task:
    """The same by week: sixteen whole weeks."""
    frame = pl.read_parquet(DATA / "ta_feng/ta_feng_daily.parquet")
    week = pl.col("ds").dt.truncate("1w").alias("ds")
    weekly = frame.group_by("unique_id", week).agg(pl.col("y").sum(), days=pl.len())
    return _cut("ta_feng weekly", weekly.filter(pl.col("days") == 7), "W-MON", 4)


def m4_yearly(count: int | None = None) -> Task:
    """M4 yearly, the last century of each series."""
    frame = pl.read_parquet(DATA / "m4/m4_yearly.parquet")
    recent = frame.filter(pl.col("ds") > pl.col("ds").max().over("unique_id") - 100)
    return _cut("m4 yearly", _some(recent, count), "step", 6, seasons=())


def long_horizon(name: str, freq: str, horizon: int, *, seasons: tuple[int, ...] | None = None) -> Task:
    """A wide table, each column a series; of hours the last half year."""
    wide = pl.read_parquet(DATA / f"long_horizon/{name}.parquet")
    tall = (wide.tail(24 * 180) if freq == "h" else wide).unpivot(index="ds", variable_name="unique_id", value_name="y")
    return _cut(name, tall, freq, horizon, seasons=seasons)


def m5_daily(count: int | None = None) -> Task:
    """M5 item-store sales by day."""
    return _cut("m5 daily", _some(pl.read_parquet(DATA / "m5/m5_daily_2015_2016.parquet"), count), "D", 28)


TASKS: dict[str, Callable[[], Task]] = {
    "m3_monthly": lambda: m3("monthly", 18, 12),
    "m3_quarterly": lambda: m3("quarterly", 8, 4),
    "m4_hourly": m4_hourly,
    "orange_juice": orange_juice,
    "carparts": carparts,
    "m5_monthly": lambda: m5_monthly(1000),
    "m5_weekly": lambda: m5_weekly(1000),
    "stallion": stallion,
    "complete_journey": lambda: complete_journey(1000),
    "online_retail": lambda: online_retail(1000),
    "aus_retail": aus_retail,
    "rossmann": rossmann,
    "rossmann_weekly": rossmann_weekly,
}

OTHERS: dict[str, Callable[[], Task]] = {
    "ta_feng_daily": lambda: ta_feng_daily(1000),
    "ta_feng_weekly": ta_feng_weekly,
    "m4_yearly": lambda: m4_yearly(2000),
    "etth1": lambda: long_horizon("ETTh1", "h", 48),
    "exchange_rate": lambda: long_horizon("exchange_rate", "step", 30, seasons=(5,)),
    "influenza": lambda: long_horizon("national_illness", "W-TUE", 13),
    "m5_daily": lambda: m5_daily(1000),
}
"""Panels that nobody looked at while the models were made: only where they are named."""

LARGE: dict[str, Callable[[], Task]] = {"m5_monthly_all": m5_monthly, "m5_weekly_all": m5_weekly}
"""All 30,490 series: only where they are named, for some peers take hours."""
