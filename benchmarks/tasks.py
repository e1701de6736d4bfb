"""The real panels that accuracy and speed are measured on: read in place from `../shared/data`, never copied."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from forecastle.core.columns import DS, SERIES_ID, STEP, Y
from forecastle.core.frequency import Frequency
from forecastle.core.panel import Panel

DATA = Path(__file__).resolve().parents[1] / "../shared/data"


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """A panel cut before its last `horizon` periods, and the answers: series_id, step, y."""

    name: str
    known: Panel
    answers: pl.DataFrame
    horizon: int

    @property
    def season(self) -> int:
        """The season of the MASE scale: the panel's shortest."""
        return self.known.season_lengths[0] if self.known.season_lengths else 1


def _cut(name: str, frame: pl.DataFrame, freq: str, horizon: int, seasons: tuple[int, ...] | None = None) -> Task:
    whole = frame.select(
        pl.col("unique_id").cast(pl.String).alias(SERIES_ID), pl.col("ds").alias(DS), pl.col("y").cast(pl.Float64)
    ).sort(SERIES_ID, DS)
    panel = Panel(frame=whole, freq=Frequency.parse(freq), seasons=seasons)
    answers = panel.take_last(horizon).select(SERIES_ID, STEP, Y)
    known = panel.drop_last(horizon)
    kept = known.frame[SERIES_ID].unique()
    return Task(
        name=name, known=known, answers=answers.filter(pl.col(SERIES_ID).is_in(kept.implode())), horizon=horizon
    )


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
    return _cut(f"m3 {period}", frame, "step", horizon, (season,))


def m4_hourly() -> Task:
    """M4 hourly: two seasons, 24 and 168 hours."""
    return _cut("m4 hourly", pl.read_parquet(DATA / "m4/m4_hourly.parquet"), "step", 48, (24, 168))


def orange_juice() -> Task:
    """Weekly unit sales of orange juice; weeks without a row were not observed."""
    frame = pl.read_parquet(DATA / "orange_juice/orange_juice.parquet")
    units = frame.select("unique_id", pl.col("week").alias("ds"), pl.col("logmove").exp().alias("y"))
    return _cut("orange_juice", units, "step", 13, (52,))


def carparts() -> Task:
    """Monthly intermittent demand of car parts."""
    return _cut("carparts", pl.read_parquet(DATA / "carparts/carparts.parquet"), "MS", 12)


def m5_monthly(count: int | None = None) -> Task:
    """M5 item-store sales by month, without the partial last month."""
    frame = pl.read_parquet(DATA / "m5/m5_monthly_2011_2016.parquet").filter(pl.col("ds") < pl.date(2016, 4, 1))
    return _cut("m5 monthly", _some(frame, count), "MS", 12)


def m5_weekly(count: int | None = None) -> Task:
    """M5 item-store sales by week."""
    return _cut("m5 weekly", _some(pl.read_parquet(DATA / "m5/m5_weekly_2015_2016.parquet"), count), "W-SAT", 13)


def stallion() -> Task:
    """Monthly beverage volume by agency and product."""
    return _cut("stallion", pl.read_parquet(DATA / "stallion/stallion.parquet"), "MS", 6)


def complete_journey(count: int | None = None) -> Task:
    """Weekly grocery units, a year of them."""
    frame = pl.read_parquet(DATA / "complete_journey/complete_journey_weekly.parquet")
    return _cut("complete_journey", _some(frame, count), "W-MON", 8)


def online_retail(count: int | None = None) -> Task:
    """Weekly units of a gift wholesaler."""
    frame = pl.read_parquet(DATA / "online_retail/online_retail_weekly.parquet")
    return _cut("online_retail", _some(frame, count), "W-MON", 8)


def aus_retail() -> Task:
    """Monthly retail turnover by state and industry."""
    return _cut("aus_retail", pl.read_parquet(DATA / "aus_retail/aus_retail.parquet"), "MS", 12)


def rossmann() -> Task:
    """Daily store sales; closed days were not observed."""
    frame = pl.read_parquet(DATA / "rossmann_top100/rossmann_top100.parquet")
    open_sales = pl.when(pl.col("open")).then(pl.col("y"))
    return _cut("rossmann daily", frame.with_columns(open_sales.alias("y")), "D", 28)


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
}
