"""What is looked at in an execution, as its address says."""

from dataclasses import dataclass
from urllib.parse import parse_qs, urlencode, urlsplit

from forecastle.core.records import Execution
from forecastle.server.web.parts.address import push


@dataclass(slots=True, kw_only=True)
class Choice:
    """What is looked at: it is in the address, so that it can be kept, shared and gone back to."""

    execution: Execution
    dataset: str
    target: str
    view: str = "series"
    series: str = ""

    def address(self, **more: str) -> str:
        """The path and query of it. more: what a view lets choose beyond it."""
        known = {"target": self.target, "view": self.view, "series": self.series, **more}
        return f"/forecasts/{self.execution.id}?{urlencode({name: value for name, value in known.items() if value})}"

    def remember(self) -> None:
        """Put it into the address, as a step that the browser can go back from."""
        push(self.address())

    def take(self, path: str) -> bool:
        """Take over what an address says; False when it is that of another page, or says nothing else."""
        split = urlsplit(path)
        if split.path != f"/forecasts/{self.execution.id}":
            return False
        said = {name: values[0] for name, values in parse_qs(split.query).items()}
        before = (self.target, self.view, self.series)
        self.target = said.get("target", self.target)
        self.view = said.get("view", "series")
        self.series = said.get("series", "")
        return before != (self.target, self.view, self.series)
