"""What the columns of a dataset are for.

Answers are what the JSON of the server says, described at `/docs`. version: of the dataset, the newest when left out.

Raises (all of them):
    NotFoundError: there is no such dataset, version or series.
    InputError: what was asked is not possible.
"""

from collections.abc import Mapping
from typing import Any

from forecastle.client.call import Answer, Call, asked, named, reading


def columns(name: str, *, version: int | None = None) -> Call[Answer]:
    """What kind of values each column holds, what it was taken for, how surely, and why."""
    return asked(name, "columns", version=version)


def choose_columns(name: str, roles: Mapping[str, str], *, version: int | None = None) -> Call[Answer]:
    """Give columns other roles, as in `{"sku": "key"}`; the data are checked and kept as a new version."""
    return Call(
        method="POST",
        path=f"/datasets/{named(name)}/columns",
        query={"version": version},
        body={"roles": dict(roles)},
        read=reading(dict[str, Any]),
    )
