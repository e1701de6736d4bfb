from pathlib import Path
from typing import Any

import pytest

from forecastle.core.errors import ForecastleError
from forecastle.core.records import JobKind
from forecastle.services.house import House

from ..conftest import Visit, bring


@pytest.mark.parametrize(
    ("asked", "problem"),
    [
        ({"dataset": "shops"}, "no dataset 'shops'"),
        ({"version": 2}, "no version 2"),
        ({"models": ["auto", "etz"]}, "Unknown model 'etz'"),
        ({"models": ["chronos"]}, "stands for many models"),
    ],
)
def test_what_could_only_fail_is_refused_before_it_waits_for_a_worker(
    visit: Visit, tmp_path: Path, asked: dict[str, Any], problem: str
) -> None:
    async def use(house: House) -> None:
        await bring(house, 8, tmp_path)
        with pytest.raises(ForecastleError, match=problem):
            await house.jobs.start(JobKind.TRAIN, asked)
        assert not await house.jobs.list()

    visit(use)


def test_without_any_dataset_there_is_nothing_to_start(visit: Visit) -> None:
    async def use(house: House) -> None:
        with pytest.raises(ForecastleError, match="no dataset yet"):
            await house.jobs.start(JobKind.FORECAST, {})

    visit(use)
