"""The Temporal Fusion Transformer over all series."""

from dataclasses import replace

from forecastle.models.batched import Compute
from forecastle.models.deep.explained import ExplainedFitted
from forecastle.models.deep.forecaster import DeepForecaster


def tft(compute: Compute) -> DeepForecaster:
    """Selects variables, reads the window and the plan, and looks back at the periods that matter."""
    deep = compute.deep
    own = {
        "hidden_size": deep.tft_hidden_size,
        "dropout": deep.tft_dropout,
        "epochs": deep.tft_epochs,
        "learning_rate": deep.tft_learning_rate,
        "schedule": "cycle",
    }
    return DeepForecaster(
        name="tft",
        network="forecastle.models.deep.networks.tft:TemporalFusionTransformer",
        compute=replace(compute, deep=deep.model_copy(update=own)),
        fitted=ExplainedFitted,
    )
