"""The parts of the pages that need no script: tiles, sentences and tables as HTML. Every text is escaped here."""

from collections.abc import Iterable, Mapping
from html import escape
from typing import Any

import polars as pl

from forecastle.core.columns import DS, TARGET
from forecastle.core.execution import ExecutionResult
from forecastle.core.findings import Finding, Findings, Severity
from forecastle.evaluation.leaderboard import BASELINE
from forecastle.models.catalog import AUTO
from forecastle.reporting.findings import before, in_words, of_some_series
from forecastle.reporting.summary import (
    Summary,
    by_pattern,
    continued,
    held_by_class,
    naive_in_words,
    summarise,
)
from forecastle.reporting.tables import shortened
from forecastle.reporting.wording import (
    UNKNOWN,
    ahead,
    better,
    change,
    count,
    luck,
    number,
    percent,
    ratio,
    smaller,
)

SIGNS = {Severity.ERROR: "✕", Severity.WARNING: "!", Severity.INFO: "i"}
MEASURES = {
    "wape": ("WAPE", percent, "Total absolute error as a share of the total"),
    "mase": ("MASE", ratio, "Error compared with repeating the last season inside the history; below 1 is better"),
    "rmsse": ("RMSSE", ratio, "The same with squared errors, which weighs large misses more"),
    "bias": ("Bias", percent, "Forecast too high (+) or too low (−) in all"),
    "wql": ("WQL", percent, "Error of the whole range of quantiles"),
    "coverage_80": ("80 % held", percent, "Share of actual values inside the 80 % range; 80 % is right"),
    "coverage_50": ("50 % held", percent, "Share of actual values inside the 50 % range; 50 % is right"),
}


def facts(result: ExecutionResult) -> str:
    """The line below the title."""
    series = result.forecasts["series_id"].n_unique()
    last = result.history.select(pl.col(DS).max().cast(pl.String)).item()
    items = [count(series, "series"), f"history to {last}", f"run {result.execution_id}"]
    return " · ".join(escape(item) for item in items)


def target_picker(names: Iterable[str]) -> str:
    """A choice of target, where there is one."""
    options = "".join(f"<option>{escape(name)}</option>" for name in names)
    single = options.count("<option>") == 1
    return "" if single else f'<label class="picker">Target <select id="target">{options}</select></label>'


def sentences(result: ExecutionResult) -> str:
    """The conclusions in words."""
    return "".join(f"<li>{html_of(sentence)}</li>" for sentence in in_words(result))


def tiles(result: ExecutionResult, target: str) -> str:
    """The four figures of a target that matter most."""
    summary = summarise(result, target)
    ranges = summary.band.word if summary.band else ""
    shown = [
        (f"Next {ahead(result.horizon, result.freq)}", number(summary.coming), _growth(summary, result), "forecast"),
        ("Total error (WAPE)", percent(summary.wape), better(summary.skill, naive_in_words(result)), "good"),
        (f"{ranges} ranges held", percent(summary.held, 0), _tested(summary), "backtest"),
        ("Series", f"{summary.series:,}", f"{count(len(summary.champions), 'champion model')}", "plain"),
    ]
    return of_target(target, tiles_of(shown))


def subset(result: ExecutionResult, shown: int) -> str:
    """Which series the page holds, where it does not hold all of them."""
    whole = result.forecasts["series_id"].n_unique()
    if shown >= whole:
        return ""
    return (
        f'<p class="note">This page shows {shown:,} of {whole:,} series: the largest, those with the largest errors, '
        "and some of every class. The figures above and the tables below are about all of them, and "
        "<code>forecasts.parquet</code> beside this page holds all forecasts.</p>"
    )


def leaderboard(result: ExecutionResult, target: str) -> str:
    """Every model with its measures, best first, and in words how it compares with the yardstick."""
    board = result.leaderboard.filter(pl.col(TARGET) == target)
    if board.is_empty():
        trained = "Models were compared on past windows when they were trained, not again."
        short = "The history is too short to compare models on past windows."
        return of_target(target, f'<p class="note">{trained if continued(result) else short}</p>')
    measures = {name: spec for name, spec in MEASURES.items() if board[name].count()}
    titles = "".join(f'<th class="n" title="{escape(note)}">{label}</th>' for label, _, note in measures.values())
    head = f"<tr><th>Model</th>{titles}<th>Error against {naive_in_words(result)}</th><th>Chance</th></tr>"
    rows = "".join(_model_row(row, measures) for row in board.iter_rows(named=True))
    note = (
        '<p class="note"><b>auto</b> is what you get: for each series the forecast of its champion.</p>'
        if AUTO in board["model"]
        else ""
    )
    some = of_some_series(board)
    return of_target(target, table_of(head, rows) + note + (f'<p class="note">{escape(some)}</p>' if some else ""))


def patterns(result: ExecutionResult, target: str) -> str:
    """The demand patterns with what they weigh and how well they were forecast."""
    head = (
        '<tr><th>Pattern</th><th class="n">Series</th><th class="n">Share of total</th>'
        '<th class="n">WAPE</th><th class="n">Range held</th><th>Most frequent champion</th></tr>'
    )
    rows = "".join(
        f'<tr><th scope="row"><i class="dot {escape(row["pattern"])}"></i>{escape(row["pattern"])}</th>'
        f'<td class="n">{row["series"]:,}</td><td class="n">{percent(row["share"])}</td>'
        f'<td class="n">{percent(row["wape"])}</td><td class="n">{percent(row["held"], 0)}</td>'
        f"<td>{escape(row['leading'] or UNKNOWN)}</td></tr>"
        for row in by_pattern(result, target).iter_rows(named=True)
    )
    return of_target(target, table_of(head, rows))


