"""Asking before something is done, and saying what went wrong."""

import logging
import re

from nicegui import ui

from forecastle.core.errors import ForecastleError, NotFoundError
from forecastle.server.web.parts.basic import block, button, card, note, text

log = logging.getLogger(__name__)

ELSEWHERE = re.compile(r"\b(GET|POST|DELETE) /|\bforecastle \w|--\w|\bin Python\b")
"""In sentences that are for those who write commands and programs."""

SETTING = re.compile(r"\b(?:clean|read|scale)\.\w")
"""In sentences about settings, which are for whoever runs the server."""

OR_SETTING = re.compile(rf"(?<!not)[,;](?: or)? (?:set|raise) (?:[^.,;]|\.\w)*{SETTING.pattern}(?:[^.,;]|\.\w)*")
"""The part of such a sentence that is one of several ways."""

ASK = "Whoever runs this server can change that."

GONE = "It may have been deleted, or the address is not whole."

BUG = "Something went wrong inside the server. It is a bug; the server's log has it."


async def confirmed(question: str, about: str, *, yes: str) -> bool:
    """Whether somebody wants what is about to happen. yes: the word on the button."""
    with ui.dialog() as dialog, card():
        dialog.props["aria-label"] = question
        text(question, "h2")
        text(about, classes="muted")
        with block("line").style("justify-content:flex-end"):
            button("Cancel", lambda: dialog.submit(None)).props("autofocus")
            button(yes, lambda: dialog.submit(yes), kind="main")
    answer = await dialog
    dialog.delete()
    return bool(answer == yes)


async def asked_name(question: str, example: str, *, value: str = "") -> str | None:
    """A name that somebody chooses; None when they thought better of it."""
    with ui.dialog() as dialog, card():
        dialog.props["aria-label"] = question
        text(question, "h2")
        name: ui.input = ui.input("Name", value=value).props("autofocus")
        name.on("keydown.enter", lambda: dialog.submit(name.value))
        name.props["hint"] = example
        with block("line").style("justify-content:flex-end"):
            button("Cancel", lambda: dialog.submit(None))
            button("Keep", lambda: dialog.submit(name.value), kind="main")
    called: str | None = await dialog
    dialog.delete()
    return (called or "").strip() or None


def tell(message: str) -> None:
    """Say that something was done."""
    ui.notify(message, position="bottom", classes="tell", timeout=4000)


def complain(error: Exception) -> None:
    """Say why something was not done, and what to do about it."""
    ui.notify(in_words(error), position="bottom", type="negative", multi_line=True, timeout=0, close_button="OK")


def problem(error: Exception) -> None:
    """The same, in place of what should be here."""
    if isinstance(error, ForecastleError):
        note(error.message, hint=hint_of(error), tone="bad")
    else:
        log.error("the page could not be shown", exc_info=error)
        note(BUG, tone="bad")


def in_words(error: Exception) -> str:
    """What is said of an error; of a bug only that it is one."""
    if isinstance(error, ForecastleError):
        return "\n".join(filter(None, (error.message, hint_of(error))))
    log.error("the page could not do what was asked", exc_info=error)
    return BUG


def hint_of(error: ForecastleError) -> str:
    """What to do about an error, as `for_people`; never nothing where something is not there."""
    kept = for_people(error.hint)
    return GONE if isinstance(error, NotFoundError) and error.hint and not kept else kept


def for_people(hint: str) -> str:
    """What to do, without what only commands and programs can do."""
    said = re.split(r"(?<=\.)\s+", OR_SETTING.sub("", hint))
    return " ".join(ASK if SETTING.search(one) else one for one in said if not ELSEWHERE.search(one))
