from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from forecastle.core.records import Decision, ModelVersion

AT = datetime(2026, 11, 22, tzinfo=UTC)

VERSION = ModelVersion(
    id="v1", dataset_id="shop", family="ets", target="volume", number=1, label="ets_volume_v1_20261122",
    execution_id="run", created_at=AT, metrics={}, parameters={}, libraries={}, data_hash="", manifest={},
)  # fmt: skip
DECISION = Decision(
    id=1, dataset_id="shop", name="ets_volume", at=AT, action="promote", version_id="v1", challenger_id=None,
    metric="mape", champion_value=None, challenger_value=None, by="test", reason="",
)  # fmt: skip


@pytest.fixture(scope="session")
def version() -> Callable[..., ModelVersion]:
    """Builds the version of a number with metrics: `version(2, mape=0.1)`; `pruned=True` for one without its files."""

    def build(number: int, *, pruned: bool = False, **metrics: float | None) -> ModelVersion:
        label = f"ets_volume_v{number}_20261122"
        return replace(
            VERSION, id=f"v{number}", number=number, label=label, metrics=metrics, pruned_at=AT if pruned else None
        )

    return build


@pytest.fixture(scope="session")
def log() -> Callable[..., list[Decision]]:
    """Builds a log, the newest line first: `log("+1", "+2", "-1")` promotes 1 and 2 and rolls back to 1; `=1` keeps."""
    actions = {"+": "promote", "-": "rollback", "=": "keep"}

    def build(*moves: str) -> list[Decision]:
        lines = [
            replace(DECISION, id=place, action=actions[move[0]], version_id=f"v{move[1:]}")
            for place, move in enumerate(moves, 1)
        ]
        return lines[::-1]

    return build
