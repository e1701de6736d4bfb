from collections.abc import Callable
from pathlib import Path

import pytest

from forecastle.core.progress import silent
from forecastle.data.options import ReadOptions
from forecastle.data.sources import load
from forecastle.data.sources.table import Table
from forecastle.settings import ReadSettings

Load = Callable[..., Table]


@pytest.fixture
def table() -> Load:
    """Reads a source with the options given: `table(path, delimiter=";")`."""

    def read(source: str | Path, **options: str) -> Table:
        return load(source, options=ReadOptions(**options), settings=ReadSettings(), progress=silent)  # type: ignore[arg-type]  # text options only

    return read
