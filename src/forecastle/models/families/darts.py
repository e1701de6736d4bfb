"""Models of Darts, any by name."""

from forecastle.models.adapters.arguments import Call
from forecastle.models.adapters.darts import DartsEngine
from forecastle.models.adapters.forecaster import AdaptedForecaster
from forecastle.models.batched import Compute


def by_name(argument: str, compute: Compute) -> AdaptedForecaster:
    """`darts:ExponentialSmoothing`, or with arguments `darts:NLinearModel(input_chunk_length=24)`."""
    return AdaptedForecaster(name=f"darts:{argument}", engine=DartsEngine(call=Call.of(argument)), compute=compute)
