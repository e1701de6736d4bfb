"""Fracast-0: a small pretrained model whose weights come with its package (Apache-2.0); it asks no network.

It reads the last 2,048 periods and forecasts 48 at a time; beyond, it goes on from its own median.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

from forecastle.core.progress import Progress
from forecastle.models import learned
from forecastle.models.adapters.engine import Occasion, Past, Said, Traits


@dataclass(frozen=True, slots=True, kw_only=True)
class FracastEngine:
    """The model as it is: nothing is fitted."""

    @property
    def traits(self) -> Traits:
        """It takes missing values, and eight observations at least."""
        return Traits(batch=32, shortest=8, bears_missing=True, pretrained=True, torch=True)

    def check(self) -> None:
        """There is nothing that could be wrong before the weights are read."""

    def fit(self, series: Sequence[Past], occasion: Occasion, progress: Progress) -> "FracastEngine":  # noqa: ARG002 - nothing is fitted
        """Read the weights."""
        _model()
        return self

    def forecast(self, series: Sequence[Past], horizon: int, levels: Sequence[float]) -> Said:
        """Go on from the histories."""
        model = _model()
        rows = [past.values[-model.context_length :] for past in series]
        context = np.full((len(rows), model.context_length), np.nan, dtype=np.float32)
        for row, values in zip(context, rows, strict=True):
            row[-len(values) :] = values
        able = np.isfinite(context).sum(axis=1) >= self.traits.shortest
        said = np.full((len(rows), horizon, len(model.quantiles)), np.nan)
        if able.any():
            said[able] = model.forecast_batch(context[able], horizon=horizon)
        return said_of(said, levels, model.quantiles)


def said_of(quantiles: np.ndarray, levels: Sequence[float], known: Sequence[float]) -> Said:
    """Mean and levels from the quantiles a model knows, n × horizon × known."""
    floor = np.full(quantiles.shape[:-1], -np.inf)
    return Said(
        mean=learned.mean(quantiles, floor, tuple(known)), quantiles=learned.at_levels(quantiles, levels, tuple(known))
    )


@cache
def _model() -> Any:  # noqa: ANN401 - the library has no types
    from fracast import FracastModel

    return FracastModel.from_pretrained(weights="fp32")
