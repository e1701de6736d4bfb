"""Some rows of a version, without reading the others: its Parquet file is asked for just these."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import polars as pl

from forecastle.core.columns import SERIES_ID
from forecastle.core.errors import InputError
from forecastle.core.panel import Integers
from forecastle.data.aggregation import series_name
from forecastle.exploration.ordering import ordered_places
from forecastle.exploration.series_index import PLACE, SeriesIndex

MOST = 1_000
"""Rows of one preview; more are for a download."""
AT_ONCE = 50
"""Slices that are read beside each other; Polars warns of a deadlock where hundreds are."""


class Sample(StrEnum):
    """Which rows are looked at."""

    HEAD = "head"
    TAIL = "tail"
    RANDOM = "random"
    STRATIFIED = "stratified"
    """Every series has a row before one has two."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What somebody wants to see. offset: rows before the first (head), or after the last (tail).

    sort: a column by which all rows are sorted before the head or the tail is taken; missing values come last.
    columns: only these; empty takes all. seed: the same seed draws the same rows.
    """

    sample: Sample = Sample.HEAD
    rows: int = 50
    offset: int = 0
    sort: str | None = None
    descending: bool = False
    seed: int = 1
    columns: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """The rows. places: where each stands in the version, counted from 0. total: rows of the whole version."""

    rows: pl.DataFrame
    places: tuple[int, ...]
    total: int


def preview(rows: pl.LazyFrame, series: SeriesIndex | None, look: Look) -> Preview:
    """The rows that somebody wants to see. series: needed for a stratified sample only.

    Raises:
        InputError: a column is not there or cannot be sorted, too many rows were asked for, or a random sample is to
            be sorted.
    """
    _check(look, rows.collect_schema())
    total = int(rows.select(pl.len()).collect().item())
    places = _places(rows, series, look, total)
    return Preview(rows=_gathered(rows, look.columns, places), places=tuple(places.tolist()), total=total)


def _check(look: Look, there: pl.Schema) -> None:
    wanted = (*look.columns, *([look.sort] if look.sort else ()))
    if missing := [name for name in wanted if name not in there]:
        raise InputError(f"There is no column {missing[0]!r}.", hint=f"The columns are: {', '.join(there)}.")
    if not 1 <= look.rows <= MOST:
        raise InputError(f"{look.rows:,} rows cannot be looked at.", hint=f"Ask for 1 to {MOST:,}.")
    if look.sort and look.sample not in (Sample.HEAD, Sample.TAIL):
        raise InputError(f"A {look.sample} sample cannot be sorted.", hint="Sort the head or the tail.")
    if look.sort and there[look.sort].is_nested():
        raise InputError(
            f"{look.sort!r} holds {there[look.sort]} values, which have no order.", hint="Sort by another."
        )


def _places(rows: pl.LazyFrame, series: SeriesIndex | None, look: Look, total: int) -> Integers:
    rng = np.random.default_rng(look.seed)
    if look.sample is Sample.STRATIFIED and series is not None:
        return _stratified(rows, series, rng, look.rows)
    if look.sample in (Sample.RANDOM, Sample.STRATIFIED):
        return np.sort(_drawn(rng, total, look.rows))
    ends = look.sample is Sample.TAIL
    first = max(total - look.offset - look.rows, 0) if ends else min(look.offset, total)
    last = max(total - look.offset, 0) if ends else min(look.offset + look.rows, total)
    if look.sort is None:
        return np.arange(first, last)
    return ordered_places(rows.select(look.sort), first, last, descending=look.descending)


def _drawn(rng: np.random.Generator, total: int, count: int) -> Integers:
    """Different places, drawn without a list of all of them."""
    return np.asarray(rng.choice(total, size=min(count, total), replace=False, shuffle=False), dtype=np.int64)


def _stratified(rows: pl.LazyFrame, series: SeriesIndex, rng: np.random.Generator, count: int) -> Integers:
    """As many rows of every series, as far as there are; where there are more series than rows, one of some of them."""
    if len(series.table) >= count and (single := series.one_row_each(rng, count)) is not None:
        return np.sort(single)
    name = series_name(series.roles, series.roles.targets[0]).alias(SERIES_ID)
    named = rows.select(name).with_row_index(PLACE)
    if len(series.table) > count:
        chosen = series.table.select(SERIES_ID)[np.sort(_drawn(rng, len(series.table), count))]
        named = named.join(chosen.lazy(), on=SERIES_ID, how="semi", maintain_order="left")
    drawn = named.collect()
    drawn = drawn.with_columns(pl.Series("luck", rng.random(len(drawn))))
    turn = pl.col("luck").rank("ordinal").over(SERIES_ID)
    return np.sort(drawn.sort(turn, "luck").head(count)[PLACE].to_numpy().astype(np.int64))


def _gathered(rows: pl.LazyFrame, columns: tuple[str, ...], places: Integers) -> pl.DataFrame:
    """The rows at these places, in their order; neighbours are read together."""
    shown = columns or (pl.all(),)
    if not places.size:
        return rows.select(shown).head(0).collect()
    rising = np.sort(places)
    begins = np.flatnonzero(np.diff(rising, prepend=rising[0] - 2) != 1)
    lengths = np.diff(begins, append=len(rising))
    runs = zip(rising[begins].tolist(), lengths.tolist(), strict=True)
    # Columns are chosen after the slice: the other way about, Polars opens the file once more for every slice.
    slices = [rows.slice(first, length).select(shown) for first, length in runs]
    some = [slices[first : first + AT_ONCE] for first in range(0, len(slices), AT_ONCE)]
    found = [part for together in some for part in pl.collect_all(together)]
    return pl.concat(found)[np.argsort(np.argsort(places))]
