"""Which tabular model answers: the champion in the database, as soon as it is read; until then the one before."""

import logging
import time
from dataclasses import dataclass, field

from forecastle.core.errors import ArtifactError, ForecastleError, ModelError, NoModelError, NotFoundError, StorageError
from forecastle.core.naming import TABULAR, tabular_family, tabular_name
from forecastle.core.ports import Begin, UnitOfWork
from forecastle.core.records import ModelVersion
from forecastle.lifecycle.lineage import lineage
from forecastle.services.models.versions import Versions
from forecastle.settings import TabularSettings
from forecastle.tabular.model import TabularModel
from forecastle.tabular.rows import RowReader

log = logging.getLogger(__name__)

PAUSE = 5.0
"""Seconds until a version that could not be read is tried again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """A version that answers, its model, and how rows are read for it: always of one piece."""

    version: ModelVersion
    model: TabularModel
    reader: RowReader

    @property
    def name(self) -> str:
        """What people call the model."""
        return tabular_name(self.version.family) or self.version.family


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """A version that is to answer and cannot be read; it is tried again after `until`. answering: the one that does."""

    version: ModelVersion
    answering: ModelVersion
    until: float

    def __str__(self) -> str:
        """In a sentence for whoever asks how the server is; why is in its log."""
        return f"{self.version.label} cannot be read, {self.answering.label} answers"


UNREADABLE = (ArtifactError, ModelError)


@dataclass(eq=False)
class TabularServing:
    """The tabular models that answer, by name; a new one takes its place in one assignment.

    Asked anew for every batch of requests, so that no version is served once a decision was made, in this process or in
    another; while the database is away, the last one goes on. A champion that cannot be read is refused: the one that
    answered goes on, or, after a restart, the newest that led before and can be read.
    """

    begin: Begin
    versions: Versions
    settings: TabularSettings
    answering: dict[str, Served] = field(default_factory=dict)
    last: dict[str | None, ModelVersion] = field(default_factory=dict)
    refused: dict[str, Refused] = field(default_factory=dict)

    async def leading(self, name: str | None = None) -> Served:
        """The model of that name, or the default one: `tabular.default`, else the one trained first.

        Raises:
            NotFoundError: there is none of that name.
            NoModelError: there is none at all.
            ArtifactError: it cannot be read, nor any that led before.
        """
        try:
            async with self.begin() as work:
                self.last[name] = await self._chosen(work, name)
        except StorageError:
            if name not in self.last:
                raise
        return await self._ready(self.last[name])

    @property
    def default(self) -> Served | None:
        """What answered last without a name; None before anything did."""
        last = self.last.get(None)
        return self.answering.get(last.name) if last else None

    async def champion(self, work: UnitOfWork, name: str | None = None) -> ModelVersion:
        """The version that leads.

        Raises:
            NotFoundError: there is none of that name.
            NoModelError: there is none at all.
        """
        named = name or self.settings.default
        known = [] if named else await work.models.families(TABULAR)
        families = [tabular_family(named)] if named else known[:1]
        champion = await work.models.decided_last(families) if families else None
        if champion is not None:
            return champion
        names = ", ".join(str(tabular_name(family)) for family in await work.models.families(TABULAR))
        if named and names:
            raise NotFoundError(f"There is no tabular model {named!r}.", hint=f"Models: {names}.")
        raise NoModelError("No tabular model is served.", hint='Train one: POST /tabular {"target": "price"}.')

    async def _chosen(self, work: UnitOfWork, name: str | None) -> ModelVersion:
        """The champion, or the version that `tabular.pinned` names."""
        champion = await self.champion(work, name)
        number = self.settings.pinned.get(str(tabular_name(champion.family)))
        if number is None or number == champion.number:
            return champion
        versions = await work.models.versions(champion.dataset_id, champion.name)
        pinned = next((version for version in versions if version.number == number), None)
        if pinned is None:
            raise NotFoundError(
                f"{champion.name} has no version {number}.", hint="The setting tabular.pinned names it."
            )
        return pinned

    async def reload(self, name: str | None = None) -> Served:
        """Read the version that is to answer once more, and let it answer; the one before goes on until then.

        Raises:
            NotFoundError, NoModelError: there is none.
            ArtifactError: its files are missing or were changed; the one before goes on.
        """
        async with self.begin() as work:
            version = await self._chosen(work, name)
        await self.versions.reload(version)
        self.refused.pop(version.name, None)
        return await self._take(version)

    async def _ready(self, version: ModelVersion) -> Served:
        served, refused = self.answering.get(version.name), self.refused.get(version.name)
        if served is not None and served.version.id == version.id:
            self.refused.pop(version.name, None)
            return served
        tried = refused is not None and refused.version.id == version.id and refused.until > time.monotonic()
        if served is not None and tried:
            return served
        try:
            taken = await self._take(version)
        except UNREADABLE as error:
            return await self._instead(version, served, error)
        self.refused.pop(version.name, None)
        return taken

    async def _instead(self, version: ModelVersion, served: Served | None, error: ForecastleError) -> Served:
        """What answers in place of a version that cannot be read."""
        served = served or await self._readable_before(version)
        if served is None:
            raise error
        until = time.monotonic() + PAUSE
        self.refused[version.name] = Refused(version=version, answering=served.version, until=until)
        log.warning(
            "refused", extra={"model": version.label, "answering": served.version.label, "error": error.message}
        )
        return served

    async def _readable_before(self, version: ModelVersion) -> Served | None:
        """The newest that led before and can be read."""
        async with self.begin() as work:
            line = lineage(await work.models.decisions(version.dataset_id, version.name))
            kept = {one.id: one for one in await work.models.versions(version.dataset_id, version.name)}
        for led in dict.fromkeys(reversed(line)):
            if led == version.id or kept[led].pruned_at:
                continue
            try:
                return await self._take(kept[led])
            except UNREADABLE as error:
                log.warning("refused", extra={"model": kept[led].label, "error": error.message})
        return None

    async def _take(self, version: ModelVersion) -> Served:
        model = await self.versions.load_tabular(version)
        served = Served(version=version, model=model, reader=RowReader(model=model))
        self.answering[version.name] = served
        return served
