"""Whole tables of rows, checked a column at a time by the rules that `rows` has for one."""

from collections import Counter
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import polars as pl

from forecastle.core.errors import InputError
from forecastle.core.panel import Floats, Integers
from forecastle.models.forecasts import Flags
from forecastle.tabular.matrix import coded
from forecastle.tabular.model import TabularModel
from forecastle.tabular.rows import EXACT, MISSING, NOTHING, UNKNOWN
from forecastle.tabular.spec import Feature, Kind, Source, Spec, canonical

CHUNK = 20_000
"""Rows that a thread checks and answers at a time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AnsweredTable:
    """rows: `prediction`, `lower`, `upper`, and in `error` why there is none. The rest is as in `CheckedTable`."""

    rows: pl.DataFrame
    outside: Mapping[str, int]
    missing: Mapping[str, int]
    ignored: tuple[str, ...]


def answered(table: pl.DataFrame, model: TabularModel, *, threads: int = 1) -> AnsweredTable:
    """Check and answer rows, some thousands a thread at a time, for both parts of the work are the row's own.

    Raises:
        InputError: a column that every row must have is not there.
    """

    def answer(chunk: pl.DataFrame) -> AnsweredTable:
        rows = checked(chunk, model)
        values = rows.values[rows.errors.is_null().to_numpy()]
        said = in_rows(values, rows.errors, model)
        return AnsweredTable(rows=said, outside=rows.outside, missing=rows.missing, ignored=rows.ignored)

    with ThreadPoolExecutor(threads) as pool:
        parts = list(pool.map(answer, table.iter_slices(CHUNK))) or [answer(table)]
    return AnsweredTable(
        rows=pl.concat([part.rows for part in parts]),
        outside=sum((Counter(part.outside) for part in parts), Counter[str]()),
        missing=sum((Counter(part.missing) for part in parts), Counter[str]()),
        ignored=parts[0].ignored,
    )


def in_rows(values: Floats, errors: pl.Series, model: TabularModel) -> pl.DataFrame:
    """Answers beside errors. values: of the rows without an error."""
    said = model.predict(values)
    made = np.full((3, len(errors)), np.nan)
    made[:, errors.is_null().to_numpy()] = said.prediction, said.lower, said.upper
    numbers = pl.DataFrame(dict(zip(("prediction", "lower", "upper"), made, strict=True)))
    return numbers.fill_nan(None).with_columns(errors)


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedTable:
    """values: n × p, as the model is asked. errors: why a row cannot be answered; null where it can.

    outside: how many rows lie beyond what was seen in training, by feature. missing: how many lack an optional one.
    ignored: columns that are not looked at.
    """

    values: Floats
    errors: pl.Series
    outside: dict[str, int]
    missing: dict[str, int]
    ignored: tuple[str, ...]


def checked(table: pl.DataFrame, model: TabularModel) -> CheckedTable:
    """The table as numbers, and what is wrong with which row.

    Raises:
        InputError: a column that every row must have is not there.
    """
    spec = model.spec
    _require_columns(table, spec)
    values = np.full((table.height, len(spec.features)), np.nan, order="F")
    errors = pl.Series("error", [None], dtype=pl.String).new_from_index(0, table.height)
    outside, missing = Counter[str](), Counter[str]()
    empty = np.full(table.height, bool(set(spec.told)))
    for place, feature in enumerate(spec.features):
        if feature.source is Source.JOINED:
            continue
        if feature.name not in table.columns:
            missing[feature.name] += 0 if feature.nullable else table.height
            continue
        column = _typed(table[feature.name], feature)
        errors = _first(errors, column.wrong)
        values[:, place] = coded(column.values, feature)
        outside[feature.name] += int(_outside(column, feature, values[:, place]).sum())
        missing[feature.name] += 0 if feature.nullable else int(column.lacks.sum())
        if feature.name != spec.key:
            empty &= column.lacks.to_numpy()
    errors = _first(errors, pl.select(pl.when(pl.Series(empty)).then(pl.lit(NOTHING))).to_series())
    if model.reference is not None and spec.key is not None:
        found = model.reference.find(table[spec.key])
        errors = _first(errors, _unknown(table[spec.key], found))
        values[:, model.joined_places] = model.joined[np.maximum(found, 0)]
    names = {feature.name for feature in spec.asked}
    return CheckedTable(
        values=np.ascontiguousarray(values),
        errors=errors,
        outside=+outside,
        missing=+missing,
        ignored=tuple(name for name in table.columns if name not in names),
    )


def _require_columns(table: pl.DataFrame, spec: Spec) -> None:
    required = [one.name for one in spec.asked if one.required and not one.nullable]
    if missing := [name for name in required if name not in table.columns]:
        raise InputError(
            f"The table has no column {missing[0]!r}, which every row must have.",
            hint=f"Required: {', '.join(required)}.",
            missing=missing,
        )


def _unknown(keys: pl.Series, found: Integers) -> pl.Series:
    """What is wrong with keys that the reference does not have."""
    unknown = pl.Series(found < 0) & keys.is_not_null()
    shown = pl.concat_str(pl.lit(f"{keys.name} "), canonical(keys), pl.lit(f" {UNKNOWN}"))
    return pl.select(pl.when(unknown).then(shown)).to_series()


@dataclass(frozen=True, slots=True)
class _Typed:
    """A column of the right type, null where it is not usable; where nothing was given; and what is wrong, as text."""

    values: pl.Series
    lacks: pl.Series
    wrong: pl.Series


def _typed(values: pl.Series, feature: Feature) -> _Typed:
    values = values.fill_nan(None) if values.dtype.is_float() else values
    cast = _cast(values, feature)
    bad = cast.is_null() & values.is_not_null()
    name = pl.lit(feature.name)
    reasons = [
        pl.when(bad).then(pl.concat_str(name, pl.lit(f" is no {feature.kind}: "), values.cast(pl.String, strict=False)))
    ]
    if not feature.nullable and feature.required:
        reasons.append(pl.when(values.is_null()).then(pl.concat_str(name, pl.lit(f" {MISSING}"))))
    if feature.floor is not None:
        low = (cast < feature.floor).fill_null(value=False)
        reasons.append(pl.when(low).then(pl.concat_str(name, pl.lit(" must not be negative: "), cast.cast(pl.String))))
    return _Typed(cast, values.is_null(), pl.select(pl.coalesce(reasons)).to_series())


def _cast(values: pl.Series, feature: Feature) -> pl.Series:
    """Null where a value is not of the kind."""
    if feature.kind is Kind.CATEGORY:
        return canonical(values)
    if values.dtype.is_temporal() or values.dtype.is_nested():
        return values.clear().cast(pl.Float64, strict=False).extend_constant(None, len(values))
    if feature.kind is Kind.BOOLEAN:
        texts = values.cast(pl.String, strict=False).str.to_lowercase()
        return texts.replace_strict({"true": True, "1": True, "1.0": True, "false": False, "0": False, "0.0": False},
                                    default=None, return_dtype=pl.Boolean)  # fmt: skip
    if values.dtype == pl.Boolean:
        return values.clear().cast(pl.Float64).extend_constant(None, len(values))
    numbers = values.cast(pl.Float64, strict=False)
    usable = numbers.is_finite()
    if feature.kind is Kind.INTEGER:
        usable &= (numbers == numbers.round(0)) & (numbers.abs() <= EXACT)
    return numbers.set(~usable.fill_null(value=True), None)


def _first(errors: pl.Series, more: pl.Series) -> pl.Series:
    return errors.zip_with(errors.is_not_null(), more.cast(pl.String))


def _outside(column: _Typed, feature: Feature, values: Floats) -> Flags:
    if feature.kind is Kind.CATEGORY:
        return np.asarray(np.isnan(values) & column.values.is_not_null().to_numpy())
    if feature.minimum is None or feature.maximum is None:
        return np.zeros(len(values), dtype=bool)
    return np.asarray((values < feature.minimum) | (values > feature.maximum))
