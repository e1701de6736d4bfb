"""Settings: what is in force, how the parts of the house are, which versions are at work; nothing to change."""

import platform
from collections.abc import Sequence
from functools import partial
from importlib.metadata import PackageNotFoundError, version

from forecastle.core.naming import tabular_name
from forecastle.core.records import AuditEvent
from forecastle.server.web.parts.basic import block, card, chip, facts, fold, note, text, title
from forecastle.server.web.parts.table import table
from forecastle.server.web.parts.times import ago
from forecastle.server.web.visitor import visitor
from forecastle.services.settings import SectionInForce, in_force

NAMES = {"mrp": "Material planning", "queue": "Queue and workers"}
"""What sections are called, where their name says little."""

LINES = 50
"""Lines of the log that are shown; `forecastle audit` has them all."""

LIBRARIES = ("forecastle", "polars", "numpy", "fastapi", "nicegui", "onnxruntime", "lightgbm", "torch", "statsforecast")


async def settings() -> None:
    """Health, versions, and every setting."""
    house = visitor().house
    report = await house.health.check()
    with title(
        "Settings",
        "What is in force. It is set in forecastle.yaml or the environment, and read when the server starts.",
    ):
        chip(
            "everything answers" if report.status == "ok" else "something is wrong",
            "good" if report.status == "ok" else "bad",
        )
    with block("stack"):
        with block("columns even"):
            with card("Health"):
                for name, answer in report.checks.items():
                    with block("line apart"):
                        text(tabular_name(name) or name.capitalize(), "span")
                        chip("ok" if answer == "ok" else "wrong", "good" if answer == "ok" else "bad")
                    if answer != "ok":
                        text(answer, classes="small wrap")
                with block("line apart"):
                    text("Models", "span")
                    chip("trained" if report.model_loaded else "none yet", "good" if report.model_loaded else "plain")
            with card("Versions"):
                facts({"python": platform.python_version()} | {name: _version(name) for name in LIBRARIES})
        _log(await house.access.log(limit=LINES))
        if not house.settings.server.api_keys:
            hint = "Set server.api_keys to true and make keys: forecastle keys create NAME."
            note("Whoever can reach this server can use it: it asks for no key.", hint=hint, tone="warn")
        with card(classes="flat folds"):
            for section in in_force(house.settings):
                _section(section)


def _log(events: Sequence[AuditEvent]) -> None:
    """The latest that people did."""
    if not events:
        return
    columns, about = ("When", "By", "What", "About"), "What people did, the newest first"
    with card(classes="flat"), fold("Who did what"), table(columns, about=about) as add:
        for one in events:
            add(ago(one.at), one.by, one.action.replace(".", " "), partial(text, one.subject, "span", "wrap"))


def _section(section: SectionInForce) -> None:
    """Its settings, behind its name where all of them are as usual."""
    changed = sum(not one.usual for one in section.settings)
    told = f" · {changed} changed" if changed else ""
    with fold(f"{NAMES.get(section.name, section.name.capitalize())}{told}", opened=bool(changed)):
        text(section.about, classes="muted small padded")
        with table(("Setting", "Value", "What it is"), about=f"Settings of {section.name}") as add:
            for one in section.settings:
                add(
                    lambda one=one: text(f"{section.name}.{one.name}", "code"),
                    lambda one=one: text(one.value, "span", "wrap muted" if one.usual else "wrap"),
                    one.about.replace("`", ""),
                )


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "not installed"
