"""What charts of a dataset draw, as data.

Answers are what the JSON of the server says, described at `/docs`. version: of the dataset, the newest when left out.

Raises (all of them):
    NotFoundError: there is no such dataset, version or series.
    InputError: what was asked is not possible.
"""

from forecastle.client.call import Answer, Call, asked


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
    return asked(name, "charts/series", series=series, column=column, freq=freq, points=points, version=version)


def chart_distribution(
    name: str,
    *,
    series: str | None = None,
    column: str | None = None,
    bins: int | None = None,
    version: int | None = None,
) -> Call[Answer]:
    """A histogram and a box of the values as they were read."""
    return asked(name, "charts/distribution", series=series, column=column, bins=bins, version=version)


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
    return asked(name, "charts/autocorrelation", series=series, column=column, freq=freq, lags=lags, version=version)


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
    return asked(name, "charts/seasonal", series=series, column=column, freq=freq, season=season, version=version)


def chart_calendar(
    name: str,
    *,
    series: str | None = None,
    column: str | None = None,
    freq: str | None = None,
    version: int | None = None,
) -> Call[Answer]:
    """A map of the calendar."""
    return asked(name, "charts/calendar", series=series, column=column, freq=freq, version=version)


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
    return asked(name, "charts/comparison", before=before, **told)
