"""Which columns together name a series, and whether the rows are single sales."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import combinations

import polars as pl

from forecastle.data.detection.rows import Rows
from forecastle.data.detection.vocabulary import hint

LOOKED_AT = 50_000
"""Rows of whole moments that are looked at; all rows of a moment show whether keys are unique within it."""
MOST_CANDIDATES = 8
MOST_KEYS = 3
NEARLY = 0.98
"""From this share of distinct rows on, the rest are duplicates; below it, several rows are normal."""
PLAINLY, VAGUELY = 0.9, 0.5
"""How much a name must sound like a key to be trusted with a few duplicates, or with others beside it."""
SMALL_NEARLY, FEW = 0.9, 3.5
"""In a small table a few duplicates are already a larger share."""
MEASURES = ("volume", "revenue", "price", "promotion", "known", "closed", "open", "unfit")
MOST_MOMENTS, STRETCHES = 2_000_000, 64
"""Different moments that are looked at, and the stretches of the history that they are taken from if there are more."""
REGULAR_CLOCK = 0.8
"""Share of equal distances between moments from which times of day come from a clock and not from customers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Keys:
    """The key columns. transactions: several rows of a series in one period are normal."""

    columns: tuple[str, ...]
    confidence: float
    reason: str
    transactions: bool = False


def find_keys(rows: Rows, time: str, *, taken: frozenset[str], asked: tuple[str, ...] | None) -> Keys:
    """Find the fewest columns that, with the time, tell every row from every other."""
    count = rows.distinct((time,))
    moments = _moments(rows, time, count)
    some = _whole_moments(rows, time, moments, count)
    single_sales = _stamped_by_events(moments)
    if asked is not None:
        transactions = single_sales or not _nearly(some, _distinct(some, asked, time))
        return Keys(columns=asked, confidence=1.0, reason="named by the user", transactions=transactions)
    candidates = _candidates(rows, time, taken)
    if single_sales:
        return _of_sales(rows, candidates, "times of day without a pattern")
    counts = {name: rows.distinct((name,)) for name in candidates}
    several = [name for name in candidates if 1 < counts[name] <= rows.height / 2][:MOST_CANDIDATES]
    alone = _distinct(some, (), time)
    if alone == 1 or (_nearly(some, alone) and not several):
        constant = tuple(name for name in candidates if counts[name] == 1 and named(name) >= PLAINLY)
        reason = "the same in every row" if constant else f"{alone:.1%} of the rows are the only one of their moment"
        return Keys(columns=constant[:1], confidence=0.9, reason=reason)
    return _fewest(rows, some, several, time) or _of_sales(rows, candidates, "several rows for each moment")


def _fewest(rows: Rows, some: pl.DataFrame, candidates: Sequence[str], time: str) -> Keys | None:
    """The smallest choice of columns that makes rows unique, or nearly so under names that say what they are."""
    nearest: Keys | None = None
    for size in range(1, MOST_KEYS + 1):
        for columns in sorted(combinations(candidates, size), key=lambda names: -sum(map(named, names))):
            share, plain = _distinct(some, columns, time), min(map(named, columns))
            if (
                not _nearly(some, share)
                or (size > 1 and max(map(named, columns)) < VAGUELY)
                or not _recurs(rows, columns)
            ):
                continue
            if share == 1:
                sure = round(0.7 + 0.25 * plain, 2)
                return Keys(
                    columns=_in_order(rows, columns), confidence=sure, reason="one row for each value and moment"
                )
            if nearest is None or plain >= PLAINLY > min(map(named, nearest.columns)):
                reason = f"{share:.1%} of the rows are the only one of their value and moment"
                nearest = Keys(columns=_in_order(rows, columns), confidence=0.6, reason=reason)
        if nearest and min(map(named, nearest.columns)) >= PLAINLY:
            return nearest
    return nearest


def named(name: str) -> float:
    """How much a name sounds like what series are told apart by."""
    thing = max(hint(name, "item"), 0.95 * hint(name, "place"), 0.6 * hint(name, "group"))
    return thing * (0.8 if hint(name, "event") == 1 else 1.0)


def names_a_thing(name: str) -> bool:
    """Whether a name says plainly that the values name things, and nothing that they measure them."""
    thing = any(hint(name, kind) == 1 for kind in ("item", "place", "group"))
    return thing and not any(hint(name, kind) == 1 for kind in MEASURES)


