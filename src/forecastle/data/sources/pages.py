"""Answers that come in pages: where the next one is, and whether this one holds anything."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from forecastle.core.errors import SourceError
from forecastle.data.sources import json
from forecastle.data.sources.table import Request

if TYPE_CHECKING:
    import httpx

NEXT = ("next", "next_url", "next_page_url", "nextLink", "@odata.nextLink")
ENVELOPES = ("links", "_links", "paging", "pagination", "meta")
"""Objects beside the records in which services put the address of the next page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One answer. following: the address of the next one, as the service wrote it. empty: it has no records."""

    following: str | None = None
    empty: bool = False


def look_at(path: Path, linked: str | None, request: Request) -> Page:
    """Find the next page in the `Link` header (RFC 8288), or else in a JSON object around the records.

    linked: where the header's relation `next` leads, if it has one.

    Raises:
        SourceError: the answer says that it goes on, but not at which address.
    """
    document = _object(path, request)
    if document is None:
        return Page(following=linked)
    return Page(following=linked or _next(document, request), empty=json.is_empty(document))


def address(link: str, asked: "httpx.URL", request: Request) -> "httpx.URL":
    """Where a link of an answer leads, with the scheme, port and user of the address that was asked.

    Raises:
        SourceError: it is no URL, or leads to another host, which must not be given this one's secrets.
    """
    led = asked.join(understood(link, request))
    if led.host != asked.host:
        raise SourceError(
            f"{request.name} goes on at another host, {led.host}.",
            hint="Read the pages there as a source of their own, if you trust that host.",
        )
    return asked.copy_with(raw_path=led.raw_path)


def understood(url: str, request: Request) -> "httpx.URL":
    """An address as it was typed, or as a service wrote it.

    Raises:
        SourceError: it is no URL; what it is may hold a password, and is not told.
    """
    import httpx

    try:
        return httpx.URL(url)
    except httpx.InvalidURL:
        raise SourceError(
            f"{request.name} has a URL that cannot be understood.", hint="Expected https://host:port/path."
        ) from None


def _object(path: Path, request: Request) -> Mapping[str, object] | None:
    """The outline of an answer that is one JSON object; None for anything else, records one a line included."""
    with json.opened(path, request) as document:
        if document.peek() != "{":
            return None
        try:
            outlined = json.outline(document)
            return outlined if isinstance(outlined, dict) and not document.peek() else None
        except SourceError:
            return None  # damaged, which reading it will tell


def _next(document: Mapping[str, object], request: Request) -> str | None:
    inner = [value for key in ENVELOPES if isinstance(value := document.get(key), dict)]
    links = [value for level in (document, *inner) for key in NEXT if (value := level.get(key))]
    if not links:
        return None
    link = links[0]
    link = link.get("href") or link.get("url") if isinstance(link, dict) else link
    if isinstance(link, str) and ("/" in link or "?" in link):
        return link
    raise SourceError(
        f"{request.name} says that more follows ({link!r:.60}), but gives no address for it.",
        hint="Ask the service for everything in one answer, or for pages with a link to the next one.",
    )
