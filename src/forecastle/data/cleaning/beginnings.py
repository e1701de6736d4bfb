"""Where a series begins: a product before its first sale is not a product that sells nothing."""

import numpy as np
import polars as pl

from forecastle.core.columns import SERIES_ID, STEP, Y
from forecastle.core.errors import DataError
from forecastle.core.findings import Finding, Findings, Severity
from forecastle.data.cleaning.rows import counted, series_of
from forecastle.data.cleaning.rules import Rules

UNLIKELY = 0.02
"""A pause with less than this chance was not a pause: the series was not listed yet."""

STEADY = 4
"""A series that sold in at least so many periods, and in every one since its first, does not pause."""


def drop_unobserved(rows: pl.DataFrame, rules: Rules) -> tuple[pl.DataFrame, Findings]:
    """Leave out series that have no value at all: there is nothing to learn from, nor to forecast.

    Raises:
        DataError: no series has a value.
    """
    if rows[Y].null_count() == 0 and not rows.is_empty():
        return rows, Findings()
    empty = rows.group_by(SERIES_ID, maintain_order=True).agg(pl.col(Y).count()).filter(pl.col(Y) == 0)
    if empty.is_empty() and not rows.is_empty():
        return rows, Findings()
    kept = rows.join(empty, on=SERIES_ID, how="anti", maintain_order="left")
    if kept.is_empty():
        raise DataError(
            f"Column {rules.target!r} has no usable value in any row.",
            hint="Choose another target, or correct the column.",
        )
    finding = Finding(
        code="no_values",
        severity=Severity.WARNING,
        message=f"{len(empty):,} series without a single value of {rules.target!r}.",
        action="left out",
        count=len(empty),
        series=series_of(empty),
    )
    return kept, Findings((finding,))


def trim_blanks(rows: pl.DataFrame, _rules: Rules) -> tuple[pl.DataFrame, Findings]:
    """Let each series begin with its first value, not with rows that have none."""
    if rows[Y].null_count() == 0:
        return rows, Findings()
    observed = pl.when(pl.col(Y).is_not_null()).then(STEP)
    return _trim(rows, observed.min(), code="leading_blanks", what=("blank row", "value"))


def trim_leading_zeros(rows: pl.DataFrame, rules: Rules) -> tuple[pl.DataFrame, Findings]:
    """Let each series begin with its first sale, where the values look like sales (never negative).

    `auto` does so where the series has sold in every period since, and where chance would hardly have put so many zeros
    first: zeros at the start of a series that sells now and then are zeros. One that is zero throughout keeps its rows.
    """
    if rules.settings.leading_zeros == "keep":
        return rows, Findings()
    sold = pl.col(Y) > 0
    first = pl.when(sold).then(STEP).min()
    begins = rows.group_by(SERIES_ID, maintain_order=True).agg(
        pl.when(pl.col(Y).min() >= 0).then(first).alias("begin"),
        pl.col(Y).count().alias("periods"),
        (pl.col(STEP) < first).sum().alias("pause"),
        sold.sum().alias("sales"),
    )
    if rules.settings.leading_zeros == "auto":
        steady = pl.col("sales") == pl.col("periods") - pl.col("pause")
        begins = begins.filter(steady & (pl.col("sales") >= STEADY) | (_chance_of_pause(begins) < UNLIKELY))
    found = rows.join(begins.select(SERIES_ID, "begin"), on=SERIES_ID, how="left", maintain_order="left")
    trimmed, findings = _trim(found, pl.col("begin").first(), code="leading_zeros", what=("zero", "sale"))
    return trimmed.drop("begin"), findings


def _chance_of_pause(begins: pl.DataFrame) -> pl.Series:
    """How likely all sales of a series come after its first `pause` periods, if every order of them is as likely."""
    periods, pause, sales = (begins[name].fill_null(0).to_numpy().astype(int) for name in ("periods", "pause", "sales"))
    since = np.maximum(periods - pause, sales)
    factorial = np.cumsum(np.log(np.maximum(np.arange(1 + periods.max(initial=0)), 1)))
    orders = factorial[since] - factorial[since - sales] - factorial[periods] + factorial[periods - sales]
    return pl.Series(np.exp(orders))


def _trim(rows: pl.DataFrame, begin: pl.Expr, *, code: str, what: tuple[str, str]) -> tuple[pl.DataFrame, Findings]:
    """Drop the rows before each series' `begin`, a step number; a null begin drops nothing."""
    early = (pl.col(STEP) < begin.over(SERIES_ID)).fill_null(value=False)
    cut = rows.filter(early)
    if cut.is_empty():
        return rows, Findings()
    series = series_of(cut)
    finding = Finding(
        code=code,
        severity=Severity.INFO,
        message=f"{counted(len(cut), what[0])} before the first {what[1]}, in {len(series):,} series.",
        action="let these series begin later",
        count=len(cut),
        series=series,
    )
    return rows.filter(~early), Findings((finding,))
