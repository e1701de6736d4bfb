"""What exponential smoothing learned, as a test wants it."""

from forecastle.models.smoothing.ets.forms import FORMS, Form
from forecastle.models.smoothing.ets.state import EtsState


def state(form: Form, *, sigma: float, constants: tuple[float, float, float, float], factors: list[float]) -> EtsState:
    """One series of one form, at a level of 100 with a trend of 1."""
    made = EtsState.empty(1, 1, len(factors))
    made.form[:], made.weight[:], made.level[:], made.sigma[:] = FORMS.index(form), 1, 100, sigma
    made.trend[:], made.constants[:], made.season[:], made.period[:] = 1, constants, factors, len(factors)
    return made
