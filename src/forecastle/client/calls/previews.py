"""The rows, columns and series of a dataset.

Answers are what the JSON of the server says, described at `/docs`. version: of the dataset, the newest when left out.

Raises (all of them):
    NotFoundError: there is no such dataset, version or series.
    InputError: what was asked is not possible.
"""

from collections.abc import Iterable

from forecastle.client.call import Answer, Call, asked, several


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
    return asked(name, "preview", **query)


def statistics(name: str, *, version: int | None = None) -> Call[Answer]:
    """Every column in numbers: kind, role, range, quantiles, the most frequent values."""
    return asked(name, "statistics", version=version)


def list_series(
    name: str, *, search: str = "", limit: int = 100, offset: int = 0, version: int | None = None
) -> Call[Answer]:
    """Series by name. search: part of it, whatever its case."""
    return asked(name, "series", search=search, limit=limit, offset=offset, version=version)
