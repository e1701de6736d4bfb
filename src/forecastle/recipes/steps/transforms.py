"""Other scales for the values of a series, from which there is an exact way back."""

from collections.abc import Sequence
from typing import ClassVar, Literal

import numpy as np
import polars as pl
from pydantic import Field

from forecastle.core.errors import DataError
from forecastle.core.panel import Floats
from forecastle.recipes.learning import Values, by_series, of_all
from forecastle.recipes.piece import SERIES, STEP, Piece
from forecastle.recipes.powers import box_cox, likeliest, un_box_cox, un_yeo_johnson, yeo_johnson
from forecastle.recipes.step import Number, Step, Whole


class Transform(Step):
    """A step with a way back: what it learns of a series is kept with the version it makes.

    Values are arrays with NaN where there is none. learned: rows × what the step knows of the series of each row; the
    last of it is the lowest value that the series had (see `recipes.back`).
    """

    @property
    def pointwise(self) -> bool:
        """Whether every value comes back by itself, and so every forecast and quantile, too."""
        return True

    def learn(self, piece: Piece, name: str) -> pl.DataFrame:
        """`series` (its name; null for all alike) and `values`, which forward and backward understand."""
        raise NotImplementedError

    def forward(self, values: Floats, learned: Floats) -> Floats:
        """To the other scale."""
        raise NotImplementedError

    def backward(self, values: Floats, learned: Floats) -> Floats:
        """Back."""
        raise NotImplementedError

    def transformed(self, piece: Piece, known: Values) -> Piece:
        """The piece on the other scale. known: what was learned, by column."""
        columns = [self._column(piece, name, known.of(piece, name), back=False) for name in self.numbers(piece)]
        return piece.with_frame(piece.frame.with_columns(columns))

    def undone(self, piece: Piece, known: Values) -> Piece:
        """The piece on the scale before."""
        columns = [self._column(piece, name, known.of(piece, name), back=True) for name in self.numbers(piece)]
        return piece.with_frame(piece.frame.with_columns(columns))

    def _column(self, piece: Piece, name: str, learned: Floats, *, back: bool) -> pl.Series:
        values = piece.frame[name].cast(pl.Float64).to_numpy()
        with np.errstate(all="ignore"):
            moved = self.backward(values, learned) if back else self.forward(values, learned)
        return pl.Series(name, moved, dtype=pl.Float64).fill_nan(None)


class Scale(Transform):
    """Bring the values of every series, or of all together, to one size."""

    title: ClassVar[str] = "Scaling"

    step: Literal["scale"] = "scale"
    method: Literal["standard", "min_max", "robust"] = Field(
        "standard", description="Mean 0 and deviation 1; smallest 0 and largest 1; or median 0 and quartiles 1 apart."
    )
    over: Literal["series", "all"] = Field("series", description="Each series by itself, or all alike.")

    @property
    def whole(self) -> bool:
        """One scale for all is learned from all."""
        return self.over == "all"

    def says(self) -> str:
        """The step in one plain sentence."""
        how = {"standard": "mean 0 and deviation 1", "min_max": "0 to 1", "robust": "median 0 and quartiles 1 apart"}
        whose = "in every series" if self.over == "series" else "over all series"
        return f"{self.on} are scaled to {how[self.method]} {whose}"

    def learn(self, piece: Piece, name: str) -> pl.DataFrame:
        """Where the scale begins, and how long its unit is; a series that never varies keeps its unit."""
        y = pl.col(name).cast(pl.Float64)
        y = y.sort() if self.whole else y  # sums hang on an order, and that of rows is nobody's
        begin, unit = {
            "standard": (y.mean(), y.std()),
            "min_max": (y.min(), y.max() - y.min()),
            "robust": (y.median(), y.quantile(0.75, "linear") - y.quantile(0.25, "linear")),
        }[self.method]
        usable = pl.when(unit > 1e-12 * y.abs().max()).then(unit).otherwise(1.0)
        parts = (begin.fill_null(0.0), usable.fill_null(1.0), y.min())
        return by_series(piece, parts) if self.over == "series" else of_all(piece, parts)

    def forward(self, values: Floats, learned: Floats) -> Floats:
        """Counted from the beginning, in units."""
        return (values - learned[:, 0]) / learned[:, 1]

    def backward(self, values: Floats, learned: Floats) -> Floats:
        """Units counted from the beginning."""
        return values * learned[:, 1] + learned[:, 0]


