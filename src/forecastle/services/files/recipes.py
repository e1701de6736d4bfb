"""The steps of a recipe in a file."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from forecastle.core.errors import InputError


def read_steps(file: Path) -> Sequence[Mapping[str, Any]]:
    """The list in a JSON file, or what stands under `steps` there; nothing is checked yet.

    Raises:
        InputError: it cannot be read as JSON, or is no list.
    """
    try:
        told = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise InputError(
            f"{file} cannot be read as JSON: {error}.", hint='[{"step": "missing"}] is a recipe.'
        ) from error
    steps = told["steps"] if isinstance(told, dict) and "steps" in told else told
    if not isinstance(steps, list):
        raise InputError(f"{file} holds no list of steps.", hint='[{"step": "missing"}] is a recipe.')
    return steps
