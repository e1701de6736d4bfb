"""What can be asked of tabular models."""

import re
from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from forecastle.core.errors import InputError
from forecastle.services.requests.asked import Asked, Real, Whole
from forecastle.tabular.regressors import DEFAULT, NAMES, kind_named
from forecastle.tabular.training import Plan

NAME = re.compile(r"[\w.-]{1,100}", re.ASCII)
"""What a tabular model may be called: it is part of a path."""


class TabularParams(Asked):
    """What a tabular model is to learn from, and how; whatever is left out is found out from the data."""

    name: str | None = Field(
        None, description="What the model is called; the dataset's name when left out.", min_length=1, max_length=100
    )
    dataset: str | None = Field(None, description="Name or id of the dataset; may be left out while there is one only.")
    version: Whole | None = Field(None, ge=1, description="Version of the dataset; the newest when left out.")
    target: str = Field(description="The column to answer with.", min_length=1)
    model: str = Field(DEFAULT, description=f"{', '.join(f'`{name}`' for name in NAMES)}.")
    columns: tuple[str, ...] = Field((), description="What it may look at; everything that does not leak when empty.")
    drop: tuple[str, ...] = Field((), description="What it may not look at.")
    required: tuple[str, ...] = Field(
        (), description="What every row must have, the other columns being optional; the key alone when empty."
    )
    join: str | None = Field(None, description="Dataset whose columns are joined, here and when rows are answered.")
    on: str | None = Field(None, description="The column that both datasets have.")
    held_out: Real = Field(0.2, gt=0, lt=1, description="Share of the rows that the model is measured on.")
    folds: Whole = Field(5, ge=2, le=20, description="Parts of the other rows, for cross-validation.")
    coverage: Real = Field(0.8, gt=0, lt=1, description="Share of what turns out that the ranges are to hold.")

    def check(self) -> None:
        """Whether the parameters make sense together.

        Raises:
            InputError: a join without its column or the other way round, or the name cannot be used.
            ModelError: there is no such model.
        """
        if (self.join is None) != (self.on is None):
            raise InputError("`join` names a dataset and `on` the column; one without the other says nothing.")
        if self.name is not None and not NAME.fullmatch(self.name):
            raise InputError(
                f"{self.name!r} cannot be the name of a model.", hint="Take letters, digits, `_`, `-` and `.`."
            )
        kind_named(self.model)

    def plan(self, *, seed: int, threads: int) -> Plan:
        """The same for those who train."""
        return Plan(
            target=self.target,
            model=self.model,
            columns=self.columns,
            drop=self.drop,
            required=self.required,
            held_out=self.held_out,
            folds=self.folds,
            coverage=self.coverage,
            seed=seed,
            threads=threads,
        )


class TabularChanges(Asked):
    """What is to differ from the last training of a tabular model."""

    version: Whole | None = Field(None, ge=1, description="Version of the dataset; the newest when left out.")
    model: str | None = Field(None, description=f"{', '.join(f'`{name}`' for name in NAMES)}.")
    columns: tuple[str, ...] | None = Field(None, description="What it may look at.")
    drop: tuple[str, ...] | None = Field(None, description="What it may not look at.")
    required: tuple[str, ...] | None = Field(None, description="What every row must have.")

    def given(self) -> dict[str, Any]:
        """What was said, without what was left out."""
        return self.model_dump(exclude_none=True)


class FeatureRow(BaseModel):
    """One flat row of features; which, `GET /features/required` tells."""

    model_config = ConfigDict(extra="allow", frozen=True, json_schema_extra={"minProperties": 1})

    __pydantic_extra__: dict[str, bool | int | float | str | None] = Field(init=False)

    @property
    def values(self) -> Mapping[str, object]:
        """What was sent."""
        return self.model_extra or {}
