"""JSON: an array of records, records inside an object, columns, or one record a line (NDJSON)."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from forecastle.core.errors import SourceError
from forecastle.data.sources.document import Document
from forecastle.data.sources.pieces import CELLS, Pieces
from forecastle.data.sources.table import Request, Table

Record = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A list, in an outline. records: whether it begins with an object."""

    length: int
    records: bool


def load(path: Path, request: Request) -> Table:
    """Read records; those inside an object (`{"data": […]}`) are found, nested objects become `outer.inner` columns.

    All are read piece by piece, whatever their size.
    """
    pieces, done = Pieces(request.workspace), 0
    records = (_flat(_checked(record, request), request) for record in _records(path, request))
    while (first := next(records, None)) is not None:
        batch = [first, *islice(records, CELLS // max(len(first), 1))]
        try:
            pieces.add_values(_columns(batch))
        except UnicodeEncodeError as error:  # the half of a character that JSON writes as two
            raise SourceError(f"{request.name} holds text that is none: {error}.", hint="Write it again.") from error
        done += len(batch)
        request.progress(0.5, f"{done:,} records from {request.name}")
    if not done:
        raise SourceError(f"{request.name} holds no records.", hint="Expected an array of objects with the same keys.")
    return pieces.table()


@contextmanager
def opened(path: Path, request: Request) -> Iterator[Document]:
    """The file as JSON text."""
    encoding = request.options.encoding or "utf-8-sig"
    try:
        with path.open(encoding=encoding) as file:
            yield Document(file, request.name)
    except (UnicodeDecodeError, LookupError) as error:
        raise SourceError(f"{request.name} is not {encoding} text: {error}.", hint="Name its encoding.") from error
    except RecursionError as error:
        raise SourceError(
            f"{request.name} holds objects in objects, too deep to be read.", hint="Expected an array of records."
        ) from error


def outline(document: Document) -> object:
    """The next value, in which each list is but `Listed`."""
    mark = document.peek()
    if mark == "{":
        return {name: outline(document) for name in document.members()}
    if mark != "[":
        return document.value()
    length, records = 0, False
    for value in document.elements():
        records = records or (not length and isinstance(value, dict))
        length += 1
    return Listed(length=length, records=records)


def _way_to_records(outlined: object) -> tuple[tuple[str, ...], object]:
    """The names that lead to the records in an outline, and what is there: a list, lists by column, or one record."""
    way: tuple[str, ...] = ()
    while isinstance(outlined, dict):
        lists = {name: value for name, value in outlined.items() if isinstance(value, Listed)}
        tables = {name: value.length for name, value in lists.items() if value.records}
        inner = [name for name, value in outlined.items() if isinstance(value, dict)]
        if tables:
            name = max(tables, key=lambda name: tables[name])
        elif _columns_of(outlined) or len(inner) != 1:
            break
        else:
            (name,) = inner
        way, outlined = (*way, name), outlined[name]
    return way, outlined


def _columns_of(outlined: object) -> list[str]:
    """The names of lists by column: those of an object in which all lists are equally long."""
    values = outlined.items() if isinstance(outlined, dict) else ()
    lists = {name: value.length for name, value in values if isinstance(value, Listed)}
    return list(lists) if len({*lists.values()}) == 1 else []


def is_empty(outlined: object) -> bool:
    """Whether there is no record in what an outline tells of."""
    _, there = _way_to_records(outlined)
    lists = [there[name] for name in _columns_of(there)] if isinstance(there, dict) else [there]
    return any(isinstance(each, Listed) and not each.length for each in lists)


def _records(path: Path, request: Request) -> Iterator[object]:
    """What should be records, one by one, wherever they are."""
    with opened(path, request) as document:
        if document.peek() == "[":
            yield from document.elements()
            document.end()
            return
        outlined, follows = outline(document), bool(document.peek())
    way, there = _way_to_records(outlined)
    if (columns := _columns_of(there)) and not follows:
        yield from _by_column(path, request, way, columns)
        return
    with opened(path, request) as document:
        if follows:
            while document.peek():
                yield document.value()
            return
        _go(document, way)
        yield from document.elements() if isinstance(there, Listed) else [document.value()]


def _go(document: Document, way: Sequence[str]) -> None:
    """On to the value to which these names lead."""
    for wanted in way:
        for name in document.members():
            if name == wanted:
                break
            outline(document)  # passed over


def _by_column(path: Path, request: Request, way: Sequence[str], columns: Sequence[str]) -> Iterator[Record]:
    """The records of lists by column, each of which is read on its own: what they hold stands far apart."""
    with ExitStack() as stack:
        documents = [stack.enter_context(opened(path, request)) for _ in columns]
        for name, document in zip(columns, documents, strict=True):
            _go(document, (*way, name))
        for row in zip(*(document.elements() for document in documents), strict=True):
            yield dict(zip(columns, row, strict=True))


def _checked(record: object, request: Request) -> Record:
    if isinstance(record, dict):
        return record
    raise SourceError(
        f"{request.name} holds {type(record).__name__} values where records are expected, such as {record!r:.60}.",
        hint='Expected an array of objects: [{"date": "2024-01-05", "sku": "A", "sales": 3}, …].',
    )


def _columns(records: Sequence[Record]) -> dict[str, list[object]]:
    names = dict.fromkeys(name for record in records for name in record)
    return {name: [record.get(name) for record in records] for name in names}


def _flat(record: Record, request: Request, prefix: str = "") -> Record:
    flat: Record = {}
    for key, value in record.items():
        name = f"{prefix}{key}"
        if isinstance(value, dict):
            inner = _flat(value, request, f"{name}.")
            twice = next((each for each in inner if each in flat), None)
            flat |= inner
        else:
            twice = name if name in flat else None
            flat[name] = str(value) if isinstance(value, list) else value
        if twice is not None:
            raise SourceError(
                f"{request.name} has a record with two values of {twice!r}.",
                hint="A value in an object is named by both, with a dot between; give one of the two another name.",
            )
    return flat
