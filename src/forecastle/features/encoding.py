"""Covariates as numbers: names become codes, yes and no become 1 and 0."""

import polars as pl

from forecastle.core.errors import DataError
from forecastle.features.spec import Categories, is_text


def encode(column: pl.Series, categories: Categories) -> pl.Series:
    """The column as Float64. Of a text column the place of each value among its categories, null for unknown ones.

    Raises:
        DataError: a text column without categories, or a type that is no quantity.
    """
    if is_text(column.dtype):
        known = categories.get(column.name)
        if known is None:
            raise DataError(
                f"Column {column.name!r} holds text, and its categories were not learned.",
                hint="Use FeatureSpec.learn(panel) with the panel the model is fitted on.",
                column=column.name,
            )
        return column.cast(pl.String).replace_strict(known, range(len(known)), default=None, return_dtype=pl.Float64)
    if column.dtype.is_numeric() or column.dtype == pl.Boolean:
        return column.cast(pl.Float64)
    raise DataError(
        f"Column {column.name!r} is {column.dtype}; a covariate must be a number, yes/no or text.",
        hint="Leave the column out, or convert it.",
        column=column.name,
    )
