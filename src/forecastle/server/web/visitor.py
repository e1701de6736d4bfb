"""Who looks at the page, in which house."""

from dataclasses import dataclass

from nicegui import app, ui
from starlette.requests import HTTPConnection

from forecastle.services.house import House

NOBODY = "page"
"""Whoever uses the page where nobody has to sign in."""


@dataclass(frozen=True, slots=True)
class Visitor:
    """The services, and the name under which what this visitor does is written into the log."""

    house: House
    name: str


def the_house() -> House:
    """The house that the server opened when it started."""
    house: House = app.state.served.state.house
    return house


def name_of(connection: HTTPConnection) -> str:
    """The name of the key that somebody signed in with."""
    name: str = connection.scope.get("caller", NOBODY)
    return name


def visitor() -> Visitor:
    """Whoever looks at the page that is being built, or clicked on it."""
    return Visitor(the_house(), name_of(ui.context.client.request))
