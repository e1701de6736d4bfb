"""What kind of values a column holds: time, numeric, categorical, boolean or text."""

from dataclasses import dataclass
from enum import StrEnum

import polars as pl

from forecastle.data.cleaning.rows import counted
from forecastle.data.dataset import Role
from forecastle.data.detection.keys import names_a_thing

REPEATED = 0.5
"""Share of different values up to which text names a category."""
FEW = 12
"""Different whole numbers up to which these may stand for something."""


class Kind(StrEnum):
    """Kinds of values."""

    TIME = "time"
    NUMERIC = "numeric"
    CATEGORICAL = "categorical"
    BOOLEAN = "boolean"
    TEXT = "text"


@dataclass(frozen=True, slots=True, kw_only=True)
class Looks:
    """What decides about a kind. count: values. distinct: different ones. flag: only 0 and 1 among numbers."""

    name: str
    type: pl.DataType
    role: Role
    count: int
    distinct: int
    flag: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class KindGuess:
    """The kind, how surely (0 to 1), and why."""

    kind: Kind
    confidence: float
    reason: str


def guess_kind(looks: Looks) -> KindGuess:
    """The kind of one column."""
    if looks.role is Role.TIME:
        return KindGuess(kind=Kind.TIME, confidence=1.0, reason="it says when")
    if looks.type.is_temporal():
        return KindGuess(kind=Kind.TIME, confidence=1.0, reason=f"{looks.type} values")
    if looks.type == pl.Boolean:
        return KindGuess(kind=Kind.BOOLEAN, confidence=1.0, reason="true and false only")
    if looks.type.is_numeric():
        return _of_numbers(looks)
    return _of_words(looks)


def _of_numbers(looks: Looks) -> KindGuess:
    if looks.role is Role.KEY:
        return KindGuess(kind=Kind.CATEGORICAL, confidence=1.0, reason="numbers that name a series")
    if looks.flag:
        return KindGuess(kind=Kind.BOOLEAN, confidence=0.9, reason="0 and 1 only")
    if looks.type.is_integer() and looks.role is not Role.TARGET:
        if names_a_thing(looks.name):
            return KindGuess(kind=Kind.CATEGORICAL, confidence=0.8, reason="whole numbers under the name of a thing")
        if looks.distinct <= FEW:
            reason = f"numbers, though only {looks.distinct} different ones: they may stand for something"
            return KindGuess(kind=Kind.NUMERIC, confidence=0.6, reason=reason)
    return KindGuess(kind=Kind.NUMERIC, confidence=0.95, reason="numbers")


def _of_words(looks: Looks) -> KindGuess:
    if looks.type.is_nested() or looks.type == pl.Binary:
        return KindGuess(kind=Kind.TEXT, confidence=0.5, reason=f"{looks.type} values")
    if looks.role is Role.KEY:
        return KindGuess(kind=Kind.CATEGORICAL, confidence=1.0, reason="it names a series")
    if not looks.count:
        return KindGuess(kind=Kind.TEXT, confidence=0.3, reason="no values")
    share = looks.distinct / looks.count
    told = f"{counted(looks.distinct, 'different text')} in {counted(looks.count, 'value')}"
    if share <= REPEATED:
        return KindGuess(kind=Kind.CATEGORICAL, confidence=round(1 - share, 2), reason=told)
    return KindGuess(kind=Kind.TEXT, confidence=round(share, 2), reason=told)
