import numpy as np
import polars as pl
import pytest

from forecastle.recipes.back import restored, ways_back
from forecastle.recipes.recipe import Recipe
from forecastle.recipes.run import run

from .conftest import Step, dataset, history

SALES = np.random.default_rng(3).lognormal(3, 0.5, 60).tolist()


def table(mean: float, sigma: float, *, series: str = "S0") -> pl.DataFrame:
    """A normal forecast."""
    z = {"p10": -1.2815515655446004, "p50": 0.0, "p90": 1.2815515655446004}
    said = {"series_id": series, "target": "volume", "mean": mean, **{name: mean + sigma * x for name, x in z.items()}}
    return pl.DataFrame([said])


def back(forecasts: pl.DataFrame, *steps: Step) -> pl.DataFrame:
    recipe, data = Recipe.parse(steps), dataset(history([SALES]))
    ways = ways_back(recipe, run(recipe, data).learned, ["volume"])
    return restored(forecasts, ways, ["p10", "p50", "p90"])


def test_quantiles_of_logarithms_come_back_and_the_mean_is_that_of_the_lognormal() -> None:
    came = back(table(3.0, 0.5), {"step": "log", "offset": 0})
    assert came["p50"][0] == pytest.approx(np.exp(3))
    assert came["p90"][0] == pytest.approx(np.exp(3 + 0.5 * 1.2815515655446004))
    assert came["mean"][0] == pytest.approx(np.exp(3 + 0.125), rel=1e-4)


def test_the_mean_of_what_was_scaled_comes_back_as_it_is() -> None:
    scaled = back(table(0.0, 1.0), {"step": "scale"})
    assert scaled["mean"][0] == pytest.approx(np.mean(SALES))
    assert scaled["p50"][0] == pytest.approx(np.mean(SALES))


def test_what_never_was_negative_does_not_come_back_negative() -> None:
    assert back(table(-9.0, 0.1), {"step": "scale"})["p10"][0] == 0


def test_a_series_that_nobody_knows_has_no_way_back() -> None:
    assert back(table(0.0, 1.0, series="S9"), {"step": "scale"})["mean"][0] is None
