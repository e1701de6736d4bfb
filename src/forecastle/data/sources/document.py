"""JSON text of any length, of which no more is in memory than its longest value."""

import json
import re
from collections.abc import Iterator
from contextlib import suppress
from typing import TextIO

from forecastle.core.errors import SourceError

PIECE = 1 << 20
LONGEST = 64 << 20
"""Characters that one value may have."""
COMMAS = 4
"""Commas after which values are tried to be decoded together: one in a text does not end a value."""
MOST_NAMES = 100_000
"""Names outside of lists, all of which are kept while it is looked for the records."""
NUMBER = ".eE+-0123456789"
"""Characters with which a number may go on."""
SPACE = re.compile(r"[ \t\n\r]*")
DECODER = json.JSONDecoder()


class Document:
    """Takes values from JSON text, in the order in which they stand there.

    Every method raises SourceError where the text is no JSON, or ends too early. name: as messages call it.
    """

    def __init__(self, file: TextIO, name: str) -> None:
        self._file = file
        self._name = name
        self._text = ""
        self._place = 0
        self._lines = self._before = self._names = 0
        self._tried = False

    def peek(self) -> str:
        """The character with which the next value begins, or what stands between values; empty at the end."""
        while True:
            self._place = SPACE.match(self._text, self._place).end()  # type: ignore[union-attr]  # it matches nothing, too
            if self._place < len(self._text):
                return self._text[self._place]
            if not self._more():
                return ""

    def value(self) -> object:
        """The next value, as a whole."""
        self.peek()
        while True:
            try:
                value, end = DECODER.raw_decode(self._text, self._place)
            except json.JSONDecodeError as error:
                if not self._more():
                    raise self._wrong(error.msg, error.pos) from error
                continue
            except (ValueError, RecursionError) as error:  # a number of thousands of digits, or a very deep value
                raise self._wrong(str(error), self._place) from error
            follows = self._text[end : end + 1]
            if (follows and follows not in NUMBER) or not self._more():
                self._place = end
                return value

    def elements(self) -> Iterator[object]:
        """Each value of the list that comes next; those that are not taken are passed over."""
        for _ in self._parts("[", "]"):
            yield from self._several()
            yield self.value()

    def members(self) -> Iterator[str]:
        """Each name of the object that comes next; whoever asks has to take the value before the next name."""
        seen: set[str] = set()
        for _ in self._parts("{", "}"):
            self._names += 1
            if self._names > MOST_NAMES:
                raise self._wrong(f"more than {MOST_NAMES:,} names are outside of lists", self._place)
            if self.peek() != '"':
                raise self._wrong("Expecting property name enclosed in double quotes", self._place)
            name = str(self.value())
            if name in seen:
                raise self._wrong(f"{name!r} is there twice", self._place)
            seen.add(name)
            self._take(":")
            yield name

    def end(self) -> None:
        """Make sure that nothing follows."""
        if self.peek():
            raise self._wrong("Extra data", self._place)

    def _several(self) -> list[object]:
        """Values of a list that are decoded together, and the comma after them; none where it is not clear how far.

        What stands before a comma is a list of whole values only if that comma is one between them.
        """
        mark = self.peek()
        if self._tried or mark in ("", "{", "["):
            return []
        self._tried, comma = True, len(self._text)
        for _ in range(COMMAS):
            comma = self._text.rfind(",", self._place, comma)
            if comma < 0:
                break
            with suppress(ValueError, RecursionError):
                values: list[object] = DECODER.decode(f"[{self._text[self._place : comma]}]")
                self._place = comma + 1 if values else self._place
                return values
        return []

    def _parts(self, opening: str, closing: str) -> Iterator[None]:
        self._take(opening)
        if self.peek() != closing:
            yield
            while self.peek() != closing:
                self._take(",")
                yield
        self._take(closing)

    def _take(self, mark: str) -> None:
        if self.peek() != mark:
            raise self._wrong(f"Expecting {mark!r} delimiter", self._place)
        self._place += 1

    def _more(self) -> bool:
        """Whether more text came for the same value; what was taken already is forgotten."""
        if len(self._text) - self._place > LONGEST:
            return False
        piece = self._file.read(max(PIECE, len(self._text) - self._place))
        if piece:
            newline = self._text.rfind("\n", 0, self._place)
            self._before = self._place - newline - 1 if newline >= 0 else self._before + self._place
            self._lines += self._text.count("\n", 0, self._place)
            self._text, self._place, self._tried = self._text[self._place :] + piece, 0, False
        return bool(piece)

    def _wrong(self, reason: str, place: int) -> SourceError:
        line = self._lines + self._text.count("\n", 0, place) + 1
        newline = self._text.rfind("\n", 0, place)
        column = place - newline if newline >= 0 else self._before + place + 1
        return SourceError(
            f"{self._name} is not valid JSON: {reason} at line {line}, column {column}.",
            hint="Expected an array of objects, or one object a line. The file may be cut off.",
        )
