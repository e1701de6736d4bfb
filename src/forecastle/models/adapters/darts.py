"""Any forecasting model of Darts (Unit8): local ones fit each series, global ones learn from all of them."""

import inspect
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from typing import Any

import numpy as np

from forecastle.core.errors import ModelError
from forecastle.core.progress import Progress
from forecastle.models.adapters.arguments import Call, choose
from forecastle.models.adapters.darts_learned import DartsGlobal, DartsLocal, as_series
from forecastle.models.adapters.engine import ERRORS, Occasion, Past, Traits
from forecastle.models.learned import LEVELS

LEFT_OUT = (
    "ConformalNaiveModel", "ConformalQRModel", "EnsembleModel", "MultivariateModel", "NaiveEnsembleModel",
    "RegressionEnsembleModel", "NeuralForecastModel", "StatsForecastModel", "SKLearnModel", "RegressionModel",
    "Chronos2Model", "PatchTSTFMModel", "T0Model", "TiRexModel", "TiRex2Model", "TimesFM2p5Model", "TimesFM3Model",
)  # fmt: skip
"""Models that take other models, and those that fetch weights: for Chronos-2 there is `chronos:`."""

OURS = (
    "work_dir", "save_checkpoints", "log_tensorboard", "force_reset", "model_name", "pl_trainer_kwargs", "likelihood",
    "random_state", "torch_device_str", "add_encoders",
)  # fmt: skip
"""Arguments that are not for users: where it writes, how it computes and which ranges it gives is settled here."""

SEASON = ("K", "season_length", "seasonal_periods", "seasonality_period")
"""What Darts calls the season, from model to model."""

UNTRAINED = ("GlobalNaiveAggregate", "GlobalNaiveDrift", "GlobalNaiveSeasonal")

MEAN_ONLY = ("NLinearModel",)
"""Networks that cannot learn quantiles as they usually are: this one takes the last value off the mean."""

SILENT: Mapping[str, Mapping[str, object]] = {
    "LightGBMModel": {"n_jobs": 1, "verbose": -1},
    "XGBModel": {"n_jobs": 1},
    "CatBoostModel": {"thread_count": 1, "verbose": False},
}
"""One thread each, so that the numbers do not hang on how many there are."""

