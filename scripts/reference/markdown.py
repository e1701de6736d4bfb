"""Pages, tables and sentences in Markdown."""

import inspect
from collections.abc import Iterable, Sequence

NOTICE = "<!-- Written by scripts/make_reference.py from the code; change it there. -->"


def page(parts: list[str]) -> str:
    """Paragraphs as one page."""
    return "\n\n".join([NOTICE, *(part for part in parts if part)]) + "\n"


def table(head: tuple[str, ...], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table."""
    lines = [head, tuple("---" for _ in head), *rows]
    return "\n".join(
        "| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in line) + " |" for line in lines
    )


def sentence(thing: type) -> str:
    """The first paragraph of a docstring."""
    return (inspect.getdoc(thing) or "").split("\n\n")[0].replace("\n", " ")
