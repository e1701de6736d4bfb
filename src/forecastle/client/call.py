"""One call of the server, described once for both clients: what is sent, and how the answer is read."""

import io
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, Generic, TypeVar
from urllib.parse import quote

from forecastle.core.errors import InputError

if TYPE_CHECKING:
    import polars as pl
    from pydantic import TypeAdapter

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """What is uploaded: the content itself, or where it is. filename: what the server is told."""

    filename: str
    content: bytes | Path

    def open(self) -> BinaryIO:
        """The content, to be read.

        Raises:
            InputError: it cannot be.
        """
        if isinstance(self.content, bytes):
            return io.BytesIO(self.content)
        try:
            return self.content.open("rb")
        except OSError as error:
            raise InputError(f"{self.content} cannot be read: {error.strerror}.") from error


@dataclass(frozen=True, slots=True, kw_only=True)
class Call(Generic[T]):
    """One request, and how its answer is read.

    query: None and empty values are not sent. body: sent as JSON. content: sent as it is; `headers` say what it is.
    file: sent as a form, with the fields `form`.
    """

    method: str
    path: str
    read: Callable[[bytes], T]
    query: Mapping[str, Any] = field(default_factory=dict)
    body: Mapping[str, Any] | None = None
    content: bytes | None = None
    file: File | None = None
    form: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)

    @contextmanager
    def sending(self) -> Iterator[dict[str, Any]]:
        """The parts of the request as httpx wants them; a file is open as long as it is sent."""
        parts: dict[str, Any] = {"params": given(self.query), "headers": self.headers, "json": self.body}
        if self.content is not None:
            yield parts | {"content": self.content}
            return
        if self.file is None:
            yield parts
            return
        with self.file.open() as content:
            yield parts | {"files": {"file": (self.file.filename, content)}, "data": self.form}


def given(values: Mapping[str, Any]) -> dict[str, Any]:
    """Only what was given: values that are None are left out."""
    return {name: value for name, value in values.items() if value is not None}


def several(names: str | Iterable[str]) -> list[str]:
    """One name or several, as several."""
    return [names] if isinstance(names, str) else list(names)


def named(name: str) -> str:
    """A name as one part of a path."""
    return quote(name, safe="")


def reading(kind: type[T], *place: str) -> Callable[[bytes], T]:
    """Reads JSON as `kind`; what newer servers add is passed over. place: where in the answer it is."""

    def read(content: bytes) -> T:
        answer = json.loads(content)
        for name in place:
            answer = answer[name]
        return read_as(kind, answer)

    return read


def read_as(kind: type[T], answer: object) -> T:
    """What JSON held, as `kind`."""
    reader: TypeAdapter[T] = _reader(kind)  # type: ignore[arg-type]  # every type can be hashed
    return reader.validate_python(answer)


def reading_table(content: bytes) -> "pl.DataFrame":
    """Reads Parquet."""
    import polars as pl

    return pl.read_parquet(io.BytesIO(content))


@cache
def _reader(kind: Any) -> "TypeAdapter[Any]":  # noqa: ANN401 - any type
    from pydantic import TypeAdapter

    return TypeAdapter(kind)


Answer = Mapping[str, Any]
"""What the JSON of the server says, described at `/docs`."""


def asked(name: str, what: str, **query: Any) -> Call[Answer]:  # noqa: ANN401 - whatever a call takes
    """A question about a dataset, by its name."""
    return Call(method="GET", path=f"/datasets/{named(name)}/{what}", query=query, read=reading(dict[str, Any]))
