"""Two rows of one series and period."""

import polars as pl

from forecastle.core.columns import CLOSED, SERIES_ID, STEP, Y
from forecastle.core.errors import DataError
from forecastle.core.findings import Finding, Findings, Severity
from forecastle.data.cleaning.clocks import set_back
from forecastle.data.cleaning.rows import counted, examples, series_of
from forecastle.data.cleaning.rules import Rules


def merge_duplicates(rows: pl.DataFrame, rules: Rules) -> tuple[pl.DataFrame, Findings]:
    """Leave one row a series and period: the last one given, or the sum of them.

    Raises:
        DataError: there are duplicates, and the settings say `fail`.
    """
    repeats = (pl.col(SERIES_ID) == pl.col(SERIES_ID).shift()) & (pl.col(STEP) == pl.col(STEP).shift())
    surplus = rows.filter(repeats)
    if surplus.is_empty():
        return rows, Findings()
    policy = rules.settings.duplicates
    message = (
        f"{counted(len(surplus), 'row')} repeating a {rules.freq.word} that was already given, "
        f"in {surplus[SERIES_ID].n_unique():,} series."
    )
    if policy == "fail":
        raise DataError(
            f"{message} The first: {examples(surplus, rules.target)[0]}.",
            hint="Remove them, set clean.duplicates to last or sum, or name the columns that tell the series apart.",
            count=len(surplus),
        )
    finding = Finding(
        code="duplicates",
        severity=Severity.WARNING,
        message=message,
        action="added them up" if policy == "sum" else "kept the last of each",
        count=len(surplus),
        series=series_of(surplus),
        rows=examples(surplus, rules.target),
    )
    merged = _summed(rows, repeats) if policy == "sum" else rows.filter(~repeats.shift(-1, fill_value=False))
    return merged, Findings((finding,)) + set_back(surplus, rules.freq, rules.target)


def _summed(rows: pl.DataFrame, repeats: pl.Expr) -> pl.DataFrame:
    involved = repeats.fill_null(value=False) | repeats.shift(-1, fill_value=False)
    total = pl.when(pl.col(Y).count() > 0).then(pl.col(Y).sum())
    others = pl.exclude(SERIES_ID, STEP, Y, CLOSED).last()
    merged = rows.filter(involved).group_by(SERIES_ID, STEP).agg(others, total.alias(Y), pl.col(CLOSED).any())
    return pl.concat([rows.filter(~involved), merged.select(rows.columns)]).sort(SERIES_ID, STEP)
