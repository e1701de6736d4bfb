"""Everything about a dataset on one page."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import polars as pl

from forecastle.core.columns import SERIES_ID
from forecastle.core.errors import InputError
from forecastle.data.dataset import Dataset
from forecastle.exploration.profile.profile import Profile, ProfileRules, profile_of
from forecastle.reporting.pages.profile import profile_page
from forecastle.services.clock import Clock, utc_now
from forecastle.services.datasets.previews import SeriesPage
from forecastle.services.datasets.shelf import Opened, Shelf
from forecastle.settings import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which series. target: None takes the first. sort: a column of `series_profile`."""

    target: str | None = None
    sort: str = "total"
    descending: bool = True
    limit: int = 100
    offset: int = 0


@dataclass(frozen=True, kw_only=True)
class Profiles:
    """Made once for a version, and remembered. version: None takes the newest. freq: None takes that of the data.

    Raises (all of them):
        NotFoundError: there is no such dataset or version.
        InputError: its data cannot be made into series in these roles; the message says why.
    """

    shelf: Shelf
    settings: Settings
    now: Clock = field(default=utc_now)

    async def of(self, name: str, *, version: int | None = None, freq: str | None = None) -> Profile:
        """The profile."""

        def look(opened: Opened) -> Profile:
            return profile_dataset(opened.dataset(), self.settings, freq=freq, now=self.now)

        return await self.shelf.ask(name, version, look, remember=("profile", freq))

    async def page(self, name: str, *, version: int | None = None, freq: str | None = None) -> str:
        """The profile as one HTML file that needs nothing else."""
        found = await self.of(name, version=version, freq=freq)
        return profile_page(found, self.settings.classes)

    async def series(
        self, name: str, wanted: Wanted, *, version: int | None = None, freq: str | None = None
    ) -> SeriesPage:
        """Series in numbers, sorted by one of them."""
        table = _table(await self.of(name, version=version, freq=freq), wanted.target)
        if wanted.sort not in table.columns:
            raise InputError(f"Series have no {wanted.sort!r}.", hint=f"Sort by one of: {', '.join(table.columns)}.")
        order = [wanted.descending, False]
        ordered = table.sort(pl.col(wanted.sort).alias("by"), SERIES_ID, descending=order, nulls_last=True)
        return SeriesPage(table=ordered.slice(wanted.offset, wanted.limit), total=len(table))


def profile_dataset(
    dataset: Dataset, settings: Settings, *, freq: str | None = None, targets: Sequence[str] = (), now: Clock = utc_now
) -> Profile:
    """The profile of a dataset that is in memory."""
    rules = ProfileRules(clean=settings.clean, classes=settings.classes, freq=freq, today=now().date())
    return profile_of(dataset, rules, targets)


def _table(profile: Profile, target: str | None) -> pl.DataFrame:
    tables = {each.target: each.series for each in profile.targets}
    if target is not None and target not in tables:
        raise InputError(f"{target!r} is no target.", hint=f"Targets: {', '.join(tables)}.")
    return tables[target or next(iter(tables))]
