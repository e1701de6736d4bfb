"""The regression: least squares with a penalty for each of a few steps ahead, and how its errors are spread.

One linear autoregression learned from all series, each horizon forecast directly: Montero-Manso & Hyndman (2021),
"Principles and algorithms for forecasting groups of time series: locality and globality".
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from statistics import NormalDist
from typing import Self

import numpy as np

from forecastle.core.panel import Floats
from forecastle.models.smoothing.pooled.lessons import STEPS, Lessons, Sample
from forecastle.models.smoothing.pooled.sight import COLUMNS, TRAITS, Singles

SHRINKAGE = 0.03
"""The penalty, as a share of each column's mean square."""

DOUBT = 3.0
"""The same for few rows: so many times the columns for each row."""

FAINT = 0.01
"""The penalty of the widths, as a share of each trait's mean square."""

FEWEST = 10 * COLUMNS
"""With fewer rows than this a step has the coefficients and errors of the step before."""

LEVELS = np.concatenate([[0.005], np.arange(0.02, 0.99, 0.02), [0.995]])
"""The levels at which the errors' quantiles are kept."""

NARROWEST = 0.2
"""The least width of errors, as a share of the panel's mean."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Regression:
    """Of each of `STEPS`, in usual changes.

    coefficients: steps × p. widths: steps × traits, the mean absolute error by a series' traits. least: steps, no
    error is narrower. shapes: steps × `LEVELS`, quantiles of the errors divided by their width.
    """

    coefficients: Floats
    widths: Floats
    least: Floats
    shapes: Floats

    @classmethod
    def untaught(cls) -> Self:
        """Every series stays at its level, with the errors of a random walk."""
        normal = np.array([NormalDist().inv_cdf(level) for level in LEVELS])
        grows = np.sqrt(STEPS).astype(np.float64)
        return cls(
            coefficients=np.zeros((len(STEPS), COLUMNS)),
            widths=grows[:, None] * (np.arange(TRAITS) == 0),
            least=grows,
            shapes=np.tile(normal * np.sqrt(np.pi / 2), (len(STEPS), 1)),
        )

    @classmethod
    def of(cls, lessons: Lessons) -> Self:
        """Solve for every step that enough situations are over for; later ones are like the last of those."""
        solved = cls.untaught()
        products, rows = (np.cumsum(part[::-1], axis=0)[::-1] for part in (lessons.products, lessons.rows))
        for step, count in enumerate(rows):
            if count >= FEWEST:
                solved.coefficients[step] = _solved(products[step], lessons.moments[step], int(count))
                learned = _spread(lessons.sample, step, solved.coefficients[step])
                solved.widths[step], solved.least[step], solved.shapes[step] = learned
            elif step:
                for array in solved.arrays().values():
                    array[step] = array[step - 1]
        return solved

    def distance(self, columns: Singles, horizon: int) -> Floats:
        """Expected distance from the level, n × horizon, of columns p × n."""
        return np.asarray(np.einsum("pn,hp->nh", columns, _between(horizon) @ self.coefficients))

    def errors(self, traits: Singles, horizon: int, levels: Sequence[float]) -> Floats:
        """Quantiles of the errors, n × horizon × levels, of traits × n."""
        between = _between(horizon)
        width = np.maximum(traits.T.astype(np.float64) @ (between @ self.widths).T, between @ self.least)
        shape = between @ np.stack([np.interp(levels, LEVELS, row) for row in self.shapes])
        return np.asarray(width[:, :, None] * shape)

    def arrays(self) -> Mapping[str, np.ndarray]:
        """The fields by name."""
        return {field.name: getattr(self, field.name) for field in fields(self)}


def _solved(products: Floats, moments: Floats, count: int) -> Floats:
    squares = np.diag(products)
    penalty = squares * (SHRINKAGE + DOUBT * COLUMNS / count) + 1e-9 * squares.max()
    return np.asarray(np.linalg.solve(products + np.diag(penalty), moments))


def _spread(sample: Sample, step: int, coefficients: Floats) -> tuple[Floats, float, Floats]:
    """The widths, the least width and the shape of one step's errors."""
    said = np.einsum("p,pn->n", coefficients.astype(np.float32), sample.columns)
    known = np.flatnonzero(np.isfinite(sample.answers[step]))
    errors, weight = (sample.answers[step] - said)[known], sample.weight[known]
    traits, size = sample.columns[:: COLUMNS // TRAITS, known], np.abs(errors)
    weighted = traits * weight
    squares = np.einsum("pn,qn->pq", weighted, traits)
    penalty = np.diag(FAINT * np.diag(squares) + 1e-9 * np.trace(squares))
    widths = np.linalg.solve(squares + penalty, np.einsum("pn,n->p", weighted, size))
    least = NARROWEST * float((size * weight).sum() / weight.sum())
    ratio = errors / np.maximum(np.einsum("p,pn->n", widths.astype(np.float32), traits), least or 1.0)
    order = np.argsort(ratio, kind="stable")
    share = np.cumsum(weight[order], dtype=np.float64)
    return widths, least, np.interp(LEVELS, share / share[-1], ratio[order])


def _between(horizon: int) -> Floats:
    """How much each of `STEPS` counts in each period ahead, horizon × steps: a straight line between two of them."""
    return np.stack([np.interp(np.arange(1, horizon + 1), STEPS, unit) for unit in np.eye(len(STEPS))], axis=1)
