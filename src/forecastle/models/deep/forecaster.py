"""Networks as a model family: one network learns from all series at once."""

from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path

from forecastle.core.errors import ArtifactError
from forecastle.core.panel import Panel
from forecastle.core.progress import Progress, part_of, silent
from forecastle.models.batched import Compute
from forecastle.models.deep.fitted import CHECKPOINT, FORMAT, GRAPH, DeepFitted
from forecastle.models.deep.inputs import Inputs, usual_window
from forecastle.models.deep.lesson import Lesson
from forecastle.models.deep.network import Network, Record
from forecastle.models.deep.sequences import Sequences, history_of
from forecastle.models.kept_panel import RETRAIN, load_panel
from forecastle.settings import DeepSettings

LIBRARIES = ("forecastle", "torch", "lightning", "onnx", "onnxscript")


@dataclass(frozen=True, slots=True, kw_only=True)
class DeepForecaster:
    """Any network of `deep/networks`, for all steps of the horizon at once.

    network: `module:class`. fitted: what it becomes.
    """

    name: str
    network: str
    compute: Compute = field(default_factory=Compute)
    fitted: type[DeepFitted] = DeepFitted

    @property
    def settings(self) -> DeepSettings:
        """How it is built and trained."""
        return self.compute.deep

    def fit(self, panel: Panel, horizon: int, *, progress: Progress = silent) -> DeepFitted:
        """Learn from windows of every series, and write down what was learned as a graph.

        Raises:
            Cancelled: `progress` said so.
        """
        inputs = Inputs.learn(panel, horizon, self.settings.window or usual_window(horizon))
        sequences = Sequences.of(history_of(panel, inputs, ahead=horizon), inputs)
        lesson = Lesson.of(sequences, rows=self.compute.rows, batch=self.settings.batch_size, seed=self.compute.seed)
        progress(0.0, f"{len(lesson.early)} windows to learn from")
        network = self._trained(lesson, progress) if len(lesson.early) else None
        progress(1.0, "fitted")
        return self.fitted(name=self.name, panel=panel, network=network, compute=self.compute)

    def load(self, folder: Path) -> DeepFitted:
        """Read back what `DeepFitted.save` wrote.

        Raises:
            ArtifactError: it is of another format, or written by libraries whose graphs cannot be read here.
        """
        panel, facts = load_panel(folder)
        if facts.get("format") != FORMAT:
            raise ArtifactError(
                f"This {self.name} is of format {facts.get('format')}; this version reads format {FORMAT}.",
                hint=RETRAIN,
            )
        network = None
        if facts["record"] is not None:
            network = Network(
                graph=(folder / GRAPH).read_bytes(),
                checkpoint=(folder / CHECKPOINT).read_bytes(),
                inputs=Inputs.of(facts["inputs"]),
                record=Record.of(facts["record"]),
            )
            network.session  # noqa: B018 - what cannot be read is found out now, not by the first forecast
        return self.fitted(name=self.name, panel=panel, network=network, compute=self.compute)

    def _trained(self, lesson: Lesson, progress: Progress) -> Network:
        from forecastle.models.deep.graph import build, graph_of
        from forecastle.models.deep.training import seeded, train

        settings, inputs = self.settings, lesson.sequences.inputs
        with seeded(self.compute.seed):
            fresh = build(self.network, inputs.shape, settings)
            trained = train(fresh, lesson, settings, part_of(progress, 0.0, 0.95))
            graph = graph_of(trained.network, self.network, inputs.shape, settings)
        record = Record(
            settings=settings,
            parameters=sum(weights.numel() for weights in trained.network.parameters()),
            losses=trained.losses,
            libraries={name: version(name) for name in LIBRARIES},
        )
        return Network(graph=graph, checkpoint=trained.checkpoint, inputs=inputs, record=record)
