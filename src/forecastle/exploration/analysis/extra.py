"""Libraries that only some tests need."""

from importlib import import_module
from types import ModuleType

from forecastle.core.errors import ModelError


def library(name: str, what: str) -> ModuleType:
    """A module of the extra `analysis`.

    Raises:
        ModelError: it is not installed. what: needs it, in words.
    """
    try:
        return import_module(name)
    except ModuleNotFoundError as error:
        package = name.partition(".")[0]
        raise ModelError(
            f"{what} needs {package}, which is not installed.", hint="pip install 'forecastle[analysis]'"
        ) from error
