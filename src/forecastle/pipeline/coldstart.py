"""Series that have next to nothing of their own: which they are, and what they are forecast like."""

from collections.abc import Iterator
from dataclasses import replace

import polars as pl

from forecastle.core.findings import Finding, Severity
from forecastle.core.panel import Panel
from forecastle.models.analogues import COLD, Flags, find_analogues
from forecastle.pipeline.contest import Rules

ANALOGUES = "analogues"
"""What stands for a champion where a series is forecast like others."""


def with_analogues(rules: Rules, panel: Panel, attributes: pl.DataFrame, warm: Flags) -> Rules:
    """The same contest, without the series that are forecast like others: these are groups of their own.

    attributes: a row a series. warm: N, which series may be analogues of others.
    """
    analogues, shared = find_analogues(attributes, panel.grid().values, warm)
    kinds = list(dict.fromkeys(shared))
    groups = rules.groups.copy()
    groups[analogues.rows] = [len(rules.routed) + kinds.index(kind) for kind in shared]
    return replace(
        rules,
        groups=groups,
        routed=(*rules.routed, *(ANALOGUES for _ in kinds)),
        because=(*rules.because, *(f"cold start: analogues by {kind}, low confidence" for kind in kinds)),
        analogues=analogues,
    )


def cold_start(name: str, rules: Rules, ids: pl.Series) -> Iterator[Finding]:
    """What a planner must know of forecasts that stand on other series."""
    cold = rules.analogues
    if not len(cold.rows):
        return
    series = tuple(ids.gather(cold.rows))
    kinds = [rules.because[group] for group in rules.groups[cold.rows]]
    examples = list(zip(series, kinds, cold.count, strict=True))[:10]
    yield Finding(
        code="cold_start",
        severity=Severity.WARNING,
        message=f"{name}: {len(series)} series have fewer than {COLD} observations.",
        action="forecast like others that share their attributes; low confidence",
        count=len(series),
        series=series,
        rows=tuple(f"{each}: {kind}; {count} values of its own" for each, kind, count in examples),
    )
