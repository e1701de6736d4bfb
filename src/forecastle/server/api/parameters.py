"""Parameters that several calls have."""

from collections.abc import AsyncIterator
from pathlib import Path as Folder
from tempfile import TemporaryDirectory
from typing import Annotated

from fastapi import Depends, Path, Query

from forecastle.core.errors import OutputError

LARGEST = 2**63 - 1
"""The largest number that a database knows."""

LARGEST_NUMBER = 2**31 - 1
"""The largest number of a version, season, …"""

JobId = Annotated[str, Path(description="As `jobId` of the answer that accepted it.", max_length=100)]
ExecutionId = Annotated[str, Path(description="The id of the execution, or of the job it was.", max_length=100)]
ModelName = Annotated[str, Path(description="Family and target, such as `ets_volume`.", max_length=400)]
DatasetName = Annotated[str, Path(description="Name or id of the dataset.", max_length=200)]
VersionNumber = Annotated[int, Path(ge=1, le=LARGEST_NUMBER, description="1 for the first.")]
WhichDataset = Annotated[
    str | None, Query(max_length=200, description="Name or id of a dataset; may be left out while only one has models.")
]
WhichVersion = Annotated[
    int | None, Query(ge=1, le=LARGEST_NUMBER, description="Version of the dataset; the newest when left out.")
]
Limit = Annotated[int, Query(ge=1, le=10_000, description="Rows on a page.")]
Offset = Annotated[int, Query(ge=0, le=LARGEST, description="Rows before the page.")]


async def _workspace() -> AsyncIterator[Folder]:
    try:
        with TemporaryDirectory(prefix="forecastle-") as folder:
            yield Folder(folder)
    except OSError as error:
        raise OutputError(
            f"The server has no place for the files of this request: {error.strerror}.",
            hint="Make room on its disk for temporary files.",
        ) from error


Workspace = Annotated[Folder, Depends(_workspace)]
"""A folder for the files of one request; it is gone once the answer was sent, or was given up."""
