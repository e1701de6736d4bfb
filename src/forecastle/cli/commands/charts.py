"""`forecastle explore chart`, `analyse` and `components`: what charts draw, and what tests say."""

from collections.abc import Awaitable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

from cyclopts import Parameter

from forecastle.cli import console
from forecastle.cli.answers import say, tell
from forecastle.cli.house import in_house
from forecastle.cli.options import NO_GENERAL, Column, DatasetName, General, OneSeries, Period, Season, Version
from forecastle.cli.options import Series as SomeSeries

if TYPE_CHECKING:
    from forecastle.services.datasets.charts import Subject
    from forecastle.services.house import House

Chart = Annotated[
    Literal["series", "distribution", "autocorrelation", "seasonal", "calendar", "comparison"],
    Parameter(help="What to draw; `comparison` is of two versions."),
]
Question = Annotated[
    Literal["frequency", "decomposition", "stationarity", "seasonality", "change-points", "anomalies", "holidays"],
    Parameter(help="What to find out."),
]


def chart(
    name: DatasetName,
    what: Chart,
    *,
    series: OneSeries = None,
    column: Column = None,
    freq: Period = None,
    season: Season = None,
    before: Annotated[int | None, Parameter(help="The version that a comparison begins with.")] = None,
    version: Version = None,
    general: General = NO_GENERAL,
) -> None:
    """Print what a chart draws, as JSON."""
    with console.errors(as_json=general.json):
        from forecastle.services.datasets.charts import Subject

        subject = Subject(column=column, series_id=series, freq=freq, version=version)
        tell(_drawn(general, name, what, subject, {"season": season, "before": before}), compact=True)


def analyse(
    name: DatasetName,
    what: Question,
    *,
    series: OneSeries = None,
    column: Column = None,
    freq: Period = None,
    season: Season = None,
    country: Annotated[str | None, Parameter(help="Whose holidays, as in DE, DE-BY, US-CA.")] = None,
    version: Version = None,
    general: General = NO_GENERAL,
) -> None:
    """Print what a series is made of, or what a test says about it, as JSON."""
    with console.errors(as_json=general.json):
        from forecastle.core.errors import InputError
        from forecastle.services.datasets.charts import Subject

        if what == "holidays" and country is None:
            raise InputError("Holidays are those of a country.", hint="Name it: --country DE")
        subject = Subject(column=column, series_id=series, freq=freq, version=version)
        more: dict[str, dict[str, Any]] = {
            "holidays": {"country": country},
            "decomposition": {"seasons": [season] if season else None},
            "seasonality": {"season": season},
        }

        def ask(house: "House") -> Awaitable[object]:
            if what == "frequency":
                return house.analysis.frequency(name, version=version)
            answer: Awaitable[object] = getattr(house.analysis, what.replace("-", "_"))(
                name, subject, **more.get(what, {})
            )
            return answer

        tell(in_house(general, ask), compact=True)


def components(
    name: DatasetName,
    *,
    out: Annotated[Path, Parameter(help="Parquet file to write.")],
    series: SomeSeries = (),
    column: Column = None,
    freq: Period = None,
    version: Version = None,
    general: General = NO_GENERAL,
) -> None:
    """Write trend, seasons and remainder of every series, all worked out at once."""
    with console.errors(as_json=general.json):
        from forecastle.services.datasets.analysis import PanelQuestion

        asked = PanelQuestion(column=column, freq=freq, series=series, limit=None)
        found = in_house(general, lambda house: house.analysis.components(name, asked, version=version, file=out))
        told = {"rows": found.total, "seasons": list(found.seasons), "file": str(out)}
        say(told, f"{found.total:,} rows in {out}.", general)


def _drawn(general: General, name: str, what: str, subject: "Subject", more: dict[str, int | None]) -> object:
    if what == "seasonal":
        return in_house(general, lambda house: house.charts.seasonal(name, subject, season=more["season"]))
    if what == "comparison":
        before = more["before"] or 1
        return in_house(general, lambda house: house.charts.comparison(name, subject, before=before))
    return in_house(general, lambda house: getattr(house.charts, what)(name, subject))
