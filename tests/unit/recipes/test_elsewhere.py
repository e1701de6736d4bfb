"""A recipe comes to the same wherever it is carried out."""

import warnings
from pathlib import Path

import numpy as np
import pytest

from forecastle.core.errors import DataError
from forecastle.recipes.elsewhere import HERE, MODULES, Elsewhere, choose, is_there
from forecastle.recipes.recipe import Recipe
from forecastle.recipes.run import InTurn, run
from forecastle.settings import ScaleSettings

from .conftest import Step, dataset, history

STEPS: list[Step] = [
    {"step": "align"},
    {"step": "outliers", "action": "cap"},
    {"step": "missing", "method": "model"},
    {"step": "power"},
]
FEW = Recipe.parse(STEPS[:1])


def test_this_machine_does_what_it_can_and_the_reason_is_told(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level("INFO"):
        choice = choose(FEW, 1000, ScaleSettings())
    assert (choice.engine, choice.each) == (HERE, InTurn(rows=1000))
    assert caplog.records[0].reason == "1,000 rows, scale.rows is 50,000,000"  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("steps", "settings", "engine", "why"),
    [
        (STEPS, {"rows": 10}, "dask", "1,000 rows, scale.rows is 10"),
        (STEPS, {"rows": 10, "engine": "none"}, HERE, "scale.engine is none"),
        ([{"step": "scale", "over": "all"}], {"rows": 10}, HERE, "looks at all series at once"),
    ],
)
def test_beyond_that_the_first_engine_that_is_there_is_taken(
    steps: list[Step], settings: dict[str, object], engine: str, why: str
) -> None:
    choice = choose(Recipe.parse(steps), 1000, ScaleSettings.model_validate(settings))
    assert choice.engine == engine
    assert why in choice.reason


@pytest.mark.slow
@pytest.mark.parametrize("engine", MODULES)
def test_every_engine_comes_to_what_this_machine_comes_to(engine: str, tmp_path: Path) -> None:
    if not is_there(engine):
        pytest.skip(f"{engine} is not installed: make test-engines")
    rng = np.random.default_rng(1)
    series = [[None if rng.random() < 0.1 else float(value) for value in rng.poisson(9, 60)] for _ in range(8)]
    data, recipe = dataset(history(series)), Recipe.parse(STEPS)
    elsewhere = Elsewhere(engine=engine, folder=tmp_path)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of other people's libraries
        there = run(recipe, data, rows=120, each=elsewhere)
        with pytest.raises(DataError, match=r"Step 1 \(log\): 1 values of 'volume' are at or below -1"):
            run(Recipe.parse([{"step": "log"}]), dataset(history([[-1.0, 100.0]])), each=elsewhere)
    here = run(recipe, data)
    assert there.dataset.frame.equals(here.dataset.frame)
    assert there.learned.equals(here.learned)
    assert [dict(change.cells) for change in there.changes] == [dict(change.cells) for change in here.changes]
    assert [*tmp_path.iterdir()] == []
