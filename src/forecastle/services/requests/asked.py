"""What all requests have in common: unknown fields are refused, and what is wrong is named."""

from collections.abc import Mapping
from typing import Annotated, Any, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from forecastle.core.errors import InputError, Wrong


def _counted(value: object) -> object:
    """The same value, unless it is true or false, with which Python counts as 1 and 0."""
    if isinstance(value, bool):
        raise ValueError(f"a number is needed, not {str(value).lower()}")  # noqa: TRY004 - what pydantic expects
    return value


def _wrong(part: Mapping[str, Any]) -> Wrong:
    """One problem that pydantic found."""
    message = "there is no such field" if part["type"] == "extra_forbidden" else part["msg"]
    return Wrong(message, part["input"])


Whole = Annotated[int, BeforeValidator(_counted)]
Real = Annotated[float, BeforeValidator(_counted), Field(allow_inf_nan=False)]


class Asked(BaseModel):
    """A request whose unknown fields are refused by name."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    @classmethod
    def of(cls, params: Mapping[str, Any]) -> Self:
        """Check what was sent.

        Raises:
            InputError: it names every field that is wrong, with what was expected and what was there.
        """
        try:
            return cls.model_validate(params)
        except ValidationError as error:
            wrong = {".".join(map(str, part["loc"])) or "the request": _wrong(part) for part in error.errors()}
            lines = [f"{name}: {one.message}, got {one.value!r}" for name, one in wrong.items()]
            raise InputError(
                "\n".join(["This request cannot be carried out:", *lines]),
                hint=f"Fields: {', '.join(cls.model_fields)}.",
                **wrong,
            ) from error

    def check(self) -> None:
        """Whether the parameters make sense together."""

    def as_params(self) -> dict[str, Any]:
        """The same as the parameters of a job."""
        return self.model_dump(mode="json", exclude_defaults=True)
