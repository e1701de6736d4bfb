"""Where the page is, for those parts of the server that have to know without loading it."""

PAGE = "/app"
"""Below it lies everything of the page; everything else is the API."""

SIGN_IN = f"{PAGE}/sign-in"
ASSETS = f"{PAGE}/assets/"
COOKIE = "forecastle_key"
"""Holds the API key that somebody signed in with; sent to the page only."""


def is_open(path: str) -> bool:
    """Whether somebody who has not signed in may ask for it: the form to do so, and how it looks."""
    return path == SIGN_IN or path.startswith(ASSETS)


def is_page(path: str) -> bool:
    """Whether a path is the page's."""
    return path == PAGE or path.startswith(f"{PAGE}/")
