"""Object stores and other file systems that fsspec knows, by URL."""

from glob import has_magic
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from forecastle.core.errors import SourceError
from forecastle.data.sources import folder
from forecastle.data.sources.table import Request, Table

if TYPE_CHECKING:
    import fsspec

EXTRAS = {
    "s3": "s3",
    "s3a": "s3",
    "gs": "gcs",
    "gcs": "gcs",
    "az": "azure",
    "abfs": "azure",
    "abfss": "azure",
    "adl": "azure",
}
"""The extra of Forecastle that brings the package for a kind of URL."""


def is_known(scheme: str) -> bool:
    """Whether fsspec knows this kind of URL."""
    from fsspec.registry import known_implementations, registry

    return scheme in known_implementations or scheme in registry


def load(url: str, request: Request) -> Table:
    """Copy the file, or the files of a folder or pattern, to a temporary folder and read them there.

    Credentials come from where the store's own tools look for them (environment, profile, role).

    Raises:
        SourceError: it is not there, cannot be read, or has more than `read.max_bytes`.
    """
    import fsspec

    scheme = urlsplit(url).scheme
    try:
        system, path = fsspec.core.url_to_fs(url)
        names = system.glob(path) if has_magic(path) else [path]
        if len(names) == 1 and system.isdir(names[0]):
            names = [name for name in system.find(names[0]) if folder.is_data(PurePosixPath(name).name)]
        _check_size(sum(system.size(name) or 0 for name in names), request)
        paths = [_copy(system, name, number, request) for number, name in enumerate(sorted(names))]
    except SourceError:
        raise
    except ImportError as error:
        extra = EXTRAS.get(scheme)
        package = f"forecastle[{extra}]" if extra else str(error)
        raise SourceError(
            f"Reading {scheme}:// needs a package that is not installed.", hint=f"pip install '{package}'"
        ) from error
    except Exception as error:  # every store raises its own errors, which share no base class
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        user = urlsplit(url).netloc.rpartition("@")[0]
        reason = reason.replace(user, "***") if user else reason
        raise SourceError(
            f"{request.name} could not be read: {reason}.",
            hint="Check the name, and that credentials for the store are set up.",
        ) from error
    if not paths:
        raise SourceError(f"{request.name} holds no data files.", hint=f"Looked for {', '.join(folder.DATA)}.")
    return folder.load_all(paths, request)


def _check_size(size: int, request: Request) -> None:
    limit = request.settings.max_bytes
    if size > limit:
        raise SourceError(
            f"{request.name} has {size:,} bytes, more than the {limit:,} that are fetched.",
            hint="Name a part of it, or raise the setting `read.max_bytes`.",
        )


def _copy(system: "fsspec.AbstractFileSystem", name: str, number: int, request: Request) -> Path:
    target = request.workspace / str(number) / PurePosixPath(name).name
    target.parent.mkdir()
    request.progress(0.0, f"fetching {PurePosixPath(name).name}")
    system.get_file(name, str(target))
    return target
