"""Where data come from: one file a kind, and the one place that tells the kinds apart."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlsplit

from forecastle.core.errors import SourceError
from forecastle.core.progress import Progress, silent
from forecastle.data.options import ReadOptions
from forecastle.data.sources import files, folder, http, objects, sql
from forecastle.data.sources.files import SUPPORTED, unsupported
from forecastle.data.sources.table import Request, Table
from forecastle.settings import ReadSettings

__all__ = ["SUPPORTED", "name_of", "opened", "unsupported"]

DATABASES = (
    "postgresql",
    "postgres",
    "sqlite",
    "mysql",
    "mariadb",
    "mssql",
    "oracle",
    "duckdb",
    "snowflake",
    "redshift",
)


@contextmanager
def opened(
    source: str | Path, *, options: ReadOptions, settings: ReadSettings, progress: Progress = silent
) -> Iterator[Table]:
    """A source of any kind as a table, whose rows can be read until it is closed.

    Raises:
        SourceError: it is not there, cannot be read, or is of no known kind.
    """
    with TemporaryDirectory(prefix="forecastle-") as workspace:
        request = Request(
            name=name_of(source), workspace=Path(workspace), options=options, settings=settings, progress=progress
        )
        yield _load(source, request)


def name_of(source: str | Path) -> str:
    """How messages call a source: a URL without its user, password and query.

    Raises:
        SourceError: it is no URL.
    """
    text = str(source)
    if "://" not in text:
        return Path(text).name or text
    try:
        parts = urlsplit(text)
    except ValueError:  # what is wrong with it may hold a password
        raise SourceError("The URL of the source cannot be understood.", hint="Expected https://host/path.") from None
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"


def _load(source: str | Path, request: Request) -> Table:
    text = str(source)
    scheme = text.partition("://")[0].lower() if "://" in text else ""
    if scheme in ("http", "https"):
        return http.load(text, request)
    if scheme.partition("+")[0] in DATABASES:
        return sql.load(text, request)
    if scheme and scheme != "file":
        if not objects.is_known(scheme):
            raise unsupported(request.name)
        return objects.load(text, request)
    path = Path(text.removeprefix("file://")).expanduser()
    if path.is_dir() or folder.is_pattern(str(path)):
        return folder.load(path, request)
    if path.exists():
        return files.load(path, request)
    if path.suffix and not folder.is_data(path.name):
        raise unsupported(request.name)
    raise SourceError(f"There is no file {text}.", hint=_similar(path))


def _similar(path: Path) -> str:
    from difflib import get_close_matches

    there = [file.name for file in path.parent.iterdir()] if path.parent.is_dir() else []
    close = get_close_matches(path.name, there, n=3)
    return f"Did you mean {' or '.join(close)}?" if close else "Check the name and the folder."