def coverage(result: ExecutionResult, target: str) -> str:
    """How much of what happened the 80 % and the 50 % range of each model held, class by class."""
    held = held_by_class(result, target)
    if held.is_empty():
        return ""
    titles = "".join(f'<th class="n">{escape(name)}</th>' for name in held.columns[1:])
    head = f"<tr><th>Model</th>{titles}</tr>"
    rows = "".join(_held_row(model, cells) for model, *cells in held.iter_rows())
    note = '<p class="note">Share of actual values inside the 80 % · the 50 % range, on windows not seen before.</p>'
    table = f"<details><summary>Ranges held, by model and class</summary>{note}{table_of(head, rows)}</details>"
    return of_target(target, table)


def data_findings(findings: Findings) -> str:
    """What was found in the data and what was done about it."""
    items = "".join(one_finding(finding) for finding in findings)
    return items or '<p class="note">Nothing was found, and nothing was changed.</p>'


def run(result: ExecutionResult) -> str:
    """The steps of the run, and everything needed to repeat it."""
    steps = "".join(
        f'<li class="{escape(step.status)}"><b>{step.number}</b><span>{escape(step.name)}'
        f"<small>{escape(step.status)}{': ' if step.message else ''}{escape(step.message)}</small></span></li>"
        for step in result.steps
    )
    pairs = "".join(
        f"<tr><th>{escape(name)}</th><td>{escape(value)}</td></tr>" for name, value in _flat(result.manifest)
    )
    manifest = f'<table class="manifest"><tbody>{pairs}</tbody></table>'
    return f'<ol class="steps">{steps}</ol><div class="scroll">{manifest}</div>'


def _growth(summary: Summary, result: ExecutionResult) -> str:
    if summary.growth is None:
        return f"{summary.target} in all"
    return f"{summary.target} in all, {change(summary.growth)} {before(result)}"


def _tested(summary: Summary) -> str:
    if not summary.scored:
        return "no past window to test on"
    return f"of {summary.scored:,} actual values on {count(summary.windows, 'past window')}"


def _model_row(row: Mapping[str, Any], measures: Mapping[str, Any]) -> str:
    cells = "".join(f'<td class="n">{show(row[name])}</td>' for name, (_, show, _) in measures.items())
    if row["model"] == BASELINE:
        words, chance = "the yardstick", UNKNOWN
    else:
        words = smaller(row["skill"])
        chance = luck(row["p_value"]) if words.endswith("smaller") else UNKNOWN
    badges = [word for word, fits in (("most series", row["champion"]), ("used here", row["model"] == AUTO)) if fits]
    badge = "".join(f' <span class="badge">{word}</span>' for word in badges)
    tone = "good" if words.endswith("smaller") else "bad" if words.endswith("larger") else ""
    return (
        f'<tr{" class=champion" if row["champion"] else ""}><th scope="row">{escape(row["model"])}{badge}</th>{cells}'
        f'<td class="{tone}">{escape(words)}</td><td>{escape(chance)}</td></tr>'
    )


def _held_row(model: str, cells: Iterable[str]) -> str:
    shown = "".join(f'<td class="n">{escape(cell)}</td>' for cell in cells)
    return f'<tr><th scope="row">{escape(model)}</th>{shown}</tr>'


def one_finding(finding: Finding) -> str:
    """A finding: how serious it is, what was found, what was done, and where."""
    details = ""
    if finding.series:
        details += f"<p>{count(len(finding.series), 'series')}: {escape(shortened(finding.series))}</p>"
    if finding.rows:
        details += f"<ul>{''.join(f'<li><code>{escape(row)}</code></li>' for row in finding.rows)}</ul>"
    done = f'<p class="done">{escape(finding.action)}</p>' if finding.action else ""
    more = f"<details><summary>Where</summary>{details}</details>" if details else ""
    return (
        f'<article class="finding {finding.severity}"><span class="sign" aria-hidden="true">{SIGNS[finding.severity]}'
        f'</span><div><h3><span class="severity">{finding.severity}</span> {escape(finding.message)}</h3>'
        f"{done}{more}</div></article>"
    )


def _flat(facts: Mapping[str, Any], prefix: str = "") -> Iterable[tuple[str, str]]:
    """Nested facts as `a.b` → text."""
    for name, value in facts.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}", str(value)


def table_of(head: str, rows: str) -> str:
    """A table that scrolls sideways where it is wider than the page."""
    return f'<div class="scroll"><table><thead>{head}</thead><tbody>{rows}</tbody></table></div>'


def html_of(text: str) -> str:
    """A text whose numbers stay on one line with their percent signs."""
    return escape(text).replace(" %", "&nbsp;%")


def tiles_of(figures: Iterable[tuple[str, str, str, str]]) -> str:
    """Large figures side by side: name, value, what it means, and the role of its colour."""
    cells = "".join(
        f'<div class="tile" style="--tone:var(--{tone})"><dt>{escape(label)}</dt>'
        f"<dd>{html_of(value)}</dd><p>{html_of(note)}</p></div>"
        for label, value, note, tone in figures
    )
    return f'<dl class="tiles">{cells}</dl>'


def of_target(target: str, content: str) -> str:
    """What is shown while this target is picked."""
    return f'<div class="of-target" data-target="{escape(target)}">{content}</div>'
