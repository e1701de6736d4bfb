"""Learning: the pinball loss of all quantiles at once, with Adam, until the forecast of the last periods is best.

Lightning runs the rounds. torch works in one thread: our networks are small, so that two threads wait for one another
longer than they work, and the numbers are the same on any machine.
"""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import torch
from lightning.pytorch import Callback, LightningModule, Trainer
from lightning.pytorch.callbacks import EarlyStopping, ModelCheckpoint
from torch import Tensor, nn

from forecastle.core.progress import Progress
from forecastle.models.deep.lesson import Lesson, Round
from forecastle.models.learned import LEVELS
from forecastle.models.surroundings import quiet
from forecastle.settings import DeepSettings

Batch = tuple[Tensor, Tensor, Tensor, Tensor]
"""See `lesson.Batch`."""

TRAINING, TRIAL = "training", "trial"
"""The losses of a round: on what is learned from, and on the last horizon."""

STEEPEST = 1.0
"""Gradients longer than this are cut."""

RISING = 0.2
"""Share of a cycle in which steps of learning grow; then they shrink."""

OFTEN = 10
"""Batches between two reports of how far a round is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trained:
    """A network that has learned. losses: of each round, by name. checkpoint: what Lightning kept of the best round."""

    network: nn.Module
    losses: tuple[dict[str, float], ...]
    checkpoint: bytes


class Learner(LightningModule):
    """A network on its way."""

    def __init__(self, network: nn.Module, settings: DeepSettings) -> None:
        super().__init__()
        self.network = network
        self.settings = settings
        self.levels: Tensor
        self.register_buffer("levels", torch.tensor(LEVELS), persistent=False)

    def training_step(self, batch: Batch, _number: int) -> Tensor:
        """The loss of a batch."""
        return self._loss(TRAINING, batch)

    def validation_step(self, batch: Batch, _number: int) -> Tensor:
        """The same of a batch that nothing is learned from."""
        return self._loss(TRIAL, batch)

    def configure_optimizers(self) -> Any:  # noqa: ANN401 - Lightning takes many kinds
        """Adam, with smaller steps once the trial gets no better, or in one cycle (Smith & Topin 2019)."""
        highest = self.settings.learning_rate
        optimizer = torch.optim.Adam(self.parameters(), lr=highest)
        if self.settings.schedule == "cycle":
            steps = int(self.trainer.estimated_stepping_batches)
            cycle = torch.optim.lr_scheduler.OneCycleLR(optimizer, highest, total_steps=steps, pct_start=RISING)
            return {"optimizer": optimizer, "lr_scheduler": {"scheduler": cycle, "interval": "step"}}
        slower = torch.optim.lr_scheduler.ReduceLROnPlateau(optimizer, factor=0.3, patience=self.settings.patience // 3)
        return {"optimizer": optimizer, "lr_scheduler": {"scheduler": slower, "monitor": TRIAL}}

    def _loss(self, name: str, batch: Batch) -> Tensor:
        past, future, static, answers = batch
        loss = pinball(self.network(past, future, static), answers, self.levels)
        self.log(name, loss, on_step=False, on_epoch=True, batch_size=len(answers))
        return loss


def pinball(said: Tensor, answers: Tensor, levels: Tensor) -> Tensor:
    """The mean pinball loss over what was observed. said: B × horizon × levels; answers: B × horizon."""
    known = torch.isfinite(answers)
    miss = torch.where(known, answers, 0.0).unsqueeze(-1) - said
    loss = torch.maximum(levels * miss, (levels - 1) * miss).mean(dim=-1)
    return (loss * known).sum() / known.sum().clamp(min=1)


class Rounds:
    """The rounds of a lesson one after the other, as tensors: whoever goes over it again gets the next."""

    def __init__(self, lesson: Lesson) -> None:
        self.lesson = lesson
        self.number = 0

    def __len__(self) -> int:
        """How many batches the next round has."""
        return len(self.lesson.round(self.number))

    def __iter__(self) -> Iterator[tuple[Tensor, ...]]:
        chosen = self.lesson.round(self.number)
        self.number += 1
        return _tensors(chosen)


class Trials:
    """What it is tried out on, again and again."""

    def __init__(self, lesson: Lesson) -> None:
        self.windows = lesson.trial()

    def __len__(self) -> int:
        """How many batches there are."""
        return len(self.windows)

    def __iter__(self) -> Iterator[tuple[Tensor, ...]]:
        return _tensors(self.windows)


def _tensors(windows: Round) -> Iterator[tuple[Tensor, ...]]:
    return (tuple(torch.from_numpy(part) for part in batch) for batch in windows)


class Teller(Callback):
    """Tells how far training is and keeps the losses; whoever listens may stop it."""

    def __init__(self, progress: Progress, epochs: int, patience: int) -> None:
        self.progress = progress
        self.epochs = epochs
        self.patience = patience
        self.losses: list[dict[str, float]] = []
        self.share = 0.0

    def on_train_batch_end(self, trainer: Trainer, _learner: LightningModule, *args: Any) -> None:  # noqa: ANN401 - of no interest here
        """Within a round."""
        number = args[2]
        if number % OFTEN == 0:
            done = trainer.current_epoch + number / trainer.num_training_batches
            self._tell(done, f"round {trainer.current_epoch + 1} of {self.epochs} at most")

    def on_train_epoch_end(self, trainer: Trainer, _learner: LightningModule) -> None:
        """After a round, when both losses are known."""
        losses = {name: float(trainer.callback_metrics[name]) for name in (TRAINING, TRIAL)}
        self.losses.append(losses)
        done = trainer.current_epoch + 1
        self._tell(done, f"round {done} of {self.epochs} at most, loss {losses[TRIAL]:.4f}")

    def _tell(self, done: float, message: str) -> None:
        """The share half-way between that of all rounds and that of those until no better one is waited for."""
        trials = [losses[TRIAL] for losses in self.losses]
        best = trials.index(min(trials)) + 1 if trials else 1
        soonest = min(self.epochs, best + self.patience)
        self.share = max(self.share, (done / self.epochs + min(1.0, done / soonest)) / 2)
        self.progress(self.share, message)


def train(network: nn.Module, lesson: Lesson, settings: DeepSettings, progress: Progress) -> Trained:
    """Let a network learn; it ends as it was after its best round.

    Raises:
        Cancelled: `progress` said so.
    """
    with TemporaryDirectory(prefix="forecastle-") as name, quiet(), _interruptible():
        folder = Path(name)
        best = ModelCheckpoint(folder, "model", monitor=TRIAL, save_top_k=1, save_weights_only=True)
        patience = settings.patience if settings.schedule == "plateau" else settings.epochs
        teller = Teller(progress, settings.epochs, patience)
        learner = Learner(network, settings)
        trainer = Trainer(
            max_epochs=settings.epochs,
            accelerator="auto",
            devices=1,
            callbacks=[teller, best, EarlyStopping(TRIAL, patience=patience)],
            gradient_clip_val=STEEPEST,
            num_sanity_val_steps=0,
            logger=False,
            enable_progress_bar=False,
            enable_model_summary=False,
            default_root_dir=folder,
        )
        trainer.fit(learner, Rounds(lesson), Trials(lesson))
        kept = Path(best.best_model_path).read_bytes()
        learner.load_state_dict(torch.load(best.best_model_path, weights_only=True, map_location="cpu")["state_dict"])
    return Trained(network=network.cpu().eval(), losses=tuple(teller.losses), checkpoint=kept)


@contextmanager
def seeded(seed: int) -> Iterator[None]:
    """Chance that is the same each time, one thread; afterwards torch is as it was."""
    threads = torch.get_num_threads()
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        torch.set_num_threads(1)
        try:
            yield
        finally:
            torch.set_num_threads(threads)


@contextmanager
def _interruptible() -> Iterator[None]:
    """Lightning makes an end of the program of a Ctrl-C, and is deaf to the next; ours is an exception."""
    before = signal.getsignal(signal.SIGINT)
    try:
        yield
    except SystemExit as stopped:
        signal.signal(signal.SIGINT, before)
        raise KeyboardInterrupt from stopped
