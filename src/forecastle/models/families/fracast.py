"""A small pretrained model that needs no download."""

from forecastle.models.adapters.forecaster import AdaptedForecaster
from forecastle.models.adapters.fracast import FracastEngine
from forecastle.models.batched import Compute


def fracast(compute: Compute) -> AdaptedForecaster:
    """Fracast-0, 85,001 parameters."""
    return AdaptedForecaster(name="fracast", engine=FracastEngine(), compute=compute)
