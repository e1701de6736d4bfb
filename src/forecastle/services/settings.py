"""The settings in force, as people may see them."""

import inspect
import re
from collections.abc import Sequence
from dataclasses import dataclass

from forecastle.settings import Section, Settings

PASSWORD = re.compile(r"(?<=://)(?P<user>[^/@:?]*):\S*@")
"""What stands between a URL's user and host; an @ of a password, too."""

QUERY = re.compile(r"(?P<place>://[^\s?]*)\?\S*")
"""A URL up to its query, which may hold a token."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingInForce:
    """One setting. value: as it is written in YAML, without what is secret. usual: whether it is the default."""

    name: str
    value: str
    about: str
    usual: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SectionInForce:
    """The settings of one section."""

    name: str
    about: str
    settings: Sequence[SettingInForce]


def in_force(settings: Settings) -> Sequence[SectionInForce]:
    """Every section with its settings, in the order of the reference."""
    sections = ((name, getattr(settings, name)) for name in Settings.model_fields)
    return tuple(
        SectionInForce(name=name, about=(inspect.getdoc(type(section)) or "").partition("\n")[0], settings=_of(section))
        for name, section in sections
        if isinstance(section, Section)
    )


def _of(section: Section) -> Sequence[SettingInForce]:
    return tuple(
        SettingInForce(
            name=name,
            value=_shown(getattr(section, name)) if field.repr else _named(getattr(section, name)),
            about=field.description or "",
            usual=getattr(section, name) == field.get_default(),
        )
        for name, field in type(section).model_fields.items()
    )


def _named(value: object) -> str:
    """What people may know of a secret: whether there is one, and of several what they are called."""
    if isinstance(value, dict) and value:
        return ", ".join(value)
    return "set" if value else "empty"


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if value is None or value in ((), "", {}):
        return "empty"
    if isinstance(value, dict):
        return ", ".join(f"{name}: {one}" for name, one in value.items())
    if isinstance(value, tuple):
        parts = [_masked(str(part)) for part in value if not isinstance(part, Section)]
        return ", ".join(parts) if parts else f"{len(value)} rows"
    return _masked(str(value))


def _masked(text: str) -> str:
    return QUERY.sub(r"\g<place>?***", PASSWORD.sub(r"\g<user>:***@", text))