STEPS, BATCH, EPOCHS = 1000, 128, (5, 200)
"""Steps of training at least, situations in each, and fewest and most rounds, unless somebody asks for others."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DartsEngine:
    """One model of Darts. kept: the weights of a network that was trained before."""

    call: Call
    kept: Mapping[str, np.ndarray] | None = None

    def check(self) -> None:
        """Ask the library for the model; see `Engine.check`."""
        choose(self.call.name, offered(), library="Darts")
        if foreign := [name for name in self.call.arguments if name in OURS]:
            raise ModelError(f"darts:{self.call.name}: {', '.join(foreign)} cannot be set here.", hint="Leave it out.")
        self._made([60], Occasion(seasons=(12,), horizon=12, seed=1))

    @property
    def traits(self) -> Traits:
        """Local models hold the interpreter; global ones get all series at once."""
        if _is_local(_kind(self.call.name)):
            return Traits(batch=1, shortest=6, alone=True)
        return Traits(batch=None, shortest=6, torch=_is_torch(_kind(self.call.name)))

    def keeping(self, kept: Mapping[str, np.ndarray]) -> "DartsEngine":
        """The same with the weights of a network that was trained before."""
        return replace(self, kept=kept)

    def fit(self, series: Sequence[Past], occasion: Occasion, progress: Progress) -> DartsLocal | DartsGlobal:
        """Fit it to the one series, or to all that are long enough."""
        model = self._made([len(past.values) for past in series], occasion, progress)
        if _is_local(type(model)):
            model.fit(as_series(series[0].values))
            return DartsLocal(model=model, length=len(series[0].values), seed=occasion.seed)
        single = _is_torch(type(model))
        needed = model.min_train_series_length
        long = [as_series(past.values, single=single) for past in series if len(past.values) >= needed]
        if not long:
            raise ModelError(
                f"darts:{self.call.name} needs {needed} periods of a series; the longest has "
                f"{max(len(past.values) for past in series)}.",
                hint="Ask for a smaller input_chunk_length or lags, or leave this model out.",
            )
        model.fit(long, **({"verbose": False} if single else {}))
        if self.kept is not None:
            _put(model, self.kept)
        return DartsGlobal(model=model, seed=occasion.seed, torch=single)

    def _made(self, lengths: Sequence[int], occasion: Occasion, progress: Progress | None = None) -> Any:  # noqa: ANN401 - Darts' own
        kind = _kind(self.call.name)
        given = {name: _converted(kind, name, value) for name, value in self.call.arguments.items()}
        again = {} if self.kept is None else {"n_epochs": 0}
        try:
            return kind(**self._usual(kind, lengths, occasion, progress) | given | again)
        except (TypeError, ValueError) as error:
            raise ModelError(
                f"darts:{self.call.name}: {error}",
                hint=f"Its arguments are {', '.join([*_parameters(kind)][1:])}.",
            ) from error

    def _usual(
        self, kind: type, lengths: Sequence[int], occasion: Occasion, progress: Progress | None
    ) -> dict[str, Any]:
        """Arguments that hang on the series, and how it is to compute."""
        length = int(np.median(lengths))
        season = min(occasion.carried(length), default=1)
        ahead = max(1, min(occasion.horizon, length // 3))
        back = max(1, min(max(2 * season, occasion.horizon), length - 2 * ahead))
        usual: dict[str, Any] = dict.fromkeys(SEASON, season)
        usual |= {
            "lags": back,
            "input_chunk_length": back,
            "output_chunk_length": ahead,
            "training_length": back + ahead,
            "add_relative_index": True,
            "random_state": occasion.seed,
        }
        if season == 1:  # Darts looks for a season of twelve of its own accord where none is named
            usual |= {"seasonal": None}
        takes = _parameters(kind)
        usual = {name: value for name, value in usual.items() if name in takes}
        if _has_base(kind, "StatsForecastModel") and kind.__name__ != "Croston":
            usual |= {"season_length": season}
        if _is_torch(kind):
            usual |= self._training(kind, occasion, sum(lengths), progress)
        return usual | dict(SILENT.get(self.call.name, {}))

    def _training(self, kind: type, occasion: Occasion, periods: int, progress: Progress | None) -> dict[str, Any]:
        """How a network is trained; without any round where it was trained before."""
        from forecastle.models.adapters.darts_training import Epochs, quantile_likelihood

        enough = int(np.clip(-(-STEPS * BATCH // periods), *EPOCHS))
        epochs = self.call.arguments.get("n_epochs", enough)
        trainer = {"accelerator": "cpu", "enable_progress_bar": False, "logger": False, "enable_model_summary": False}
        if progress is not None:
            trainer["callbacks"] = [Epochs(progress, int(str(epochs)))]
        settled = {"random_state": occasion.seed, "pl_trainer_kwargs": trainer}
        if kind.__name__ in UNTRAINED:
            return settled
        settled |= {"n_epochs": enough, "batch_size": BATCH}
        return settled if kind.__name__ in MEAN_ONLY else settled | {"likelihood": quantile_likelihood(LEVELS)}


def offered() -> list[str]:
    """The models that can be used, by name, whether or not what they need is installed."""
    import darts.models

    homes = darts.models._LAZY_IMPORTS  # noqa: SLF001 - the only list that does not import everything
    return [
        name
        for name, (home, _) in homes.items()
        if home.startswith("darts.models.forecasting.") and name not in LEFT_OUT and "Classifier" not in name
    ]


def _kind(name: str) -> Any:  # noqa: ANN401 - Darts' own
    import darts.models

    kind = getattr(darts.models, name)
    if not inspect.isclass(kind):
        needs = darts.models._LAZY_IMPORTS[name][1]  # noqa: SLF001 - see above
        raise ModelError(f"darts:{name} needs {needs}, which is not installed.", hint="Install it beside Darts.")
    return kind


def _is_local(kind: type) -> bool:
    from darts.models.forecasting.forecasting_model import LocalForecastingModel

    return issubclass(kind, LocalForecastingModel)


def _is_torch(kind: type) -> bool:
    return _has_base(kind, "TorchForecastingModel")


def _has_base(kind: type, name: str) -> bool:
    return any(base.__name__ == name for base in kind.__mro__)


def _parameters(kind: Any) -> Mapping[str, inspect.Parameter]:  # noqa: ANN401 - Darts' own
    """What its constructor takes: the class itself takes anything."""
    return inspect.signature(kind.__init__).parameters


def _converted(kind: type, name: str, value: object) -> object:
    """A text for what Darts wants as a member of an enumeration: `seasonal='multiplicative'`."""
    parameter = _parameters(kind).get(name)
    usual = parameter.default if parameter is not None else None
    return type(usual)(value) if isinstance(usual, Enum) and isinstance(value, str) else value


def _put(model: Any, weights: Mapping[str, np.ndarray]) -> None:  # noqa: ANN401 - Darts' own
    import torch

    own = {name: torch.from_numpy(value) for name, value in weights.items() if name != ERRORS}
    model.model.load_state_dict(own)
