"""The colours of charts and page, for light and for dark surroundings.

History is the colour of text, forecasts blue, backtests orange: two hues that stay apart for every kind of colour
vision (Okabe & Ito 2008). Figures carry the light colours; the page exchanges them one for one where it is dark,
which is why no two roles may share a colour.
"""

LIGHT = {
    "page": "#f4f6f8",
    "surface": "#ffffff",
    "raised": "#f9fafc",
    "line": "#dfe4ea",
    "grid": "#e8ecf1",
    "ink": "#17202b",
    "muted": "#566374",
    "forecast": "#0a66b0",
    "wide": "rgba(10,102,176,0.14)",
    "narrow": "rgba(10,102,176,0.26)",
    "backtest": "#c75000",
    "good": "#0a7355",
    "warning": "#8f5800",
    "error": "#b42318",
    "plain": "#9aa7b6",
    "smooth": "#0a66b1",
    "erratic": "#c75001",
    "intermittent": "#0a7f5e",
    "lumpy": "#9a4f8a",
    "none": "#6f7c8b",
    "empty": "#f0f3f6",
    "full": "#7fb2dc",
}

DARK = {
    "page": "#0f1419",
    "surface": "#171e26",
    "raised": "#1d2530",
    "line": "#2c3743",
    "grid": "#28323d",
    "ink": "#e9eef4",
    "muted": "#9dabbb",
    "forecast": "#5eb1f2",
    "wide": "rgba(94,177,242,0.16)",
    "narrow": "rgba(94,177,242,0.28)",
    "backtest": "#f59a4a",
    "good": "#4cc9a0",
    "warning": "#e6b450",
    "error": "#ff8a7a",
    "plain": "#657486",
    "smooth": "#5eb1f3",
    "erratic": "#f59a4b",
    "intermittent": "#4cc9a1",
    "lumpy": "#d99bcb",
    "none": "#8794a3",
    "empty": "#1c242e",
    "full": "#2b638f",
}


def exchange() -> dict[str, str]:
    """Light colour → dark colour."""
    return {light: DARK[role] for role, light in LIGHT.items()}


def stylesheet() -> str:
    """The colours as CSS custom properties: `--ink`, `--forecast` …, following the reader's preference."""
    return f":root{{{_properties(LIGHT)}}}\n@media (prefers-color-scheme:dark){{:root{{{_properties(DARK)}}}}}\n"


def _properties(colours: dict[str, str]) -> str:
    return "".join(f"--{role}:{colour};" for role, colour in colours.items())
