"""The settings of a house that lives in a folder of its own."""

from pathlib import Path
from typing import Any

from forecastle.settings import Settings


def settings_in(folder: Path, **sections: dict[str, Any]) -> Settings:
    """SQLite and local files, and one window to judge models by, unless the sections say otherwise."""
    storage = {"database": f"sqlite:///{folder}/house.db", "artifacts": f"{folder}/artifacts"}
    return Settings.model_validate({"storage": storage, "backtest": {"windows": 1}} | sections)
