"""Sources read into folders, from where versions are kept: which may be read, and what they are called."""

import asyncio
import logging
from dataclasses import dataclass, field, replace
from pathlib import Path
from urllib.parse import unquote, urlsplit

from forecastle.core.errors import InputError, SourceError
from forecastle.data.options import ReadOptions
from forecastle.data.read import reading
from forecastle.data.sources import name_of
from forecastle.data.tables import bring_table
from forecastle.settings import Settings

log = logging.getLogger(__name__)

NO_OPTIONS = ReadOptions()
CONNECTION = "connection:"
"""How a source begins that is named in the settings."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What is to be read. called: what the source is called, if not by its own name. timeless: rows know no time."""

    source: str
    options: ReadOptions = NO_OPTIONS
    called: str = ""
    timeless: bool = False


@dataclass(frozen=True, kw_only=True)
class Intake:
    """Sources are read two at a time, for reading takes both cores."""

    settings: Settings
    turns: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(2))

    async def read(self, wanted: Wanted, folder: Path) -> None:
        """Read a source into a folder, as a snapshot (see `data.snapshot`), or as a table without time.

        Raises:
            InputError: it cannot be read.
        """
        if wanted.source.startswith(CONNECTION):
            await self._read_connection(wanted, folder)
            return
        async with self.turns:
            await asyncio.to_thread(self._read, wanted, folder)

    def check_allowed(self, source: str) -> None:
        """Refuse what `server.sources` does not let requests name.

        Raises:
            InputError: it may not be read from here.
        """
        if source.startswith(CONNECTION):
            return  # whoever runs the server allowed those by naming them
        allowed = self.settings.server.sources
        if "://" in source:
            if not any(_begins(source, beginning) for beginning in allowed if "://" in beginning):
                raise InputError(
                    f"Sources of the kind {source.partition('://')[0]}:// may not be read by this server.",
                    hint=f"Allowed in server.sources: {', '.join(allowed)}.",
                )
            return
        path = Path(source).resolve()
        if not any(path.is_relative_to(Path(root).resolve()) for root in allowed if "://" not in root):
            raise InputError(
                "This server reads no files of its own disk from there.",
                hint="Upload the file, or have its folder added to server.sources.",
            )

    def _read(self, wanted: Wanted, folder: Path) -> None:
        settings, options = self.settings.read, wanted.options
        if wanted.timeless:
            bring_table(wanted.source, folder, options=options, settings=settings, name=wanted.called)
            return
        with reading(wanted.source, options=options, settings=settings) as found:
            (found.named(wanted.called) if wanted.called else found).save(folder)
            log.info("read", extra={"source": wanted.called or found.description.source})

    async def _read_connection(self, wanted: Wanted, folder: Path) -> None:
        """What a connection of the settings leads to, under its name: nobody is told where that is."""
        urls, source = self.settings.connections.urls, wanted.source
        url = urls.get(source.removeprefix(CONNECTION))
        if url is None:
            raise InputError(
                f"There is no {source!r} in the settings.",
                hint=f"Connections: {', '.join(urls) or 'none'}. They are named in connections.urls.",
            )
        try:
            await self.read(replace(wanted, source=url, called=source), folder)
        except SourceError as error:
            raise hidden(error, url, source) from None


def _begins(source: str, beginning: str) -> bool:
    """Whether a URL begins like this: where a host is named, with that host, and not with a longer name or a user."""
    (kind, where), (scheme, place) = (text.split("://", 1) for text in (source, beginning))
    whole = not place or "/" in place or where.removeprefix(place)[:1] in ("", "/", "?")
    return kind.lower() == scheme.lower() and where.startswith(place) and whole and "/../" not in f"{where}/"


def hidden(error: SourceError, url: str, name: str) -> SourceError:
    """The same error with the name of the connection wherever it told a part of its URL."""
    parts = urlsplit(url)
    told = [url, name_of(url), parts.netloc, parts.password, parts.username, parts.hostname, parts.path.strip("/")]
    message, hint = error.message, error.hint
    for part in sorted(filter(None, told), key=len, reverse=True):
        message, hint = (text.replace(unquote(part), name).replace(part, name) for text in (message, hint))
    return SourceError(message, hint=hint, source=name)
