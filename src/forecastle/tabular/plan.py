"""How a tabular model is trained."""

from dataclasses import dataclass

from forecastle.tabular.regressors import DEFAULT


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How a model is trained.

    columns: what it may look at; all that do not leak when empty. drop: what it may not. required: what every row must
    have besides the key, the rest being optional. held_out: share of the rows that the model is measured on.
    coverage: share of what turns out that its ranges are to hold.
    """

    target: str
    model: str = DEFAULT
    columns: tuple[str, ...] = ()
    drop: tuple[str, ...] = ()
    required: tuple[str, ...] = ()
    held_out: float = 0.2
    folds: int = 5
    coverage: float = 0.8
    seed: int = 1
    threads: int = 1
