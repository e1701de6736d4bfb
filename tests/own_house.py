"""A house of a test's own: where it is, and that its database is there."""

import asyncio
from pathlib import Path
from typing import Any

from forecastle.bootstrap.house import open_database
from forecastle.settings import Settings


def settings_in(folder: Path, **sections: dict[str, Any]) -> Settings:
    """SQLite and local files, and one window to judge models by, unless the sections say otherwise."""
    storage = {"database": f"sqlite:///{folder}/house.db", "artifacts": f"{folder}/artifacts"}
    return Settings.model_validate({"storage": storage, "backtest": {"windows": 1}} | sections)


def make_database(settings: Settings) -> None:
    """Make the tables, which workers expect to be there."""

    async def opened() -> None:
        async with open_database(settings):
            pass

    asyncio.run(opened())
