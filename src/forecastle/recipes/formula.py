"""Formulas of users: a small grammar, read by Python's own parser and turned into Polars expressions.

Nothing is executed but what is listed here: numbers, texts, names of columns, arithmetic, comparisons, `and`, `or`,
`not`, `a if condition else b`, and the functions below. `lag`, `change` and `rolling_mean` look back within a series.
"""

import ast
import operator
from collections.abc import Callable, Mapping
from typing import Any

import polars as pl

from forecastle.core.errors import InputError
from forecastle.recipes.piece import SERIES, Piece
from forecastle.recipes.step import check_column

LARGEST_POWER = 10
LONGEST_WINDOW = 10_000
MOST_PARTS = 300

Of = Callable[..., pl.Expr]

OPERATORS: Mapping[type[ast.AST], Of] = {
    ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv, ast.Mod: operator.mod, ast.Pow: operator.pow,
    ast.Lt: operator.lt, ast.LtE: operator.le, ast.Gt: operator.gt, ast.GtE: operator.ge,
    ast.Eq: operator.eq, ast.NotEq: operator.ne,
}  # fmt: skip

FUNCTIONS: Mapping[str, tuple[int, int, Of]] = {
    "abs": (1, 1, lambda x: x.abs()),
    "log": (1, 1, lambda x: x.log()),
    "log1p": (1, 1, lambda x: x.log1p()),
    "exp": (1, 1, lambda x: x.exp()),
    "sqrt": (1, 1, lambda x: x.sqrt()),
    "round": (1, 1, lambda x: x.round()),
    "floor": (1, 1, lambda x: x.floor()),
    "ceil": (1, 1, lambda x: x.ceil()),
    "min": (2, 10, pl.min_horizontal),
    "max": (2, 10, pl.max_horizontal),
    "first_known": (2, 10, pl.coalesce),
    "is_missing": (1, 1, lambda x: x.is_null()),
    "year": (1, 1, lambda x: x.dt.year()),
    "month": (1, 1, lambda x: x.dt.month()),
    "day": (1, 1, lambda x: x.dt.day()),
    "weekday": (1, 1, lambda x: x.dt.weekday()),
    "lower": (1, 1, lambda x: x.str.to_lowercase()),
    "contains": (2, 2, lambda x, text: x.str.contains(text, literal=True)),
}
"""Name: the fewest and most arguments, and what it does."""

WINDOWS: Mapping[str, Callable[[pl.Expr, int], pl.Expr]] = {
    "lag": lambda x, periods: x.shift(periods),
    "change": lambda x, periods: x - x.shift(periods),
    "rolling_mean": lambda x, periods: x.rolling_mean(periods, min_samples=1),
    "rolling_sum": lambda x, periods: x.rolling_sum(periods, min_samples=1),
}
"""Functions of a column and of rows of the same series: how many rows, written out as a number."""


def compiled(text: str, piece: Piece) -> pl.Expr:
    """The expression that a formula means.

    Raises:
        InputError: it is no formula, or uses what formulas do not know.
        RolesError: it names a column that is not there.
    """
    try:
        tree = ast.parse(text.strip(), mode="eval")
        parts = sum(1 for _ in ast.walk(tree))
    except (SyntaxError, ValueError, MemoryError, RecursionError) as error:
        raise _refused(text, getattr(error, "msg", "it is too deep")) from error
    if parts > MOST_PARTS:
        raise _refused(text, f"it has {parts} parts, more than {MOST_PARTS}")
    return _Reader(text, piece).read(tree.body)


def _refused(text: str, why: str) -> InputError:
    known = ", ".join([*FUNCTIONS, *WINDOWS])
    hint = f"Column names with spaces are written col('my column'). Known: {known}."
    return InputError(f"{text!r} is no formula: {why}.", hint=hint)


