"""A trained network as it is served: by ONNX Runtime, never by torch."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Self

import numpy as np
import polars as pl

from forecastle.core.columns import SERIES_ID
from forecastle.core.errors import ArtifactError
from forecastle.core.frequency import Frequency, Unit
from forecastle.core.panel import Floats, Grid
from forecastle.features.history import History
from forecastle.models.deep.inputs import Inputs
from forecastle.models.deep.sequences import Reals, Sequences, Windows
from forecastle.models.deep.shape import EXPLANATION, OUTPUT
from forecastle.models.kept_panel import RETRAIN
from forecastle.models.learned import MIDDLE
from forecastle.settings import DeepSettings

if TYPE_CHECKING:
    from onnxruntime import InferenceSession


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """What is known of a training. losses: of each round. libraries: versions, by name."""

    settings: DeepSettings
    parameters: int
    losses: tuple[Mapping[str, float], ...]
    libraries: Mapping[str, str]

    def as_dict(self) -> dict[str, Any]:
        """As JSON can say it."""
        return {
            "settings": self.settings.model_dump(),
            "parameters": self.parameters,
            "losses": list(self.losses),
            "libraries": dict(self.libraries),
        }

    @classmethod
    def of(cls, facts: Mapping[str, Any]) -> Self:
        """From what `as_dict` said."""
        return cls(**{**facts, "settings": DeepSettings(**facts["settings"]), "losses": tuple(facts["losses"])})


@dataclass(frozen=True, kw_only=True)
class Network:
    """A graph, and how to ask it. checkpoint: the same weights as Lightning keeps them, for those who train on."""

    graph: bytes
    checkpoint: bytes
    inputs: Inputs
    record: Record

    @cached_property
    def session(self) -> "InferenceSession":
        """The graph, ready; it works in one thread, and several may ask it at once.

        Raises:
            ArtifactError: this version of the runtime cannot read it, or it wants other features than are made here.
        """
        from onnxruntime import InferenceSession, SessionOptions

        options = SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.log_severity_level = 4
        try:
            session = InferenceSession(self.graph, options, providers=["CPUExecutionProvider"])
        except Exception as error:
            written = ", ".join(f"{name} {version}" for name, version in self.record.libraries.items())
            raise ArtifactError(
                f"This network cannot be read: {error}\nIt was written by {written}.", hint=RETRAIN
            ) from error
        shape = self.inputs.shape
        expected = [[shape.window, shape.past], [shape.horizon, shape.future], [shape.static]]
        found = [list(one.shape[1:]) for one in session.get_inputs()]
        if found != expected:
            raise ArtifactError(
                f"This network takes inputs of {found}; this version of Forecastle makes {expected}.", hint=RETRAIN
            )
        return session

    def ask(self, windows: Windows) -> Floats:
        """The quantiles of windows, B × horizon × levels, in units of the target; NaN for series never observed."""
        (said,) = self._run((OUTPUT,), windows)
        return windows.units.restore(said.astype(np.float64))

    def explain(self, windows: Windows) -> dict[str, Reals]:
        """What it looked at, by the names of `EXPLANATION`; see `networks.tft.Insight`."""
        return dict(zip(EXPLANATION, self._run(EXPLANATION, windows), strict=True))

    def _run(self, names: Sequence[str], windows: Windows) -> list[Reals]:
        told = {"past": windows.past, "future": windows.future, "static": windows.static}
        return [np.asarray(answer) for answer in self.session.run(names, told)]

    def forecast(self, history: History, horizon: int, *, dated: bool = True) -> Floats:
        """The quantiles of the next periods of n series, n × horizon × levels.

        Beyond the horizon it was trained for it goes on from its own medians; there, ranges are the wider by the range
        of what it goes on from. history: with a plan as far ahead as `reach(horizon)`.
        """
        parts = [self.ask(self.latest(history, dated=dated))]
        while len(parts) * self.inputs.horizon < horizon:
            for column in parts[-1][:, :, MIDDLE].T:
                history = history.append(column)
            said = self.ask(self.latest(history, dated=dated))
            parts.append(_widened(said, parts[-1][:, -1:]))
        return np.concatenate(parts, axis=1)[:, :horizon]

    def of_values(self, values: Floats, horizon: int) -> Floats:
        """The same for series of which nothing is known but their values, n × T, NaN before the first of each."""
        count, length = values.shape
        ahead = self.reach(horizon)
        grid = Grid(
            ids=pl.Series(SERIES_ID, range(count)).cast(pl.String),
            values=values,
            last=np.full(count, length - 1),
            lengths=np.isfinite(values).sum(axis=1),
            freq=Frequency(Unit.STEP),
        )
        history = History(
            grid=grid,
            seasons=self.inputs.seasons,
            past={column.name: np.full((count, length), np.nan) for column in self.inputs.past},
            known={column.name: np.full((count, length + ahead), np.nan) for column in self.inputs.known},
            static={column.name: np.full(count, np.nan) for column in self.inputs.static},
            ahead=ahead,
        )
        return self.forecast(history, horizon, dated=False)

    def reach(self, horizon: int) -> int:
        """How far ahead a plan must be told for a horizon: whole ones of the network."""
        return self.inputs.horizon * -(-horizon // self.inputs.horizon)

    def latest(self, history: History, *, dated: bool = True) -> Windows:
        """What it is given for the periods after the end of n series."""
        sequences = Sequences.of(history, self.inputs, dated=dated)
        rows = np.arange(len(sequences.level))
        return sequences.windows(rows, np.full(len(rows), sequences.length - 1))


def _widened(said: Floats, before: Floats) -> Floats:
    """Distances from the median as of two errors that do not know each other."""
    middle = said[:, :, MIDDLE, None]
    off, start = said - middle, before - before[:, :, MIDDLE, None]
    return np.asarray(middle + np.sign(off) * np.hypot(off, start))
