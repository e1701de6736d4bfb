"""What a series is made of, and what tests say about it.

Answers are what the JSON of the server says, described at `/docs`. version: of the dataset, the newest when left out.

Raises (all of them):
    NotFoundError: there is no such dataset, version or series.
    InputError: what was asked is not possible.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from forecastle.client.call import Answer, Call, asked, named, reading_table, several

if TYPE_CHECKING:
    import polars as pl


def analyse_frequency(name: str, *, version: int | None = None) -> Call[Answer]:
    """How far apart the periods are, how sure that is, and why."""
    return asked(name, "analysis/frequency", version=version)


def analyse_decomposition(
    name: str,
    *,
    series: str | None = None,
    column: str | None = None,
    method: str = "stl",
    seasons: Iterable[int] = (),
    version: int | None = None,
) -> Call[Answer]:
    """Trend, seasons and remainder. method: `stl`, or `engine`, as all series are taken apart at once."""
    return asked(
        name,
        "analysis/decomposition",
        series=series,
        column=column,
        method=method,
        season=list(seasons),
        version=version,
    )


def analyse_components(
    name: str,
    *,
    series: str | Iterable[str] = (),
    column: str | None = None,
    freq: str | None = None,
    seasons: Iterable[int] = (),
    version: int | None = None,
) -> "Call[pl.DataFrame]":
    """Trend, seasons and remainder of every series at once, or of some, as a table."""
    query = {"series": several(series), "column": column, "freq": freq, "season": list(seasons), "version": version}
    path = f"/datasets/{named(name)}/analysis/components"
    return Call(method="GET", path=path, query=query | {"format": "parquet"}, read=reading_table)


def analyse_stationarity(
    name: str,
    *,
    series: str | None = None,
    column: str | None = None,
    freq: str | None = None,
    version: int | None = None,
) -> Call[Answer]:
    """ADF and KPSS with a verdict in words, and the differences it takes."""
    return asked(name, "analysis/stationarity", series=series, column=column, freq=freq, version=version)


def analyse_seasonality(
    name: str,
    *,
    series: str | None = None,
    column: str | None = None,
    freq: str | None = None,
    version: int | None = None,
) -> Call[Answer]:
    """Which seasons a series has, by three tests."""
    return asked(name, "analysis/seasonality", series=series, column=column, freq=freq, version=version)


def analyse_change_points(
    name: str,
    *,
    series: str | None = None,
    column: str | None = None,
    freq: str | None = None,
    penalty: float = 3.0,
    version: int | None = None,
) -> Call[Answer]:
    """Where the level changes for good. penalty: the higher, the fewer."""
    return asked(
        name, "analysis/change-points", series=series, column=column, freq=freq, penalty=penalty, version=version
    )


def analyse_anomalies(
    name: str,
    *,
    series: str | None = None,
    column: str | None = None,
    freq: str | None = None,
    threshold: float = 4.0,
    version: int | None = None,
) -> Call[Answer]:
    """Periods that trend and seasons do not explain. threshold: robust standard deviations."""
    return asked(
        name, "analysis/anomalies", series=series, column=column, freq=freq, threshold=threshold, version=version
    )


def analyse_holidays(
    name: str,
    country: str,
    *,
    series: str | None = None,
    column: str | None = None,
    freq: str | None = None,
    version: int | None = None,
) -> Call[Answer]:
    """How far periods with a public holiday lie from trend and season. country: an ISO code such as `DE-BY`."""
    return asked(name, "analysis/holidays", country=country, series=series, column=column, freq=freq, version=version)
