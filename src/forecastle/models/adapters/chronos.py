"""Chronos-Bolt and Chronos-2, from the hub or a folder; Chronos-2 makes use of covariates.

Source: Ansari et al. (2024), Chronos; Ansari et al. (2025), Chronos-2.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from forecastle.core.errors import ModelError
from forecastle.core.panel import Floats
from forecastle.core.progress import Progress
from forecastle.models.adapters.engine import Occasion, Past, Said, Traits
from forecastle.models.adapters.fracast import said_of
from forecastle.models.adapters.weights import folder_of

if TYPE_CHECKING:
    from pathlib import Path

LOADED = 2
"""Models that stay in memory."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChronosEngine:
    """A Chronos model as it is: nothing is fitted. source: a folder, or a name on the hub."""

    source: str

    @property
    def traits(self) -> Traits:
        """It takes missing values; Bolt leaves covariates aside."""
        return Traits(batch=32, shortest=3, bears_missing=True, covariates=True, pretrained=True, torch=True)

    def check(self) -> None:
        """There is nothing that could be wrong before the weights are read."""

    def fit(self, series: Sequence[Past], occasion: Occasion, progress: Progress) -> "ChronosEngine":  # noqa: ARG002 - nothing is fitted
        """Find and read the weights.

        Raises:
            ModelError: they are not there, or are not those of a Chronos-Bolt or Chronos-2.
        """
        _pipeline(folder_of(self.source))
        return self

    def forecast(self, series: Sequence[Past], horizon: int, levels: Sequence[float]) -> Said:
        """Go on from the histories, and for Chronos-2 from the covariates beside and after them."""
        import torch

        pipeline = _pipeline(folder_of(self.source))
        if type(pipeline).__name__ == "Chronos2Pipeline":
            inputs = [_told(past, horizon) for past in series]
            size = len(series) * (1 + max(len(past.covariates) for past in series))
            said = torch.stack([one[0] for one in pipeline.predict(inputs, horizon, batch_size=size)])
        else:
            contexts = [torch.tensor(past.values, dtype=torch.float32) for past in series]
            said = pipeline.predict(contexts, horizon)
        quantiles = said.swapaxes(1, 2).to(device="cpu", dtype=torch.float64).numpy()
        return said_of(quantiles, levels, pipeline.quantiles)


def _told(past: Past, horizon: int) -> Mapping[str, Any]:
    """One series for Chronos-2. Nobody knows a covariate that is NaN, in the past or ahead."""
    told: dict[str, Any] = {"target": past.values}
    if past.covariates:
        told["past_covariates"] = dict(past.covariates)
    if past.planned:
        told["future_covariates"] = {name: _reaching(column, horizon) for name, column in past.planned.items()}
    return told


def _reaching(column: Floats, horizon: int) -> Floats:
    ahead = np.full(horizon, np.nan)
    known = column[:horizon]
    ahead[: len(known)] = known
    return ahead


@lru_cache(maxsize=LOADED)
def _pipeline(folder: "Path") -> Any:  # noqa: ANN401 - the library's own
    import torch
    from chronos import BaseChronosPipeline
    from transformers.utils.logging import disable_progress_bar

    disable_progress_bar()  # type: ignore[no-untyped-call] # transformers has no types here
    device = "cuda" if torch.cuda.is_available() else "cpu"
    try:
        made = BaseChronosPipeline.from_pretrained(
            folder, device_map=device, dtype=torch.float32, local_files_only=True, use_safetensors=True
        )
    except Exception as error:
        raise ModelError(
            f"The folder {str(folder)!r} holds no Chronos model that can be read: {error}",
            hint="It must have the config.json and model.safetensors of a Chronos-Bolt or a Chronos-2.",
        ) from error
    if type(made).__name__ not in ("ChronosBoltPipeline", "Chronos2Pipeline"):
        raise ModelError(
            f"The folder {str(folder)!r} holds a {type(made).__name__}; only Chronos-Bolt and Chronos-2 can be used.",
            hint="Take amazon/chronos-bolt-small or amazon/chronos-2, for example.",
        )
    return made
