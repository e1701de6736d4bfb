"""What a run found out, in sentences a planner can repeat."""

import polars as pl

from forecastle.core.columns import MODEL
from forecastle.core.execution import ExecutionResult
from forecastle.core.findings import Severity
from forecastle.reporting.summary import Summary, continued, naive_in_words, periods_back, summarise, targets
from forecastle.reporting.wording import ahead, better, change, count, number, part, percent

NAMED = 2
"""Champions named before the rest is counted."""


def in_words(result: ExecutionResult) -> tuple[str, ...]:
    """The main conclusions, most important first; each a sentence that stands alone."""
    names = targets(result)
    sentences = [
        f"{name}: {sentence}" if len(names) > 1 else sentence
        for name in names
        for sentence in about(summarise(result, name), result)
    ]
    return (*sentences, _data(result))


def of_some_series(board: pl.DataFrame) -> str:
    """Which models of a leaderboard ran on some of the series only, or on none, so that they cannot be compared."""
    ran = board.filter(pl.col("series") > 0)
    partial = ran.filter(pl.col("series") < pl.col("series").max()).sort("series", MODEL, descending=[True, False])
    listed = ", ".join(f"{model} ({series:,})" for model, series in partial.select(MODEL, "series").iter_rows())
    late = ", ".join(board.filter(pl.col("series") == 0)[MODEL])
    some = f"On the series they are made for only, so their errors do not compare with the others': {listed}."
    none = f"Left out for lack of time: {late}."
    return " ".join(sentence for sentence, names in ((some, listed), (none, late)) if names)


def about(summary: Summary, result: ExecutionResult) -> tuple[str, ...]:
    """The conclusions about one target."""
    return tuple(
        sentence
        for sentence in (_outlook(summary, result), _accuracy(summary, result), _range(summary), _champions(summary))
        if sentence
    )


def _outlook(summary: Summary, result: ExecutionResult) -> str:
    opening = f"Total {summary.target} over the next {ahead(result.horizon, result.freq)}: {number(summary.coming)}"
    if summary.growth is None:
        return f"{opening} for {count(summary.series, 'series')}."
    some = f" (the {summary.compared:,} series with that much history)" if summary.compared < summary.series else ""
    return f"{opening} for {count(summary.series, 'series')}, {change(summary.growth)} {before(result)}{some}."


def _accuracy(summary: Summary, result: ExecutionResult) -> str:
    if summary.wape is None and (kept := continued(result)):
        return f"Forecast by models that were trained before ({kept}), so nothing was tested on the past again."
    if summary.wape is None:
        return "The history is too short to test the forecasts on the past, so their error is not known."
    tested = (
        f"On {count(summary.windows, 'past window')} ({summary.scored:,} forecasts) "
        f"the total error was {percent(summary.wape)}"
    )
    if summary.skill is None:
        return f"{tested} of what happened."
    return f"{tested} of what happened: {better(summary.skill, naive_in_words(result))}."


def _range(summary: Summary) -> str:
    if summary.band is None or summary.held is None:
        return ""
    verdict = (
        "as promised"
        if abs(summary.held - summary.band.share) <= 0.05
        else (
            "so they are wider than they need to be" if summary.held > summary.band.share else "so they are too narrow"
        )
    )
    return f"The {summary.band.word} ranges held {percent(summary.held, 0)} of the actual values, {verdict}."


def _champions(summary: Summary) -> str:
    if len(summary.champions) == 1:
        return f"{summary.champions[0][0]} forecasts every series."
    leading = [f"{model} for {part(n / summary.series)}" for model, n in summary.champions[:NAMED]]
    rest = len(summary.champions) - NAMED
    others = f", {count(rest, 'other model')} for the rest" if rest > 0 else ""
    return f"Champion by series: {' and '.join(leading)} of them{others}."


def _data(result: ExecutionResult) -> str:
    errors, warnings = (len(result.findings.of(kind)) for kind in (Severity.ERROR, Severity.WARNING))
    if not errors + warnings:
        return "Nothing in the data needed correction or a second look."
    parts = [count(amount, word) for amount, word in ((errors, "error"), (warnings, "warning")) if amount]
    return f"The data gave rise to {' and '.join(parts)}; what was done is listed below."


def before(result: ExecutionResult) -> str:
    """Which past periods the horizon is compared with."""
    horizon, back = ahead(result.horizon, result.freq), periods_back(result)
    if back == result.horizon:
        return f"in the {horizon} before"
    return f"in the same {horizon}, {ahead(back, result.freq)} earlier"
