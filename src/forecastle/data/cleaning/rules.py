"""What the cleaning steps are told."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time

import numpy as np
import polars as pl

from forecastle.core.columns import SERIES_ID, STEP, Y
from forecastle.core.findings import Findings
from forecastle.core.frequency import Frequency, Unit
from forecastle.core.panel import Floats
from forecastle.features.seasonality import PERIODS_LOOKED_AT, seasons_in
from forecastle.settings import CleanSettings


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """How one target of one panel is cleaned.

    target: the user's name of the target, for messages.
    transactions: where the settings leave open what an absent period means, it had no sale.
    planned: the panel has known covariates, so rows without a value after the last value are a plan.
    today: later values cannot have been observed; None when nobody knows what day it is.
    seasons: their lengths in periods; None takes the usual ones of the frequency.
    unread: what reading could not make a number of, in words; it explains why values are missing.
    """

    freq: Frequency
    settings: CleanSettings = field(default_factory=CleanSettings)
    target: str = Y
    transactions: bool = False
    planned: bool = False
    today: date | None = None
    seasons: tuple[int, ...] | None = None
    unread: tuple[str, ...] = ()

    @property
    def absent_is_zero(self) -> bool:
        """Whether a period without a row had no sale."""
        absent = self.settings.absent
        return absent == "zero" or (absent == "auto" and self.transactions)

    @property
    def season(self) -> int:
        """The periods of the shortest season; 1 for none."""
        return min(self.freq.seasons if self.seasons is None else self.seasons, default=1)

    def in_found_seasons(self, history: pl.DataFrame) -> "Rules":
        """The same with the seasons that the values of numbered periods show, where nobody named any.

        history: `series_id`, `step`, `y`, one row a series and period.
        """
        if self.freq.unit is not Unit.STEP or self.seasons is not None:
            return self
        return replace(self, seasons=tuple(seasons_in(_newest(history))))

    @property
    def now(self) -> int | None:
        """The step number of today's period; None without a calendar or a today."""
        if self.today is None or self.freq.unit is Unit.STEP:
            return None
        return int(pl.select(self.freq.steps(pl.lit(datetime.combine(self.today, time.max)))).item())


def _newest(history: pl.DataFrame) -> Floats:
    """The latest values of each series, n × T, right-aligned; NaN where not observed."""
    age = pl.col(STEP).max().over(SERIES_ID) - pl.col(STEP)
    newest = history.select(SERIES_ID, age.alias("age"), Y).filter(pl.col("age") < PERIODS_LOOKED_AT).drop_nulls()
    values = np.full((newest[SERIES_ID].n_unique(), 1 + int(newest.select(pl.max("age").fill_null(0)).item())), np.nan)
    values[newest[SERIES_ID].rle_id().to_numpy(), -1 - newest["age"].to_numpy()] = newest[Y].to_numpy()
    return values


Step = Callable[[pl.DataFrame, Rules], tuple[pl.DataFrame, Findings]]
"""One cleaning step: rows as `rows.tidy` makes them in, the same rows out, and what was found or changed."""
