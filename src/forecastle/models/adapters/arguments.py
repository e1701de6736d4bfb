"""`AutoARIMA(seasonal=False, max_p=3)`: a model of another library and its arguments, as people write them."""

import ast
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from difflib import get_close_matches

from forecastle.core.errors import ModelError

Value = bool | int | float | str | None | list["Value"] | dict[str, "Value"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A model's name and its arguments."""

    name: str
    arguments: Mapping[str, Value]

    @classmethod
    def of(cls, text: str) -> "Call":
        """Read `Name` or `Name(argument=value, …)`; values are numbers, texts, True, False, None and lists of them.

        Raises:
            ModelError: it is neither.
        """
        match _parsed(text):
            case ast.Name(id=name):
                return cls(name=name, arguments={})
            case ast.Call(func=ast.Name(id=name), args=[], keywords=words) if all(word.arg for word in words):
                with suppress(ValueError):
                    return cls(name=name, arguments={str(word.arg): ast.literal_eval(word.value) for word in words})
        raise ModelError(
            f"{text!r} cannot be read as a model.",
            hint="Write its name, and arguments by name if any: AutoARIMA(seasonal=False, max_p=3).",
        )


def _parsed(text: str) -> ast.expr | None:
    try:
        return ast.parse(text, mode="eval").body
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        return None


def choose(name: str, known: Sequence[str], *, library: str) -> str:
    """The name itself.

    Raises:
        ModelError: the library has no such model; the hint has those that are spelled alike, or all.
    """
    if name in known:
        return name
    alike = get_close_matches(name, known, n=5, cutoff=0.5)
    told = f"Did you mean {', '.join(alike)}?" if alike else f"Choose from: {', '.join(known)}."
    raise ModelError(f"{library} has no model {name!r} that can be used here.", hint=told, model=name)
