"""Text that says a number, in the ways people and programs write numbers."""

from collections.abc import Iterable
from dataclasses import dataclass

import polars as pl

EXACT = 2**53
"""Whole numbers from here on are not exact as floats."""
MISSING = (
    "", "na", "n/a", "#n/a", "n.a.", "nan", "null", "(null)", "none", "nil", "missing", "-", "--", "–", "—", "?", ".",
    "#div/0!", "#ref!", "#value!", "#name?", "#num!", "<na>",
)  # fmt: skip
"""What people and programs write for *no value*, in lower case."""

CURRENCY = r"(?:\p{Sc}|R\$|US\$|USD|EUR|GBP|BRL|CHF|JPY|CNY|INR|AUD|CAD|MXN|SEK|NOK|DKK|PLN|kr\.?|zł|Fr\.?|TL|₽|元|円)"
SPACES = r"[\s\x{00A0}\x{2009}\x{202F}'’]"

SHAPED_LIKE_A_NUMBER = r"^[-+]?\d[\d.,]*$"
ONLY_A_COMMA_CAN_BE_DECIMAL = r"^[-+]?(?:\d+,\d{1,2}|\d+,\d{4,}|0+,\d+|\d{4,},\d+|\d{1,3}(?:\.\d{3})+,\d*)$"
ONLY_A_DOT_CAN_BE_DECIMAL = r"^[-+]?(?:\d+\.\d{1,2}|\d+\.\d{4,}|0+\.\d+|\d{4,}\.\d+|\d{1,3}(?:,\d{3})+\.\d*)$"
COULD_BE_EITHER = r"^[-+]?\d{1,3}[.,]\d{3}$"

PAIRS = (
    ("true", "false"), ("yes", "no"), ("y", "n"), ("t", "f"), ("sim", "não"), ("sim", "nao"), ("s", "n"), ("si", "no"),
    ("sí", "no"), ("sì", "no"), ("ja", "nein"), ("ja", "nee"), ("j", "n"), ("oui", "non"), ("o", "n"), ("да", "нет"),
    ("是", "否"), ("はい", "いいえ"), ("verdadeiro", "falso"), ("verdadero", "falso"),
    ("wahr", "falsch"), ("vrai", "faux"),
)  # fmt: skip
"""Words for true and false, in lower case."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DecimalMark:
    """Which of `.` and `,` separates the decimals; `example` is a value that could be read either way, if all can."""

    mark: str
    example: str | None = None


def decimal_mark(columns: Iterable[pl.Series], *, default: str) -> DecimalMark:
    """Decide for a whole file, from distinct values of its text columns: one file is written in one way.

    default: taken when no value tells, as in a file with nothing but `1.234`.
    """
    commas = dots = 0
    example = None
    for column in columns:
        plain = column.to_frame("text").select(_plain(pl.col("text")))["text"]
        commas += int(plain.str.contains(ONLY_A_COMMA_CAN_BE_DECIMAL).sum())
        dots += int(plain.str.contains(ONLY_A_DOT_CAN_BE_DECIMAL).sum())
        either = plain.filter(plain.str.contains(COULD_BE_EITHER))
        example = example or (str(either[0]) if len(either) else None)
    if commas == dots:
        return DecimalMark(mark=default, example=example)
    return DecimalMark(mark="," if commas > dots else ".")


def blank_to_null(text: pl.Expr) -> pl.Expr:
    """Null where the text says that there is no value."""
    return pl.when(~text.str.strip_chars().str.to_lowercase().is_in(MISSING)).then(text)


def to_number(text: pl.Expr, decimal: str) -> pl.Expr:
    """Float64, null where the text is no number.

    Reads thousands separators, currency signs, percent signs (dropped: 12 % is 12), accounting's brackets and a minus
    at the end.
    """
    return digits_to_number(_plain(text), decimal)


def digits_to_number(text: pl.Expr, decimal: str) -> pl.Expr:
    """As `to_number`, for text of digits and marks only, which is read much faster; null for any other."""
    thousands = "," if decimal == "." else "."
    grouped = rf"^[-+]?\d{{1,3}}(?:\{thousands}\d{{3}})+(?:\{decimal}\d*)?$"
    several = text.str.contains(thousands, literal=True) & text.str.contains(grouped)
    text = pl.when(several).then(text.str.replace_all(thousands, "", literal=True)).otherwise(text)
    if decimal == ",":
        without_dot = pl.when(~text.str.contains(".", literal=True)).then(text)
        text = without_dot.str.replace(",", ".", literal=True)
    return text.cast(pl.Float64, strict=False)


def all_whole(numbers: pl.Expr) -> pl.Expr:
    """Whether every number is whole and small enough for that to be exact."""
    return (numbers.is_finite() & (numbers == numbers.floor()) & (numbers.abs() < EXACT)).all()


def word_for_true(words: pl.Series) -> str | None:
    """The word, in lower case, that says *true*, when all are the two words of one pair; None otherwise."""
    distinct = set(words.str.strip_chars().str.to_lowercase().drop_nulls().unique())
    for yes, no in PAIRS:
        if distinct == {yes, no} or (distinct and distinct <= {"true", "false"} and yes == "true"):
            return yes
    return None


def _plain(text: pl.Expr) -> pl.Expr:
    """Without spaces, currency and percent signs, and with the minus in front."""
    return (
        text.str.strip_chars()
        .str.replace_all("−", "-", literal=True)
        .str.replace(rf"(?i)^([-+(]?)\s*{CURRENCY}\s*", "$1")
        .str.replace(rf"(?i)\s*(?:{CURRENCY}|%)\s*(\)?)$", "$1")
        .str.replace(r"^\((.*)\)$", "-$1")
        .str.replace(r"^(\d.*)-$", "-$1")
        .str.replace_all(rf"(\d){SPACES}(\d)", "$1$2")
        .str.replace_all(rf"(\d){SPACES}(\d)", "$1$2")
    )
