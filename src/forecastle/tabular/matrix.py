"""Rows as numbers: what regressors learn from and are asked with."""

import numpy as np
import polars as pl

from forecastle.core.panel import Floats
from forecastle.tabular.spec import Feature, Kind, Spec, canonical


def matrix_of(frame: pl.DataFrame, features: tuple[Feature, ...]) -> Floats:
    """N × p numbers, a column a feature: categories by their place among those seen, NaN for what is not known."""
    made = np.empty((frame.height, len(features)), order="F")
    for place, feature in enumerate(features):
        made[:, place] = coded(frame[feature.name], feature)
    return np.ascontiguousarray(made)


def coded(values: pl.Series, feature: Feature) -> Floats:
    """One column as numbers."""
    if feature.kind is Kind.CATEGORY:
        codes = pl.Series(range(len(feature.categories)), dtype=pl.Float64)
        values = canonical(values).replace_strict(pl.Series(feature.categories, dtype=pl.String), codes, default=None)
    return values.cast(pl.Float64).fill_null(np.nan).to_numpy()


def text_of(spec: Spec, row: Floats) -> dict[str, float | str | bool | None]:
    """The features of one row as people write them."""
    return {feature.name: _shown(feature, value) for feature, value in zip(spec.features, row.tolist(), strict=True)}


def _shown(feature: Feature, value: float) -> float | str | bool | None:
    if np.isnan(value):
        return None
    if feature.kind is Kind.CATEGORY:
        return feature.categories[int(value)]
    if feature.kind is Kind.BOOLEAN:
        return bool(value)
    return int(value) if feature.kind is Kind.INTEGER else value
