"""Which features a network gets, and how each is brought to a size that networks can learn from."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Self

import numpy as np
import polars as pl

from forecastle.core.columns import SERIES_ID
from forecastle.core.frequency import Frequency, Unit
from forecastle.core.panel import Floats, Panel
from forecastle.features.calendar import calendar
from forecastle.features.spec import is_text
from forecastle.models.deep.shape import KNOWN, Shape
from forecastle.models.learned import LEVELS
from forecastle.models.routing import DAYS

CYCLES: Mapping[str, int] = {"minute": 60, "hour": 24, "weekday": 7, "day": 31, "week": 53, "month": 12, "quarter": 4}
"""After how many of them a part of the calendar begins anew."""

ROUND: Mapping[str, float] = {
    "minute": 1 / 24, "hour": 1, "weekday": 7, "day": 31, "week": 366, "month": 366, "quarter": 366
}  # fmt: skip
"""How many days that takes. A part of the calendar is told where most periods ahead come when the history has gone
round it: of a time of the year that was never seen, a network would say what it learned by heart about others."""

SUBSUMED: Mapping[Unit, tuple[str, ...]] = {
    Unit.MINUTE: ("month", "quarter"),
    Unit.HOUR: ("month", "quarter"),
    Unit.DAY: ("month", "quarter"),
    Unit.BUSINESS_DAY: ("month", "quarter"),
    Unit.WEEK: ("month", "quarter"),
    Unit.MONTH: ("quarter",),
}
"""Parts that a finer one tells as well."""

HARMONICS = (1, 2)

NAMES = 16
"""Values of a text covariate that get a feature each, the commonest; all others are one and the same."""

OWN = ("size", "idle")
"""Static features of our own: the level in usual changes, and the share of periods in which nothing was sold."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """How a covariate becomes features.

    names: of a text column, the values that get a feature each, 1 where it is that value. Of any other column (None)
    the one feature is (value − mean) ÷ std. price: of the logarithm, less its mean in the window; `mean` is then 0.
    """

    name: str
    mean: float = 0.0
    std: float = 1.0
    names: tuple[str, ...] | None = None
    price: bool = False

    @property
    def width(self) -> int:
        """How many features it becomes."""
        return len(self.labels)

    @property
    def labels(self) -> tuple[str, ...]:
        """What its features are called."""
        return (self.name,) if self.names is None else tuple(f"{self.name}={value}" for value in self.names)

    @classmethod
    def learn(cls, column: pl.Series, *, price: bool = False) -> Self:
        """Learn from the values of the training part."""
        if is_text(column.dtype):
            counts = (
                column.cast(pl.String).drop_nulls().value_counts().sort("count", column.name, descending=[True, False])
            )
            return cls(name=column.name, names=tuple(counts[column.name].head(NAMES)))
        values = column.cast(pl.Float64).drop_nulls().to_numpy()
        if price:
            values = np.log(values[values > 0])
        std = float(values.std()) if values.size else 0.0
        return cls(
            name=column.name,
            mean=float(values.mean()) if values.size and not price else 0.0,
            std=std if std > 0 else 1.0,
            price=price,
        )

    @classmethod
    def of(cls, facts: Mapping[str, Any]) -> Self:
        """From what JSON says of it."""
        return cls(**{**facts, "names": None if facts["names"] is None else tuple(facts["names"])})

    def features(self, encoded: Floats) -> Floats:
        """… → … × width; NaN where not known. encoded: codes of text, else the values themselves."""
        if self.names is not None:
            told = (encoded[..., None] == np.arange(len(self.names))).astype(np.float64)
            return np.asarray(np.where(np.isnan(encoded)[..., None], np.nan, told))
        with np.errstate(invalid="ignore", divide="ignore"):
            values = np.where(encoded > 0, np.log(encoded), np.nan) if self.price else encoded
        return np.asarray((values[..., None] - self.mean) / self.std)


@dataclass(frozen=True, slots=True, kw_only=True)
class Inputs:
    """Everything a network is told, in the order of its columns; saved with a model, it gives the same years later.

    seasons: lengths whose same period of last time is told. calendar: parts of the date.
    """

    window: int
    horizon: int
    seasons: tuple[int, ...]
    calendar: tuple[str, ...]
    known: tuple[Column, ...] = ()
    past: tuple[Column, ...] = ()
    static: tuple[Column, ...] = ()

    @classmethod
    def learn(cls, panel: Panel, horizon: int, window: int) -> Self:
        """Learn sizes and names from what lies before the last horizon, which tells when to stop training."""
        covariates, training = panel.covariates, panel.drop_last(horizon).frame
        frame = panel.frame if training.is_empty() else training
        kinds = {
            kind: tuple(Column.learn(frame[name], price=name in covariates.price) for name in names)
            for kind, names in (("known", covariates.known), ("past", covariates.past))
        }
        still = () if panel.static is None else covariates.static
        return cls(
            window=window,
            horizon=horizon,
            seasons=tuple(length for length in panel.season_lengths if length > 1)[:2],
            calendar=parts_of(panel.freq, int(panel.grid().lengths.max(initial=0)) + horizon // 2),
            static=tuple(Column.learn(panel.static[name]) for name in still) if panel.static is not None else (),
            **kinds,
        )

    @property
    def shape(self) -> Shape:
        """What a network for these features takes and gives."""
        return Shape(
            window=self.window,
            horizon=self.horizon,
            past=KNOWN + len(self.future_names) + 2 * width(self.past),
            future=len(self.future_names),
            static=len(self.static_names),
            levels=len(LEVELS),
            past_variables=numbered(self.past_features),
            future_variables=numbered(self.future_features),
            static_variables=numbered(self.static_features),
        )

    @property
    def future_names(self) -> tuple[str, ...]:
        """The columns of `future`."""
        seasons = tuple(f"season_{length}" for length in self.seasons)
        cycles = tuple(
            f"{part}_{wave}{harmonic}" for part in self.calendar for harmonic in HARMONICS for wave in ("sin", "cos")
        )
        dated = ("dated",) if self.calendar else ()
        return (*flagged(seasons), *cycles, *dated, *flagged(labels(self.known)))

    @property
    def past_features(self) -> tuple[str, ...]:
        """What each column of `past` tells of."""
        return ("target", "target", *self.future_features, *_told(self.past))

    @property
    def future_features(self) -> tuple[str, ...]:
        """What each column of `future` tells of."""
        seasons = tuple(f"season_{length}" for length in self.seasons)
        dates = ("calendar",) * len(self.dated)
        return (*seasons, *seasons, *dates, *_told(self.known))

    @property
    def static_features(self) -> tuple[str, ...]:
        """What each column of `static` tells of."""
        return (*OWN, *_told(self.static))

    @property
    def dated(self) -> range:
        """Which columns of `future` the calendar takes."""
        start = 2 * len(self.seasons)
        return range(start, start + (2 * len(HARMONICS) * len(self.calendar) + 1 if self.calendar else 0))

    @property
    def planned(self) -> range:
        """Which columns of `future` the known covariates take."""
        return range(self.dated.stop, self.dated.stop + 2 * width(self.known))

    @property
    def past_names(self) -> tuple[str, ...]:
        """The columns of `past`."""
        return ("target", "observed", *self.future_names, *flagged(labels(self.past)))

    @property
    def static_names(self) -> tuple[str, ...]:
        """The columns of `static`."""
        return (*OWN, *flagged(labels(self.static)))

    @property
    def categories(self) -> dict[str, tuple[str, ...]]:
        """The names of every text covariate, in the order of their codes."""
        columns = (*self.known, *self.past, *self.static)
        return {column.name: column.names for column in columns if column.names is not None}

    def as_dict(self) -> dict[str, Any]:
        """As JSON can say it."""
        return asdict(self)

    @classmethod
    def of(cls, facts: Mapping[str, Any]) -> Self:
        """From what `as_dict` said."""
        columns = {kind: tuple(Column.of(column) for column in facts[kind]) for kind in ("known", "past", "static")}
        return cls(
            window=facts["window"],
            horizon=facts["horizon"],
            seasons=tuple(facts["seasons"]),
            calendar=tuple(facts["calendar"]),
            **columns,
        )


def usual_window(horizon: int) -> int:
    """How far a network looks back when nobody says: two horizons, 16 to 104; a season ago is told to it anyway."""
    return min(max(2 * horizon, 16), 104)


def width(columns: Sequence[Column]) -> int:
    """How many features these covariates become."""
    return sum(column.width for column in columns)


def labels(columns: Sequence[Column]) -> tuple[str, ...]:
    """What the features of these covariates are called."""
    return tuple(label for column in columns for label in column.labels)


def flagged(names: Sequence[str]) -> tuple[str, ...]:
    """Values first, then the flags that tell which of them are known."""
    return (*names, *(f"{name} known" for name in names))


def _told(columns: Sequence[Column]) -> tuple[str, ...]:
    """Of which covariate each of the `flagged` columns tells."""
    return 2 * tuple(column.name for column in columns for _ in range(column.width))


def numbered(features: Sequence[str]) -> tuple[int, ...]:
    """Each feature's number in the order they first come."""
    numbers = {feature: number for number, feature in enumerate(dict.fromkeys(features))}
    return tuple(numbers[feature] for feature in features)


def parts_of(freq: Frequency, periods: int) -> tuple[str, ...]:
    """The parts of the calendar that differ between two periods, and go round in so many."""
    days = periods * DAYS[freq.unit] * freq.every
    moments = pl.DataFrame({SERIES_ID: [0]}).select(freq.moments(pl.col(SERIES_ID))).to_series()
    found = calendar(moments, freq).columns
    told = (part for part in found if part in CYCLES and part not in SUBSUMED.get(freq.unit, ()))
    return tuple(part for part in told if days >= ROUND[part])
