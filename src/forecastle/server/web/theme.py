"""How the page looks: the colours of the report, and the style sheet that uses them."""

from pathlib import Path

from forecastle.reporting.palette import DARK, LIGHT

ASSETS_FOLDER = Path(__file__).parent / "assets"

ACCENTS = {"accent": "forecast", "on-accent": "surface", "soft": "wide"}
"""Names that the style sheet gives to colours of the report."""


def stylesheet() -> str:
    """The whole style sheet, with its colours for light and for dark surroundings."""
    light, dark = _properties(LIGHT), _properties(DARK)
    colours = f"body{{{light}color-scheme:light}}\nbody.body--dark{{{dark}color-scheme:dark}}\n"
    unknown = f"@media (prefers-color-scheme:dark){{body:not(.body--light){{{dark}color-scheme:dark}}}}\n"
    return colours + unknown + (ASSETS_FOLDER / "page.css").read_text(encoding="utf-8")


def _properties(colours: dict[str, str]) -> str:
    named = colours | {name: colours[role] for name, role in ACCENTS.items()}
    return "".join(f"--{role}:{colour};" for role, colour in named.items())
