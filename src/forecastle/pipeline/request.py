"""What somebody asks of one execution."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from forecastle.core.errors import HorizonError, InputError
from forecastle.models.catalog import AUTO, find

LONGEST = 10_000
"""More periods than this is a slip of the keyboard."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One execution's question; whatever is None is found out from the data.

    horizon: periods to forecast. targets: columns to forecast, all of the data's targets when empty.
    freq: the period, such as `W` or `MS`. models: names, or `auto`. seasons: season lengths in periods.
    hierarchy: key or static columns whose totals are forecast too, so that all agree, the widest column first.
    time_limit: seconds the execution may take; the settings' when None.
    backtest_only: compare models on the past and forecast nothing.
    today: values dated later cannot have been observed; not part of the question, so not in the manifest.

    Raises:
        InputError: a number makes no sense.
        ModelError: there is no model of such a name.
    """

    horizon: int | None = None
    targets: tuple[str, ...] = ()
    freq: str | None = None
    models: tuple[str, ...] = ("auto",)
    seasons: tuple[int, ...] | None = None
    hierarchy: tuple[str, ...] = ()
    time_limit: float | None = None
    backtest_only: bool = False
    today: date | None = None

    def __post_init__(self) -> None:
        if self.horizon is not None and not 1 <= self.horizon <= LONGEST:
            raise HorizonError(
                f"The horizon must be between 1 and {LONGEST} periods; got {self.horizon}.",
                hint="Ask for the number of periods you plan ahead, such as --horizon 13.",
                horizon=self.horizon,
            )
        if self.time_limit is not None and not self.time_limit > 0:
            raise InputError(
                f"A time limit must be more than 0 seconds; got {self.time_limit:g}.",
                hint="Give it some seconds, such as --time-limit 300, or leave it out.",
            )
        if any(season < 2 for season in self.seasons or ()):
            raise InputError(
                f"A season lasts at least 2 periods; got {list(self.seasons or ())}.",
                hint="Name the periods after which a pattern repeats, such as --season 52; or leave it out.",
            )
        for name in self.models:
            if name != AUTO:
                find(name)

    def as_dict(self) -> dict[str, Any]:
        """The question for the manifest."""
        return {
            "horizon": self.horizon,
            "targets": list(self.targets),
            "freq": self.freq,
            "models": list(self.models),
            "backtest_only": self.backtest_only,
            "hierarchy": list(self.hierarchy),
            "time_limit": self.time_limit,
            "seasons": None if self.seasons is None else list(self.seasons),
        }
