"""A history cut into pairs of input and answer, for models that learn from sequences."""

from typing import NamedTuple

import numpy as np

from forecastle.core.errors import HorizonError
from forecastle.core.panel import Floats


class Windows(NamedTuple):
    """Pairs in time order: row i of `targets` holds the values that follow row i of `inputs`.

    inputs: n × window. targets: n × horizon.
    """

    inputs: Floats
    targets: Floats

    def complete(self) -> "Windows":
        """Only the pairs in which every value was observed; a sequence model cannot learn from NaN."""
        whole = np.isfinite(self.inputs).all(axis=1) & np.isfinite(self.targets).all(axis=1)
        return Windows(self.inputs[whole], self.targets[whole])


def sliding_windows(values: Floats, window: int, horizon: int = 1) -> Windows:
    """Every stretch of `window` values with the `horizon` values that follow it.

    values: one series in time order, NaN where not observed.
    A series of T values gives T − window − horizon + 1 pairs; they are views of the series, not copies.

    Raises:
        HorizonError: window or horizon is not positive, or the series is too short for a single pair.
    """
    if window < 1 or horizon < 1:
        raise HorizonError(
            f"Window and horizon must be at least 1; got a window of {window} and a horizon of {horizon}."
        )
    if len(values) < window + horizon:
        raise HorizonError(
            f"A series of {len(values)} values is too short: one pair needs {window + horizon} "
            f"({window} to learn from, {horizon} to predict).",
            hint="Use a smaller window or horizon, or more history.",
        )
    stretches = np.lib.stride_tricks.sliding_window_view(values, window + horizon)
    return Windows(stretches[:, :window], stretches[:, window:])


def sequential_split(windows: Windows, test_share: float = 0.2) -> tuple[Windows, Windows]:
    """The earlier pairs to learn from, the latest to be tested on; the order of time is kept.

    The test gets `test_share` of the pairs, at least one. Pairs whose targets reach into the first test target
    are left out of both, so that no answer of the test was ever seen.

    Raises:
        HorizonError: the share is not between 0 and 1, or leaves nothing to learn from.
    """
    pairs, horizon = windows.targets.shape
    if not 0 < test_share < 1:
        raise HorizonError(f"The share to test on must lie between 0 and 1; got {test_share}.")
    cut = pairs - max(1, round(pairs * test_share))
    learn = cut - (horizon - 1)
    if learn < 1:
        raise HorizonError(
            f"{pairs} windows with a horizon of {horizon} are too few to keep {test_share:.0%} of them for the test.",
            hint="Use a smaller window, horizon or test share, or more history.",
        )
    return (
        Windows(windows.inputs[:learn], windows.targets[:learn]),
        Windows(windows.inputs[cut:], windows.targets[cut:]),
    )
