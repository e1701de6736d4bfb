"""A model of another library as a model family."""

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from forecastle.core.columns import DS, SERIES_ID, Y
from forecastle.core.panel import Covariates, Panel
from forecastle.core.progress import Progress, silent
from forecastle.models.adapters.engine import Engine, KeepingEngine
from forecastle.models.adapters.fitted import STATE, AdaptedFitted
from forecastle.models.batched import Compute
from forecastle.models.kept_panel import load_panel


@dataclass(frozen=True, slots=True, kw_only=True)
class AdaptedForecaster:
    """A library's model under a name of the catalogue."""

    name: str
    engine: Engine
    compute: Compute

    def fit(self, panel: Panel, horizon: int, *, progress: Progress = silent) -> AdaptedFitted:
        """Fit it to every series that is for it, or to all of them together, as the engine says.

        Raises:
            Cancelled: `progress` said so.
            ModelError: the library has no such model, refused all series together, or its weights are not there.
        """
        self.engine.check()
        known = panel if self.engine.traits.covariates else _bare(panel)
        fitted = AdaptedFitted(
            name=self.name,
            engine=self.engine,
            compute=self.compute,
            panel=known,
            ends=known.grid().last,
            horizon=horizon,
        )
        return replace(fitted, kept=fitted.learn(progress))

    def load(self, folder: Path) -> AdaptedFitted:
        """Read back what `AdaptedFitted.save` wrote."""
        panel, facts = load_panel(folder)
        engine = self.engine
        if isinstance(engine, KeepingEngine) and (folder / STATE).exists():
            with np.load(folder / STATE, allow_pickle=False) as stored:
                engine = engine.keeping(dict(stored))
        return AdaptedFitted(
            name=self.name,
            engine=engine,
            compute=self.compute,
            panel=panel,
            ends=np.array(facts["ends"], dtype=np.int64),
            horizon=facts["horizon"],
        )


def _bare(panel: Panel) -> Panel:
    """The panel without covariates, which would only be kept for nothing."""
    return replace(panel, frame=panel.frame.select(SERIES_ID, DS, Y), covariates=Covariates(), static=None)
