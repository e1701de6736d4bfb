"""What each column is for: said by the user, or found."""

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches

import polars as pl

from forecastle.core.errors import RolesError
from forecastle.data.dataset import Guess, Role, Roles
from forecastle.data.detection.evidence import gather_evidence, series_sample
from forecastle.data.detection.keys import Keys, find_keys
from forecastle.data.detection.measures import guess_measures
from forecastle.data.detection.rows import Rows
from forecastle.data.detection.sales import only_where_sold
from forecastle.data.detection.times import TimeColumn, find_time
from forecastle.data.detection.vocabulary import hint
from forecastle.data.options import ReadOptions


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundRoles:
    """The roles, the time column as such, and whether the rows are single sales."""

    roles: Roles
    time: TimeColumn
    transactions: bool


def find_roles(lazy: pl.LazyFrame, options: ReadOptions) -> FoundRoles:
    """Give every column one role. What the user named is kept; the rest is found from values, with names as hints.

    Raises:
        RolesError: a named column is not there or is named twice, or there is no time column or no target.
    """
    rows = Rows.of(lazy)
    asked = _asked(rows, options)
    others = frozenset(name for name, role in asked.items() if role is not Role.TIME)
    time = find_time(rows, asked=options.time, taken=others)
    name = time.guess.column
    timed = Rows.of(time.put_into(lazy).filter(pl.col(name).is_not_null()))
    taken = frozenset(column for column, role in asked.items() if role is not Role.KEY) | frozenset(time.made_of)
    keys = find_keys(timed, name, taken=taken, asked=options.keys)
    guesses = _guesses(timed, time, keys, asked)
    roles = _collect([guesses[column] for column in timed.schema], keys.columns)
    if not roles.targets:
        raise RolesError(
            "No column of numbers is left to forecast.",
            hint="Name one (--target; targets in Python). " + " ".join(_seen(timed, guess) for guess in roles.guesses),
        )
    transactions = keys.transactions or only_where_sold(timed, name, roles.keys, roles.targets[:1])
    return FoundRoles(roles=roles, time=time, transactions=transactions)


def _asked(rows: Rows, options: ReadOptions) -> dict[str, Role]:
    """The columns the user named, by role; each must be there, once."""
    asked: dict[str, Role] = {}
    for role, names in _named(options):
        for name in names:
            if name not in rows.schema:
                close = get_close_matches(name, list(rows.schema), n=1, cutoff=0.5)
                guess = f"Did you mean {close[0]!r}? " if close else ""
                raise RolesError(
                    f"There is no column {name!r} (named as {role}).",
                    hint=f"{guess}The columns are: {', '.join(rows.schema)}.",
                )
            if name in asked:
                raise RolesError(f"{name!r} is named as {asked[name]} and as {role}.", hint="A column has one role.")
            asked[name] = role
    return asked


def _named(options: ReadOptions) -> Iterable[tuple[Role, tuple[str, ...]]]:
    yield Role.TIME, (options.time,) if options.time else ()
    yield Role.KEY, options.keys or ()
    yield Role.TARGET, options.targets or ()
    yield Role.PRICE, (options.price,) if options.price else ()
    yield Role.PROMOTION, options.promotion or ()
    yield Role.KNOWN, options.known or ()
    yield Role.PAST, options.past or ()
    yield Role.STATIC, options.static or ()
    yield Role.CLOSED, (options.closed,) if options.closed else ()
    yield Role.IGNORED, options.ignored or ()


def _guesses(rows: Rows, time: TimeColumn, keys: Keys, asked: dict[str, Role]) -> dict[str, Guess]:
    """One guess a column."""
    name = time.guess.column
    guesses = {name: time.guess}
    for column in time.made_of:
        guesses[column] = Guess(column=column, role=Role.IGNORED, confidence=0.8, reason=f"part of {name}")
    for column in keys.columns:
        guesses[column] = Guess(column=column, role=Role.KEY, confidence=keys.confidence, reason=keys.reason)
    for column, role in asked.items():
        guesses[column] = Guess(column=column, role=role, confidence=1.0, reason="named by the user")
    _check_numbers(rows, asked)
    left = (name, *keys.columns, *(column for column in rows.schema if column not in guesses))
    sample = series_sample(rows.only(left), keys.columns)
    evidence = gather_evidence(sample, name, keys.columns)
    roles = frozenset(asked.values())
    for guess in guess_measures(sample, evidence, asked=roles, alone=not keys.columns and not keys.transactions):
        guesses[guess.column] = guess
    for column, kind in rows.schema.items():
        nested = Guess(column=column, role=Role.IGNORED, confidence=1.0, reason=f"{kind} values")
        guesses.setdefault(column, nested)
    return guesses


def _seen(rows: Rows, guess: Guess) -> str:
    return f"{guess.column!r} was taken as {guess.role} (such as {rows.first(guess.column)!r:.40})."


def _check_numbers(rows: Rows, asked: dict[str, Role]) -> None:
    for column, role in asked.items():
        kind = rows.schema[column]
        if role in (Role.TARGET, Role.PRICE, Role.PROMOTION, Role.CLOSED) and not (
            kind.is_numeric() or kind == pl.Boolean
        ):
            example = rows.lazy.select(column).head(1).collect().item()
            raise RolesError(
                f"{column!r} is named as {role}, but holds {str(kind).lower()} values, such as {example!r}.",
                hint="Name a column of numbers.",
            )
        if role is Role.KEY and (kind.is_nested() or kind == pl.Binary):
            raise RolesError(
                f"{column!r} is named as {role}, but holds {str(kind).lower()} values.",
                hint="Name a column of texts or numbers.",
            )


def _collect(guesses: list[Guess], keys: tuple[str, ...]) -> Roles:
    """The guesses by role, in the order of the columns (keys in the order the user named them)."""

    def all_of(role: Role) -> tuple[str, ...]:
        return tuple(guess.column for guess in guesses if guess.role is role)

    closed, *flags = all_of(Role.CLOSED) or (None,)
    price = all_of(Role.PRICE)
    return Roles(
        time=all_of(Role.TIME)[0],
        keys=keys,
        targets=all_of(Role.TARGET),
        price=price[0] if price else None,
        promotion=all_of(Role.PROMOTION),
        known=(*all_of(Role.KNOWN), *(flag for flag in flags if flag)),
        past=all_of(Role.PAST),
        static=all_of(Role.STATIC),
        closed=closed,
        closed_value=closed is None or not hint(closed, "open") or hint(closed, "closed") == 1,
        ignored=all_of(Role.IGNORED),
        guesses=tuple(guesses),
    )
