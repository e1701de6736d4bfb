"""Where the forecasts of an execution come from: what was found in the data, and what is needed to repeat it."""

from collections.abc import Mapping
from typing import Any

from forecastle.core.findings import Severity
from forecastle.server.web.pages.choice import Choice
from forecastle.server.web.parts.basic import Tone, block, card, facts, note, text
from forecastle.server.web.parts.times import lasting

TONES: Mapping[str, Tone] = {Severity.ERROR: "bad", Severity.WARNING: "warn", Severity.INFO: ""}


async def findings(choice: Choice) -> None:
    """Findings, the most serious first; steps; manifest."""
    execution = choice.execution
    with block("columns"):
        with card("What was found in the data, and what was done"):
            order = list(Severity)
            for found in sorted(execution.findings, key=lambda one: order.index(one["severity"])):
                finding(found)
            if not execution.findings:
                note("Nothing in the data needed correction or a second look.", tone="good")
        with card("This run"):
            manifest = execution.manifest
            known = {
                "Id": execution.id,
                "Took": lasting(execution.duration_seconds),
                "Frequency": execution.freq,
                "Targets": ", ".join(execution.targets),
                "Run": str(manifest.get("run", "–")),
            }
            libraries = {name: str(version) for name, version in manifest.get("libraries", {}).items()}
            facts(known | libraries)


def finding(found: Mapping[str, Any]) -> None:
    """One finding: what, what was done, and examples."""
    done = f"What was done: {found['action']}." if found.get("action") else ""
    with note(str(found["message"]), hint=done, tone=TONES[found["severity"]]):
        if rows := list(found.get("rows", ()))[:3]:
            with block("stack tight below"):
                for row in rows:
                    text(str(row), "code", "muted small")
