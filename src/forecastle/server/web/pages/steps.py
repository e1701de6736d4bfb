"""A form for any step of a recipe, made from what its kind tells about itself."""

from collections.abc import Mapping
from typing import Any

from nicegui import ui

from forecastle.recipes.recipe import StepField
from forecastle.server.web.pages.subject import Subject
from forecastle.server.web.parts.basic import block, button, card, text
from forecastle.server.web.visitor import visitor


def said_of(step: Mapping[str, Any]) -> str:
    """A step before it was tried: its kind and what was chosen."""
    kinds = {kind.step: kind.title for kind in visitor().house.recipes.kinds()}
    chosen = [
        f"{name.replace('_', ' ')} {', '.join(map(str, value)) if isinstance(value, list) else value}"
        for name, value in step.items()
        if name != "step"
    ]
    return f"{kinds[step['step']]}{': ' if chosen else ''}{'; '.join(chosen)}"


async def step_asked(step: str, subject: Subject) -> Mapping[str, Any] | None:
    """A step as somebody filled it in; None when they thought better of it."""
    kind = next(kind for kind in visitor().house.recipes.kinds() if kind.step == step)
    inputs: dict[str, Any] = {}
    with ui.dialog() as dialog, card():
        dialog.props["aria-label"] = kind.title
        text(kind.title, "h2")
        text(kind.description, classes="muted small")
        for field in kind.fields:
            inputs[field.name] = _input(field, subject)
        with block("line").style("justify-content:flex-end"):
            button("Cancel", lambda: dialog.submit(None))
            button("Add", lambda: dialog.submit(step), kind="main")
    answer = await dialog
    said = {field.name: _said(field, inputs[field.name].value) for field in kind.fields}
    dialog.delete()
    if answer is None:
        return None
    return {"step": step} | {name: value for name, value in said.items() if value not in (None, "", [], {})}


def _input(field: StepField, subject: Subject) -> Any:  # noqa: ANN401 - any of NiceGUI's inputs
    label = field.name.replace("_", " ").capitalize()
    if field.kind == "list" and field.name == "columns":
        names = [str(column["column"]) for column in subject.version.columns]
        made: Any = ui.select(names, label=label, multiple=True, value=[]).props("use-chips")
    elif field.kind == "choice":
        made = ui.select(list(field.choices), label=label, value=field.default)
    elif field.kind in ("number", "whole number"):
        made = ui.number(label, value=field.default, min=field.minimum, max=field.maximum)
    else:
        made = ui.input(label, value="" if field.default in (None, [], {}, ()) else str(field.default))
    made.props["hint"] = field.description
    return made


def _said(field: StepField, value: Any) -> Any:  # noqa: ANN401 - what the step takes
    """A value as the step takes it; None where the default stands."""
    if value == field.default or value is None:
        return None
    if field.kind == "whole number":
        return int(value)
    if field.kind == "list" and isinstance(value, str):
        return [part.strip() for part in value.split(",") if part.strip()]
    if field.kind == "table" and isinstance(value, str):
        pairs = (part.partition(":") for part in value.split(",") if ":" in part)
        return {name.strip(): _number(told.strip()) for name, _, told in pairs}
    return value


def _number(told: str) -> float | str:
    try:
        return float(told)
    except ValueError:
        return told
