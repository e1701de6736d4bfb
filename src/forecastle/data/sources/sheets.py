"""Sheets of an .xlsx workbook of any size, of which no more is in memory than some rows, and the texts of all cells."""

import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from pathlib import PurePosixPath
from typing import Literal
from xml.etree import ElementTree as ET
from xml.parsers import expat

import polars as pl

PIECE = 1 << 20
LONGEST = 16 << 20
"""Bytes that a part may have which is neither a sheet nor the texts."""
TEXTS = 100_000
"""Texts that become one piece of a column."""
RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
MOMENTS, SPAN = (*range(14, 23), *range(27, 37), 45, 47, *range(50, 59)), 46
"""Numbers of the formats for moments, and of that for a span of time, which every workbook has."""
LITERAL = re.compile(r'"[^"]*"|[\\_*].|\[(?![hms])[^\]]*\]', re.IGNORECASE)
"""What a format says as it stands, how it is padded, and its colours and conditions."""
MILLISECONDS = 86_400_000
"""Of a day; Excel's clock is no finer."""
WIDEST, HIGHEST = 1 << 14, 1 << 20
"""Columns and rows that a sheet may have."""
EXACT = 15
"""Digits that a number of Excel has."""

Value = str | int | float | bool | datetime | timedelta | None
Time = Literal["moment", "span"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Book:
    """What stands beside the cells. sheets: their parts by name. texts: those that cells refer to by number.

    times: styles of cells that tell time. first_day: from which days are counted.
    """

    archive: zipfile.ZipFile
    sheets: Mapping[str, str]
    texts: pl.Series
    times: Mapping[str, Time]
    first_day: datetime

    @classmethod
    def of(cls, archive: zipfile.ZipFile) -> "Book":
        """Everything but the cells.

        Raises:
            ET.ParseError, KeyError, ValueError: a part is missing or damaged.
        """
        workbook = _tree(archive, "xl/workbook.xml")
        related = list(_tree(archive, "xl/_rels/workbook.xml.rels"))
        parts = {each.get("Id"): str(PurePosixPath("/xl", each.get("Target", "")))[1:] for each in related}
        kinds = {each.get("Type", "").rpartition("/")[2]: parts[each.get("Id")] for each in related}
        sheets = {
            sheet.get("name", ""): parts[sheet.get(RELATION)] for sheet in workbook.iterfind("{*}sheets/{*}sheet")
        }
        properties = workbook.find("{*}workbookPr")
        from_1904 = properties is not None and properties.get("date1904") in ("1", "true")
        return cls(
            archive=archive,
            sheets={name: part for name, part in sheets.items() if "worksheet" in part},
            texts=_texts(archive, kinds.get("sharedStrings")),
            times=_times(archive, kinds.get("styles")),
            first_day=datetime(1904, 1, 1) if from_1904 else datetime(1899, 12, 30),
        )

    def size(self, name: str) -> int:
        """Bytes of a sheet."""
        return self.archive.getinfo(self.sheets[name]).file_size

    def columns(self, name: str, cells: int) -> Iterator[list[list[Value]]]:
        """The cells of a sheet by column, about so many at a time; rows that the file leaves out are empty.

        Raises:
            expat.ExpatError, ValueError, IndexError: the sheet is damaged.
        """
        sheet, parser = _Sheet(book=self, most=cells), expat.ParserCreate(namespace_separator=" ")
        parser.buffer_text = True
        parser.StartElementHandler, parser.EndElementHandler = sheet.start, sheet.end
        parser.CharacterDataHandler = sheet.said
        with self.archive.open(self.sheets[name]) as part:
            while piece := part.read(PIECE):
                parser.Parse(piece)
                yield from sheet.taken
                sheet.taken.clear()
            parser.Parse(b"", True)  # noqa: FBT003 - the end
        if sheet.count:
            sheet.take()
            yield from sheet.taken

    def value(self, text: str, kind: str, style: str) -> Value:
        """What a cell holds that does not refer to a text; None for an error such as #N/A."""
        if kind == "n":
            return self._time(float(text), self.times[style]) if style in self.times else _number(text)
        if kind in ("str", "inlineStr"):
            return text
        if kind == "b":
            return text == "1"
        return datetime.fromisoformat(text) if kind == "d" else None

    def _time(self, days: float, time: Time) -> datetime | timedelta | None:
        """None beyond all calendars, where Excel shows ####."""
        try:
            after = timedelta(milliseconds=round(days * MILLISECONDS))
            return after if time == "span" else self.first_day + after
        except OverflowError:
            return None


@dataclass(slots=True, kw_only=True)
class _Sheet:
    """Hears the elements of a sheet one after the other. count: cells that are kept; at `most`, their rows are taken.

    first: the row with which these begin; row, column: of the cell that is heard; all from 0. names: of elements
    without their namespace.
    """

    book: Book
    most: int
    count: int = 0
    taken: list[list[list[Value]]] = field(default_factory=list)
    columns: list[list[Value]] = field(default_factory=list)
    references: list[tuple[int, int, int]] = field(default_factory=list)
    names: dict[str, str] = field(default_factory=dict)
    first: int = 0
    row: int = -1
    column: int = -1
    kind: str = ""
    style: str = ""
    text: str = ""
    listens: bool = False
    spoken: bool = False

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        name = self.names.get(tag) or self.names.setdefault(tag, tag.rpartition(" ")[2])
        if name == "c":
            self.kind, self.style, self.text = attributes.get("t", "n"), attributes.get("s", "0"), ""
            place = attributes.get("r")
            self.column = _column(place.rstrip("0123456789")) if place else self.column + 1
        elif name in ("v", "t"):
            self.listens = not self.spoken
        elif name == "row":
            self.row, self.column = int(attributes.get("r", self.row + 2)) - 1, -1
        elif name == "rPh":  # how a text is spoken
            self.spoken = True

    def said(self, text: str) -> None:
        if self.listens:
            self.text += text

    def end(self, tag: str) -> None:
        name = self.names[tag]
        if name == "c":
            if self.text:
                self.keep()
        elif name in ("v", "t"):
            self.listens = False
        elif name == "row" and self.count >= self.most:
            self.take()
        elif name == "rPh":
            self.spoken = False

    def keep(self) -> None:
        """Put the cell into its column."""
        if not (self.column < WIDEST and self.first <= self.row < HIGHEST):
            raise ValueError(f"it has a cell in column {self.column + 1:,} of row {self.row + 1:,}")
        if self.column >= len(self.columns):
            self.columns += [[] for _ in range(len(self.columns), self.column + 1)]
        column, place = self.columns[self.column], self.row - self.first
        if place > len(column):
            column += [None] * (place - len(column))
        if self.kind == "s":
            self.references.append((self.column, place, int(self.text)))
            column.append(None)
        else:
            column.append(self.book.value(self.text, self.kind, self.style))
        self.count += 1

    def take(self) -> None:
        """Put the rows so far aside, as columns that are all equally long."""
        numbers = [number for _, _, number in self.references]
        if numbers and not 0 <= min(numbers) <= max(numbers) < len(self.book.texts):
            raise ValueError("a cell refers to a text that is not there")
        texts = self.book.texts.gather(numbers).to_list()
        for (column, place, _), text in zip(self.references, texts, strict=True):
            self.columns[column][place] = text
        height = max(map(len, self.columns))
        self.taken.append([column + [None] * (height - len(column)) for column in self.columns])
        self.first += height
        self.columns, self.references, self.count = [], [], 0


@cache
def _column(letters: str) -> int:
    """Of cells such as AB12, from 0."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1


def _number(text: str) -> int | float:
    return int(text) if len(text) <= EXACT and text.lstrip("-").isdigit() else float(text)


def _tree(archive: zipfile.ZipFile, part: str) -> ET.Element:
    if archive.getinfo(part).file_size > LONGEST:
        raise ValueError(f"its part {part} has more than {LONGEST:,} bytes")
    with archive.open(part) as file:
        return ET.parse(file).getroot()  # noqa: S314 - expat itself limits how far entities grow


def _texts(archive: zipfile.ZipFile, part: str | None) -> pl.Series:
    """The texts of all cells, in the order of their numbers; those of letters in several styles are put together."""
    pieces, texts = [pl.Series(dtype=pl.String)], []
    if part is not None:
        with archive.open(part) as file:
            events = ET.iterparse(file, events=("start", "end"))  # noqa: S314 - as above
            _, root = next(events)
            for event, element in events:
                if event == "end" and element.tag.endswith("}si"):
                    said = (*element.iterfind("{*}t"), *element.iterfind("{*}r/{*}t"))
                    texts.append("".join(each.text or "" for each in said))
                    root.clear()
                if len(texts) == TEXTS:
                    pieces.append(pl.Series(texts))
                    texts = []
    return pl.concat([*pieces, pl.Series(texts, dtype=pl.String)])


def _times(archive: zipfile.ZipFile, part: str | None) -> Mapping[str, Time]:
    """The styles of cells that tell time, by their numbers."""
    if part is None:
        return {}
    tree = _tree(archive, part)
    formats: dict[str | None, Time] = dict.fromkeys(map(str, MOMENTS), "moment")
    formats[str(SPAN)] = "span"
    for own in tree.iterfind("{*}numFmts/{*}numFmt"):
        formats.pop(own.get("numFmtId"), None)
        if (time := _told(own.get("formatCode", ""))) is not None:
            formats[own.get("numFmtId")] = time
    styles = tree.iterfind("{*}cellXfs/{*}xf")
    return {
        str(number): formats[form] for number, style in enumerate(styles) if (form := style.get("numFmtId")) in formats
    }


def _told(code: str) -> Time | None:
    """Whether a format such as yyyy-mm-dd tells a moment, or like [h]:mm a span of time."""
    said = LITERAL.sub("", code).lower()
    if "[" in said:
        return "span"
    return "moment" if set("ymdhs") & set(said) else None
