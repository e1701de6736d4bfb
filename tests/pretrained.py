"""Small Chronos models with random weights, made once a run: the real ones are too large for tests."""

from functools import cache
from pathlib import Path
from tempfile import mkdtemp

LEVELS = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9]
SIZES = {"d_model": 16, "d_kv": 8, "d_ff": 32, "num_layers": 1, "num_heads": 2, "dropout_rate": 0.0, "pad_token_id": 0}
PATCHES = {"context_length": 64, "input_patch_size": 8, "input_patch_stride": 8, "quantiles": LEVELS}


@cache
def bolt() -> Path:
    """A Chronos-Bolt."""
    import torch
    from chronos.chronos_bolt import ChronosBoltModelForForecasting
    from transformers import T5Config

    torch.manual_seed(0)
    config = T5Config(**SIZES, initializer_factor=0.1, vocab_size=2, num_decoder_layers=1, decoder_start_token_id=0)
    config.chronos_config = PATCHES | {"prediction_length": 16, "use_reg_token": True}
    config.chronos_pipeline_class = "ChronosBoltPipeline"
    return _saved(ChronosBoltModelForForecasting(config))


@cache
def chronos_2() -> Path:
    """A Chronos-2."""
    import torch
    from chronos.chronos2 import Chronos2Model
    from chronos.chronos2.config import Chronos2CoreConfig

    torch.manual_seed(0)
    patches = PATCHES | {"output_patch_size": 8, "max_output_patches": 2, "use_reg_token": True, "use_arcsinh": True}
    config = Chronos2CoreConfig(**SIZES, initializer_factor=0.3, chronos_config=patches)
    config.chronos_pipeline_class = "Chronos2Pipeline"
    return _saved(Chronos2Model(config))


def _saved(model: object) -> Path:
    folder = Path(mkdtemp(prefix="chronos-"))
    model.save_pretrained(folder)
    return folder
