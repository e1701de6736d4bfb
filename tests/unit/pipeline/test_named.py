from collections.abc import Callable
from pathlib import Path

import polars as pl

from forecastle.core.execution import ExecutionResult
from forecastle.pipeline.request import Request
from forecastle.pipeline.trained import TrainedModel, load_trained

NAME = "statsforecast:WindowAverage(window_size=8)"


def test_a_model_of_another_library_is_run_kept_and_loaded_by_its_name(
    run: Callable[..., tuple[ExecutionResult, dict[tuple[str, str], TrainedModel]]],
    sales: Callable[..., pl.DataFrame],
    tmp_path: Path,
) -> None:
    result, trained = run(sales(), Request(horizon=3, targets=("volume",), models=(NAME,)))
    assert NAME in result.leaderboard["model"].to_list()
    model = trained[NAME, "volume"]
    assert model.name == "statsforecast_windowaverage_window_size_8_volume"
    model.save(tmp_path)
    assert load_trained(tmp_path).predict(3).equals(model.predict(3))
    assert load_trained(tmp_path).predict(5).height == 5 * result.keys.height
