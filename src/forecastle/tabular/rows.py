"""Rows as callers send them: checked against the specification, completed from the reference, and as numbers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Annotated, Any

import numpy as np
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, WithJsonSchema
from pydantic import create_model as create

from forecastle.core.errors import Wrong
from forecastle.core.panel import Floats
from forecastle.tabular.model import TabularModel
from forecastle.tabular.spec import Feature, Kind, canonical_value

EXACT = 2.0**53
"""Whole numbers beyond are not the same to every program."""

NAN = float("nan")
"""One object, so that rows that lack the same compare as equal."""

SHOWN = 20
"""Categories that a description lists."""

MISSING, UNKNOWN = "required, and not given", "not known here"

NOTHING = "none of the features is given"
"""A key alone tells nothing of the row."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A row that can be answered. values: as the model is asked. outside: features beyond what was seen in training.

    missing: optional features without a value. ignored: what was sent and is not looked at.
    """

    values: tuple[float, ...]
    outside: tuple[str, ...]
    missing: tuple[str, ...]
    ignored: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class RowReader:
    """Reads rows for one model; never changes."""

    model: TabularModel
    known: Mapping[str, Mapping[str, float]] = field(init=False)

    def __post_init__(self) -> None:
        codes = {
            one.name: {text: float(code) for code, text in enumerate(one.categories)}
            for one in self.model.spec.features
        }
        object.__setattr__(self, "known", codes)

    @cached_property
    def schema(self) -> type[BaseModel]:
        """What a row must look like: a field a feature that callers send, with its type and range."""
        fields: Any = {f"f{place}": _field(one) for place, one in enumerate(self.model.spec.asked)}
        told = f"One row for a model that answers with {self.model.spec.target}; further columns are ignored."
        return create("FeatureRow", __doc__=told, __config__=ConfigDict(extra="ignore", frozen=True), **fields)

    def read(self, sent: Mapping[str, object]) -> Row | Mapping[str, Wrong]:
        """The row as numbers, or everything that is wrong with it, by feature."""
        try:
            row = self.schema.model_validate(sent)
        except ValidationError as error:
            parts = error.errors(include_url=False, include_context=False)
            return {str(part["loc"][0]): _wrong(part) for part in parts}
        spec = self.model.spec
        values = [NAN] * len(spec.features)
        given = list(row.__dict__.values())
        missing = tuple(
            one.name for one, value in zip(spec.asked, given, strict=True) if value is None and not one.nullable
        )
        if missing and all(given[place] is None for place in self._own):
            return {"row": Wrong(NOTHING)}
        for place, feature, value in zip(self._asked_places, spec.asked, given, strict=True):
            values[place] = self._coded(feature, value)
        if self.model.reference is not None and spec.key is not None:
            key = given[spec.asked.index(self._key)]
            found = self.model.reference.places.get(key)
            if found is None:
                return {spec.key: Wrong(UNKNOWN, key)}
            for place, joined in zip(self.model.joined_places, self._joined[found], strict=True):
                values[place] = joined
        outside = tuple(
            feature.name
            for feature, value, place in zip(spec.asked, given, self._asked_places, strict=True)
            if value is not None and _is_outside(feature, values[place])
        )
        ignored = tuple(name for name in sent if name not in self._names)
        return Row(values=tuple(values), outside=outside, missing=missing, ignored=ignored)

    def _coded(self, feature: Feature, value: Any) -> float:  # noqa: ANN401 - as the schema left it
        if value is None:
            return NAN
        if feature.kind is Kind.CATEGORY:
            return self.known[feature.name].get(value, NAN)
        return float(value)

    @cached_property
    def _joined(self) -> list[list[float]]:
        return [row.tolist() for row in self.model.joined]

    @cached_property
    def _asked_places(self) -> tuple[int, ...]:
        joined = set(self.model.joined_places)
        return tuple(place for place in range(len(self.model.spec.features)) if place not in joined)

    @cached_property
    def _own(self) -> tuple[int, ...]:
        """Where among what callers send the features are that tell of the row itself, which the key does not."""
        return tuple(place for place, one in enumerate(self.model.spec.asked) if one.name != self.model.spec.key)

    @cached_property
    def _names(self) -> frozenset[str]:
        return frozenset(one.name for one in self.model.spec.asked)

    @cached_property
    def _key(self) -> Feature:
        return next(one for one in self.model.spec.asked if one.name == self.model.spec.key)


def _is_outside(feature: Feature, value: float) -> bool:
    if feature.kind is Kind.CATEGORY:
        return bool(np.isnan(value))
    if feature.minimum is None or feature.maximum is None:
        return False
    return not feature.minimum <= value <= feature.maximum


def _counted(value: object) -> object:
    if isinstance(value, bool):
        raise ValueError(f"a number is needed, not {str(value).lower()}")  # noqa: TRY004 - what pydantic expects
    return value


def _exact(value: int) -> int:
    if abs(value) > EXACT:
        raise ValueError("the number is too large")
    return value


def _category(value: object) -> object:
    if isinstance(value, str | int | float | bool):
        return canonical_value(value)
    return value


CHECKS: Mapping[Kind, tuple[Any, ...]] = {
    Kind.INTEGER: (int, BeforeValidator(_counted), AfterValidator(_exact)),
    Kind.NUMBER: (float, BeforeValidator(_counted), Field(allow_inf_nan=False)),
    Kind.BOOLEAN: (bool,),
    Kind.CATEGORY: (
        str, BeforeValidator(_category), WithJsonSchema({"anyOf": [{"type": "string"}, {"type": "number"}]})
    ),
}  # fmt: skip
"""The type of a value, and what is done to it."""


def _field(feature: Feature) -> Any:  # noqa: ANN401 - what pydantic's create_model takes
    """One field. Its name is ours, its alias the feature's, which may be no name in Python."""
    optional = feature.nullable or not feature.required
    kind, *checks = CHECKS[feature.kind]
    bounds = [] if feature.floor is None else [Field(ge=feature.floor)]
    typed = Annotated[(kind, *bounds, *checks)] if bounds or checks else kind
    told: dict[str, Any] = {"description": _described(feature), "alias": feature.name}
    if feature.minimum is not None:
        told["json_schema_extra"] = {"x-minimum-seen": feature.minimum, "x-maximum-seen": feature.maximum}
    return (typed | None, Field(None, **told)) if optional else (typed, Field(**told))


def _described(feature: Feature) -> str:
    if feature.kind is Kind.CATEGORY:
        more = ", …" if len(feature.categories) > SHOWN else ""
        return f"One of {', '.join(feature.categories[:SHOWN])}{more}."
    if feature.minimum is None:
        return "Yes or no."
    return f"Seen in training: {feature.minimum:g} to {feature.maximum:g}."


def _wrong(part: Mapping[str, Any]) -> Wrong:
    lacks = part["type"] == "missing" or part["input"] is None
    return Wrong(MISSING) if lacks else Wrong(part["msg"], part["input"])


def matrix_of_rows(rows: Sequence[Row], width: int) -> Floats:
    """Rows as the model is asked with them."""
    return np.array([row.values for row in rows], dtype=float).reshape(len(rows), width)
