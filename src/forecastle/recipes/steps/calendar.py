"""Which periods there are: every one of them, or longer ones."""

from collections.abc import Mapping
from dataclasses import replace
from typing import ClassVar, Literal

import polars as pl
from pydantic import Field, field_validator

from forecastle.core.columns import SERIES_ID
from forecastle.core.columns import STEP as STEP_
from forecastle.core.errors import DataError, InputError
from forecastle.core.frequency import Frequency, Unit
from forecastle.data.aggregation import MINUTES
from forecastle.data.cleaning.gaps import absent_periods, find_holes
from forecastle.recipes.piece import SERIES, STEP, Piece
from forecastle.recipes.rules import Rule, aggregated, defaults
from forecastle.recipes.step import Step, check_column


class Align(Step):
    """Put every moment where the frequency puts it, and give every period between a series' rows a row of its own."""

    title: ClassVar[str] = "Calendar alignment"
    keeps_rows: ClassVar[bool] = False
    early: ClassVar[bool] = True

    step: Literal["align"] = "align"
    absent: Literal["missing", "zero"] = Field(
        "missing", description="What a period without a row means for the columns: not observed, or no sale."
    )
    until: Literal["series", "data"] = Field(
        "series", description="The last period of every series: its own last row, or the last of all the data."
    )

    def says(self) -> str:
        """The step in one plain sentence."""
        what = "is not observed" if self.absent == "missing" else f"has zero in {self.on}"
        end = "its own end" if self.until == "series" else "the end of the data"
        return f"Every series has a row for every period up to {end}; a new one {what}"

    def adjusted(self, piece: Piece) -> Mapping[str, int]:
        """Moments that stood elsewhere in their period."""
        time = piece.roles.time
        there = piece.freq.moments(pl.col(STEP)).cast(piece.frame.schema[time])
        return {time: int(piece.frame.select((pl.col(time) != there).sum()).item())}

    def apply(self, piece: Piece) -> Piece:
        """Move the moments, and add the rows."""
        time = piece.roles.time
        kind = piece.frame.schema[time]
        frame = piece.frame.with_columns(piece.freq.moments(pl.col(STEP)).cast(kind).alias(time))
        known = frame.select(pl.col(SERIES).alias(SERIES_ID), pl.col(STEP).alias(STEP_))
        holes = find_holes(known, end=piece.end if self.until == "data" else None)
        absent = absent_periods(holes.with_columns(piece.ids.gather(holes[SERIES_ID])), len(known), piece.freq)
        if absent.is_empty():
            return piece.with_frame(frame)
        counts = holes.select(pl.col("until") - pl.col(STEP_) - 1).to_series()
        added = pl.DataFrame({SERIES: holes[SERIES_ID].repeat_by(counts).explode(), STEP: absent[STEP_]})
        added = added.with_columns(piece.freq.moments(pl.col(STEP)).cast(kind).alias(time))
        if self.absent == "zero":
            added = added.with_columns(pl.lit(0.0).alias(name) for name in self.numbers(piece))
            frame = frame.with_columns(pl.col(name).cast(pl.Float64) for name in self.numbers(piece))
        lasting = [*piece.roles.keys, *piece.roles.static]
        if lasting:
            series = frame.group_by(SERIES).agg(pl.col(lasting).drop_nulls().first())
            added = added.join(series, on=SERIES, how="left")
        filled = pl.concat([frame, added], how="diagonal").sort(SERIES, STEP, maintain_order=True)
        return piece.with_frame(filled.select(frame.columns))


