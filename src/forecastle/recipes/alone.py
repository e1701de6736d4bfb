"""One series on its way through a recipe, as it would go among all the others."""

from dataclasses import dataclass, replace

import polars as pl

from forecastle.data.dataset import Dataset
from forecastle.recipes.piece import OURS, Piece
from forecastle.recipes.run import Task


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What steps on one series need to know of all: their frequency, first and last period, and names.

    whole: all series, without their rows. alike: what steps learned of all alike, as `step.LEARNED`.
    """

    whole: Piece
    alike: pl.DataFrame

    @classmethod
    def of(cls, dataset: Dataset, task: Task) -> "Surroundings":
        """Look at all series once.

        Raises:
            ForecastleError: a step cannot be taken.
        """
        piece = Piece.of(dataset)
        return cls(whole=piece.with_frame(piece.frame.clear()), alike=task.alike(piece))


def both_states(rows: pl.DataFrame, series_id: str, task: Task, surroundings: Surroundings) -> pl.DataFrame:
    """One series as it is and as it would be: `state` (before, after) and the user's columns. rows: all of the series.

    Raises:
        ForecastleError: a step cannot be taken.
    """
    before = surroundings.whole.with_rows_of(series_id, rows)
    task.check_order()
    after = replace(task, known=pl.concat([task.known, surroundings.alike])).work(before).piece
    states = {"before": before, "after": after}
    tables = [one.frame.drop(OURS).select(pl.lit(state).alias("state"), pl.all()) for state, one in states.items()]
    return pl.concat(tables, how="diagonal_relaxed")
