"""Recipes: tried on a dataset version, carried out as a new version, kept under a name, and taken again."""

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import polars as pl

from forecastle.core.ports import Begin
from forecastle.core.progress import Progress, part_of, silent
from forecastle.core.records import AuditEvent, DatasetVersion, StoredRecipe
from forecastle.data.dataset import Dataset, Roles
from forecastle.exploration.series_index import SeriesIndex
from forecastle.recipes.alone import Surroundings, both_states
from forecastle.recipes.elsewhere import choose
from forecastle.recipes.recipe import Recipe, StepKind, step_kinds
from forecastle.recipes.run import PIECE_ROWS, Map, Outcome, run
from forecastle.services.clock import Clock, utc_now
from forecastle.services.datasets.datasets import Datasets
from forecastle.services.datasets.drafts import Origin
from forecastle.services.datasets.lineage import Lineage
from forecastle.services.datasets.orders import Order, in_roles, order_like
from forecastle.services.datasets.shelf import Opened, Shelf
from forecastle.services.datasets.trials import Cleaned, Trial, nothing_counted, with_findings
from forecastle.services.requests import Cleaning, NewRecipe
from forecastle.settings import ScaleSettings

log = logging.getLogger(__name__)

REMEMBERED = 32
"""Accounts of what recipes would do that a process keeps; the one asked for longest ago goes first."""
PIECES, FEWEST_ROWS = 20, 100_000
"""Pieces that data are worked on in, if these are not too small for it, so that somebody hears how far it is."""
READ, WORKED = 0.1, 0.85
"""Shares of the whole that are done when the data are read, and when all steps are taken."""


@dataclass(frozen=True, kw_only=True)
class Recipes:
    """The recipes of this house. Data are worked on one after the other, for that takes memory and all cores."""

    begin: Begin
    datasets: Datasets
    lineage: Lineage
    shelf: Shelf
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

    async def dry_run(self, name: str, asked: Cleaning, progress: Progress = silent) -> Trial:
        """What a recipe would change in a dataset; nothing is kept.

        Raises:
            NotFoundError: there is no such dataset, version or recipe.
            InputError: a step cannot be taken; its position and kind are named.
        """
        order = await self.order(name, asked)
        known = self._remembered(order)
        return known if known is not None else (await self._run(order, progress))[0]

    async def apply(self, name: str, asked: Cleaning, *, by: str, progress: Progress = silent) -> Cleaned:
        """Carry out a recipe; a new version of the dataset, the current one from now on.

        What was made from the same version by the same steps is taken instead of made again.

        Raises:
            NotFoundError: there is no such dataset, version or recipe.
            InputError: a step cannot be taken; its position and kind are named.
        """
        order = await self.order(name, asked)
        made = await self._made_before(order)
        if made is not None:
            known = self._remembered(order) or nothing_counted(order.recipe, order.base, made)
            log.info("recipe reused", extra={"dataset": name, "version": made.number})
            current = await self.lineage.restore(name, made.number, by=by, note=asked.note)
            return Cleaned(version=current, trial=known, reused=True)
        trial, outcome = await self._run(order, progress)
        progress(WORKED, "keeping the new version")
        origin = Origin(
            parent=order.base.number, recipe=order.recipe.as_json(), by=by, note=asked.note, learned=outcome.learned
        )
        version = await self.datasets.keep(name, with_findings(outcome), origin)
        log.info("recipe applied", extra={"dataset": name, "version": version.number, "rows": version.rows})
        return Cleaned(version=version, trial=trial, reused=False)

    async def series(self, name: str, asked: Cleaning, series: str) -> pl.DataFrame:
        """One series as it is and as it would be: `state` (before, after) and the user's columns.

        Raises:
            NotFoundError: there is no such dataset, version, recipe or series.
            InputError: a step cannot be taken.
        """
        order = await self.order(name, asked)
        number, task = order.base.number, order.task
        alike = order.digest if any(step.whole for step in order.recipe.steps) else ""

        def look(opened: Opened) -> Surroundings:
            return Surroundings.of(in_roles(opened.dataset(), order.roles), task)

        surroundings = await self.shelf.ask(name, number, look, remember=("surroundings", *order.roles.items(), alike))
        return await self.shelf.ask(
            name,
            number,
            lambda opened: both_states(
                _rows(opened, order, surroundings.whole.roles, series), series, task, surroundings
            ),
        )

    async def order(self, name: str, asked: Cleaning) -> Order:
        """Which steps are to be taken on which version.

        Raises:
            NotFoundError: there is no such dataset, version or recipe.
            InputError: the steps of a version cannot be taken on this one.
        """
        base = await self.datasets.version(name, asked.version)
        before = Recipe.parse(await self.datasets.trail(base))
        if asked.like is not None:
            return await order_like(self.datasets, base, before, await self.datasets.version(name, asked.like))
        recipe = Recipe(asked.steps)
        if asked.recipe is not None:
            recipe = Recipe.parse((await self.find(asked.recipe)).steps)
        return Order(base=base, before=before, recipe=recipe, known=await self.datasets.learned(base))

    async def _run(self, order: Order, progress: Progress) -> tuple[Trial, Outcome]:
        progress(0.0, f"reading version {order.base.number}")
        dataset = await self.datasets.open(order.base)
        async with self.working:
            chosen = choose(order.recipe, dataset.frame.height, self.settings, part_of(progress, READ, WORKED))
            outcome = await asyncio.to_thread(_carried_out, dataset, order, chosen.each)
        trial = Trial(
            version=order.base,
            steps=order.recipe.as_json(),
            says=order.recipe.says(),
            changes=outcome.changes,
            rows_before=dataset.frame.height,
            rows_after=outcome.dataset.frame.height,
            reused=False,
            engine=chosen.engine,
        )
        self.tried[order.digest] = replace(trial, reused=True)
        while len(self.tried) > REMEMBERED:
            self.tried.popitem(last=False)
        return trial, outcome

    def _remembered(self, order: Order) -> Trial | None:
        known = self.tried.get(order.digest)
        if known is None:
            return None
        self.tried.move_to_end(order.digest)
        return replace(known, version=order.base)

    async def _made_before(self, order: Order) -> DatasetVersion | None:
        if order.like or not order.recipe.steps:
            return None
        steps = order.recipe.as_json()
        for version in await self.datasets.versions(order.base.dataset_id):
            if version.parent == order.base.number and tuple(version.recipe) == steps:
                return version
        return None


def _carried_out(dataset: Dataset, order: Order, each: Map | None = None) -> Outcome:
    """The steps on a dataset, in the roles that they are to be taken in."""
    rows = min(PIECE_ROWS, max(dataset.frame.height // PIECES, FEWEST_ROWS))
    data = in_roles(dataset, order.roles)
    outcome = run(order.recipe, data, before=order.before, known=order.known, rows=rows, each=each)
    return replace(outcome, dataset=in_roles(outcome.dataset, order.roles_after))


def _rows(opened: Opened, order: Order, roles: Roles, series: str) -> pl.DataFrame:
    """The rows of one series, in the roles that the steps are to be taken in."""
    if all(getattr(roles, each) == getattr(opened.roles, each) for each in ("time", "keys", "targets")):
        return opened.series.rows_of(opened.rows, series)
    changed = in_roles(opened.dataset(), order.roles)
    return SeriesIndex.of(changed.frame.lazy(), roles).rows_of(changed.frame.lazy(), series)
