"""Everything that can go wrong because of what somebody asked for, and says so.

ForecastleError
├── InputError          the data or the request cannot be used          exit code 2, HTTP 422
│   ├── SourceError     the source could not be read                    exit code 3, HTTP 422
│   ├── RolesError      a column is missing, or roles contradict        exit code 2
│   ├── DataError       values are unusable (text, infinite, missing)   exit code 2
│   └── HorizonError    horizon, windows and history do not fit         exit code 2
├── ModelError          an unknown model, or one whose extra is missing exit code 4
├── SettingsError       a setting is not valid                          exit code 5
├── OutputError         a result could not be written                   exit code 6
└── Cancelled           somebody stopped it                             exit code 130
"""

from typing import ClassVar


class ForecastleError(Exception):
    """What was wrong, which thing, the numbers, and what to do about it."""

    code: ClassVar[str] = "forecastle_error"
    exit_code: ClassVar[int] = 1

    def __init__(self, message: str, *, hint: str = "", **fields: object) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.fields = fields

    def __str__(self) -> str:
        return f"{self.message}\n{self.hint}" if self.hint else self.message

    def as_dict(self) -> dict[str, object]:
        """The error for programs: its code, message, hint and fields."""
        return {"code": self.code, "message": self.message, "hint": self.hint, **self.fields}


class InputError(ForecastleError):
    """The data or the request cannot be used as it is."""

    code = "input_error"
    exit_code = 2


class SourceError(InputError):
    """The source could not be read."""

    code = "source_error"
    exit_code = 3


class RolesError(InputError):
    """A column that was named is not there, or the roles contradict each other."""

    code = "roles_error"


class DataError(InputError):
    """The values cannot be used: text where numbers belong, infinities, too much missing."""

    code = "data_error"


class HorizonError(InputError):
    """The horizon, the number of windows and the history do not fit together."""

    code = "horizon_error"


class ModelError(ForecastleError):
    """No model of that name, or the extra it needs is not installed."""

    code = "model_error"
    exit_code = 4


class SettingsError(ForecastleError):
    """A setting in the file or the environment is not valid."""

    code = "settings_error"
    exit_code = 5


class OutputError(ForecastleError):
    """A result could not be written; nothing half-written was left behind."""

    code = "output_error"
    exit_code = 6


class Cancelled(ForecastleError):  # noqa: N818 - an event, not a fault
    """Somebody stopped the work; nothing half-written was left behind."""

    code = "cancelled"
    exit_code = 130
