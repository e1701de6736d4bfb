"""What is wrong with the data of a dataset version, the worst first, and which steps of a recipe would mend it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from forecastle.core.errors import InputError
from forecastle.core.findings import Finding, Findings, Severity
from forecastle.data.dataset import Dataset
from forecastle.data.prepare import examine, not_ready
from forecastle.services.clock import Clock, utc_now
from forecastle.services.datasets.shelf import Opened, Shelf
from forecastle.settings import CleanSettings

Steps = tuple[Mapping[str, Any], ...]

REMEDIES: Mapping[str, Mapping[str, Steps]] = {
    "duplicates": {
        "Keep the last of each": ({"step": "duplicates"},),
        "Add them up": ({"step": "duplicates", "keep": "sum"},),
    },
    "gaps": {
        "Leave them unknown, as rows": ({"step": "align"},),
        "Fill them from their neighbours": ({"step": "align"}, {"step": "missing"}),
        "Count them as no sale": ({"step": "align", "absent": "zero"},),
    },
    "missing": {
        "Fill from neighbours": ({"step": "missing"},),
        "Fill by season": ({"step": "missing", "method": "seasonal"},),
        "Leave these rows out": ({"step": "missing", "method": "drop"},),
    },
    "outliers": {
        "Bring them to the limit": ({"step": "outliers", "action": "cap"},),
        "Take the usual value": ({"step": "outliers", "action": "replace"},),
    },
    "slower: week": {"Put all of them into weeks": ({"step": "resample", "freq": "W"},)},
    "slower: month": {"Put all of them into months": ({"step": "resample", "freq": "MS"},)},
    "slower: quarter": {"Put all of them into quarters": ({"step": "resample", "freq": "QS"},)},
    "slower: year": {"Put all of them into years": ({"step": "resample", "freq": "YS"},)},
    "irregular_dates": {"Move them onto the grid": ({"step": "align"},)},
    "short": {"Leave out series below 4 rows": ({"step": "filter", "min_length": 4},)},
    "cold_start": {"Leave out series below 4 rows": ({"step": "filter", "min_length": 4},)},
}
"""By the code of a finding: what could be done, in words, and as steps."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing that was found. target: whose values it is about; empty for the data as a whole.

    remedies: what could be done about it, in words, and as steps; empty where nothing needs to be.
    """

    finding: Finding
    target: str
    remedies: Mapping[str, Steps]


@dataclass(frozen=True, kw_only=True)
class Problems:
    """Looks at a version as a forecast would. version: None takes the newest."""

    shelf: Shelf
    settings: CleanSettings
    now: Clock = field(default=utc_now)

    async def of(self, name: str, *, version: int | None = None) -> Sequence[Problem]:
        """Everything that was found, the most serious first, and of equal ones that which concerns more rows.

        Raises:
            NotFoundError: there is no such dataset or version.
        """
        today = self.now().date()
        return await self.shelf.ask(name, version, lambda opened: self._found(opened, today), remember="problems")

    def _found(self, opened: Opened, today: date) -> Sequence[Problem]:
        found = {one.finding: one for one in self._all(opened.dataset(), today)}
        order = list(Severity)
        return sorted(found.values(), key=lambda one: (order.index(one.finding.severity), -one.finding.count))

    def _all(self, dataset: Dataset, today: date) -> Iterator[Problem]:
        read = set(dataset.findings.items)
        for finding in dataset.findings:
            yield _problem(finding, "")
        for target in dataset.roles.targets:
            try:
                found = examine(dataset, target, settings=self.settings, today=today).findings
            except InputError as error:
                found = Findings((not_ready(error),))
            yield from (_problem(finding, target) for finding in found if finding not in read)


def _problem(finding: Finding, target: str) -> Problem:
    return Problem(finding=finding, target=target, remedies=_on(REMEDIES.get(_mended(finding), {}), target))


def _mended(finding: Finding) -> str:
    """Whose remedies mend it: data are not ready when too much of them is missing, or given twice."""
    if finding.code == "slower":
        return f"slower: {finding.message.partition(' once a ')[2].partition(',')[0]}"
    if finding.code != "not_ready":
        return finding.code
    return "duplicates" if "duplicate" in finding.message or "already given" in finding.message else "missing"


def _on(remedies: Mapping[str, Steps], target: str) -> Mapping[str, Steps]:
    """The same steps on one target only, where they have a choice."""
    if not target:
        return remedies
    single = {"missing", "outliers"}
    return {
        words: tuple({**step, "columns": [target]} if step["step"] in single else step for step in steps)
        for words, steps in remedies.items()
    }
