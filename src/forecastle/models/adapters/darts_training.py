"""How networks of Darts are trained. Imports torch: only for who trains one."""

from collections.abc import Sequence
from typing import Any

from darts.utils.likelihood_models.torch import QuantileRegression
from pytorch_lightning import Callback, LightningModule, Trainer

from forecastle.core.progress import Progress


class Epochs(Callback):
    """Tells how far the training is, and stops it when somebody says so."""

    def __init__(self, progress: Progress, epochs: int) -> None:
        self._progress, self._epochs = progress, epochs

    def on_train_epoch_end(self, trainer: Trainer, pl_module: LightningModule) -> None:  # noqa: ARG002 - Lightning's shape
        """After every round."""
        done = trainer.current_epoch + 1
        self._progress(min(1.0, done / max(1, self._epochs)), f"epoch {done} of {self._epochs}")


def quantile_likelihood(levels: Sequence[float]) -> Any:  # noqa: ANN401 - Darts' own
    """The loss of these quantiles (pinball)."""
    return QuantileRegression(quantiles=list(levels))
