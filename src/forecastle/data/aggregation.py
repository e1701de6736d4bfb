"""From the user's rows to one long frame on the grid of one frequency."""

from dataclasses import dataclass

import polars as pl

from forecastle.core.columns import CLOSED, DS, SERIES_ID, Y
from forecastle.core.errors import DataError, RolesError
from forecastle.core.findings import Finding, Findings, Severity
from forecastle.core.frequency import Frequency, Unit
from forecastle.core.panel import Covariates
from forecastle.data.cleaning.rows import counted
from forecastle.data.dataset import Dataset, Roles
from forecastle.data.frequency import FrequencyGuess, infer_frequency
from forecastle.data.totals import TIME, add_up, without_partial_edges

SEPARATOR = " / "
BLANK = "(blank)"
RESERVED = (SERIES_ID, DS, Y, CLOSED)

MINUTES: dict[Unit, int] = {
    Unit.MINUTE: 1, Unit.HOUR: 60, Unit.DAY: 1_440, Unit.BUSINESS_DAY: 1_441, Unit.WEEK: 10_080,
    Unit.MONTH: 43_200, Unit.QUARTER: 129_600, Unit.YEAR: 525_600, Unit.STEP: 1,
}  # fmt: skip
"""About how long a unit is, to tell the finer of two frequencies."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Long:
    """One target of a dataset, sorted and on the grid; not gap-filled, nor freed of duplicates unless added up.

    frame: `series_id` (String), `ds`, `y` (Float64, null: no number), `closed` (Boolean, where a column tells), and the
        covariates under the user's names (one that is called `y` or `ds` too gets an underscore).
    keys: `series_id` and the user's key columns, one row a series. static: `series_id` and the static columns.
    """

    frame: pl.DataFrame
    target: str
    freq: Frequency
    keys: pl.DataFrame
    covariates: Covariates
    static: pl.DataFrame | None = None


def to_long(dataset: Dataset, target: str, *, freq: Frequency | None = None) -> tuple[Long, Findings]:
    """Bring one target onto the grid of `freq` (None: the dataset's own).

    Single sales, and data finer than `freq`, are added up to one row a series and period (see `totals`).

    Raises:
        RolesError: there is no such numeric column, or two series would get the same name.
        DataError: `freq` does not fit the times, or would split the data's own periods.
    """
    _check_target(dataset, target)
    guess = infer_frequency(dataset)
    freq, summed = chosen_grid(guess.freq, freq, dataset)
    frame, covariates = _inside(dataset, target, freq)
    findings = _frequency_findings(guess, freq, summed=summed)
    if summed:
        frame, partial = without_partial_edges(frame, freq)
        price, *promotions = (dataset.roles.price, *dataset.roles.promotion)
        known = tuple(name for name in covariates.known if name != price and name not in promotions)
        promoted = tuple(name for name in promotions if name in covariates.known)
        frame = add_up(frame, price=price if price in covariates.known else None, largest=promoted, last=known)
        findings += partial
    else:
        frame = frame.drop(TIME)
    if not _is_sorted(frame):
        frame = frame.sort(SERIES_ID, DS, maintain_order=True)
    keys, blank = _keys(dataset, target)
    static = _one_row_a_series(dataset, target, dataset.roles.static)
    long = Long(frame=frame, target=target, freq=freq, keys=keys, covariates=covariates, static=static)
    return long, findings + blank


def _check_target(dataset: Dataset, target: str) -> None:
    kind = dataset.frame.schema.get(target)
    if kind is None or not (kind.is_numeric() or kind == pl.Boolean):
        raise RolesError(
            f"{dataset.source} has no numeric column {target!r} to forecast.",
            hint=f"Choose one of: {', '.join(dataset.roles.targets) or 'no numeric column was found'}.",
            target=target,
        )


def _length(freq: Frequency) -> int:
    return MINUTES[freq.unit] * freq.every


def chosen_grid(found: Frequency, asked: Frequency | None, dataset: Dataset) -> tuple[Frequency, bool]:
    """The frequency to look at a dataset in, and whether its rows are added up for that.

    found: the dataset's own. asked: None takes that.

    Raises:
        DataError: `asked` does not fit the times, or would split the data's own periods.
    """
    freq = _fitting(found, asked, dataset)
    return freq, dataset.transactions or _length(freq) > _length(found)


def _fitting(found: Frequency, asked: Frequency | None, dataset: Dataset) -> Frequency:
    """The frequency asked for; where the unit is the data's own, with the data's own anchor."""
    if asked is None or (asked.unit is found.unit and asked.every == found.every and not dataset.transactions):
        return found
    if (asked.unit is Unit.STEP) != (found.unit is Unit.STEP):
        kind = "whole numbers" if found.unit is Unit.STEP else "dates"
        raise DataError(
            f"The times in {dataset.roles.time!r} are {kind}; frequency {asked} does not fit them.",
            hint=f"Leave the frequency out ({found} was found), or name another time column.",
        )
    if _length(asked) < _length(found) and not dataset.transactions:
        raise DataError(
            f"The data come once a {found.word} ({found}); they cannot be split into {asked}.",
            hint=f"Ask for {found} or something longer.",
        )
    return asked


def _frequency_findings(guess: FrequencyGuess, freq: Frequency, *, summed: bool) -> Findings:
    if summed:
        message = f"Rows were added up to one a series and {freq.word} ({freq})."
        return Findings((Finding(code="aggregated", severity=Severity.INFO, message=message, action="summed"),))
    if not guess.n_irregular:
        return Findings()
    finding = Finding(
        code="irregular_dates",
        severity=Severity.WARNING,
        message=f"{counted(guess.n_irregular, 'row')} away from where {freq} ({freq.word}) puts them.",
        action=f"moved to the {freq.word} they fall in",
        count=guess.n_irregular,
        rows=guess.irregular,
    )
    return Findings((finding,))


def _inside(dataset: Dataset, target: str, freq: Frequency) -> tuple[pl.DataFrame, Covariates]:
    """The columns that matter under the names used inside, and the rows' own times in `__time`."""
    roles = dataset.roles
    price = (roles.price,) if roles.price else ()
    known = tuple(name for name in (*price, *roles.promotion, *roles.known) if name != target)
    past = tuple(name for name in roles.past if name != target)
    names = {name: f"{name}_" if name in RESERVED else name for name in (*known, *past)}
    columns = [
        series_name(roles, target).alias(SERIES_ID),
        freq.moments(freq.steps(pl.col(roles.time))).alias(DS),
        pl.col(target).cast(pl.Float64).alias(Y),
        pl.col(roles.time).alias(TIME),
        *(pl.col(name).alias(alias) for name, alias in names.items()),
    ]
    if roles.closed:
        columns.append((pl.col(roles.closed).cast(pl.Boolean) == roles.closed_value).alias(CLOSED))
    covariates = Covariates(
        known=tuple(names[name] for name in known),
        past=tuple(names[name] for name in past),
        static=roles.static,
        price=tuple(names[name] for name in price if name != target),
        promotion=tuple(names[name] for name in roles.promotion if name != target),
    )
    return dataset.frame.select(columns), covariates


def series_name(roles: Roles, target: str) -> pl.Expr:
    """What the series of a row is called: its key values, or the target where there are no keys."""
    if not roles.keys:
        return pl.lit(target)
    parts = [pl.col(key).cast(pl.String).fill_null(BLANK) for key in roles.keys]
    return pl.concat_str(parts, separator=SEPARATOR) if len(parts) > 1 else parts[0]


def _is_sorted(frame: pl.DataFrame) -> bool:
    series, moment = pl.col(SERIES_ID), pl.col(DS)
    before, earlier = series.shift(), moment.shift()
    return bool(frame.select(((series > before) | ((series == before) & (moment >= earlier))).all()).item())


def _one_row_a_series(dataset: Dataset, target: str, columns: tuple[str, ...]) -> pl.DataFrame | None:
    if not columns:
        return None
    if SERIES_ID in columns:
        raise RolesError(f"A static column cannot be called {SERIES_ID!r}.", hint="Rename it, or make it the key.")
    series = series_name(dataset.roles, target).alias(SERIES_ID)
    last = [pl.col(name).drop_nulls().last() for name in columns]
    return dataset.frame.group_by(series).agg(last).sort(SERIES_ID)


def _keys(dataset: Dataset, target: str) -> tuple[pl.DataFrame, Findings]:
    """`series_id` with the user's key columns, and what was wrong with them."""
    columns = list(dataset.roles.keys)
    if not columns:
        return pl.DataFrame({SERIES_ID: [target]}), Findings()
    if len(columns) > 1 and SERIES_ID in columns:
        raise RolesError(f"A key column beside others cannot be called {SERIES_ID!r}.", hint="Rename it.")
    named = [name for name in columns if name != SERIES_ID]
    keys = dataset.frame.select(columns).unique()
    keys = keys.select(series_name(dataset.roles, target).alias(SERIES_ID), *named).sort(SERIES_ID)
    twice = keys.filter(pl.col(SERIES_ID).is_duplicated())
    if len(twice):
        raise RolesError(
            f"Two series would both be called {twice[SERIES_ID][0]!r}, because key values contain {SEPARATOR!r}.",
            hint=f"Replace the slash in {', '.join(columns)}, or choose other keys.",
        )
    blank = (
        keys.filter(pl.any_horizontal(pl.col(named).is_null())) if named else keys.filter(pl.col(SERIES_ID) == BLANK)
    )
    if blank.is_empty():
        return keys, Findings()
    finding = Finding(
        code="blank_keys",
        severity=Severity.WARNING,
        message=f"Some rows have no value in {', '.join(columns)}.",
        action=f"kept as series with {BLANK} in the name",
        count=len(blank),
        series=tuple(blank[SERIES_ID]),
    )
    return keys, Findings((finding,))
