from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from forecastle.data.options import ReadOptions
from forecastle.data.sources import opened
from forecastle.data.sources.table import Table
from forecastle.settings import ReadSettings

Load = Callable[..., Table]


@pytest.fixture
def table() -> Iterator[Load]:
    """Opens a source with the options given until the test ends: `table(path, delimiter=";")`."""
    with ExitStack() as stack:

        def read(source: str | Path, **options: str) -> Table:
            return stack.enter_context(opened(source, options=ReadOptions(**options), settings=ReadSettings()))  # type: ignore[arg-type]  # text options only

        yield read
