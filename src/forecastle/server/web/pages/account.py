"""What the steps of a recipe would do, or did, step by step."""

import json
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from forecastle.recipes.run import Change
from forecastle.server.web import icons
from forecastle.server.web.parts.basic import link, note, text
from forecastle.services.datasets.trials import changes_of


def account(changes: Sequence[Change]) -> None:
    """A note a step: what it is, and what it changes in numbers."""
    for change in changes:
        note(change.says, hint=_changed(change), tone="good" if _changed(change) else "")


def cleaned(result: Mapping[str, Any], params: Mapping[str, Any]) -> None:
    """The version that was made, or what would change; from there the steps can be taken."""
    there: dict[str, object] = {"dataset": result["dataset"]}
    if not result["dry_run"]:
        with note(f"Version {result['version']} of {result['dataset']} is there.", tone="good"):
            link("Look at the data", f"/data?{urlencode(there)}", icon=icons.ARROW, kind="main")
    else:
        draft = {name: json.dumps(params[name]) for name in ("steps", "like") if name in params}
        there |= {"version": result["version"], "view": "problems"} | draft
        with note(f"Tried on version {result['version']} of {result['dataset']}; nothing was changed.", tone="good"):
            link("Go on with these steps", f"/data?{urlencode(there)}", icon=icons.ARROW, kind="main")
    text(f"{result['rows_before']:,} rows before, {result['rows_after']:,} after.", classes="muted")
    account(changes_of(result))


def _changed(change: Change) -> str:
    """What a step would do, in numbers; empty when nothing."""
    parts = [f"{count:,} values of {name} change" for name, count in change.cells.items() if count]
    parts += [f"{count:,} found in {name}" for name, count in change.found.items()]
    parts += [f"{change.rows_removed:,} rows fewer"] * bool(change.rows_removed)
    parts += [f"{change.rows_added:,} rows more"] * bool(change.rows_added)
    parts += [f"column {name} is added" for name in change.columns_added]
    parts += [f"column {name} is left out" for name in change.columns_removed]
    return ", ".join(parts)
