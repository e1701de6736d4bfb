"""What commands answer, on standard output: tables and sentences for people, JSON for programs."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from forecastle.cli.options import General


def show(rows: Sequence[Mapping[str, Any]], general: "General", *, nothing: str) -> None:
    """A table for people, or JSON for programs. nothing: what is said when there are no rows."""
    if general.json:
        tell(rows)
        return
    if not rows:
        print(nothing)  # noqa: T201 - a command answers
        return
    import polars as pl

    from forecastle.reporting.text import print_table

    columns = {name: _column([row.get(name) for row in rows]) for name in rows[0]}
    print_table(pl.DataFrame(columns))


def say(answer: Mapping[str, Any], sentence: str, general: "General") -> None:
    """One sentence for people, or the whole answer for programs."""
    if general.json:
        tell(answer)
    else:
        print(sentence)  # noqa: T201 - a command answers


def tell(answer: object, *, compact: bool = False) -> None:
    """Print an answer as JSON, whatever it is made of. compact: on one line, for what is long."""
    print(json_of(answer, compact=compact))  # noqa: T201 - a command answers


def json_of(answer: object, *, compact: bool = False) -> str:
    """An answer as JSON; a number that is none (NaN) or without end is null."""
    import orjson

    layout = 0 if compact else orjson.OPT_INDENT_2
    return orjson.dumps(answer, default=_plain, option=layout | orjson.OPT_NON_STR_KEYS).decode()


def _plain(value: object) -> object:
    """What JSON can say: a frame column by column."""
    import polars as pl

    if isinstance(value, pl.DataFrame):
        return value.to_dict(as_series=False)
    return dict(value) if isinstance(value, Mapping) else str(value)


def _column(values: Sequence[object]) -> list[object]:
    """Values as a table shows them: numbers among each other as such, everything else as text."""
    kinds = {type(value) for value in values}
    if kinds <= {int, float}:
        return [float(value) if float in kinds else value for value in values]  # type: ignore[arg-type]  # numbers
    return [_cell(value) for value in values]


def _cell(value: object) -> str:
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M:%S}"
    if isinstance(value, bool):
        return str(value).lower()
    return "" if value is None else str(value)
