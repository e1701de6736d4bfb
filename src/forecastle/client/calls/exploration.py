"""What a dataset looks like: rows, columns, series, charts.

Answers are what the JSON of the server says, described at `/docs`. Of every call: version, of the dataset, the newest
when left out.

Raises (all of them):
    NotFoundError: there is no such dataset, version or series.
    InputError: what was asked is not possible.
"""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from forecastle.client.call import Call, named, reading, reading_table, several

if TYPE_CHECKING:
    import polars as pl

Answer = Mapping[str, Any]


def preview(  # noqa: PLR0913 - as many as there are ways to look
    name: str,
    *,
    sample: str = "head",
    rows: int = 50,
    offset: int = 0,
    sort: str | None = None,
    descending: bool = False,
    seed: int = 1,
    columns: str | Iterable[str] = (),
    version: int | None = None,
) -> Call[Answer]:
    """Some rows: the first (`head`), the last (`tail`), or drawn (`random`; `stratified`: of every series as many)."""
    query = {
        "sample": sample,
        "rows": rows,
        "offset": offset,
        "sort": sort,
        "descending": descending,
        "seed": seed,
        "column": several(columns),
        "version": version,
    }
    return _asked(name, "preview", **query)


def statistics(name: str, *, version: int | None = None) -> Call[Answer]:
    """Every column in numbers: kind, role, range, quantiles, the most frequent values."""
    return _asked(name, "statistics", version=version)


def columns(name: str, *, version: int | None = None) -> Call[Answer]:
    """What kind of values each column holds, what it was taken for, how surely, and why."""
    return _asked(name, "columns", version=version)


def choose_columns(name: str, roles: Mapping[str, str], *, version: int | None = None) -> Call[Answer]:
    """Give columns other roles, as in `{"sku": "key"}`; the data are checked and kept as a new version."""
    return Call(
        method="POST",
        path=f"/datasets/{named(name)}/columns",
        query={"version": version},
        body={"roles": dict(roles)},
        read=reading(dict[str, Any]),
    )


def list_series(
    name: str, *, search: str = "", limit: int = 100, offset: int = 0, version: int | None = None
) -> Call[Answer]:
    """Series by name. search: part of it, whatever its case."""
    return _asked(name, "series", search=search, limit=limit, offset=offset, version=version)


def chart_series(
    name: str,
    *,
    series: str | None = None,
    column: str | None = None,
    freq: str | None = None,
    points: int = 1000,
    version: int | None = None,
) -> Call[Answer]:
    """A series over time; all together without one. column: the first target when left out. freq: the data's own."""
    return _asked(name, "charts/series", series=series, column=column, freq=freq, points=points, version=version)


def chart_distribution(
    name: str,
    *,
    series: str | None = None,
    column: str | None = None,
    bins: int | None = None,
    version: int | None = None,
) -> Call[Answer]:
    """A histogram and a box of the values as they were read."""
    return _asked(name, "charts/distribution", series=series, column=column, bins=bins, version=version)


def chart_autocorrelation(
    name: str,
    *,
    series: str | None = None,
    column: str | None = None,
    freq: str | None = None,
    lags: int | None = None,
    version: int | None = None,
) -> Call[Answer]:
    """Autocorrelations and partial ones."""
    return _asked(name, "charts/autocorrelation", series=series, column=column, freq=freq, lags=lags, version=version)


def chart_seasonal(
    name: str,
    *,
    series: str | None = None,
    column: str | None = None,
    freq: str | None = None,
    season: int | None = None,
    version: int | None = None,
) -> Call[Answer]:
    """Season upon season, and the places of a season side by side."""
    return _asked(name, "charts/seasonal", series=series, column=column, freq=freq, season=season, version=version)


def chart_calendar(
    name: str,
    *,
    series: str | None = None,
    column: str | None = None,
    freq: str | None = None,
    version: int | None = None,
) -> Call[Answer]:
    """A map of the calendar."""
    return _asked(name, "charts/calendar", series=series, column=column, freq=freq, version=version)


def chart_comparison(
    name: str,
    before: int,
    *,
    series: str | None = None,
    column: str | None = None,
    freq: str | None = None,
    version: int | None = None,
) -> Call[Answer]:
    """A series in version `before` and in `version`."""
    told = {"series": series, "column": column, "freq": freq, "version": version}
    return _asked(name, "charts/comparison", before=before, **told)


def analyse_frequency(name: str, *, version: int | None = None) -> Call[Answer]:
    """How far apart the periods are, how sure that is, and why."""
    return _asked(name, "analysis/frequency", version=version)


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
    return _asked(
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
    return _asked(name, "analysis/stationarity", series=series, column=column, freq=freq, version=version)


def analyse_seasonality(
    name: str,
    *,
    series: str | None = None,
    column: str | None = None,
    freq: str | None = None,
    version: int | None = None,
) -> Call[Answer]:
    """Which seasons a series has, by three tests."""
    return _asked(name, "analysis/seasonality", series=series, column=column, freq=freq, version=version)


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
    return _asked(
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
    return _asked(
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
    return _asked(name, "analysis/holidays", country=country, series=series, column=column, freq=freq, version=version)


def problems(name: str, *, version: int | None = None) -> Call[Answer]:
    """What is wrong with the data, the worst first, and the steps of a recipe that would mend it."""
    return _asked(name, "problems", version=version)


def profile(name: str, *, freq: str | None = None, version: int | None = None) -> Call[Answer]:
    """Columns, classes, measures over all series, covariates, duplicates, and what to look at first."""
    return _asked(name, "profile", freq=freq, version=version)


def profile_page(name: str, *, freq: str | None = None, version: int | None = None) -> Call[str]:
    """The same as one HTML file for people."""
    path = f"/datasets/{named(name)}/profile/page"
    return Call(method="GET", path=path, query={"freq": freq, "version": version}, read=bytes.decode)


def profile_series(
    name: str,
    *,
    target: str | None = None,
    sort: str = "total",
    limit: int = 100,
    offset: int = 0,
    version: int | None = None,
) -> Call[Answer]:
    """Every series in numbers: length, gaps, zeros, classes, trend, season, entropy, forecastability."""
    told = {"target": target, "sort": sort, "limit": limit, "offset": offset, "version": version}
    return _asked(name, "profile/series", **told)


def _asked(name: str, what: str, **query: Any) -> Call[Answer]:  # noqa: ANN401 - whatever a call takes
    return Call(method="GET", path=f"/datasets/{named(name)}/{what}", query=query, read=reading(dict[str, Any]))
