"""Recipes as they are ordered: which steps on which version, and what both know."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import polars as pl

from forecastle.core.errors import InputError
from forecastle.core.records import DatasetVersion
from forecastle.data.choosing import choose_roles
from forecastle.data.cleaning.rows import counted
from forecastle.data.dataset import Dataset, Role
from forecastle.recipes.recipe import Recipe
from forecastle.recipes.run import Task
from forecastle.recipes.step import nothing_learned
from forecastle.services.datasets.datasets import Datasets

Roles = Mapping[str, Role]
"""By column."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """One recipe on one version. before: steps that led to it. known: what steps have learned of old.

    like: the id of the version whose steps are taken again; roles, roles_after: those that its columns had before the
    first of these steps, and have now.
    """

    base: DatasetVersion
    before: Recipe
    recipe: Recipe
    known: pl.DataFrame | None
    like: str = ""
    roles: Roles = field(default_factory=dict)
    roles_after: Roles = field(default_factory=dict)

    @property
    def task(self) -> Task:
        """The steps, with what is known."""
        known = nothing_learned() if self.known is None else self.known
        return Task(recipe=self.recipe, before=self.before, known=known)

    @property
    def digest(self) -> str:
        """The same for the same rows, steps, and what was learned before."""
        told = [self.base.content_hash, self.before.as_json(), self.recipe.as_json(), self.like]
        return hashlib.sha256(json.dumps(told).encode()).hexdigest()


def in_roles(dataset: Dataset, wanted: Roles) -> Dataset:
    """The dataset with the roles wanted, for columns that it has; the others keep theirs.

    Raises:
        RolesError: a role does not fit the values of its column.
    """
    there = {guess.column: guess.role for guess in dataset.roles.guesses}
    changes = {name: role for name, role in wanted.items() if there.get(name, role) is not role}
    return choose_roles(dataset, changes) if changes else dataset


async def order_like(datasets: Datasets, base: DatasetVersion, before: Recipe, like: DatasetVersion) -> Order:
    """All steps that led to a version once more, on another one, with what they learned and the roles that were chosen.

    Raises:
        InputError: the other one was made by steps itself.
    """
    if before.steps:
        raise InputError(
            f"Version {base.number} was made by {counted(len(before.steps), 'step')} already.",
            hint=f"Take the steps of version {like.number} again on what was uploaded.",
        )
    ancestry = await datasets.ancestry(like)
    return Order(
        base=base,
        before=before,
        recipe=Recipe.parse([step for version in ancestry for step in version.recipe]),
        known=await datasets.learned(like),
        like=like.id,
        roles=_roles(_before_steps(ancestry)),
        roles_after=_roles(like),
    )


def _before_steps(ancestry: Sequence[DatasetVersion]) -> DatasetVersion:
    """The version that the first steps were taken on; the last one where none were."""
    first = next((place for place, version in enumerate(ancestry) if version.recipe), len(ancestry))
    return ancestry[max(first - 1, 0)]


def _roles(version: DatasetVersion) -> Roles:
    return {str(column["column"]): Role(column["role"]) for column in version.columns}
