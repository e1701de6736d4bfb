"""Which version of which dataset is looked at, as its address says."""

from dataclasses import dataclass, field
from urllib.parse import urlencode

from forecastle.core.records import DatasetVersion


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """A version. newest: whether it is the one that is used when none is named.

    asked: which series and column of it was looked at last, for views that show the same of it.
    """

    name: str
    version: DatasetVersion
    newest: bool
    asked: dict[str, str] = field(default_factory=dict)

    def address(self, view: str, **more: object) -> str:
        """The path and query of a view of it; an old version is named."""
        known = {"dataset": self.name} | ({} if self.newest else {"version": self.version.number})
        return f"/data?{urlencode({**known, 'view': view, **more})}"

    def newest_address(self, view: str) -> str:
        """The same view of whatever is the newest version."""
        return f"/data?{urlencode({'dataset': self.name, 'view': view})}"

    def columns(self, *wanted: str) -> list[str]:
        """The columns that have one of these roles."""
        return [column["column"] for column in self.version.columns if column["role"] in wanted]