class Resample(Step):
    """Put the rows of each longer period together into one, by a rule a column."""

    title: ClassVar[str] = "Resampling"
    keeps_rows: ClassVar[bool] = False
    early: ClassVar[bool] = True

    step: Literal["resample"] = "resample"
    columns: tuple[str, ...] = Field((), max_length=0, description="Not used: every column has a rule.")
    freq: str = Field(
        max_length=20, description="The longer period: `W-SAT` (weeks that begin on Saturdays), `MS`, `QS` …."
    )
    rules: dict[str, Rule] = Field(
        {}, description="Rule by column where the usual one does not fit: sum, mean, median, min, max, first, last, …"
    )
    partial: Literal["keep", "drop"] = Field(
        "drop", description="What is done about a first or last period that the data cover only in part."
    )

    @field_validator("freq")
    @classmethod
    def _known(cls, text: str) -> str:
        try:
            return str(Frequency.parse(text))
        except InputError as error:
            raise ValueError(str(error)) from error

    def says(self) -> str:
        """The step in one plain sentence."""
        rules = ", ".join(f"{name} by {rule}" for name, rule in self.rules.items())
        freq = Frequency.parse(self.freq)
        dated = ", dated by its first day" if freq.unit is Unit.WEEK else ""
        return f"Rows become one a series and {freq.word} ({self.freq}){dated}{': ' if rules else ''}{rules}"

    def found(self, before: Piece, after: Piece) -> Mapping[str, pl.Series]:
        """Sums of targets of which a part is missing, so that they are lower than what was sold."""
        sums = [name for name in before.roles.targets if self.rules.get(name, "sum") == "sum"]
        names = [name for name in sums if before.frame[name].null_count()]
        if not names:
            return {}
        rows = before.with_freq(after.freq).frame.group_by(SERIES, STEP).agg(pl.col(names).null_count() > 0)
        there = after.frame.select(SERIES, STEP).join(rows, on=(SERIES, STEP), how="left", maintain_order="left")
        return {name: there[name] & after.frame[name].is_not_null() for name in names}

    def apply(self, piece: Piece) -> Piece:
        """Put them together; a target is added up unless a rule says otherwise."""
        freq, time = Frequency.parse(self.freq), piece.roles.time
        self._check(piece, freq)
        kind = piece.frame.schema[time]
        moved = piece.with_freq(freq)
        if self.partial == "drop":
            moved = _without_partial(moved, piece, freq)
        rules = defaults(piece) | {piece.roles.time: "first"} | self.rules
        frame = aggregated(moved, rules, by=STEP)
        moment = freq.moments(pl.col(STEP))
        if kind.is_temporal() and freq.unit not in (Unit.HOUR, Unit.MINUTE):
            moment = moment.cast(pl.Date)
        return replace(moved, frame=frame.with_columns(moment.alias(time)), transactions=False)

    def _check(self, piece: Piece, freq: Frequency) -> None:
        for name in self.rules:
            check_column(piece, name)
        if (freq.unit is Unit.STEP) != (piece.freq.unit is Unit.STEP):
            raise DataError(
                f"The data are {piece.freq}; {freq} does not fit their times.", hint="Choose another period."
            )
        dated = piece.frame.schema[piece.roles.time] == pl.Date and freq.unit in (Unit.HOUR, Unit.MINUTE)
        if dated or (length(freq) < length(piece.freq) and not piece.transactions):
            raise DataError(
                f"The data come once a {piece.freq.word} ({piece.freq}); they cannot be split into {freq}.",
                hint=f"Ask for {piece.freq} or something longer.",
            )


def length(freq: Frequency) -> int:
    """About how long a period is, to tell the longer of two."""
    return MINUTES[freq.unit] * freq.every


def _without_partial(moved: Piece, before: Piece, freq: Frequency) -> Piece:
    """Without the periods at the edges of all the data that the data reach only in part."""
    ends = pl.DataFrame({STEP: [before.start - 1, before.start, before.end, before.end + 1]})
    steps = ends.select(freq.steps(before.freq.moments(pl.col(STEP)))).to_series()
    partial = [steps[1]] if steps[0] == steps[1] else []
    partial += [steps[2]] if steps[2] == steps[3] else []
    return moved.with_frame(moved.frame.filter(~pl.col(STEP).is_in(partial))) if partial else moved
