"""The page of settings."""

import inspect
from pathlib import Path
from typing import Literal, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from forecastle.settings import Route, Section, Settings
from reference.markdown import page, sentence, table

NUMERALS = {2: "two"}
WORDS: dict[object, str] = {
    bool: "true or false",
    float: "number",
    int: "whole number",
    str: "text",
    Path: "path",
    Route: "row",
    type(None): "empty",
}


def settings_page() -> str:
    """Every setting with its default, what it accepts and what it means."""
    parts = [
        "# Settings",
        "Defaults stand below. `forecastle.yaml` in the folder you work in overrides them, and the environment "
        "overrides the file. A name that does not exist or a value out of range stops the program and is named.",
        '```yaml title="forecastle.yaml"\nforecast:\n  seed: 7\n  quantiles: [0.05, 0.5, 0.95]\nclean:\n'
        "  missing_limit: 0.2\n```",
        "```sh\nexport FORECASTLE_FORECAST__SEED=7\nexport FORECASTLE_FORECAST__QUANTILES='[0.05, 0.5, 0.95]'\n```",
    ]
    for name, field in Settings.model_fields.items():
        section = field.annotation
        if inspect.isclass(section) and issubclass(section, Section):
            parts += [f"## {name}", sentence(section), settings_table(section, f"{name}.")]
    parts += ["## A row of `forecast.routes`", sentence(Route), settings_table(Route, "")]
    parts += ["The table as it is delivered:", routes_table()]
    return page(parts)


def settings_table(section: type[BaseModel], prefix: str) -> str:
    """One row a setting."""
    rows = [
        (f"`{prefix}{name}`", kind(field), default(field), field.description or "")
        for name, field in section.model_fields.items()
    ]
    return table(("setting", "accepts", "default", "meaning"), rows)


def routes_table() -> str:
    """The default routing table."""
    rows = [
        (
            ", ".join(row.pattern) or "any",
            ", ".join(row.abc) or "any",
            f"≥ {row.min_weeks} weeks" if row.min_weeks else "any",
            ", ".join(f"`{name}`" for name in row.models),
        )
        for row in Settings.model_fields["forecast"].default.routes
    ]
    return table(("pattern", "ABC class", "history", "models, the preferred one first"), rows)


def kind(field: FieldInfo) -> str:
    """What a setting accepts: its type or choices, and its limits."""
    signs = {"ge": "≥", "gt": ">", "le": "≤", "lt": "<"}
    limits = (
        f"{sign} {getattr(rule, name)}"
        for rule in field.metadata
        for name, sign in signs.items()
        if hasattr(rule, name)
    )
    return ", ".join([words(field.annotation), *limits])


def words(accepted: object) -> str:
    """A type as a planner would say it."""
    parts = get_args(accepted)
    if get_origin(accepted) is Literal:
        return ", ".join(map(str, parts))
    if get_origin(accepted) is tuple:
        return f"{'list of' if Ellipsis in parts else NUMERALS[len(parts)]} {words(parts[0])}s"
    if parts:
        return " or ".join(map(words, parts))
    return WORDS[accepted]


def default(field: FieldInfo) -> str:
    """A setting's default as one would write it in the file."""
    if field.is_required():
        return "required"
    value = field.default
    if isinstance(value, tuple) and value and isinstance(value[0], Route):
        return "the table below"
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    if value is None or value == ():
        return "empty"
    return f"`{list(value) if isinstance(value, tuple) else value}`"
