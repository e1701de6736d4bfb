"""Model versions and the log of who leads in every database."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from sqlalchemy import delete, update

from forecastle.core.errors import ConflictError, NotFoundError
from forecastle.core.records import Decision, ModelVersion
from forecastle.storage.database import Database
from forecastle.storage.tables import MODEL_ALIAS
from forecastle.storage.transaction import Transaction

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("execution")]
MakeModel = Callable[..., ModelVersion]
MakeDecision = Callable[..., Decision]


async def add(database: Database, *versions: ModelVersion) -> list[ModelVersion]:
    async with database.begin() as work:
        added = [await work.models.add(version) for version in versions]
        await work.commit()
    return added


async def test_versions_are_numbered_and_labelled_by_family_and_target(
    database: Database, make_model: MakeModel
) -> None:
    added = await add(
        database,
        make_model(id="m1"),
        make_model(id="m2"),
        make_model(id="m3", family="auto", target="Net Sales"),
    )
    assert [version.label for version in added] == [
        "ets_volume_v1_20261122",
        "ets_volume_v2_20261122",
        "auto_net_sales_v1_20261122",
    ]
    async with database.begin() as work:
        assert await work.models.names("d1") == ["auto_Net Sales", "ets_volume"]
        assert await work.models.versions("d1", "ets_volume") == [added[1], added[0]]
        assert len(await work.models.versions("d1")) == 3
        assert await work.models.find("m3") == added[2]
        with pytest.raises(NotFoundError, match="'m4'"):
            await work.models.find("m4")


async def test_versions_added_at_once_each_get_a_number(database: Database, make_model: MakeModel) -> None:
    added = await asyncio.gather(*(add(database, make_model(id=f"m{number}")) for number in range(6)))
    assert sorted(version.number for [version] in added) == [1, 2, 3, 4, 5, 6]


async def test_the_newest_line_of_the_log_names_the_champion(
    database: Database, make_model: MakeModel, make_decision: MakeDecision
) -> None:
    one, two = await add(database, make_model(id="m1"), make_model(id="m2"))
    async with database.begin() as work:
        assert await work.models.champion("d1", "ets_volume") is None
        for leader, action in (("m1", "promote"), ("m2", "promote"), ("m2", "keep"), ("m1", "rollback")):
            await work.models.decide(make_decision(version_id=leader, challenger_id="m2", action=action))
            champion = await work.models.champion("d1", "ets_volume")
            assert champion == {"m1": one, "m2": two}[leader]
        log = await work.models.decisions("d1", "ets_volume")
        assert await work.models.decisions("d1") == log
        await work.commit()
    assert [line.action for line in log] == ["rollback", "keep", "promote", "promote"]
    assert log[-1] == make_decision(id=log[-1].id, version_id="m1", challenger_id="m2")


async def test_the_champion_decided_last_is_found_over_all_targets_of_some_families(
    database: Database, make_model: MakeModel, make_decision: MakeDecision
) -> None:
    one, two, _ = await add(
        database,
        make_model(id="m1", family="lstm"),
        make_model(id="m2", family="cnn_lstm", target="revenue"),
        make_model(id="m3"),
    )
    async with database.begin() as work:
        assert await work.models.decided_last(["lstm", "cnn_lstm"]) is None
        for leader, name in (("m1", "lstm_volume"), ("m2", "cnn_lstm_revenue"), ("m3", "ets_volume")):
            await work.models.decide(make_decision(version_id=leader, challenger_id=leader, name=name))
        assert await work.models.decided_last(["lstm", "cnn_lstm"]) == two
        assert await work.models.decided_last(["lstm"]) == one
        await work.datasets.delete("d1", datetime(2026, 11, 23, tzinfo=UTC))
        assert await work.models.decided_last(["lstm", "cnn_lstm"]) is None


async def test_lines_of_the_log_can_be_neither_changed_nor_removed(
    database: Database, make_model: MakeModel, make_decision: MakeDecision, transaction: Transaction
) -> None:
    await add(database, make_model())
    async with database.begin() as work:
        await work.models.decide(make_decision())
        await work.commit()
    for attempt in (update(MODEL_ALIAS).values(reason="never mind"), delete(MODEL_ALIAS)):
        with pytest.raises(ConflictError, match="log"):
            await transaction.write(attempt)
        await transaction.close()


async def test_files_needed_are_those_of_dataset_versions_and_unpruned_models(
    database: Database, make_model: MakeModel
) -> None:
    at = datetime(2026, 12, 1, tzinfo=UTC)
    one, _ = await add(database, make_model(id="m1"), make_model(id="m2", manifest={"state.npz": "9f"}))
    async with database.begin() as work:
        assert await work.referenced() == {"ab12", "cd34", "ee56", "9f"}
        await work.models.prune("m1", at)
        assert await work.referenced() == {"ab12", "cd34", "9f"}
        assert await work.models.find("m1") == replace(one, manifest={}, pruned_at=at)


async def test_trained_datasets_are_those_with_models_that_are_not_deleted(
    database: Database, make_model: MakeModel
) -> None:
    async with database.begin() as work:
        assert await work.models.trained_datasets() == []
        await work.models.add(make_model())
        await work.models.add(make_model(id="m2"))
        assert [dataset.name for dataset in await work.models.trained_datasets()] == ["sales"]
        await work.datasets.delete("d1", datetime(2026, 12, 1, tzinfo=UTC))
        assert await work.models.trained_datasets() == []


async def test_families_are_found_by_how_they_begin_the_first_trained_first(
    database: Database, make_model: MakeModel
) -> None:
    early, late = datetime(2026, 11, 1, tzinfo=UTC), datetime(2026, 11, 2, tzinfo=UTC)
    await add(
        database,
        make_model(id="m1", family="tabular:cars", created_at=late),
        make_model(id="m2", family="tabular:houses", created_at=early),
        make_model(id="m3", family="tabular:houses", created_at=late),
    )
    async with database.begin() as work:
        assert await work.models.families("tabular:") == ["tabular:houses", "tabular:cars"]
        assert await work.models.families("tabular_") == []
        assert len(await work.models.trained_datasets()) == 1
        assert await work.models.trained_datasets(without="tabular:") == []
