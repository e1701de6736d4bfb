from typing import Any

import pytest

from forecastle.services.settings import in_force
from forecastle.settings import Settings


def shown(settings: dict[str, Any]) -> dict[str, str]:
    sections = in_force(Settings.model_validate(settings))
    return {f"{section.name}.{one.name}": one.value for section in sections for one in section.settings}


@pytest.mark.parametrize(
    ("section", "name", "value", "told"),
    [
        ("storage", "database", "postgresql://me:hunter2@db/sales", "postgresql://me:***@db/sales"),
        ("storage", "database", "postgresql://me:p@hunter2@db/sales", "postgresql://me:***@db/sales"),
        ("queue", "redis", "redis://:hunter2@redis:6379/0", "redis://:***@redis:6379/0"),
        ("mrp", "webhook", "https://mrp.example.com/new?token=hunter2", "https://mrp.example.com/new?***"),
        ("mrp", "secret", "hunter2", "set"),
        (
            "connections",
            "urls",
            {"erp": "https://erp.example.com?key=hunter2", "shop": "sqlite:///hunter2"},
            "erp, shop",
        ),
    ],
)
def test_settings_in_force_tell_no_secret(section: str, name: str, value: object, told: str) -> None:
    assert shown({section: {name: value}})[f"{section}.{name}"] == told
    assert "hunter2" not in repr(in_force(Settings.model_validate({section: {name: value}})))


def test_settings_in_force_are_written_as_people_write_them() -> None:
    told = shown({"tabular": {"pinned": {"houses": 4}}, "server": {"port": 8001}})
    assert (told["tabular.pinned"], told["server.port"], told["server.page"]) == ("houses: 4", "8001", "true")
    assert {told[name] for name in ("connections.urls", "mrp.secret", "log.file", "server.cors_origins")} == {"empty"}


def test_a_setting_that_was_changed_can_be_told_from_the_others() -> None:
    sections = in_force(Settings.model_validate({"server": {"port": 8001}}))
    assert [one.name for section in sections for one in section.settings if not one.usual] == ["port"]
