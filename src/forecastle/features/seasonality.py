"""The season of periods that are only numbered, found from how the values repeat.

Source of the test on one series: Assimakopoulos & Nikolopoulos (2000), The theta model, as the M4 competition used it;
here on first differences, so that a trend does not pass for a season.
"""

import numpy as np

from forecastle.core.findings import Finding, Findings, Severity
from forecastle.core.frequency import Unit
from forecastle.core.panel import Floats, Integers, Panel

CANDIDATES = (4, 7, 12, 24, 52)
LONGER = {7: 365, 24: 168}
"""The season that usually comes on top of a shorter one: years of days, weeks of hours."""
CYCLES = 3
"""Whole seasons a series must have to be asked."""
AGREEMENT = 0.2
"""Share of the series that must show a season; where there is none, about one in twenty does by chance."""
FEW, USUAL_LIMIT, STRICT_LIMIT = 20, 1.645, 3.0
"""Fewer series than this can agree by chance, so each must show its season more clearly (in standard deviations)."""
SERIES_LOOKED_AT = 1_000
PERIODS_LOOKED_AT = 2_000


def with_found_seasons(panel: Panel) -> tuple[Panel, Findings]:
    """The panel with the season that its values show, and what was found; any other than a numbered panel as it is.

    A calendar tells its usual seasons, and so does whoever names them; nothing is looked for then.
    """
    if panel.freq.unit is not Unit.STEP or panel.seasons is not None:
        return panel, Findings()
    shares = season_shares(panel)
    if not shares:
        finding = Finding(
            code="no_season",
            severity=Severity.INFO,
            message="The periods are only numbered, and their values show no season "
            f"of {', '.join(map(str, CANDIDATES))} periods.",
            action="forecast without a season (name one with --season, or seasons in Python, if you know it)",
        )
        return panel.with_seasons(()), Findings((finding,))
    words = " and ".join(f"{season} (in {share:.0%} of the series)" for season, share in shares.items())
    finding = Finding(
        code="season_found",
        severity=Severity.INFO,
        message=f"The periods are only numbered; their values repeat after {words}.",
        action="taken as the season (name another with --season, or seasons in Python, if that is wrong)",
    )
    return panel.with_seasons(tuple(shares)), Findings((finding,))


def season_shares(panel: Panel) -> dict[int, float]:
    """The season lengths found, shortest first, with the share of the series that show each; empty for none."""
    return seasons_in(panel.grid().values)


def seasons_in(values: Floats) -> dict[int, float]:
    """The same of series as an array, n × T, right-aligned, NaN where not observed."""
    values = values[:, -PERIODS_LOOKED_AT:]
    changes = np.diff(values[:: -(-len(values) // SERIES_LOOKED_AT)], axis=1)
    if changes.shape[1] <= min(CANDIDATES):
        return {}
    observed = np.isfinite(changes).sum(axis=1)
    repeats = autocorrelations(changes)
    shares = {season: _share(repeats, observed, season, apart=1) for season in CANDIDATES}
    agreed = [season for season, share in shares.items() if share >= AGREEMENT]
    if not agreed:
        return {}
    best = max(agreed, key=lambda season: repeats[:, season].mean())
    longer = LONGER.get(best)
    also = _share(repeats, observed, longer, apart=best) if longer else 0.0
    return {best: shares[best]} | ({longer: also} if longer and also >= AGREEMENT else {})


def autocorrelations(values: Floats) -> Floats:
    """N × T, by lag from 0 on; unobserved values count as the mean, and a series that never changes has none (0)."""
    there = np.isfinite(values)
    level = np.where(there, values, 0.0).sum(axis=1) / np.maximum(there.sum(axis=1), 1)
    centred = np.where(there, values - level[:, None], 0.0)
    width = values.shape[1]
    spectrum = np.fft.rfft(centred, n=2 * width, axis=1)
    sums = np.fft.irfft(np.abs(spectrum) ** 2, n=2 * width, axis=1)[:, :width]
    return np.divide(sums, sums[:, :1], out=np.zeros_like(sums), where=(centred != 0).any(axis=1, keepdims=True))


def _share(repeats: Floats, observed: Integers, season: int, *, apart: int) -> float:
    """Share of the series with a clear peak at the season: above chance, and above the lags `apart` from it."""
    if season + apart >= repeats.shape[1]:
        return 0.0
    limit = USUAL_LIMIT if len(repeats) >= FEW else STRICT_LIMIT
    chance = limit * np.sqrt((1 + 2 * (repeats[:, 1:season] ** 2).sum(axis=1)) / np.maximum(observed, 1))
    here = repeats[:, season]
    peak = (here > repeats[:, season - apart]) & (here > repeats[:, season + apart])
    return float(((here > chance) & peak & (observed >= CYCLES * season - 1)).mean())