def _candidates(rows: Rows, time: str, taken: frozenset[str]) -> list[str]:
    """Columns of text, or of whole numbers that are no measure; those with telling names first, then text."""

    def possible(name: str, kind: pl.DataType) -> bool:
        if name == time or name in taken or hint(name, "bookkeeping") == 1:
            return False
        measure = max(hint(name, what) for what in MEASURES)
        return is_text(kind) or (kind.is_integer() and (measure < 1 or named(name) == 1))

    names = [name for name, kind in rows.schema.items() if possible(name, kind)]
    whole = [name for name in names if not is_text(rows.schema[name])]
    flags = rows.look(*(pl.col(name).is_between(0, 1).all() for name in whole))
    names = [name for name in names if not dict(zip(whole, flags, strict=True)).get(name)]
    return sorted(names, key=lambda name: (-named(name), not is_text(rows.schema[name])))


def is_text(kind: pl.DataType) -> bool:
    """Whether a column holds words."""
    return isinstance(kind, pl.String | pl.Categorical | pl.Enum)


def _distinct(some: pl.DataFrame, columns: Sequence[str], time: str) -> float:
    return some.select(*columns, time).n_unique() / max(len(some), 1)


def _in_order(rows: Rows, columns: Sequence[str]) -> tuple[str, ...]:
    return tuple(name for name in rows.schema if name in columns)


def _nearly(some: pl.DataFrame, share: float) -> bool:
    """Whether so few rows are not unique that they are duplicates."""
    return share >= NEARLY or (share >= SMALL_NEARLY and (1 - share) * len(some) <= FEW)


def _recurs(rows: Rows, columns: Sequence[str]) -> bool:
    """Whether a series has at least two rows on average; a column that numbers the rows names no series."""
    return rows.distinct(columns) <= rows.height / 2


def _of_sales(rows: Rows, candidates: Sequence[str], reason: str) -> Keys:
    """Keys of single sales: what was sold and where, as far as names tell, or else the most telling text column."""
    counts = {name: rows.distinct((name,)) for name in candidates}
    recurring = [name for name in candidates if counts[name] <= rows.height / 2]
    things = [next((name for name in recurring if hint(name, kind) == 1), None) for kind in ("item", "place")]
    columns = _in_order(rows, [name for name in things if name])
    if columns:
        return Keys(columns=columns, confidence=0.7, reason=f"{reason}, so single sales", transactions=True)
    texts = [name for name in recurring if is_text(rows.schema[name]) and not hint(name, "event")]
    fine = [name for name in texts if 1 < counts[name] <= rows.height / 10]
    best = max(fine, key=lambda name: (named(name), counts[name]), default=None)
    columns = (best,) if best else ()
    return Keys(columns=columns, confidence=0.4, reason=f"{reason}, so single sales", transactions=True)


def _moments(rows: Rows, time: str, count: int) -> pl.Series:
    """The different moments in order; where they are too many for memory, those of stretches spread over the history.

    count: how many there are, about.
    """
    if count <= MOST_MOMENTS:
        return rows.unique(time).sort()
    place = pl.col(time).to_physical()
    first, last = rows.look(place.min(), place.max())
    stretch = (last - first) // STRETCHES + 1
    within = (place - first) % stretch < stretch * MOST_MOMENTS // count
    return rows.where(within).unique(time).sort()


def _whole_moments(rows: Rows, time: str, moments: pl.Series, count: int) -> pl.DataFrame:
    """All rows of some moments, spread over the history. moments: as of `_moments`."""
    if rows.height <= 4 * LOOKED_AT:
        return rows.lazy.collect(engine=rows.engine)
    wanted = max(3, round(count * LOOKED_AT / rows.height))
    chosen = moments.gather_every(max(len(moments) // wanted, 1), offset=len(moments) // wanted // 2)
    return rows.lazy.filter(pl.col(time).is_in(chosen.implode())).collect(engine=rows.engine)


def _stamped_by_events(moments: pl.Series) -> bool:
    """Whether times of day follow no clock, as those of sales do. moments: the different ones, in order."""
    if moments.dtype != pl.Datetime:
        return False
    gaps = moments.diff().drop_nulls()
    if len(gaps) < 3:
        return False
    commonest = gaps.value_counts(sort=True)
    return bool(commonest["count"][0] < REGULAR_CLOCK * len(gaps)) and bool((gaps < timedelta(hours=1)).any())
