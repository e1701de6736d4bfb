"""Everything about a dataset on one page, and what is wrong with it.

Answers are what the JSON of the server says, described at `/docs`. version: of the dataset, the newest when left out.

Raises (all of them):
    NotFoundError: there is no such dataset, version or series.
    InputError: what was asked is not possible.
"""

from forecastle.client.call import Answer, Call, asked, named


def problems(name: str, *, version: int | None = None) -> Call[Answer]:
    """What is wrong with the data, the worst first, and the steps of a recipe that would mend it."""
    return asked(name, "problems", version=version)


def profile(name: str, *, freq: str | None = None, version: int | None = None) -> Call[Answer]:
    """Columns, classes, measures over all series, covariates, duplicates, and what to look at first."""
    return asked(name, "profile", freq=freq, version=version)


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
    return asked(name, "profile/series", **told)