class Log(Transform):
    """Take the logarithm, after adding a number so that zeros have one."""

    title: ClassVar[str] = "Logarithm"

    step: Literal["log"] = "log"
    offset: Number = Field(1.0, ge=0, allow_inf_nan=False, description="Added before; values must lie above its minus.")

    def says(self) -> str:
        """The step in one plain sentence."""
        return f"{self.on} become the logarithm of the value{f' plus {self.offset:g}' if self.offset else ''}"

    def learn(self, piece: Piece, name: str) -> pl.DataFrame:
        """The offset."""
        check_above(piece, name, -self.offset)
        return by_series(piece, (pl.lit(self.offset), pl.col(name).min()))

    def forward(self, values: Floats, learned: Floats) -> Floats:
        """The logarithm."""
        return np.log(values + learned[:, 0])

    def backward(self, values: Floats, learned: Floats) -> Floats:
        """The power."""
        return np.exp(values) - learned[:, 0]


class Power(Transform):
    """Make the values of a series more alike in spread by a power, the likeliest one where none is named.

    Box & Cox (1964) for values above zero, after adding a number; Yeo & Johnson (2000) for any.
    """

    title: ClassVar[str] = "Box–Cox and Yeo–Johnson"

    step: Literal["power"] = "power"
    method: Literal["box_cox", "yeo_johnson"] = Field("box_cox", description="Which of the two.")
    power: Number | None = Field(
        None, ge=-2, le=2, description="0 is the logarithm, 1 leaves values as they are; the likeliest when left out."
    )
    offset: Number = Field(
        1.0, ge=0, allow_inf_nan=False, description="Added before Box–Cox, so that zeros have a value."
    )

    @property
    def effort(self) -> int:
        """The likeliest power is looked for."""
        return 4 if self.power is None else 1

    def says(self) -> str:
        """The step in one plain sentence."""
        name = "Box–Cox" if self.method == "box_cox" else "Yeo–Johnson"
        power = "the likeliest power of each series" if self.power is None else f"the power {self.power:g}"
        return f"{self.on} are transformed by {name} with {power}"

    def learn(self, piece: Piece, name: str) -> pl.DataFrame:
        """The power and the offset."""
        offset = self.offset if self.method == "box_cox" else 0.0
        if self.method == "box_cox":
            check_above(piece, name, -offset)
        table = by_series(piece, (pl.lit(self.power or 0.0), pl.lit(offset), pl.col(name).min()))
        if self.power is not None:
            return table
        values = piece.frame[name].cast(pl.Float64).to_numpy() + offset
        powers = likeliest(values, piece.frame[SERIES].rle_id().to_numpy(), positive=self.method == "box_cox")
        rest = pl.col("values").list.tail(2)
        return table.with_columns(pl.concat_list(pl.lit(pl.Series(powers, dtype=pl.Float64)), rest).alias("values"))

    def forward(self, values: Floats, learned: Floats) -> Floats:
        """By the power of each row's series."""
        power, offset = learned[:, 0], learned[:, 1]
        return box_cox(values + offset, power) if self.method == "box_cox" else yeo_johnson(values, power)

    def backward(self, values: Floats, learned: Floats) -> Floats:
        """Back; what no value leads to (a forecast far out) becomes the nearest value that one does."""
        power, offset = learned[:, 0], learned[:, 1]
        return un_box_cox(values, power) - offset if self.method == "box_cox" else un_yeo_johnson(values, power)


