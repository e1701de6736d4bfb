"""Series whose rows come regularly, but less often than those of the others."""

import polars as pl

from forecastle.core.columns import SERIES_ID, STEP, Y
from forecastle.core.findings import Finding, Findings, Severity
from forecastle.core.frequency import Frequency, Unit
from forecastle.data.aggregation import MINUTES
from forecastle.data.cleaning.gaps import UNTIL, find_holes
from forecastle.data.cleaning.rows import EXAMPLES, counted, series_of
from forecastle.data.cleaning.rules import Rules

LEAST = 6
"""Values a series must have to show how often they come."""
EVEN = 1.5
"""How many times the shortest distance the longest may be: a month has four or five weeks."""
NEARLY = 0.1
"""How far the mean distance may be from a week, month, quarter or year, as a share of it."""


def report_slower(rows: pl.DataFrame, rules: Rules) -> tuple[pl.DataFrame, Findings]:
    """Say which series come once a month among others that come once a week, and the like.

    What they say of a month would stand in one week of it: they are not to be compared, and holes not to be filled.
    """
    if rules.absent_is_zero or rules.freq.unit is Unit.STEP:
        return rows, Findings()
    observed = rows.filter(pl.col(Y).is_not_null())
    gap, between = pl.col(UNTIL) - pl.col(STEP), pl.col(UNTIL) - pl.col(STEP) - 1
    holes = find_holes(observed, end=None).group_by(SERIES_ID, maintain_order=True)
    distances = holes.agg(
        gap.count().alias("gaps"), gap.min().alias("least"), gap.max().alias("most"), between.sum().alias("between")
    )
    counts = observed.group_by(SERIES_ID).agg(pl.len().alias("values"))
    every_one = pl.col("gaps") == pl.col("values") - 1
    even = (pl.col("values") >= LEAST) & (pl.col("most") <= EVEN * pl.col("least"))
    slower = distances.join(counts, on=SERIES_ID, maintain_order="left").filter(every_one & even)
    if len(slower) in (0, len(counts)):
        return rows, Findings()
    means = (slower["between"] / slower["gaps"] + 1).to_list()
    words = slower.with_columns(pl.Series("word", [_word(mean, rules.freq) for mean in means]))
    of_word = words.partition_by("word", maintain_order=True)
    return rows, Findings(tuple(_finding(found["word"][0], found, rules) for found in of_word))


def _word(periods: float, freq: Frequency) -> str:
    """How often that is, by the usual period that is about so many periods long, where one is."""
    minutes = periods * MINUTES[freq.unit] * freq.every
    for unit in (Unit.DAY, Unit.WEEK, Unit.MONTH, Unit.QUARTER, Unit.YEAR):
        if abs(minutes / MINUTES[unit] - 1) <= NEARLY:
            return f"once a {Frequency(unit).word}"
    return f"every {periods:.0f} {freq.word}s"


def _finding(word: str, slower: pl.DataFrame, rules: Rules) -> Finding:
    verb = "has a value" if len(slower) == 1 else "have a value"
    examples = slower.head(EXAMPLES).select(SERIES_ID, "values").rows()
    return Finding(
        code="slower",
        severity=Severity.WARNING,
        message=f"{len(slower):,} series {verb} {word}, others once a {rules.freq.word}.",
        action=f"the {rules.freq.word}s between are taken as not observed",
        count=int(slower["between"].sum()),
        series=series_of(slower),
        rows=tuple(f"{name}: {counted(values, 'value')}" for name, values in examples),
    )
