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
├── NotFoundError       nothing of that name is kept                    exit code 7, HTTP 404
├── ConflictError       it is there already, or in the way              exit code 8, HTTP 409
├── UnavailableError    something the work needs is not there now       exit code 9, HTTP 503
│   ├── StorageError    the database does not answer                    exit code 9
│   ├── QueueError      the queue does not answer                       exit code 9
│   ├── ArtifactError   a kept file is missing or was changed           exit code 9
│   ├── TriggerError    material planning could not be told             exit code 9
│   ├── JobDiedError    the process of a job ended without a word       exit code 9
│   └── NoModelError    no model has been trained for this              exit code 9
└── Cancelled           somebody stopped it                             exit code 130
"""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any, ClassVar


@dataclass(frozen=True, slots=True)
class Wrong:
    """What is wrong with one field of a request. value: what was there; None where nothing was."""

    message: str
    value: object = None


class ForecastleError(Exception):
    """What was wrong, which thing, the numbers, and what to do about it.

    fields: facts; or by the name of a field, what is `Wrong` with it.
    """

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
        facts = {name: asdict(fact) if isinstance(fact, Wrong) else fact for name, fact in self.fields.items()}
        return {"code": self.code, "message": self.message, "hint": self.hint, **facts}

    @classmethod
    def from_dict(cls, told: Mapping[str, Any]) -> "ForecastleError":
        """The error that `as_dict` told of; one of this class, with the code as a field, where that is not known."""
        kinds = {kind.code: kind for kind in _with_those_below(ForecastleError)}
        kind = kinds.get(told["code"])
        mine = {"message", "hint", *(["code"] if kind else [])}
        fields = {name: value for name, value in told.items() if name not in mine}
        return (kind or cls)(told["message"], hint=told.get("hint", ""), **fields)


def _with_those_below(kind: type[ForecastleError]) -> Iterator[type[ForecastleError]]:
    yield kind
    for child in kind.__subclasses__():
        yield from _with_those_below(child)


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


class NotFoundError(ForecastleError):
    """Nothing of that name or id is kept here."""

    code = "not_found"
    exit_code = 7


class ConflictError(ForecastleError):
    """It is there already, or its state does not allow what was asked."""

    code = "conflict"
    exit_code = 8


class UnavailableError(ForecastleError):
    """Something that the work needs is not there at the moment."""

    code = "unavailable"
    exit_code = 9


class StorageError(UnavailableError):
    """The database does not answer, or its schema is not the newest."""

    code = "storage_error"


class QueueError(UnavailableError):
    """The queue does not answer."""

    code = "queue_error"


class ArtifactError(UnavailableError):
    """A kept file is missing, or is not what was kept."""

    code = "artifact_error"


class TriggerError(UnavailableError):
    """Material planning could not be told of new forecasts."""

    code = "trigger_error"


class JobDiedError(UnavailableError):
    """The process that carried out a job was killed, or ended without a word."""

    code = "job_died"


class NoModelError(UnavailableError):
    """No model has been trained for what was asked."""

    code = "no_model"


class Cancelled(ForecastleError):  # noqa: N818 - an event, not a fault
    """Somebody stopped the work; nothing half-written was left behind."""

    code = "cancelled"
    exit_code = 130
