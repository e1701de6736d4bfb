"""What the columns beside time and keys are: targets, price, promotion, flags, covariates."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import combinations

import polars as pl

from forecastle.data.dataset import Guess, Role
from forecastle.data.detection.evidence import Evidence
from forecastle.data.detection.keys import is_text, names_a_thing
from forecastle.data.detection.rows import FEW, Rows
from forecastle.data.detection.vocabulary import hint

EXACT = 0.02
"""Relative error up to which one column is the product of two others."""
MOST_COMPARED = 6
MOST_PRICES = 4
"""With more columns named like prices, none can be told to be the own price."""


Rule = tuple[bool, Role, float, str]
"""Whether it applies, and the role, confidence and reason it gives; the first that applies counts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Product:
    """revenue is volume times price in nearly every row."""

    revenue: str
    volume: str
    price: str


def guess_measures(
    sample: Rows, evidence: Mapping[str, Evidence], *, asked: frozenset[Role], alone: bool
) -> list[Guess]:
    """Guess what each column is.

    asked: roles the user has filled; nobody else gets them. alone: there are no keys, one row a moment.
    Covariates count as known for the future only where names or calendars say so.
    """
    guesses, open_ = [], []
    for name, looks in evidence.items():
        guess = _plain_guess(name, looks, asked)
        if guess is None:
            open_.append(name)
        else:
            guesses.append(guess)
    product = _product(sample, evidence, open_)
    prices = () if Role.PRICE in asked else _price(open_, evidence, product)
    targets: tuple[Guess, ...] = ()
    if Role.TARGET not in asked:
        free = [name for name in open_ if name not in _columns(prices)]
        own = [name for name in free if not evidence[name].shared]  # what all series share is sold by none of them
        free = own or free
        targets = _targets(free, product) or _without_names(free, alone=alone)
        if not targets and prices:
            targets, prices = (_guess(prices[0].column, Role.TARGET, 0.5, "the only measure"),), ()
    taken = _columns((*prices, *targets))
    rest = [_past(name, evidence[name]) for name in open_ if name not in taken]
    found = [*guesses, *prices, *targets, *rest]
    return found if targets or Role.TARGET in asked else _least_unlikely(found, evidence)


def _past(name: str, looks: Evidence) -> Guess:
    if looks.shared:
        return _guess(name, Role.PAST, 0.7, "numbers that are the same for all series")
    return _guess(name, Role.PAST, 0.5, "numbers; nothing tells that their future is known")


def _least_unlikely(guesses: list[Guess], evidence: Mapping[str, Evidence]) -> list[Guess]:
    """With no target at all, the first column of numbers that changes becomes one."""
    possible = (
        guess for guess in guesses if guess.role in (Role.PAST, Role.KNOWN) and evidence[guess.column].kind.is_numeric()
    )
    first = next(possible, None)
    target = _guess(first.column, Role.TARGET, 0.3, "the only column of numbers that changes") if first else None
    return [target if guess is first and target else guess for guess in guesses]


def _plain_guess(name: str, looks: Evidence, asked: frozenset[Role]) -> Guess | None:
    """The role of a column that is no possible target or price; None leaves that open."""
    if looks.kind.is_numeric() and _measured(name):
        return None
    rules = [
        (looks.distinct == 0, Role.IGNORED, 1.0, "empty"),
        (hint(name, "bookkeeping") == 1, Role.IGNORED, 0.9, "named like bookkeeping"),
        (looks.distinct == 1, Role.IGNORED, 0.9, "the same in every row"),
        (looks.static, Role.STATIC, 0.95, "one value a series"),
        *(_flag(name, looks, asked) if looks.flag else ()),
        (is_text(looks.kind), Role.IGNORED, 0.8, "text that changes within a series"),
        (not looks.kind.is_numeric(), Role.IGNORED, 0.8, "moments beside the time column"),
        *_number(name, looks, asked),
    ]
    hit = next(((role, sure, reason) for applies, role, sure, reason in rules if applies), None)
    return _guess(name, *hit) if hit else None


def _measured(name: str) -> bool:
    return max(hint(name, "volume"), hint(name, "revenue")) == 1


def _flag(name: str, looks: Evidence, asked: frozenset[Role]) -> list[Rule]:
    closes = max(hint(name, "closed"), hint(name, "open")) == 1 and Role.CLOSED not in asked
    promoted = hint(name, "promotion") if Role.PROMOTION not in asked else 0
    return [
        (closes, Role.CLOSED, 0.9, "a flag named for open or closed"),
        (promoted > 0, Role.PROMOTION, 0.6 + 0.35 * promoted, "a flag named for promotion"),
        (hint(name, "known") == 1, Role.KNOWN, 0.9, "a flag named for the calendar"),
        (looks.shared, Role.KNOWN, 0.7, "a flag that is the same for all series, like a calendar"),
        (True, Role.PAST, 0.6, "a flag; nothing tells that its future is known"),
    ]


