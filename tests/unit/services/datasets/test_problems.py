import asyncio
from datetime import date, timedelta
from pathlib import Path

import polars as pl
import pytest

from forecastle.bootstrap.house import open_house
from forecastle.services.datasets.problems import REMEDIES
from forecastle.services.house import House
from forecastle.services.requests import Cleaning
from forecastle.settings import Settings

WEEKS = [date(2024, 1, 1) + timedelta(weeks=week) for week in range(40)]
MESSY = pl.DataFrame(
    [
        {"week": day, "sku": sku, "volume": None if week == 5 else 900 if week == 20 else 10 + week % 4}
        for sku in ("A", "B")
        for week, day in enumerate([*WEEKS, WEEKS[-1]])
        if week not in (8, 9)
    ]
)
"""Two series with a value missing, two periods without a row, one value far off, and the last period twice."""


def test_problems_come_with_steps_that_mend_them(settings: Settings, tmp_path: Path) -> None:
    file = tmp_path / "messy.csv"
    MESSY.write_csv(file)

    async def mended(house: House) -> tuple[set[str], set[str]]:
        await house.datasets.upload(file, name="messy", filename="messy.csv")
        found = await house.problems.of("messy")
        order = [one.finding.severity for one in found]
        assert order == sorted(order, key=["error", "warning", "info"].index)
        steps = [step for one in found for step in next(iter(one.remedies.values()), ())]
        await house.recipes.apply("messy", Cleaning.of({"steps": steps}), by="test")
        after = await house.problems.of("messy")
        return {one.finding.code for one in found}, {one.finding.code for one in after if one.remedies}

    async def visited() -> tuple[set[str], set[str]]:
        async with open_house(settings) as house:
            return await mended(house)

    before, after = asyncio.run(visited())
    assert {"missing", "duplicates"} <= before
    assert not {"duplicates"} & after


@pytest.mark.parametrize("code", REMEDIES)
def test_every_remedy_is_a_recipe(code: str) -> None:
    for steps in REMEDIES[code].values():
        assert Cleaning.of({"steps": steps}).steps
