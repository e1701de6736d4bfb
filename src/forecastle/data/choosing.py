"""Other roles for the columns of a dataset that was read already."""

from collections.abc import Mapping
from dataclasses import replace
from difflib import get_close_matches

import polars as pl

from forecastle.core.errors import RolesError
from forecastle.core.findings import Finding, Findings, Severity
from forecastle.data.cleaning.rows import counted
from forecastle.data.dataset import Dataset, Guess, Role, Roles
from forecastle.data.options import ReadOptions
from forecastle.data.roles import find_roles

ALONE = (Role.TIME, Role.PRICE, Role.CLOSED)
"""Roles that one column has; whoever had it before is left aside."""


def choose_roles(dataset: Dataset, changes: Mapping[str, Role]) -> Dataset:
    """The dataset with other roles; columns that are not among the changes keep theirs.

    Whether rows are single sales is found again, for that depends on the keys. Rows without a value in a new time
    column are left out, with a finding.

    Raises:
        RolesError: a column is not there, a role does not fit its values, or no time or target is left.
    """
    chosen = _after(dataset.roles, changes)
    found = find_roles(dataset.frame.lazy(), _asked(chosen))
    frame, time = dataset.frame, found.roles.time
    if time != dataset.roles.time:  # else it was read once already, and is not to be read as something else
        frame = found.time.put_into(frame.lazy()).collect()
    kept = frame.filter(pl.col(time).is_not_null())
    return replace(
        dataset,
        frame=kept,
        roles=replace(found.roles, guesses=_guesses(dataset.roles.guesses, found.roles.guesses)),
        transactions=found.transactions,
        findings=dataset.findings + _moved(dataset.roles, found.roles) + _timeless(time, len(frame) - len(kept)),
    )


def _after(roles: Roles, changes: Mapping[str, Role]) -> dict[str, Role]:
    """The role of every column; those of several columns in the order in which they were."""
    there = {guess.column: guess.role for guess in roles.guesses}
    for name in changes:
        if name not in there:
            close = get_close_matches(name, there, n=1, cutoff=0.5)
            guess = f"Did you mean {close[0]!r}? " if close else ""
            raise RolesError(f"There is no column {name!r}.", hint=f"{guess}The columns are: {', '.join(there)}.")
    for role in ALONE:
        if sum(changed is role for changed in changes.values()) > 1:
            named = ", ".join(repr(name) for name, changed in changes.items() if changed is role)
            raise RolesError(f"{named} are all named as {role}.", hint=f"One column is the {role}.")
    left = {name: Role.IGNORED for name, role in there.items() if role in ALONE and role in changes.values()}
    names = [*roles.keys, *(name for name in there if name not in roles.keys)]
    return {name: (there | left | dict(changes))[name] for name in names}


def _asked(chosen: Mapping[str, Role]) -> ReadOptions:
    def all_of(role: Role) -> tuple[str, ...]:
        return tuple(name for name, given in chosen.items() if given is role)

    return ReadOptions(
        time=next(iter(all_of(Role.TIME)), None),
        keys=all_of(Role.KEY),
        targets=all_of(Role.TARGET),
        price=next(iter(all_of(Role.PRICE)), None),
        promotion=all_of(Role.PROMOTION),
        known=all_of(Role.KNOWN),
        past=all_of(Role.PAST),
        static=all_of(Role.STATIC),
        closed=next(iter(all_of(Role.CLOSED)), None),
        ignored=all_of(Role.IGNORED),
    )


def _guesses(before: tuple[Guess, ...], after: tuple[Guess, ...]) -> tuple[Guess, ...]:
    """What was found out about columns that keep their role stays."""
    known = {(guess.column, guess.role): guess for guess in before}
    return tuple(known.get((guess.column, guess.role), guess) for guess in after)


def _moved(before: Roles, after: Roles) -> Findings:
    roles = {guess.column: guess.role for guess in before.guesses}
    moved = [
        f"{guess.column}: {guess.role}, was {roles[guess.column]}"
        for guess in after.guesses
        if guess.role is not roles[guess.column]
    ]
    if not moved:
        return Findings()
    message = f"{counted(len(moved), 'column')} with another role."
    finding = Finding(
        code="roles_changed", severity=Severity.INFO, message=message, count=len(moved), rows=tuple(moved)
    )
    return Findings((finding,))


def _timeless(time: str, count: int) -> Findings:
    if not count:
        return Findings()
    finding = Finding(
        code="no_time",
        severity=Severity.WARNING,
        message=f"{counted(count, 'row')} without a value in {time!r}.",
        action="left out",
        count=count,
    )
    return Findings((finding,))
