"""Settings of models, backtests and reports."""

from typing import Literal, Self

from pydantic import Field, model_validator

from forecastle.settings.section import Section


class Route(Section):
    """One row of the routing table: the first row that fits a series names its model."""

    pattern: tuple[str, ...] = Field((), description="Demand patterns it fits; empty fits all.")
    abc: tuple[str, ...] = Field((), description="ABC classes it fits; empty fits all.")
    min_weeks: int = Field(0, ge=0, description="Shortest observed history it fits, in weeks.")
    models: tuple[str, ...] = Field(description="Models tried, the preferred one first.")


ROUTES = (
    Route(pattern=("smooth",), abc=("A",), min_weeks=40, models=("tft_lightgbm", "tft", "combination", "ets")),
    Route(pattern=("smooth",), abc=("B",), min_weeks=40, models=("tft", "combination", "ets")),
    Route(pattern=("smooth",), abc=("A", "B"), models=("simple_ets",)),
    Route(pattern=("smooth",), models=("ets", "holt_winters")),
    Route(pattern=("erratic",), abc=("A",), min_weeks=52, models=("tft_lightgbm", "tft", "combination", "ets")),
    Route(pattern=("erratic",), abc=("B",), min_weeks=52, models=("tft", "combination", "ets")),
    Route(pattern=("erratic",), models=("ets",)),
    Route(pattern=("intermittent",), models=("croston", "tsb")),
    Route(pattern=("lumpy",), models=("tsb",)),
    Route(models=("ets",)),
)


class ForecastSettings(Section):
    """How forecasts are made."""

    models: tuple[str, ...] = Field(
        ("auto",), description="Models to run; auto takes the routing table's and the defaults."
    )
    quantiles: tuple[float, ...] = Field((0.1, 0.25, 0.5, 0.75, 0.9), description="Probability levels of the range.")
    routes: tuple[Route, ...] = Field(ROUTES, description="The routing table; the first row that fits is taken.")
    seed: int = Field(1, description="The seed of everything random.")
    threads: int = Field(0, ge=0, description="Threads to use; 0 takes every core.")
    paths: int = Field(1000, ge=50, description="Simulated futures a series, where quantiles have no closed form.")
    time_limit: float | None = Field(
        None, gt=0, description="Seconds an execution may take, the cheap models first; empty takes the time it takes."
    )
    reconciliation: Literal["variance", "mint"] = Field(
        "variance",
        description="How series and totals are made to agree: by how much each errs, or (mint) also by which of them "
        "err together.",
    )
    rows: int = Field(300_000, ge=1000, description="The most past situations a model of all series learns from.")


class BoostingSettings(Section):
    """What boosted trees pay attention to when they learn; each setting makes some situations count more."""

    half_life: float | None = Field(
        None, gt=0, description="Periods after which a past situation counts half; empty counts all of them alike."
    )
    weight: Literal["series", "size"] = Field(
        "series", description="What counts alike: every series, or every unit sold, as in an error of the total."
    )


class DeepSettings(Section):
    """How networks are built and trained, whichever of the deep models is asked for."""

    window: int = Field(
        0, ge=0, le=2000, description="Periods a network looks back on; 0 takes a season and the horizon, 16 to 104."
    )
    hidden_size: int = Field(64, ge=2, le=1024, description="Width of the hidden layers.")
    num_layers: int = Field(2, ge=1, le=8, description="Recurrent or attention layers on top of each other.")
    dropout: float = Field(0.2, ge=0, lt=1, description="Share of the hidden values left out at random in training.")
    variant: Literal["lstm", "transformer"] = Field(
        "lstm", description="What `cnn_lstm` has behind its convolution: an LSTM, or a Transformer's encoder."
    )
    epochs: int = Field(30, ge=1, description="Rounds of training at most.")
    patience: int = Field(5, ge=1, description="Rounds without a better forecast of the last periods before it stops.")
    batch_size: int = Field(128, ge=1, description="Situations learned from at a time.")
    learning_rate: float = Field(0.001, gt=0, lt=1, description="How far one step of learning goes (Adam).")
    schedule: Literal["plateau", "cycle"] = Field(
        "plateau",
        description="How these steps change: smaller once rounds bring nothing, or up and down in all of the rounds, "
        "without an early stop (one cycle); `tft` does the latter.",
    )
    heads: int = Field(4, ge=1, le=64, description="Attention heads of `tft`.")
    tft_hidden_size: int = Field(32, ge=2, le=1024, description="`hidden_size` of `tft`; its heads must divide it.")
    tft_dropout: float = Field(0.1, ge=0, lt=1, description="`dropout` of `tft`.")
    tft_epochs: int = Field(4, ge=1, description="Rounds of training of `tft`.")
    tft_learning_rate: float = Field(0.003, gt=0, lt=1, description="`learning_rate` of `tft`, at its highest.")

    @model_validator(mode="after")
    def _heads_divide(self) -> Self:
        if self.tft_hidden_size % self.heads:
            raise ValueError(f"{self.heads} heads do not divide a hidden size of {self.tft_hidden_size}")
        return self


class BacktestSettings(Section):
    """How models are compared on the past."""

    windows: int | None = Field(
        None, ge=1, description="Cutoffs to test, fewer where history is short; empty takes 3, and 4 where it is long."
    )
    step: int | None = Field(None, ge=1, description="Periods between cutoffs; empty takes the horizon.")
    paths: int = Field(200, ge=50, description="Simulated futures in the backtest.")
    rows: int = Field(100_000, ge=1000, description="The most past situations to learn from in the backtest.")
    measure: Literal["sql", "wql", "wape", "mase", "rmsse"] = Field(
        "sql", description="The measure that picks the champion; sql counts the whole range and every series alike."
    )


class ReportSettings(Section):
    """What the HTML report carries along."""

    series: int = Field(500, ge=1, description="Series shown with their charts; the files hold all of them.")
    periods: int = Field(2000, ge=1, description="Periods of history shown a series, counted from its end.")
    drivers: int = Field(
        100, ge=0, description="Series, the largest first, for which boosted trees tell what moves their forecasts."
    )