class _Reader:
    """Turns the parts of one formula into expressions."""

    def __init__(self, text: str, piece: Piece) -> None:
        self.text = text
        self.piece = piece

    def read(self, part: ast.AST) -> pl.Expr:  # noqa: C901, PLR0911 - one line a kind of part
        match part:
            case ast.Constant(value=bool() | int() | float() | str() as value):
                return pl.lit(value)
            case ast.Name(id=name):
                return self._column(name)
            case ast.UnaryOp(op=ast.USub(), operand=inner):
                return -self.read(inner)
            case ast.UnaryOp(op=ast.UAdd(), operand=inner):
                return self.read(inner)
            case ast.UnaryOp(op=ast.Not(), operand=inner):
                return ~self.read(inner).cast(pl.Boolean)
            case ast.BinOp(left=left, op=op, right=right) if type(op) in OPERATORS:
                return self._arithmetic(left, op, right)
            case ast.BoolOp(op=op, values=values):
                several = [self.read(value).cast(pl.Boolean) for value in values]
                return pl.all_horizontal(several) if isinstance(op, ast.And) else pl.any_horizontal(several)
            case ast.Compare(left=left, ops=ops, comparators=others):
                return self._comparison([left, *others], ops)
            case ast.IfExp(test=test, body=body, orelse=other):
                return pl.when(self.read(test).cast(pl.Boolean)).then(self.read(body)).otherwise(self.read(other))
            case ast.Call(func=ast.Name(id=name), args=arguments, keywords=[]):
                return self._call(name, arguments)
        raise _refused(self.text, f"{ast.unparse(part)!r} is not understood")

    def _column(self, name: str) -> pl.Expr:
        check_column(self.piece, name)
        return pl.col(name)

    def _arithmetic(self, left: ast.AST, op: ast.AST, right: ast.AST) -> pl.Expr:
        if isinstance(op, ast.Pow) and not self._small(right):
            raise _refused(self.text, f"a power must be a number up to {LARGEST_POWER}")
        return OPERATORS[type(op)](self.read(left), self.read(right))

    def _small(self, part: ast.AST) -> bool:
        inner = part.operand if isinstance(part, ast.UnaryOp) else part
        value = inner.value if isinstance(inner, ast.Constant) else None
        return isinstance(value, int | float) and abs(value) <= LARGEST_POWER

    def _comparison(self, sides: list[Any], ops: list[ast.cmpop]) -> pl.Expr:
        if any(type(op) not in OPERATORS for op in ops):
            raise _refused(self.text, "only <, <=, >, >=, == and != compare")
        read = [self.read(side) for side in sides]
        pairs = zip(read, ops, read[1:], strict=False)
        return pl.all_horizontal([OPERATORS[type(op)](left, right) for left, op, right in pairs])

    def _call(self, name: str, arguments: list[ast.expr]) -> pl.Expr:
        if name == "col" and len(arguments) == 1 and isinstance(arguments[0], ast.Constant):
            return self._column(str(arguments[0].value))
        if name == "date" and len(arguments) == 1 and isinstance(arguments[0], ast.Constant):
            return pl.lit(str(arguments[0].value)).str.to_date()
        if name in WINDOWS:
            return self._window(name, arguments)
        if name not in FUNCTIONS:
            raise _refused(self.text, f"there is no function {name!r}")
        fewest, most, function = FUNCTIONS[name]
        if not fewest <= len(arguments) <= most:
            raise _refused(self.text, f"{name} takes {fewest if fewest == most else f'{fewest} to {most}'} arguments")
        return function(*(self.read(argument) for argument in arguments))

    def _window(self, name: str, arguments: list[ast.expr]) -> pl.Expr:
        match arguments:
            case [column, ast.Constant(value=int(periods))] if 1 <= periods <= LONGEST_WINDOW:
                return WINDOWS[name](self.read(column), periods).over(SERIES)
        raise _refused(self.text, f"{name} takes a column and a number of rows, such as {name}(volume, 4)")
