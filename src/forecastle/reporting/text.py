"""A result on the console: what a person reads when a command has finished, on standard output."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import polars as pl

from forecastle.core.columns import TARGET
from forecastle.core.execution import ExecutionResult
from forecastle.core.findings import Finding, Findings, Severity
from forecastle.core.frequency import Frequency
from forecastle.evaluation.leaderboard import BASELINE
from forecastle.reporting.findings import in_words, of_some_series
from forecastle.reporting.summary import naive_in_words, targets
from forecastle.reporting.wording import UNKNOWN, ahead, luck, number, percent, ratio, smaller

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

BEST = 6
"""Models in the small leaderboard of the summary."""
ROWS = 20
"""Series listed by a profile; `--json` gives all of them and every column."""

SERIES_COLUMNS = ("target", "series_id", "n_obs", "first", "last", "missing_share", "gaps", "class", "flags")
WHOLE = 24
"""Characters up to which a name or a date is not broken, however narrow the console."""
WIDE = 240
"""Characters a line where nobody watches: a file or a pipe."""

STYLES = {Severity.ERROR: "bold red", Severity.WARNING: "yellow", Severity.INFO: "blue"}


def print_summary(result: ExecutionResult, written: Sequence[Path] = ()) -> None:
    """The conclusions, the best models, what needs attention in the data, and where to look."""
    console = _console()
    console.print()
    console.print(
        f"Forecast of {result.source}, {ahead(result.horizon, result.freq)} ahead", style="bold", markup=False
    )
    for sentence in in_words(result):
        console.print(f"  • {sentence}", markup=False)
    for target in targets(result):
        _print_board(console, result, target, BEST)
    _print_findings(console, [*result.findings.of(Severity.ERROR), *result.findings.of(Severity.WARNING)])
    _print_places(console, written)


def print_leaderboard(result: ExecutionResult) -> None:
    """Every model of every target, best first."""
    console = _console()
    for target in targets(result):
        _print_board(console, result, target, None)
    _print_findings(console, result.findings)


def print_profile(
    source: str, freq: Frequency, columns: pl.DataFrame, series: pl.DataFrame, findings: Findings
) -> None:
    """What a source holds: what its columns were taken for, its series, and what was found."""
    console = _console()
    console.print()
    console.print(f"{source}, one row a {freq.word}", style="bold", markup=False)
    console.print(_table(columns.with_columns(pl.col("type").str.extract(r"^(\w+)")), "Columns"))
    console.print()
    shown = _on_one_line(series).head(ROWS)
    console.print(_table(shown, f"Series ({shown.height:,} of {series.height:,})"))
    _print_findings(console, findings)


def _on_one_line(series: pl.DataFrame) -> pl.DataFrame:
    """What fits a line of a console: a single target goes without saying, and so does that nothing is missing."""
    silent = {TARGET} if series[TARGET].n_unique() == 1 else set()
    silent |= {name for name in ("missing_share", "gaps") if not series[name].sum()}
    classes = pl.concat_str("pattern", pl.lit(" "), "abc", "xyz", ignore_nulls=True)
    return series.with_columns(classes.alias("class")).select(name for name in SERIES_COLUMNS if name not in silent)


def print_table(frame: pl.DataFrame) -> None:
    """Any table, all of it."""
    _console().print(_table(frame, ""))


def _console() -> "Console":
    from rich.console import Console

    console = Console(highlight=False)
    return console if console.is_terminal else Console(highlight=False, width=WIDE)


def _print_board(console: "Console", result: ExecutionResult, target: str, limit: int | None) -> None:
    from rich.table import Table
    from rich.text import Text

    board = result.leaderboard.filter(pl.col(TARGET) == target)
    if board.is_empty():
        return
    title = f"Models for {target}" + (f", best {limit} of {board.height}" if limit and board.height > limit else "")
    table = Table(title=title, title_justify="left", title_style="bold", box=None, pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column("Model")
    for name in ("WAPE", "MASE", "80 % held"):
        table.add_column(name, justify="right")
    table.add_column(f"Error against {naive_in_words(result)}")
    for row in board.head(limit or board.height).iter_rows(named=True):
        against = "the yardstick" if row["model"] == BASELINE else _verdict(row["skill"], row["p_value"])
        table.add_row(
            Text(row["model"]),
            percent(row["wape"]),
            ratio(row["mase"]),
            percent(row["coverage_80"], 0),
            against,
            style="bold green" if row["champion"] else "",
        )
    console.print()
    console.print(table)
    if some := of_some_series(board):
        console.print(some, style="dim", markup=False)


def _verdict(skill: float | None, p_value: float | None) -> str:
    words = smaller(skill)
    return f"{words}, {luck(p_value)}" if words.endswith("smaller") and p_value is not None else words


def _print_findings(console: "Console", findings: Sequence[Finding] | Findings) -> None:
    from rich.text import Text

    shown = list(findings)
    if shown:
        console.print()
    for finding in shown:
        line = Text.assemble((f"{finding.severity}: ", STYLES[finding.severity]), finding.message)
        if finding.action:
            line.append(f" → {finding.action}", style="dim")
        console.print(line)


def _print_places(console: "Console", written: Sequence[Path]) -> None:
    report = next((path for path in written if path.suffix == ".html"), None)
    if not written:
        return
    console.print()
    console.print(f"{len(written)} files in {written[0].parent}", markup=False)
    if report:
        console.print(f"Open {report} in a browser to look around.", style="bold", markup=False, soft_wrap=True)


def _table(frame: pl.DataFrame, title: str) -> "Table":
    from rich.table import Table
    from rich.text import Text

    table = Table(title=title or None, title_justify="left", title_style="bold", box=None, padding=(0, 2, 0, 0))
    cells = {name: [_cell(value) for value in frame[name].to_list()] for name in frame.columns}
    for name, shown in cells.items():
        justify: Literal["right", "left"] = "right" if frame.schema[name].is_numeric() else "left"
        longest = max((len(word) for cell in shown for word in cell.split()), default=0)
        table.add_column(Text(name), justify=justify, overflow="fold", min_width=min(longest, WHOLE))
    for row in zip(*cells.values(), strict=True):
        table.add_row(*map(Text, row))
    return table


def _cell(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return number(value)
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return UNKNOWN if value is None else str(value)
