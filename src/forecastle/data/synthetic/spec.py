"""What synthetic sales are to look like."""

from dataclasses import dataclass

from forecastle.core.errors import InputError


@dataclass(frozen=True, slots=True, kw_only=True)
class SyntheticSpec:
    """Sales as a product of what moves them; every number has a known cause.

    Shares are between 0 and 1. Kinds of series: `intermittent` and `lumpy` are shares of the series, the rest is
    smooth or erratic as `noise` makes it.
    """

    series: int = 20
    "How many series."
    periods: int = 156
    "Periods of history."
    horizon: int = 0
    "Further periods whose sales only the truth knows; price and promotion are planned for them."
    freq: str = "W"
    "The period: h, D, B, W, W-SAT, MS, QS or another that Forecastle knows."
    seed: int = 1
    "Equal seeds give equal sales."
    level: float = 100.0
    "Typical sales of a period; the series lie around it, half of them below."
    spread: float = 0.8
    "How far apart they lie, as the standard deviation of logarithms."
    trend: float = 0.1
    "Growth or decline over 52 periods, as the standard deviation between series."
    season: float = 0.3
    "How far a season moves sales, as a share of the level."
    noise: float = 0.1
    "Standard deviation of what nothing explains, as a share of what was expected."
    promotions: float = 0.08
    "Share of periods with a promotion."
    lift: float = 0.6
    "What a promotion adds, as a share."
    elasticity: float = -1.2
    "By how many percent sales change where the price rises by one."
    intermittent: float = 0.15
    "Share of series that sell in few periods, about as much each time."
    lumpy: float = 0.1
    "Share of series that sell in few periods, very different amounts."
    shifts: float = 0.1
    "Share of series whose level is another from some period on."
    outliers: float = 0.003
    "Share of periods with a sale that nothing explains."
    missing: float = 0.01
    "Share of periods that nobody recorded."
    closed: float = 0.01
    "Share of periods in which nobody could buy."

    def check(self) -> None:
        """Let nothing pass that no sales can be made of.

        Raises:
            InputError: it names the values.
        """
        shares = ("promotions", "intermittent", "lumpy", "shifts", "outliers", "missing", "closed")
        wrong = [name for name in shares if not 0 <= getattr(self, name) <= 1]
        wrong += [name for name in ("series", "periods") if getattr(self, name) < 1]
        wrong += [name for name in ("horizon", "spread", "trend", "season", "noise") if getattr(self, name) < 0]
        wrong += ["level"] * (self.level <= 0) + ["lift"] * (self.lift < -1)
        wrong += ["intermittent + lumpy"] * (self.intermittent + self.lumpy > 1)
        if wrong:
            raise InputError(
                f"Synthetic sales cannot be made with these values: {', '.join(wrong)}.",
                hint="Shares lie between 0 and 1, there is at least one series and period, and nothing is negative.",
            )
