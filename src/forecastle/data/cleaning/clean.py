"""The cleaning steps, in the one order in which doing them twice changes nothing more."""

from dataclasses import dataclass

import polars as pl

from forecastle.core.columns import STEP, Y
from forecastle.core.findings import Finding, Findings, Severity
from forecastle.data.cleaning.beginnings import drop_unobserved, trim_blanks, trim_leading_zeros
from forecastle.data.cleaning.checks import drop_future, hide_closed, reject_infinite, reject_missing, settle_negative
from forecastle.data.cleaning.duplicates import merge_duplicates
from forecastle.data.cleaning.filling import drop_missing, fill_missing, report_missing
from forecastle.data.cleaning.gaps import fill_gaps, reject_stray_dates
from forecastle.data.cleaning.outliers import outliers, report_outliers
from forecastle.data.cleaning.profile import found, profile, report_profile
from forecastle.data.cleaning.rows import counted, series_of, tidy
from forecastle.data.cleaning.rules import Rules, Step
from forecastle.data.cleaning.slower import report_slower

AT_THE_DOOR: tuple[Step, ...] = (merge_duplicates, reject_infinite, drop_future)
INSIDE: tuple[Step, ...] = (
    report_missing,
    drop_missing,
    drop_unobserved,
    reject_stray_dates,
    trim_blanks,
    settle_negative,
    report_slower,
    fill_gaps,
    trim_leading_zeros,
    fill_missing,
    trim_leading_zeros,  # again, for what was filled is evidence too: cleaning twice must equal cleaning once
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cleaned:
    """What cleaning left.

    rows: `series_id`, `ds`, `step`, `y`, `closed` and the covariates, one row for every period from a series' first to
        its last; `y` is null where it was not observed.
    plan: rows after the history that have covariates but no value yet; may be empty.
    profile: one row a series, also for series that were left out (see `profile.profile`).
    """

    rows: pl.DataFrame
    plan: pl.DataFrame
    profile: pl.DataFrame
    findings: Findings


def clean(frame: pl.DataFrame, rules: Rules) -> Cleaned:
    """Check a long frame and settle what can be settled; every change is in the findings.

    Raises:
        DataError: infinite values, too much missing, dates that cannot be right, no value at all, or anything else
            the settings do not allow.
    """
    rows, refused = _run(AT_THE_DOOR, tidy(frame, rules.freq), rules)
    history, plan, planned = _split(rows, rules)
    history, closed = hide_closed(history, rules)
    before = found(history)
    reject_missing(before, rules)
    rules = rules.in_found_seasons(history)
    history, settled = _run(INSIDE, history, rules)
    far = outliers(history, rules.season, rules.settings.outlier_threshold)
    table = profile(before, history, far, rules.settings)
    changed = refused + planned + closed + settled
    seen = report_outliers(far, rules.target) + report_profile(table, rules.settings)
    return Cleaned(rows=history, plan=plan, profile=table, findings=changed + seen)


def _run(steps: tuple[Step, ...], rows: pl.DataFrame, rules: Rules) -> tuple[pl.DataFrame, Findings]:
    findings = Findings()
    for step in steps:
        rows, new = step(rows, rules)
        findings += new
    return rows, findings


def _split(rows: pl.DataFrame, rules: Rules) -> tuple[pl.DataFrame, pl.DataFrame, Findings]:
    """History, and the plan: rows without a value after the panel's last value.

    Without known covariates only rows after today are a plan; earlier ones are values that are missing.
    """
    observed = pl.col(Y).is_not_null()
    due = pl.lit(value=True) if rules.now is None else pl.col(STEP) <= rules.now
    end = rows.filter(observed if rules.planned else observed | due)[STEP].max()
    plan = rows.clear() if end is None else rows.filter(pl.col(STEP) > end)
    if plan.is_empty():
        return rows, plan, Findings()
    finding = Finding(
        code="plan",
        severity=Severity.INFO,
        message=f"{counted(len(plan), 'row')} after the last value, without a value.",
        action="taken as the plan for the future" if rules.planned else "left out",
        count=len(plan),
        series=series_of(plan),
    )
    return rows.filter(pl.col(STEP) <= end), plan, Findings((finding,))
