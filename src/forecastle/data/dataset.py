"""What was read: the user's own columns with typed values, and what each column is for."""

from dataclasses import dataclass, field
from enum import StrEnum

import polars as pl

from forecastle.core.findings import Findings


class Role(StrEnum):
    """What a column is for."""

    TIME = "time"
    KEY = "key"
    TARGET = "target"
    PRICE = "price"
    PROMOTION = "promotion"
    KNOWN = "known"
    PAST = "past"
    STATIC = "static"
    CLOSED = "closed"
    IGNORED = "ignored"


@dataclass(frozen=True, slots=True, kw_only=True)
class Guess:
    """What one column was taken for. confidence: 0 to 1; 1 when the user said so."""

    column: str
    role: Role
    confidence: float
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Roles:
    """Which of the user's columns is what; every column of the data is in exactly one place.

    time: moments or whole numbers. keys: together they name a series; empty when all rows are one series.
    promotion, known: also known for the future. past: known up to now only. static: one value a series.
    closed: marks closed days and stock-outs, where it equals `closed_value` (False for a column that says *open*).
    guesses: one a column, in the data's column order.
    """

    time: str
    keys: tuple[str, ...] = ()
    targets: tuple[str, ...] = ()
    price: str | None = None
    promotion: tuple[str, ...] = ()
    known: tuple[str, ...] = ()
    past: tuple[str, ...] = ()
    static: tuple[str, ...] = ()
    closed: str | None = None
    closed_value: bool = True
    ignored: tuple[str, ...] = ()
    guesses: tuple[Guess, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Dataset:
    """A sales history as it was read, before anything was aggregated, cleaned or filled.

    frame: the user's rows and column names. The time column is Date, Datetime (μs, no zone) or an integer; targets and
        price are Float64 or integers, null where the source had no number.
    source: what was read, without credentials. transactions: several rows of a series in one period are normal and
        a period without a row means that nothing was sold.
    time_zone: the zone the times came in; `frame` holds UTC for sub-daily data, local dates otherwise.
    findings: everything noticed or changed while reading.
    """

    frame: pl.DataFrame
    roles: Roles
    source: str
    transactions: bool = False
    time_zone: str | None = None
    findings: Findings = field(default_factory=Findings)
