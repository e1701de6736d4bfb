"""One fitted model among those that a trained one is made of."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Self
from urllib.parse import quote

import numpy as np
import polars as pl

from forecastle.core.columns import SERIES_ID
from forecastle.core.errors import ArtifactError
from forecastle.core.panel import Floats, Panel
from forecastle.core.ports import Fitted
from forecastle.core.quantiles import Quantiles
from forecastle.evaluation.assignment import Coverage, places
from forecastle.models.batched import Compute
from forecastle.models.catalog import find
from forecastle.models.kept_panel import RETRAIN


def folder_name(name: str) -> str:
    """A model's name as that of a folder: `chronos:/models/bolt` has signs that no folder may have."""
    return quote(name, safe=" ")


COVERED, STATE = "covered.parquet", "state"


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A fitted model of the catalogue. coverage: the series it is for."""

    name: str
    fitted: Fitted
    coverage: Coverage

    def forecast(self, horizon: int, quantiles: Quantiles, *, future: pl.DataFrame | None = None) -> Floats:
        """Series × horizon × (mean and quantiles); NaN for the series the model is not for.

        future: the known covariates of the horizon.
        """
        return self.coverage.ask(self.fitted, horizon, quantiles, model=self.name, future=future)

    def append(self, panel: Panel) -> Self:
        """Take in newer observations; those of series that it is not for are left aside.

        Raises:
            InputError: the model has seen one of the periods already.
        """
        newer = panel.select(self.coverage.own)
        return self if newer.frame.is_empty() else replace(self, fitted=self.fitted.append(newer))

    def alone(self) -> Self:
        """The same without the series that it is not for."""
        own = self.coverage.own
        return replace(self, coverage=Coverage(ids=own, rows=np.arange(len(own))))

    def save(self, folder: Path) -> None:
        """Write the fitted state, and the names of its series; the bytes do not depend on who it is a member of."""
        self.fitted.save(folder / STATE)
        self.coverage.own.alias(SERIES_ID).to_frame().write_parquet(folder / COVERED)

    @classmethod
    def load(cls, name: str, folder: Path, ids: pl.Series, compute: Compute) -> Self:
        """Read back what `save` wrote. ids: all series, those of other members among them.

        Raises:
            ModelError: the extra of the model is not installed.
            ArtifactError: another version of Forecastle or of a library wrote it.
        """
        own = pl.read_parquet(folder / COVERED)[SERIES_ID]
        family = find(name).forecaster(compute, fitted=True)
        try:
            fitted = family.load(folder / STATE)
        except (AttributeError, LookupError, OSError, TypeError, ValueError, pl.exceptions.PolarsError) as error:
            problem = f"The kept {name!r} cannot be read by this version of Forecastle: {error!r}"
            raise ArtifactError(problem, hint=RETRAIN) from error
        return cls(name=name, fitted=fitted, coverage=Coverage(ids=ids, rows=places(own, ids)))
