"""An HTML file that needs nothing else: styles, script, chart library and numbers are inside.

A content security policy in it forbids every request, so that opening it can tell nobody about it.
"""

from collections.abc import Mapping
from functools import cache
from importlib.resources import files

import orjson

from forecastle.reporting import palette


def framed(body: str, parts: Mapping[str, str]) -> str:
    """A whole page: around its body the title, and all that the body needs to be seen without any other file.

    parts: `title`, `facts` and `picker` above the body, `first`, the id of the section that is worth skipping to, and
    `first_is`, in words; its `script`, and the `data` of that.
    """
    common = {
        "body": body,
        "style": palette.stylesheet() + template_of("report.css"),
        "plotly": plotly_script(),
        "script": template_of("figures.js") + parts["script"],
    }
    return assembled(template_of("frame.html"), {**parts, **common})


def assembled(template: str, parts: Mapping[str, str]) -> str:
    """The template with each `{{name}}` exchanged for its part; what stands in a part is left alone."""
    pieces = template.split("{{")
    filled = [pieces[0]]
    for piece in pieces[1:]:
        name, _, rest = piece.partition("}}")
        filled += (parts[name], rest)
    return "".join(filled)


def embedded(content: object) -> str:
    """JSON that cannot end the script element it stands in; a number without end, or that is none, is null."""
    text = orjson.dumps(content).decode()
    return text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


def template_of(name: str) -> str:
    """A file of the folder with templates, styles and scripts."""
    return files("forecastle.reporting.pages").joinpath("templates", name).read_text(encoding="utf-8")


CHARTS = "<charts/>"
"""Where the chart library was. No text from the data can be mistaken for it, because every `<` there is escaped."""


def without_charts(page: str) -> str:
    """A page but for its chart library, five million characters that are the same in all; to be kept."""
    return page.replace(plotly_script(), CHARTS, 1)


def with_charts(kept: str) -> str:
    """A page that was kept, whole again."""
    return kept.replace(CHARTS, plotly_script(), 1)


@cache
def plotly_script() -> str:
    """The chart library that the installed plotly brings."""
    from plotly.offline import get_plotlyjs

    return str(get_plotlyjs()).replace("</script", "<\\/script")
