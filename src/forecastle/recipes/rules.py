"""How several rows of a series become one: a rule a column."""

from collections.abc import Callable, Mapping
from typing import Literal

import polars as pl

from forecastle.recipes.piece import OURS, SERIES, Piece

Rule = Literal["sum", "mean", "median", "min", "max", "first", "last", "count", "any", "all", "weighted"]


def defaults(piece: Piece) -> dict[str, Rule]:
    """What suits what a column is for.

    Targets are added up, a price is the mean weighted by the first target, promotions take the largest value, what else
    was known up to then only is averaged, a period is closed when all of its rows are, and of everything else the last.
    """
    roles = piece.roles
    rules: dict[str, Rule] = dict.fromkeys((name for name in piece.frame.columns if name not in OURS), "last")
    rules.update(dict.fromkeys(roles.targets, "sum"))
    rules.update(dict.fromkeys(roles.promotion, "max"))
    rules.update({name: "mean" for name in roles.past if piece.frame.schema[name].is_numeric()})
    if roles.price:
        rules[roles.price] = "weighted" if roles.targets else "mean"
    if roles.closed:
        rules[roles.closed] = "all" if roles.closed_value else "any"
    return rules


def aggregated(piece: Piece, rules: Mapping[str, str], *, by: str) -> pl.DataFrame:
    """One row a series and value of the column `by`, in the order of both; the columns as they were."""
    weight = pl.col(piece.roles.targets[0]).abs() if piece.roles.targets else pl.lit(1.0)
    named = [name for name in piece.frame.columns if name not in (SERIES, by)]
    parts = [_one(name, rules.get(name, "last"), weight).alias(name) for name in named]
    grouped = piece.frame.group_by(SERIES, by, maintain_order=True).agg(parts)
    return grouped.select(piece.frame.columns)


def _one(name: str, rule: str, weight: pl.Expr) -> pl.Expr:
    """Missing values count for nothing; without any value the result is missing."""
    column = pl.col(name)
    if rule == "sum":
        return pl.when(column.count() > 0).then(column.sum())
    if rule == "weighted":
        told = weight.filter(column.is_not_null()).sum()
        return pl.when(told > 0).then((column * weight).sum() / told).otherwise(column.mean())
    return RULES[rule](column)


RULES: Mapping[str, Callable[[pl.Expr], pl.Expr]] = {
    "mean": lambda column: column.mean(),
    "median": lambda column: column.median(),
    "min": lambda column: column.min(),
    "max": lambda column: column.max(),
    "count": lambda column: column.count(),
    "first": lambda column: column.drop_nulls().first(),
    "last": lambda column: column.drop_nulls().last(),
    "any": lambda column: column.cast(pl.Boolean).any(),
    "all": lambda column: column.cast(pl.Boolean).all(),
}
"""Rules that look at nothing but the column."""
