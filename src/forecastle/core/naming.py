"""What model versions are called."""

import hashlib
import re
import unicodedata
from datetime import date

BEFORE_DIGEST, LONGEST = 48, 57
"""Characters of a slug before its digest, and with it; a slug itself is never too long, so that it stays as it is."""


def model_name(*, family: str, target: str) -> str:
    """What all versions of a family and a target have in common: `ets_volume`, `statsforecast_autoarima_volume`."""
    return f"{slug(family)}_{target}"


def label(*, family: str, target: str, number: int, day: date) -> str:
    """`ets_volume_v3_20261122`: letters, digits and underscores only, safe in a file name, a URL and a header."""
    return f"{slug(family)}_{slug(target)}_v{number}_{day:%Y%m%d}"


TABULAR = "tabular:"
"""How the families of tabular models begin; the name that people gave the model follows."""


def tabular_family(name: str) -> str:
    """The family of a named tabular model: `tabular:houses`."""
    return f"{TABULAR}{name}"


def tabular_name(family: str) -> str | None:
    """The name of a tabular model; None where the family forecasts series."""
    return family.removeprefix(TABULAR) if family.startswith(TABULAR) else None


def slug(text: str) -> str:
    """The text in lower-case ASCII: `Net Sales (€)` becomes `net_sales`, `Größe` becomes `grosse`.

    Where letters had to be left out, or the text is long, eight characters of its SHA-256 follow, so that two targets
    in a script other than Latin do not share a name.
    """
    letters = unicodedata.normalize("NFKD", text.casefold())
    words = re.findall(r"[a-z0-9]+", "".join(letter for letter in letters if not unicodedata.combining(letter)))
    plain = "_".join(words)
    if plain and len(plain) <= LONGEST and not _lost(letters):
        return plain
    return "_".join(filter(None, (plain[:BEFORE_DIGEST].strip("_"), hashlib.sha256(text.encode()).hexdigest()[:8])))


def _lost(letters: str) -> bool:
    """Whether a letter or digit has no place in ASCII."""
    return any(letter.isalnum() and not letter.isascii() for letter in letters)