def _number(name: str, looks: Evidence, asked: frozenset[Role]) -> list[Rule]:
    whole = looks.kind.is_integer()
    promoted = hint(name, "promotion") == 1 and Role.PROMOTION not in asked
    names_something = names_a_thing(name) or hint(name, "event") == 1
    return [
        (promoted and whole, Role.PROMOTION, 0.8, "whole numbers named for promotion"),
        (hint(name, "unfit") == 1, Role.PAST, 0.7, "named like a cost, a margin or a place"),
        (names_something and whole, Role.IGNORED, 0.6, "numbers that name something"),
    ]


def _price(names: list[str], evidence: Mapping[str, Evidence], product: Product | None) -> tuple[Guess, ...]:
    """The own price: the factor between volume and revenue, or the one that is named for what was paid."""
    if product:
        return (_guess(product.price, Role.PRICE, 0.95, f"{product.revenue} is {product.volume} times this"),)
    prices = [name for name in names if hint(name, "price")]
    if not prices or len(prices) > MOST_PRICES:
        return ()
    best = max(prices, key=lambda name: (hint(name, "price"), hint(name, "paid"), evidence[name].distinct))
    return (_guess(best, Role.PRICE, 0.9 if len(prices) == 1 else 0.7, "named for price"),)


def _targets(names: list[str], product: Product | None) -> tuple[Guess, ...]:
    """Columns named for what was sold, else those that a product of columns tells."""
    measures = [name for name in names if not hint(name, "price")]
    for sure in (1.0, 0.6):
        hits = [name for name in measures if max(hint(name, "volume"), hint(name, "revenue")) >= sure]
        if hits:
            return tuple(
                _guess(name, Role.TARGET, round(0.35 + 0.6 * sure, 2), "named for what is sold") for name in hits
            )
    if product:
        reason = f"{product.revenue} is {product.volume} times {product.price}"
        return tuple(_guess(name, Role.TARGET, 0.8, reason) for name in (product.volume, product.revenue))
    return ()


def _without_names(names: list[str], *, alone: bool) -> tuple[Guess, ...]:
    """Targets where no name helps: every column of a table with one row a moment, else the first."""
    if alone and len(names) > 1:
        return tuple(_guess(name, Role.TARGET, 0.5, "a column of numbers with one row a moment") for name in names)
    reason = "the only column of numbers" if len(names) == 1 else "the first column of numbers; name others as targets"
    return tuple(_guess(name, Role.TARGET, 0.8 if len(names) == 1 else 0.4, reason) for name in names[:1])


def _product(sample: Rows, evidence: Mapping[str, Evidence], names: list[str]) -> Product | None:
    """The first three columns of which one is the product of the other two."""
    moving = [name for name in names if evidence[name].distinct > 2]
    moving.sort(key=lambda name: -max(hint(name, kind) for kind in ("volume", "revenue", "price")))
    casts = [pl.col(name).cast(pl.Float64) for name in moving[:MOST_COMPARED]]
    numbers = sample.every(sample.height // FEW).select(casts).drop_nulls().collect(engine=sample.engine)
    for trio in combinations(numbers.columns, 3):
        for revenue in trio:
            first, second = (name for name in trio if name != revenue)
            if _is_product(numbers, revenue, first, second):
                price = min((first, second), key=lambda name: _unlike_a_price(numbers, name))
                return Product(revenue=revenue, price=price, volume=second if price == first else first)
    return None


def _is_product(numbers: pl.DataFrame, revenue: str, first: str, second: str) -> bool:
    """Whether it holds in nearly every row with a revenue; ones among the factors prove nothing."""
    telling = numbers.filter((pl.col(revenue) != 0) & (pl.col(first) != 1) & (pl.col(second) != 1))
    error = (pl.col(revenue) - pl.col(first) * pl.col(second)).abs() / pl.col(revenue).abs()
    share = telling.select((error <= EXACT).mean()).item()
    return len(telling) >= 5 and share > 0.95


def _unlike_a_price(numbers: pl.DataFrame, name: str) -> tuple[float, bool, float]:
    """Sorts the price in front: named so, not whole numbers, varying little."""
    whole = bool((numbers[name] == numbers[name].floor()).all())
    spread = numbers.select(pl.col(name).std() / pl.col(name).mean().abs()).item()
    return -hint(name, "price"), whole, spread


def _columns(guesses: Iterable[Guess]) -> set[str]:
    return {guess.column for guess in guesses}


def _guess(column: str, role: Role, confidence: float, reason: str) -> Guess:
    return Guess(column=column, role=role, confidence=round(confidence, 2), reason=reason)
