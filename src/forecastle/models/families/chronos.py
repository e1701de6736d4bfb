"""Chronos, pretrained on many series."""

from forecastle.models.adapters.chronos import ChronosEngine
from forecastle.models.adapters.forecaster import AdaptedForecaster
from forecastle.models.batched import Compute


def by_source(argument: str, compute: Compute) -> AdaptedForecaster:
    """`chronos:amazon/chronos-bolt-small` from the hub, or `chronos:/models/bolt` from a folder."""
    return AdaptedForecaster(name=f"chronos:{argument}", engine=ChronosEngine(source=argument), compute=compute)
