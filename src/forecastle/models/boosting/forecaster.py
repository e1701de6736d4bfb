"""Boosted trees as a model family: one model learns from all series at once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Protocol

from forecastle.core.errors import ArtifactError
from forecastle.core.panel import Panel
from forecastle.core.progress import Progress, silent
from forecastle.models.batched import Compute
from forecastle.models.boosting.anchor import Anchor
from forecastle.models.boosting.direct import Direct
from forecastle.models.boosting.fitted import BoostedFitted
from forecastle.models.boosting.sample import history_of
from forecastle.models.boosting.task import Task, Trees, View
from forecastle.models.kept_panel import RETRAIN, load_panel


class Kind(Protocol):
    """A way to learn trees, and to read them back."""

    def learn(self, task: Task, progress: Progress) -> Trees:
        """Learn from past cutoffs of every series."""
        ...

    def load(self, view: View, names: tuple[str, ...], files: Mapping[str, str]) -> Trees:
        """Read back what `Trees.files` told."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class BoostedForecaster:
    """LightGBM on what is known at a cutoff. kind: `Direct`, `Recursive` or `Tweedie`."""

    name: str = "lightgbm"
    kind: Kind = Direct
    compute: Compute = field(default_factory=Compute)

    def fit(self, panel: Panel, horizon: int, *, progress: Progress = silent) -> BoostedFitted:
        """Learn from past cutoffs of every series.

        Raises:
            Cancelled: `progress` said so.
        """
        task = Task(panel=panel, horizon=horizon, compute=self.compute)
        trees = self.kind.learn(task, progress)
        progress(1.0, "fitted")
        return BoostedFitted(name=self.name, panel=panel, trees=trees, compute=self.compute)

    def load(self, folder: Path) -> BoostedFitted:
        """Read back what `BoostedFitted.save` wrote.

        Raises:
            ArtifactError: the trees look at features that this version does not make.
        """
        panel, facts = load_panel(folder)
        categories = {name: tuple(values) for name, values in facts["categories"].items()}
        usual = View.of(panel)
        anchor = Anchor(**facts["anchor"]) if facts["anchor"] else None
        view = replace(usual, spec=replace(usual.spec, categories=categories), anchor=anchor)
        _check_features(view, panel, facts["features"])
        files = {file.name: file.read_text(encoding="utf-8") for file in (folder / name for name in facts["files"])}
        trees = self.kind.load(view, tuple(facts["features"]), files)
        return BoostedFitted(name=self.name, panel=panel, trees=trees, compute=self.compute)


def _check_features(view: View, panel: Panel, learned: Sequence[str]) -> None:
    """Whether the trees are given what they have learned from.

    Raises:
        ArtifactError: this version makes other features.
    """
    one = panel.select(panel.grid().ids.head(1))
    made = view.ahead(history_of(one, view.spec, ahead=1), 1).names
    if list(made) != list(learned):
        other = sorted({*made} ^ {*learned}) or ["their order"]
        raise ArtifactError(
            f"These trees look at other features than this version of Forecastle makes: {', '.join(other[:5])}.",
            hint=RETRAIN,
        )