class Difference(Transform):
    """Count the change since the period before, or since the same period of the season before.

    The change is since the last observed value of that kind, so that missing values lose nothing.
    """

    title: ClassVar[str] = "Differencing"

    step: Literal["difference"] = "difference"
    lag: Whole = Field(1, ge=1, le=10_000, description="Periods back: 1, or the length of a season.")

    @property
    def pointwise(self) -> bool:
        """A value comes back from all before it."""
        return False

    def says(self) -> str:
        """The step in one plain sentence."""
        since = "the period before" if self.lag == 1 else f"{self.lag} periods before"
        return f"{self.on} become changes since {since}"

    def changed(self, piece: Piece) -> Sequence[str]:
        """The columns."""
        return self.numbers(piece)

    def learn(self, piece: Piece, name: str) -> pl.DataFrame:
        """By phase of the lag, the first value and the step number at which it was observed."""
        value = pl.col(name).cast(pl.Float64)
        seen = piece.frame.filter(value.is_not_null())
        seen = seen.select(SERIES, phase(self.lag), pl.col(STEP).cast(pl.Float64).alias("at"), value.alias("first"))
        firsts = seen.group_by(SERIES, "phase", maintain_order=True).agg(pl.col("at").first(), pl.col("first").first())
        pairs = firsts.with_columns(pl.concat_list("at", "first").alias("values"))
        flat = pairs.group_by(SERIES, maintain_order=True).agg(pl.col("values").explode())
        return flat.select(pl.Series("series", piece.ids.gather(flat[SERIES])), "values")

    def transformed(self, piece: Piece, known: Values) -> Piece:
        """Changes; the first value of each kind has none."""
        del known
        names, kind = self.numbers(piece), phase(self.lag)
        before = [pl.col(name).cast(pl.Float64).forward_fill().shift().over(SERIES, kind) for name in names]
        columns = [pl.col(name).cast(pl.Float64) - last for name, last in zip(names, before, strict=True)]
        return piece.with_frame(piece.frame.with_columns(columns))

    def undone(self, piece: Piece, known: Values) -> Piece:
        """Every change added to what was there before."""
        for name in self.numbers(piece):
            pairs = pl.col("values").list
            at, first = pairs.gather_every(2).alias(STEP), pairs.gather_every(2, 1).alias("first")
            heads = known.lists(piece, name).select(SERIES, at, first).explode(STEP, "first").drop_nulls()
            heads = heads.cast({STEP: pl.Int64})
            joined = piece.frame.join(heads, on=(SERIES, STEP), how="left", maintain_order="left")
            change = pl.coalesce("first", pl.col(name).cast(pl.Float64))
            total = pl.when(change.is_not_null()).then(change.fill_null(0).cum_sum().over(SERIES, phase(self.lag)))
            piece = piece.with_frame(joined.with_columns(total.alias(name)).drop("first"))
        return piece


class Undo(Step):
    """Bring everything that earlier steps transformed back to the scale it had before, exactly.

    What was done in between stays done: values can be filled, or outliers capped, on a logarithmic scale.
    """

    title: ClassVar[str] = "Back to the scale before"

    step: Literal["undo"] = "undo"
    columns: tuple[str, ...] = Field((), max_length=0, description="Not used: all that was transformed comes back.")

    def says(self) -> str:
        """The step in one plain sentence."""
        return "what was transformed comes back to the scale it had before"

    def changed(self, piece: Piece) -> Sequence[str]:
        """Any column of fractions may have been transformed."""
        return [name for name, kind in piece.frame.schema.items() if kind.is_float() and not name.startswith("__")]


def phase(lag: int) -> pl.Expr:
    """Which rows of a series are so many periods apart."""
    return (pl.col(STEP) % lag).alias("phase")


def check_above(piece: Piece, name: str, limit: float) -> None:
    """Refuse values that have no logarithm.

    Raises:
        DataError: there are some.
    """
    low = piece.frame.filter(pl.col(name) <= limit)
    if len(low):
        raise DataError(
            f"{len(low):,} values of {name!r} are at or below {limit:g}, such as {low[name][0]:g} in "
            f"{piece.ids[low[SERIES][0]]!r}; they have no logarithm.",
            hint="Add a larger offset, or take power with method yeo_johnson.",
        )
