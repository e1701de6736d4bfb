"""From a dataset to the panel the models learn from."""

from dataclasses import dataclass, replace
from datetime import date

import polars as pl

from forecastle.core.columns import DS, SERIES_ID, Y
from forecastle.core.errors import DataError, InputError
from forecastle.core.findings import Finding, Findings, Severity
from forecastle.core.frequency import Frequency
from forecastle.core.panel import Panel
from forecastle.data.aggregation import Long, to_long
from forecastle.data.cleaning.clean import clean
from forecastle.data.cleaning.rows import counted
from forecastle.data.cleaning.rules import Rules
from forecastle.data.dataset import Dataset
from forecastle.settings import CleanSettings

DEFAULT_CLEANING = CleanSettings()
LENIENT = {"missing_limit": 1.0, "duplicates": "last", "negative": "keep", "future": "keep"}
"""What is accepted of data that are only looked at."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """A panel that is ready to be forecast, and everything that was found and done on the way to it.

    keys: `series_id` and the user's key columns, one row for each series of the panel.
    profile: one row a series, also for series that were left out (columns: see `profile.profile`).
    plan: `series_id`, `ds` and the known covariates of periods after the history; None where the data has none.
    """

    panel: Panel
    keys: pl.DataFrame
    profile: pl.DataFrame
    findings: Findings
    plan: pl.DataFrame | None = None


def prepare(
    dataset: Dataset,
    target: str,
    *,
    freq: str | None = None,
    settings: CleanSettings = DEFAULT_CLEANING,
    today: date | None = None,
    seasons: tuple[int, ...] | None = None,
) -> Prepared:
    """Aggregate, check and clean one target of a dataset.

    freq: the frequency wanted, such as `W`; None takes the data's own.
    today: values dated later cannot have been observed; None checks nothing.
    seasons: lengths in periods; None takes the usual ones, or of numbered periods those that show.

    Raises:
        RolesError: there is no such numeric column.
        DataError: the data cannot be used as it is (see `cleaning.clean`), or the frequency does not fit it.
    """
    long, read = to_long(dataset, target, freq=Frequency.parse(freq) if freq else None)
    rules = Rules(
        freq=long.freq,
        settings=settings,
        target=target,
        transactions=dataset.transactions,
        planned=bool(long.covariates.known),
        today=today,
        seasons=seasons,
        unread=_unread(dataset.findings, target),
    )
    cleaned = clean(long.frame, rules)
    listed = _listed(long.frame, cleaned.rows)
    panel = _panel(long, pl.concat([cleaned.rows, listed], how="diagonal").sort(SERIES_ID, DS))
    plan = cleaned.plan.select(SERIES_ID, DS, *long.covariates.known)
    return Prepared(
        panel=panel,
        keys=_of(long.keys, panel.frame),
        profile=cleaned.profile,
        findings=dataset.findings + _order(dataset) + read + _without(cleaned.findings, listed[SERIES_ID]),
        plan=None if plan.is_empty() else plan,
    )


def examine(
    dataset: Dataset,
    target: str,
    *,
    freq: str | None = None,
    settings: CleanSettings = DEFAULT_CLEANING,
    today: date | None = None,
) -> Prepared:
    """As `prepare`, for those who only look: that data cannot be forecast as they are is the first finding.

    Raises:
        RolesError: there is no such numeric column.
        DataError: the data cannot be made into a panel at all.
    """
    try:
        return prepare(dataset, target, freq=freq, settings=settings, today=today)
    except DataError as error:
        lenient = settings.model_copy(update=LENIENT)
        prepared = prepare(dataset, target, freq=freq, settings=lenient, today=today)
        return replace(prepared, findings=Findings((not_ready(error),)) + prepared.findings)


def not_ready(error: InputError) -> Finding:
    """Why data cannot be forecast as they are, as a finding."""
    series = error.fields.get("series", ())
    return Finding(
        code="not_ready",
        severity=Severity.ERROR,
        message=error.message,
        action=error.hint,
        count=1,
        series=tuple(series) if isinstance(series, list | tuple) else (),
    )


def _listed(frame: pl.DataFrame, rows: pl.DataFrame) -> pl.DataFrame:
    """One period, not observed, for each series that has no value yet but rows at the end of the history or later.

    Such a product is on the list and will be sold; one without rows there is not.
    """
    last = rows[DS].max()
    new = frame.filter(pl.col(DS) >= last, pl.col(Y).is_null()).select(SERIES_ID).unique()
    new = new.join(rows.select(SERIES_ID).unique(), on=SERIES_ID, how="anti")
    new = new.join(frame.filter(pl.col(Y).is_not_null()).select(SERIES_ID).unique(), on=SERIES_ID, how="anti")
    moment = pl.lit(last).cast(rows.schema[DS]).alias(DS)
    return new.select(SERIES_ID, moment, pl.lit(None, rows.schema[Y]).alias(Y))


def _without(findings: Findings, listed: pl.Series) -> Findings:
    """The findings, but for series that were not left out after all."""
    if listed.is_empty():
        return findings
    kept = [item for item in findings.items if item.code != "no_values"]
    for item in findings.items:
        series = tuple(name for name in item.series if name not in set(listed))
        if item.code == "no_values" and series:
            message = f"{len(series):,} {item.message.split(' ', 1)[1]}"
            kept.append(replace(item, series=series, count=len(series), message=message))
    return Findings(tuple(kept))


def _panel(long: Long, rows: pl.DataFrame) -> Panel:
    frame = rows.select(SERIES_ID, DS, Y, *long.covariates.known, *long.covariates.past)
    static = None if long.static is None else _of(long.static, frame)
    return Panel(frame=frame, freq=long.freq, target=long.target, covariates=long.covariates, static=static)


def _of(table: pl.DataFrame, frame: pl.DataFrame) -> pl.DataFrame:
    """The rows of the series that the frame still has."""
    return table.join(frame.select(SERIES_ID).unique(), on=SERIES_ID, how="semi", maintain_order="left")


def _unread(findings: Findings, target: str) -> tuple[str, ...]:
    """What reading said about values of the target that are not numbers, with the first of them."""
    found = [item for item in findings if item.code == "not_a_number" and repr(target) in item.message]
    return tuple(" ".join((item.message, *(f"The first: {row}." for row in item.rows[:1]))) for item in found)


def _order(dataset: Dataset) -> Findings:
    """Whether the rows of a series came in another order than that of time; sales may come in any."""
    if dataset.transactions:
        return Findings()
    time = pl.col(dataset.roles.time)
    before = time.shift().over(dataset.roles.keys) if dataset.roles.keys else time.shift()
    count = int(dataset.frame.select((time < before).sum()).item())
    if count == 0:
        return Findings()
    finding = Finding(
        code="unsorted",
        severity=Severity.INFO,
        message=f"{counted(count, 'row')} come after a later row of the same series.",
        action="sorted by time",
        count=count,
    )
    return Findings((finding,))
