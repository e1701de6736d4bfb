"""What the columns of a dataset are for: shown, and chosen."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from forecastle.core.errors import InputError, RolesError
from forecastle.core.findings import Finding, Findings
from forecastle.core.records import DatasetVersion
from forecastle.data.choosing import choose_roles
from forecastle.data.dataset import Dataset, Role
from forecastle.data.prepare import examine, not_ready
from forecastle.exploration.statistics import ColumnStatistics
from forecastle.services.clock import Clock, utc_now
from forecastle.services.datasets.datasets import Datasets
from forecastle.services.datasets.drafts import Origin
from forecastle.services.datasets.previews import Previews
from forecastle.services.datasets.shelf import Opened, Shelf
from forecastle.settings import CleanSettings


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """The version with the new roles, and what was found when its data were checked in them.

    findings: of severity `error` where the data cannot be forecast like that yet, such as before cleaning.
    """

    version: DatasetVersion
    findings: Findings


@dataclass(frozen=True, kw_only=True)
class Columns:
    """Kinds and roles. version: None takes the newest."""

    shelf: Shelf
    previews: Previews
    datasets: Datasets
    settings: CleanSettings
    now: Clock = field(default=utc_now)

    async def of(self, name: str, *, version: int | None = None) -> tuple[ColumnStatistics, ...]:
        """Every column with its kind, its role, and what its values are.

        Raises:
            NotFoundError: there is no such dataset or version.
        """
        return await self.previews.statistics(name, version=version)

    async def choose(self, name: str, changes: Mapping[str, Role], *, by: str, version: int | None = None) -> Chosen:
        """Give columns other roles, check the data in them, and keep that as a new version.

        Raises:
            NotFoundError: there is no such dataset or version.
            RolesError: a column is not there, a role does not fit its values, or no time or target is left.
        """
        parent = await self.datasets.version(name, version)
        today = self.now().date()

        def choose(opened: Opened) -> tuple[Dataset, Findings]:
            chosen = choose_roles(opened.dataset(), changes)
            return chosen, self._checked(chosen, today)

        chosen, findings = await self.shelf.ask(name, parent.number, choose)
        note = ", ".join(f"{column} as {role}" for column, role in changes.items())
        owner = await self.datasets.find(name)
        kept = await self.datasets.keep(owner.name, chosen, Origin(parent=parent.number, by=by, note=f"roles: {note}"))
        return Chosen(version=kept, findings=findings)

    def _checked(self, dataset: Dataset, today: date) -> Findings:
        """What making panels of the dataset finds; roles that can never be right raise."""
        found: dict[Finding, None] = {}
        for target in dataset.roles.targets:
            try:
                found |= dict.fromkeys(examine(dataset, target, settings=self.settings, today=today).findings.items)
            except RolesError:
                raise
            except InputError as error:
                found |= {not_ready(error): None}
        return Findings(tuple(found))
