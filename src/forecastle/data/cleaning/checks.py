"""Values that cannot be right, or cannot be used as they are."""

import polars as pl

from forecastle.core.columns import CLOSED, SERIES_ID, STEP, Y
from forecastle.core.errors import DataError
from forecastle.core.findings import Finding, Findings, Severity
from forecastle.data.cleaning.rows import counted, examples, series_of
from forecastle.data.cleaning.rules import Rules


def reject_infinite(rows: pl.DataFrame, rules: Rules) -> tuple[pl.DataFrame, Findings]:
    """Refuse infinite values: they come from a division by zero somewhere, never from a sale.

    Raises:
        DataError: a value is infinite.
    """
    infinite = rows.filter(pl.col(Y).is_infinite())
    if infinite.is_empty():
        return rows, Findings()
    raise DataError(
        f"{counted(len(infinite), 'infinite value')} of {rules.target!r}. "
        f"The first: {examples(infinite, rules.target)[0]}.",
        hint="Correct them, or leave the cell empty where the value is not known.",
        count=len(infinite),
    )


def drop_future(rows: pl.DataFrame, rules: Rules) -> tuple[pl.DataFrame, Findings]:
    """Leave out values dated after today's period: nobody can have observed them.

    Raises:
        DataError: the settings say `fail`, or there are no other values.
    """
    if rules.now is None or rules.settings.future == "keep":
        return rows, Findings()
    later = (pl.col(STEP) > rules.now) & pl.col(Y).is_not_null()
    future = rows.filter(later)
    if future.is_empty():
        return rows, Findings()
    message = f"{counted(len(future), 'value')} of {rules.target!r} dated after today, {rules.today}"
    if rules.settings.future == "fail" or len(future) == rows[Y].count():
        raise DataError(
            f"{message}. The first: {examples(future, rules.target)[0]}.",
            hint="Check the date format, or set clean.future to keep if the dates are meant so.",
            count=len(future),
        )
    finding = Finding(
        code="future_dates",
        severity=Severity.WARNING,
        message=f"{message}: nobody can have observed them yet.",
        action="left out (set clean.future to keep to use them)",
        count=len(future),
        series=series_of(future),
        rows=examples(future, rules.target),
    )
    return rows.filter(~later), Findings((finding,))


def hide_closed(rows: pl.DataFrame, rules: Rules) -> tuple[pl.DataFrame, Findings]:
    """Make the values of closed periods and stock-outs unobserved: they say nothing about demand."""
    hidden = rows.filter(pl.col(CLOSED) & pl.col(Y).is_not_null())
    if hidden.is_empty():
        return rows, Findings()
    finding = Finding(
        code="closed",
        severity=Severity.INFO,
        message=f"{counted(len(hidden), 'row')} marked as closed or out of stock, in {hidden[SERIES_ID].n_unique():,} "
        f"series; {hidden.filter(pl.col(Y) != 0).height:,} of them with sales all the same.",
        action="taken as unobserved demand, not as low demand",
        count=len(hidden),
        series=series_of(hidden),
        rows=examples(hidden, rules.target),
    )
    return rows.with_columns(pl.when(~pl.col(CLOSED)).then(Y).alias(Y)), Findings((finding,))


def settle_negative(rows: pl.DataFrame, rules: Rules) -> tuple[pl.DataFrame, Findings]:
    """Report values below zero (returns and corrections, where the target is a sale), or set them to zero.

    Raises:
        DataError: there are negative values, and the settings say `fail`.
    """
    negative = rows.filter(pl.col(Y) < 0)
    if negative.is_empty():
        return rows, Findings()
    message = (
        f"{counted(len(negative), 'negative value')} of {rules.target!r}, in {negative[SERIES_ID].n_unique():,} series."
    )
    policy = rules.settings.negative
    if policy == "fail":
        raise DataError(
            f"{message} The first: {examples(negative, rules.target)[0]}.",
            hint="Correct them, or set clean.negative to keep or zero.",
            count=len(negative),
        )
    finding = Finding(
        code="negative",
        severity=Severity.WARNING,
        message=message,
        action="set to zero" if policy == "zero" else "kept; forecasts of these series may be negative too",
        count=len(negative),
        series=series_of(negative),
        rows=examples(negative, rules.target),
    )
    settled = rows if policy == "keep" else rows.with_columns(pl.col(Y).clip(lower_bound=0))
    return settled, Findings((finding,))


def reject_missing(found: pl.DataFrame, rules: Rules) -> None:
    """Refuse series that miss too much.

    found: the table of `profile.found`.

    Raises:
        DataError: a series misses more than `missing_limit` of the values it has rows for.
    """
    limit = rules.settings.missing_limit
    worst = found.filter(pl.col("missing_share") > limit).sort("missing_share", descending=True, maintain_order=True)
    if worst.is_empty():
        return
    shown = [
        f"{series!r} {count:,} of {listed:,} ({share:.0%})"
        for series, count, listed, share in worst.head(3)
        .select(SERIES_ID, "n_missing", "n_listed", "missing_share")
        .rows()
    ]
    raise DataError(
        f"{len(worst):,} of {len(found):,} series miss more than {limit:.0%} of their values of {rules.target!r}. "
        f"The worst: {'; '.join(shown)}.{''.join(f' {remark}' for remark in rules.unread)}",
        hint="Fill in the values, leave these series out, or raise clean.missing_limit.",
        series=worst[SERIES_ID].to_list(),
    )
