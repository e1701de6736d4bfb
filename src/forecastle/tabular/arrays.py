"""Arrays in a file, in numpy's open format."""

from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np

from forecastle.core.errors import ArtifactError
from forecastle.core.panel import Floats


def write(file: Path, **arrays: Any) -> None:  # noqa: ANN401 - whatever numpy takes for an array
    """Keep arrays by name; equal arrays give equal bytes."""
    np.savez(file, **arrays)


def read(file: Path) -> dict[str, Floats]:
    """Read them back.

    Raises:
        ArtifactError: the file is not there, or is none of ours.
    """
    try:
        with np.load(BytesIO(file.read_bytes()), allow_pickle=False) as kept:
            return dict(kept)
    except (OSError, EOFError, ValueError, TypeError, BadZipFile) as error:
        raise ArtifactError(f"{file.name} cannot be read: {error}.", hint="Train the model again.") from error
