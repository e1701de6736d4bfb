"""`forecastle keys` and `forecastle audit`: who may call the server, and who did what."""

from typing import Annotated

from cyclopts import App, Parameter

from forecastle.cli import console
from forecastle.cli.answers import say, show
from forecastle.cli.house import caller, in_house
from forecastle.cli.options import NO_GENERAL, General, Limit

keys = App(name="keys", help="Make, list and revoke the API keys of the server, where server.api_keys asks for them.")

Name = Annotated[str, Parameter(help="Who calls with it, as the log will name them.")]
Action = Annotated[str | None, Parameter(help="Only such lines, as model.promote.")]


@keys.default
@keys.command(name="list")
def everything(*, general: General = NO_GENERAL) -> None:
    """List the keys, the newest first."""
    with console.errors(as_json=general.json):
        found = in_house(general, lambda house: house.access.keys())
        rows = [{"name": key.name, "created": key.created_at, "revoked": key.revoked_at} for key in found]
        show(rows, general, nothing="There is no key yet: forecastle keys create NAME")


@keys.command
def create(name: Name, *, general: General = NO_GENERAL) -> None:
    """Make a key and show it, this once."""
    with console.errors(as_json=general.json):
        key = in_house(general, lambda house: house.access.create(name, by=caller()))
        say({"name": name, "key": key}, key, general)


@keys.command
def revoke(name: Name, *, general: General = NO_GENERAL) -> None:
    """End a key; servers heed it within seconds."""
    with console.errors(as_json=general.json):
        ended = in_house(general, lambda house: house.access.revoke(name, by=caller()))
        say({"name": name, "revoked": ended.revoked_at}, f"The key {name} is revoked.", general)


def audit(*, action: Action = None, limit: Limit = 20, general: General = NO_GENERAL) -> None:
    """Show who moved a lead, deleted, overrode, or made a key, the newest first."""
    with console.errors(as_json=general.json):
        found = in_house(general, lambda house: house.access.log(action=action, limit=limit))
        rows = [{"at": line.at, "by": line.by, "action": line.action, "subject": line.subject} for line in found]
        show(rows, general, nothing="Nothing was done yet.")
