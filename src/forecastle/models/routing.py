"""Which model a series starts from: the first row of the routing table that fits it."""

from collections.abc import Collection, Sequence

import polars as pl

from forecastle.core.columns import SERIES_ID
from forecastle.core.frequency import Frequency, Unit
from forecastle.settings import Route

DAYS = {
    Unit.MINUTE: 1 / 1440,
    Unit.HOUR: 1 / 24,
    Unit.DAY: 1.0,
    Unit.BUSINESS_DAY: 1.4,
    Unit.WEEK: 7.0,
    Unit.MONTH: 30.44,
    Unit.QUARTER: 91.31,
    Unit.YEAR: 365.25,
    Unit.STEP: 7.0,
}
"""Average length of one period; a numbered period counts as a week."""


def weeks_of(periods: pl.Expr, freq: Frequency) -> pl.Expr:
    """How many weeks so many periods last."""
    return periods * (DAYS[freq.unit] * freq.every / 7)


def route(
    classes: pl.DataFrame,
    table: Sequence[Route],
    available: Collection[str],
    freq: Frequency,
    *,
    idle: Collection[str] = (),
) -> pl.DataFrame:
    """The routed model of each series.

    classes: series_id, n_obs, pattern, abc (null class or pattern fits only rows that ask for none). available: the
    models that are installed; idle: those of them that do not run unless they are asked for.
    Returns series_id, routed (the first model of its row that is available; `seasonal_naive` when no row fits),
    contenders (all available models of its row), because (the row in words, with what was not available).
    """
    chosen: pl.Expr = pl.lit(None, pl.Int32)
    for number, row in reversed(list(enumerate(table))):
        chosen = pl.when(_fits(row, freq)).then(pl.lit(number, pl.Int32)).otherwise(chosen)
    rows = pl.DataFrame(
        [_resolve(number, row, available, idle) for number, row in enumerate(table)],
        schema={"row": pl.Int32, "routed": pl.String, "contenders": pl.List(pl.String), "because": pl.String},
    )
    return (
        classes.select(SERIES_ID, chosen.alias("row"))
        .join(rows, on="row", how="left", maintain_order="left")
        .select(
            SERIES_ID,
            pl.col("routed").fill_null("seasonal_naive"),
            pl.col("contenders").fill_null(["seasonal_naive"]),
            pl.col("because").fill_null("no row of the routing table fits"),
        )
    )


def _fits(row: Route, freq: Frequency) -> pl.Expr:
    fits = weeks_of(pl.col("n_obs"), freq) >= row.min_weeks
    if row.pattern:
        fits &= pl.col("pattern").is_in(row.pattern).fill_null(value=False)
    if row.abc:
        fits &= pl.col("abc").is_in(row.abc).fill_null(value=False)
    return fits


def _resolve(number: int, row: Route, available: Collection[str], idle: Collection[str]) -> dict[str, object]:
    usable = [name for name in row.models if name in available and name not in idle]
    first = usable[0] if usable else "seasonal_naive"
    lacking = row.models[: row.models.index(first)] if usable else row.models
    missing = [name for name in lacking if name not in available]
    unasked = [name for name in lacking if name in available]
    words = [
        "/".join(row.pattern) or "any pattern",
        f"class {'/'.join(row.abc)}" if row.abc else "",
        f"at least {row.min_weeks} weeks" if row.min_weeks else "",
        f"{' and '.join(missing)} not installed" if missing else "",
        f"{' and '.join(unasked)} not asked for" if unasked else "",
    ]
    return {"row": number, "routed": first, "contenders": usable or [first], "because": ", ".join(filter(None, words))}
