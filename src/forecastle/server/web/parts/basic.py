"""Text, cards, chips and notes."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Literal

from nicegui import ui
from nicegui.elements.mixins.text_element import TextElement

from forecastle.server.web import icons

Tone = Literal["", "good", "warn", "bad", "busy"]


def text(content: str, tag: str = "p", classes: str = "") -> TextElement:
    """Text in an element of its own, such as `h2`; never read as HTML. No line ends before a percent sign."""
    return TextElement(tag=tag, text=content.replace(" %", "\u00a0%")).classes(classes)


def block(classes: str = "stack", tag: str = "div") -> ui.element:
    """A place for others: stacked, in a line, in columns."""
    return ui.element(tag).classes(classes)


def card(heading: str = "", *, classes: str = "") -> ui.element:
    """A card, with a heading if it has one."""
    made = ui.element("section").classes(f"card {classes}")
    if heading:
        with made:
            text(heading, "h2", "head")
        made.props["aria-label"] = heading
    return made


def title(heading: str, about: str = "") -> ui.element:
    """The head of a page; what is put into it stands on the right."""
    ui.page_title(f"{heading} · Forecastle")
    with block("title"):
        with block(""):
            text(heading, "h1")
            if about:
                text(about)
        return block("line")


def figure(name: str, value: str, about: str = "", tone: Tone = "") -> None:
    """One number, what it is called and what it means."""
    with ui.element("div").classes("card figure"):
        text(name, classes="name")
        text(value, classes=f"value {tone}")
        if about:
            text(about, classes="about")


def chip(content: str, tone: Tone | Literal["plain"] = "plain") -> TextElement:
    """A word about a thing, such as where a job stands."""
    return text(content, "span", f"chip {tone}")


def note(content: str, *, hint: str = "", tone: Tone = "") -> ui.element:
    """A sentence to be read before going on, and what to do about it."""
    with ui.element("div").classes(f"note {tone}") as made:
        if tone == "bad":
            made.props("role=alert")
        ui.icon({"bad": icons.ERROR, "warn": icons.WARNING, "good": icons.CHECK}.get(tone, icons.INFO)).props(
            "aria-hidden=true"
        )
        with block("stack tight grow"):
            text(content)
            if hint:
                text(hint, classes="hint")
    return made


@contextmanager
def waiting(content: str) -> Iterator[None]:
    """A note for as long as something takes."""
    made = note(content)
    try:
        yield
    finally:
        if not made.is_deleted:  # the page may have been left meanwhile
            made.delete()


def facts(known: Mapping[str, str]) -> None:
    """Names with their values, one below the other."""
    with ui.element("dl").classes("facts"):
        for name, value in known.items():
            text(name, "dt")
            text(value, "dd")


def bullets(sentences: tuple[str, ...] | list[str]) -> None:
    """Sentences as a list."""
    with ui.element("ul").classes("bullets"):
        for sentence in sentences:
            text(sentence, "li")


@contextmanager
def fold(heading: str, *, opened: bool = False) -> Iterator[None]:
    """What only some want to see: behind its heading until that is clicked."""
    with ui.element("details").props("open" if opened else ""):
        text(heading, "summary")
        with block("stack"):
            yield


@contextmanager
def empty(heading: str, about: str, icon: str) -> Iterator[None]:
    """Where nothing is yet: what would be here, and what to do."""
    with card(classes="empty"):
        ui.icon(icon).props("aria-hidden=true")
        text(heading, "h2")
        text(about)
        with block("line"):
            yield


def button(
    label: str, act: Callable[..., object] | None = None, *, icon: str | None = None, kind: str = "quiet"
) -> ui.button:
    """A button. kind: `main` for what the page is there for, `quiet`, `bare` or `danger` for everything else."""
    made = ui.button(label, on_click=act, icon=icon, color="primary" if kind == "main" else None)
    return made.props("no-caps unelevated" if kind == "main" else "no-caps flat").classes(
        "" if kind == "main" else kind
    )


def icon_button(icon: str, label: str, act: Callable[..., object]) -> ui.button:
    """A button without words, which it says when asked."""
    made = ui.button(icon=icon, on_click=act, color=None).props("flat round").classes("bare")
    made.props["aria-label"] = label
    with made:
        ui.tooltip(label)
    return made


def link(label: str, target: str, *, icon: str | None = None, kind: str = "quiet") -> ui.button:
    """A way to another page that looks like a button, and can be opened in a new tab like any link."""
    made = button(label, None, icon=icon, kind=kind).props("tag=a")
    made.props["href"] = ui.context.client.request.scope.get("root_path", "") + target
    return made
