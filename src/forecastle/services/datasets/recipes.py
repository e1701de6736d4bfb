"""Recipes: tried on a dataset version, carried out as a new version, kept under a name, and taken again."""

import asyncio
import hashlib
import json
import logging
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import polars as pl

from forecastle.core.errors import InputError
from forecastle.core.findings import Finding, Findings, Severity
from forecastle.core.ports import Begin
from forecastle.core.records import AuditEvent, DatasetVersion, StoredRecipe
from forecastle.data.dataset import Dataset
from forecastle.recipes.elsewhere import HERE, choose
from forecastle.recipes.piece import OURS, SERIES, Piece
from forecastle.recipes.recipe import Recipe, StepKind, step_kinds
from forecastle.recipes.run import Change, Outcome, run
from forecastle.services.clock import Clock, utc_now
from forecastle.services.datasets.drafts import Origin
from forecastle.services.datasets.keeping import Datasets
from forecastle.services.datasets.lineage import Lineage
from forecastle.services.requests import Cleaning, NewRecipe
from forecastle.settings import ScaleSettings

log = logging.getLogger(__name__)

REMEMBERED = 32
"""Accounts of what recipes would do that a process keeps; the one asked for longest ago goes first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """What a recipe would do to a version. says: its steps in sentences. reused: the account was there already.

    rows_before, rows_after: of the whole dataset. engine: who worked on it, `this machine` or `dask`, `ray`, `spark`.
    """

    version: DatasetVersion
    steps: tuple[Mapping[str, Any], ...]
    says: tuple[str, ...]
    changes: tuple[Change, ...]
    rows_before: int
    rows_after: int
    reused: bool
    engine: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Cleaned:
    """The version that a recipe made. reused: it had been made before, and nothing was computed."""

    version: DatasetVersion
    trial: Trial
    reused: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class _Work:
    """One recipe on one version: what is asked, and what the version and its steps know."""

    name: str
    base: DatasetVersion
    before: Recipe
    recipe: Recipe
    known: pl.DataFrame | None
    like: str = ""

    @property
    def digest(self) -> str:
        """The same for the same rows, steps, and what was learned before."""
        told = [self.base.content_hash, self.before.as_json(), self.recipe.as_json(), self.like]
        return hashlib.sha256(json.dumps(told).encode()).hexdigest()


@dataclass(frozen=True, kw_only=True)
class Recipes:
    """The recipes of this house. Data are worked on one after the other, for that takes memory and all cores."""

    begin: Begin
    datasets: Datasets
    lineage: Lineage
    settings: ScaleSettings
    now: Clock = field(default=utc_now)
    working: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(1))
    tried: OrderedDict[str, Trial] = field(default_factory=OrderedDict)

    def kinds(self) -> Sequence[StepKind]:
        """Every kind of step, with its fields; enough to make a form of."""
        return step_kinds()

    async def save(self, asked: NewRecipe, *, by: str) -> StoredRecipe:
        """Keep steps under a name, in place of an older recipe of that name."""
        steps = Recipe(asked.steps).as_json()
        recipe = StoredRecipe(name=asked.name, steps=steps, saved_at=self.now(), by=by, note=asked.note)
        async with self.begin() as work:
            await work.recipes.put(recipe)
            event = AuditEvent(at=self.now(), by=by, action="recipe.save", subject=recipe.name)
            await work.audit.add(event)
            await work.commit()
        return recipe

    async def list(self) -> Sequence[StoredRecipe]:
        """All recipes, by name."""
        async with self.begin() as work:
            return await work.recipes.list()

    async def find(self, name: str) -> StoredRecipe:
        """The recipe of that name.

        Raises:
            NotFoundError: there is none.
        """
        async with self.begin() as work:
            return await work.recipes.find(name)

    async def delete(self, name: str, *, by: str) -> StoredRecipe:
        """Forget a recipe; versions that it made keep their steps.

        Raises:
            NotFoundError: there is none.
        """
        async with self.begin() as work:
            recipe = await work.recipes.find(name)
            await work.recipes.remove(name)
            await work.audit.add(AuditEvent(at=self.now(), by=by, action="recipe.delete", subject=name))
            await work.commit()
        return recipe

    async def dry_run(self, name: str, asked: Cleaning) -> Trial:
        """What a recipe would change in a dataset; nothing is kept.

        Raises:
            NotFoundError: there is no such dataset, version or recipe.
            InputError: a step cannot be taken; its position and kind are named.
        """
        work = await self._work(name, asked)
        known = self._remembered(work)
        return known if known is not None else (await self._run(work))[0]

    async def apply(self, name: str, asked: Cleaning, *, by: str) -> Cleaned:
        """Carry out a recipe; a new version of the dataset, the current one from now on.

        What was made from the same version by the same steps is taken instead of made again.

        Raises:
            NotFoundError: there is no such dataset, version or recipe.
            InputError: a step cannot be taken; its position and kind are named.
        """
        work = await self._work(name, asked)
        made = await self._made_before(work)
        if made is not None:
            known = self._remembered(work) or _nothing_counted(work, made)
            log.info("recipe reused", extra={"dataset": name, "version": made.number})
            current = await self.lineage.restore(name, made.number, by=by, note=asked.note)
            return Cleaned(version=current, trial=known, reused=True)
        trial, outcome = await self._run(work)
        origin = Origin(
            parent=work.base.number, recipe=work.recipe.as_json(), by=by, note=asked.note, learned=outcome.learned
        )
        version = await self.datasets.keep(name, _with_findings(outcome), origin)
        log.info("recipe applied", extra={"dataset": name, "version": version.number, "rows": version.rows})
        return Cleaned(version=version, trial=trial, reused=False)

    async def series(self, name: str, asked: Cleaning, series: str) -> pl.DataFrame:
        """One series as it is and as it would be: `state` (before, after) and the user's columns.

        Raises:
            NotFoundError: there is no such dataset, version or recipe.
            InputError: there is no such series, or a step cannot be taken.
        """
        work = await self._work(name, asked)
        dataset = await self.datasets.open(work.base)
        async with self.working:
            return await asyncio.to_thread(_series, dataset, work, series)

    async def _work(self, name: str, asked: Cleaning) -> _Work:
        base = await self.datasets.version(name, asked.version)
        before = Recipe.parse(await self.datasets.trail(base))
        if asked.like is not None:
            if before.steps:
                raise InputError(
                    f"Version {base.number} was made by {len(before.steps)} steps already.",
                    hint=f"Take the steps of version {asked.like} again on what was uploaded.",
                )
            like = await self.datasets.version(name, asked.like)
            recipe = Recipe.parse(await self.datasets.trail(like))
            known = await self.datasets.learned(like)
            return _Work(name=name, base=base, before=before, recipe=recipe, known=known, like=like.id)
        recipe = Recipe(asked.steps)
        if asked.recipe is not None:
            recipe = Recipe.parse((await self.find(asked.recipe)).steps)
        known = await self.datasets.learned(base)
        return _Work(name=name, base=base, before=before, recipe=recipe, known=known)

    async def _run(self, work: _Work) -> tuple[Trial, Outcome]:
        dataset = await self.datasets.open(work.base)
        async with self.working:
            chosen = choose(work.recipe, dataset.frame.height, self.settings)
            outcome = await asyncio.to_thread(
                run, work.recipe, dataset, before=work.before, known=work.known, each=chosen.each
            )
        trial = Trial(
            version=work.base,
            steps=work.recipe.as_json(),
            says=work.recipe.says(),
            changes=outcome.changes,
            rows_before=dataset.frame.height,
            rows_after=outcome.dataset.frame.height,
            reused=False,
            engine=chosen.engine,
        )
        self.tried[work.digest] = replace(trial, reused=True)
        while len(self.tried) > REMEMBERED:
            self.tried.popitem(last=False)
        return trial, outcome

    def _remembered(self, work: _Work) -> Trial | None:
        known = self.tried.get(work.digest)
        if known is None:
            return None
        self.tried.move_to_end(work.digest)
        return replace(known, version=work.base)

    async def _made_before(self, work: _Work) -> DatasetVersion | None:
        if work.like or not work.recipe.steps:
            return None
        steps = work.recipe.as_json()
        for version in await self.datasets.versions(work.base.dataset_id):
            if version.parent == work.base.number and tuple(version.recipe) == steps:
                return version
        return None


def _nothing_counted(work: _Work, made: DatasetVersion) -> Trial:
    """The account of a version that another process made: its findings tell what was changed."""
    return Trial(
        version=work.base,
        steps=work.recipe.as_json(),
        says=work.recipe.says(),
        changes=(),
        rows_before=work.base.rows,
        rows_after=made.rows,
        reused=True,
        engine=HERE,
    )


def _with_findings(outcome: Outcome) -> Dataset:
    """The dataset with an account of every step among its findings."""
    told = [
        Finding(
            code="recipe",
            severity=Severity.INFO,
            message=f"Step {change.position}: {change.says}",
            action=_done(change),
            count=sum(change.cells.values()) + change.rows_added + change.rows_removed,
        )
        for change in outcome.changes
    ]
    return replace(outcome.dataset, findings=outcome.dataset.findings + Findings(tuple(told)))


def _done(change: Change) -> str:
    parts = [f"{count:,} values of {name!r} changed" for name, count in change.cells.items() if count]
    parts += [f"{change.rows_removed:,} rows fewer"] * (change.rows_removed > 0)
    parts += [f"{change.rows_added:,} rows more"] * (change.rows_added > 0)
    parts += [f"column {name!r} added" for name in change.columns_added]
    parts += [f"column {name!r} left out" for name in change.columns_removed]
    return ", ".join(parts) or "nothing had to be changed"


def _series(dataset: Dataset, work: _Work, series: str) -> pl.DataFrame:
    piece = Piece.of(dataset)
    place = piece.ids.index_of(series)
    if place is None:
        raise InputError(f"There is no series {series!r}.", hint=f"The first is {piece.ids[0]!r}.")
    alone = piece.with_frame(piece.frame.filter(pl.col(SERIES) == place))
    whole = any(step.whole for step in work.recipe.steps)
    outcome = run(
        work.recipe, dataset if whole else alone.dataset(dataset), before=work.before, known=work.known
    ).dataset
    after = Piece.of(outcome)
    after = after.with_frame(after.frame.filter(after.names() == series))
    states = {"before": alone, "after": after}
    tables = [one.frame.drop(OURS).select(pl.lit(state).alias("state"), pl.all()) for state, one in states.items()]
    return pl.concat(tables, how="diagonal_relaxed")
