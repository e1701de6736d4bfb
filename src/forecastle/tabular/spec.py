"""The feature specification: what a model looks at, of which type, and what it has seen of it."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from functools import cached_property
from pathlib import Path
from typing import Any, Self

import polars as pl

from forecastle.core.errors import ArtifactError

FILE = "model_features.json"
FORMAT = 1


class Kind(StrEnum):
    """What a value of a feature is."""

    INTEGER = "integer"
    NUMBER = "number"
    BOOLEAN = "boolean"
    CATEGORY = "category"


class Source(StrEnum):
    """Where the values of a feature come from: the caller's row, or the reference table that is joined here."""

    CALLER = "caller"
    JOINED = "joined"


@dataclass(frozen=True, slots=True, kw_only=True)
class Feature:
    """One column that a model looks at.

    required: a row without it is refused. nullable: the rows learned from lacked it at times, so that null is a value.
    minimum, maximum: what was seen; None for categories. categories: what was seen, sorted; empty for numbers.
    """

    name: str
    kind: Kind
    source: Source = Source.CALLER
    required: bool = True
    nullable: bool = False
    minimum: float | None = None
    maximum: float | None = None
    categories: tuple[str, ...] = ()

    @property
    def floor(self) -> float | None:
        """What no value may lie below: 0 where none that was seen is negative, as with areas and counts."""
        return 0.0 if self.minimum is not None and self.minimum >= 0 else None

    @classmethod
    def seen_in(cls, values: pl.Series, *, source: Source, required: bool, is_key: bool) -> Self:
        """The feature that a column is. is_key: whatever its numbers, they only name things."""
        known = values.drop_nulls()
        kind = Kind.CATEGORY if is_key else kind_of(values.dtype)
        numeric = kind in (Kind.INTEGER, Kind.NUMBER)
        return cls(
            name=values.name,
            kind=kind,
            source=source,
            required=required,
            nullable=values.has_nulls(),
            minimum=float(known.min()) if numeric else None,  # type: ignore[arg-type]  # numbers
            maximum=float(known.max()) if numeric else None,  # type: ignore[arg-type]  # numbers
            categories=tuple(canonical(known).unique().sort()) if kind is Kind.CATEGORY else (),
        )


@dataclass(frozen=True, kw_only=True)
class Spec:
    """All features of a model, in the order of its matrix. key: the caller's column that the reference is joined by."""

    target: str
    features: tuple[Feature, ...]
    key: str | None = None

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The features by name."""
        return tuple(feature.name for feature in self.features)

    @cached_property
    def asked(self) -> tuple[Feature, ...]:
        """What callers send."""
        return tuple(feature for feature in self.features if feature.source is Source.CALLER)

    @cached_property
    def joined(self) -> tuple[Feature, ...]:
        """What is joined here; callers never send it."""
        return tuple(feature for feature in self.features if feature.source is Source.JOINED)

    @cached_property
    def told(self) -> tuple[int, ...]:
        """Places of what a row tells of itself: the caller's features but the key and what may be null."""
        known = enumerate(self.features)
        return tuple(p for p, one in known if one.source is Source.CALLER and one.name != self.key and not one.nullable)

    @cached_property
    def lackable(self) -> tuple[int, ...]:
        """Places of what may not be known of a row: of those told the optional ones, and categories never seen."""
        return tuple(p for p in self.told if not self.features[p].required or p in self.categorical)

    @cached_property
    def categorical(self) -> tuple[int, ...]:
        """Places of the features without an order."""
        return tuple(place for place, feature in enumerate(self.features) if feature.kind is Kind.CATEGORY)

    def save(self, folder: Path) -> None:
        """Write `model_features.json`."""
        facts = {"format": FORMAT} | asdict(self)
        (folder / FILE).write_text(json.dumps(facts, indent=2, ensure_ascii=False), encoding="utf-8")

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Read back what `save` wrote.

        Raises:
            ArtifactError: it is not there, cannot be read, or is of another format.
        """
        try:
            facts = json.loads((folder / FILE).read_text(encoding="utf-8"))
            if facts["format"] != FORMAT:
                raise ArtifactError(
                    f"{FILE} is of format {facts['format']}; this version reads format {FORMAT}.",
                    hint="Train again, or use the version of Forecastle that wrote it.",
                )
            features = tuple(_feature(told) for told in facts["features"])
            return cls(target=facts["target"], features=features, key=facts["key"])
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise ArtifactError(f"{FILE} cannot be read: {error}.", hint="Train the model again.") from error


def _feature(told: Mapping[str, Any]) -> Feature:
    typed = {"kind": Kind(told["kind"]), "source": Source(told["source"]), "categories": tuple(told["categories"])}
    return Feature(**{**told, **typed})


def kind_of(dtype: pl.DataType) -> Kind:
    """What the values of a typed column are."""
    if dtype == pl.Boolean:
        return Kind.BOOLEAN
    if dtype.is_integer():
        return Kind.INTEGER
    return Kind.NUMBER if dtype.is_numeric() else Kind.CATEGORY


def canonical(values: pl.Series) -> pl.Series:
    """Categories and keys as text, the same whether a table took them for numbers or not: `98178`, never `98178.0`."""
    if values.dtype.is_float():
        whole = values.is_finite() & (values == values.round(0)) & (values.abs() < 2**53)
        numbers = values.set(~whole.fill_null(value=False), None).cast(pl.Int64).cast(pl.String)
        return numbers.zip_with(whole.fill_null(value=False), values.cast(pl.String)).rename(values.name)
    text = values.cast(pl.String)
    return text.str.strip_chars() if values.dtype == pl.String else text


def canonical_value(value: object) -> str:
    """One category or key as text, like `canonical`."""
    return canonical(pl.Series([value], strict=False))[0] if isinstance(value, float) else _text(value)


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value).strip()
