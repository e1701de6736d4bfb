"""What the cleaning steps are told."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, time

import polars as pl

from forecastle.core.columns import Y
from forecastle.core.findings import Findings
from forecastle.core.frequency import Frequency, Unit
from forecastle.settings import CleanSettings


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """How one target of one panel is cleaned.

    target: the user's name of the target, for messages.
    transactions: where the settings leave open what an absent period means, it had no sale.
    planned: the panel has known covariates, so rows without a value after the last value are a plan.
    today: later values cannot have been observed; None when nobody knows what day it is.
    unread: what reading could not make a number of, in words; it explains why values are missing.
    """

    freq: Frequency
    settings: CleanSettings = field(default_factory=CleanSettings)
    target: str = Y
    transactions: bool = False
    planned: bool = False
    today: date | None = None
    unread: tuple[str, ...] = ()

    @property
    def absent_is_zero(self) -> bool:
        """Whether a period without a row had no sale."""
        absent = self.settings.absent
        return absent == "zero" or (absent == "auto" and self.transactions)

    @property
    def now(self) -> int | None:
        """The step number of today's period; None without a calendar or a today."""
        if self.today is None or self.freq.unit is Unit.STEP:
            return None
        return int(pl.select(self.freq.steps(pl.lit(datetime.combine(self.today, time.max)))).item())


Step = Callable[[pl.DataFrame, Rules], tuple[pl.DataFrame, Findings]]
"""One cleaning step: rows as `rows.tidy` makes them in, the same rows out, and what was found or changed."""
