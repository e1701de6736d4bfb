"""Synthetic sales, and the truth about them."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import polars as pl

from forecastle.core.columns import DS, SERIES_ID, Y
from forecastle.core.frequency import Frequency
from forecastle.core.panel import Covariates, Floats, Panel
from forecastle.data.synthetic.spec import SyntheticSpec

BEGINNING = "2020-01-01"
"""The first period holds this day."""

YEAR = 52
"""Periods that `trend` is about."""

SMOOTH, INTERMITTENT, LUMPY = "smooth", "intermittent", "lumpy"

SELLS = 0.25
"""Share of periods in which an intermittent or lumpy series sells."""

PARTS = ("level", "trend", "season", "shift", "price_effect", "promotion_effect")
"""Factors whose product is what is expected of a period that sells."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Synthetic:
    """Sales and their causes.

    panel: `series_id`, `ds`, `y` (null: missing or closed), `price`, `promo`; both are known for the future.
    plan: `series_id`, `ds`, `price`, `promo` of the horizon.
    truth: one row a series and period, those of the horizon among them: `kind`, the factors of `PARTS`, `sells` (the
        probability of a sale), `expected` (their product), `demand` (what was wanted), `outlier` (added to it),
        `closed`, `missing`.
    """

    panel: Panel
    plan: pl.DataFrame
    truth: pl.DataFrame

    @property
    def table(self) -> pl.DataFrame:
        """The history as somebody would export it: `sku`, `date`, `sales`, `price`, `promo`, `closed`.

        Rows that nobody recorded are not there; the plan's rows are, with empty sales.
        """
        told = self.truth.select(SERIES_ID, DS, "closed", "missing")
        rows = self.panel.frame.join(told, on=[SERIES_ID, DS], how="left", maintain_order="left")
        sales = pl.when("closed").then(0.0).otherwise(pl.col(Y)).alias("sales")
        kept = rows.filter(~pl.col("missing"))
        history = kept.select(
            pl.col(SERIES_ID).alias("sku"), pl.col(DS).alias("date"), sales, "price", "promo", "closed"
        )
        ahead = self.plan.select(
            pl.col(SERIES_ID).alias("sku"), pl.col(DS).alias("date"), pl.lit(None, pl.Float64).alias("sales"),
            "price", "promo", pl.lit(value=False).alias("closed"),
        )  # fmt: skip
        return pl.concat([history, ahead]).sort("sku", "date")


def synthesize(spec: SyntheticSpec | None = None) -> Synthetic:
    """Make sales by a specification.

    Raises:
        InputError: the frequency is unknown, or values make no sense.
    """
    spec = spec or SyntheticSpec()
    spec.check()
    rng = np.random.default_rng(spec.seed)
    freq = Frequency.parse(spec.freq)
    kinds = _kinds(spec, rng)
    parts = _parts(spec, freq, rng)
    rare = (kinds != SMOOTH)[:, None]
    sells = np.where(rare, SELLS, 1.0) * np.ones(parts["level"].shape)
    size = np.prod([parts[name] for name in PARTS], axis=0)
    demand = _demand(size, sells, kinds, spec, rng)
    odd = rng.random(size.shape) < spec.outliers
    columns = parts | {
        "sells": sells,
        "expected": size * sells,
        "demand": demand,
        "outlier": np.where(odd, np.round(size * rng.uniform(3, 6, size.shape)), 0.0),
        "closed": rng.random(size.shape) < spec.closed,
        "missing": rng.random(size.shape) < spec.missing,
    }
    return _told(columns, kinds, spec, freq)


def _kinds(spec: SyntheticSpec, rng: np.random.Generator) -> np.ndarray:
    lumpy, intermittent = (round(share * spec.series) for share in (spec.lumpy, spec.intermittent))
    lumpy = min(lumpy, spec.series - intermittent)
    kinds = np.array([LUMPY] * lumpy + [INTERMITTENT] * intermittent + [SMOOTH] * (spec.series - lumpy - intermittent))
    return rng.permutation(kinds)


def _parts(spec: SyntheticSpec, freq: Frequency, rng: np.random.Generator) -> dict[str, Floats]:
    """The factors, series × periods, and `price` and `promo` which two of them are made of."""
    n, width = spec.series, spec.periods + spec.horizon
    time = np.arange(width)
    level = spec.level * np.exp(rng.normal(0, spec.spread, (n, 1))) * np.ones((1, width))
    trend = np.exp(rng.normal(0, spec.trend, (n, 1)) * time / YEAR)
    season = np.prod([_season(length, spec, rng) for length in freq.seasons] or [np.ones((n, width))], axis=0)
    at, by = rng.integers(width // 4, max(width // 4 + 1, 3 * width // 4), n), rng.choice([0.5, 1.8], n)
    moved = (rng.random(n) < spec.shifts)[:, None] & (time >= at[:, None])
    usual = np.round(rng.uniform(2, 20, (n, 1)), 2)
    promo = rng.random((n, width)) < spec.promotions
    price = np.round(usual * np.where(promo, 0.8, 1.0) * np.exp(_steps(n, width, rng)), 2)
    return {
        "level": level,
        "trend": trend,
        "season": season,
        "shift": np.where(moved, by[:, None], 1.0),
        "price_effect": (price / usual) ** spec.elasticity,
        "promotion_effect": np.where(promo, 1 + spec.lift, 1.0),
        "price": price,
        "promo": promo,
    }


def _season(length: int, spec: SyntheticSpec, rng: np.random.Generator) -> Floats:
    """A smooth pattern of each series' own that repeats after so many periods; its logarithm has mean zero."""
    time = np.arange(spec.periods + spec.horizon)
    phases, waves = rng.uniform(0, 2 * np.pi, (2, spec.series, 1)), (1.0, 0.5)
    angles = 2 * np.pi * time / length
    shape = sum(
        wave * np.sin(number * angles + phase)
        for number, (wave, phase) in enumerate(zip(waves, phases, strict=True), 1)
    )
    return np.exp(spec.season * np.asarray(shape) / 1.5)


def _steps(n: int, width: int, rng: np.random.Generator) -> Floats:
    """How far the usual price has moved: now and then a step of some percent."""
    steps = np.where(rng.random((n, width)) < 0.02, rng.normal(0, 0.05, (n, width)), 0.0)
    return np.asarray(np.cumsum(steps, axis=1))


def _demand(size: Floats, sells: Floats, kinds: np.ndarray, spec: SyntheticSpec, rng: np.random.Generator) -> Floats:
    """What was wanted, in whole pieces where that is about what a period sells; its mean is `size` × `sells`."""
    deviation = np.where(kinds == LUMPY, 1.0, spec.noise)[:, None]
    variance = np.log1p(deviation**2)
    drawn = size * np.exp(rng.normal(0, 1, size.shape) * np.sqrt(variance) - variance / 2)
    wanted = np.where(rng.random(size.shape) < sells, drawn, 0.0)
    whole = np.floor(wanted + rng.random(size.shape))  # rounded at random, so that the mean stays
    return np.asarray(whole)


def _told(columns: Mapping[str, np.ndarray], kinds: np.ndarray, spec: SyntheticSpec, freq: Frequency) -> Synthetic:
    width = spec.periods + spec.horizon
    names = [f"SKU-{number:0{len(str(spec.series))}}" for number in range(1, spec.series + 1)]
    first = pl.select(freq.steps(_beginning(freq))).item()
    truth = pl.DataFrame(
        {
            SERIES_ID: np.repeat(names, width),
            "step": np.tile(first + np.arange(width), spec.series),
            "ahead": np.tile(np.arange(width) >= spec.periods, spec.series),
            "kind": np.repeat(kinds, width),
            **{name: values.ravel() for name, values in columns.items()},
        }
    ).with_columns(freq.moments(pl.col("step")).alias(DS))
    seen = pl.when(~pl.col("closed") & ~pl.col("missing")).then(pl.col("demand") + pl.col("outlier")).alias(Y)
    history = truth.filter(~pl.col("ahead")).select(SERIES_ID, DS, seen, "price", "promo")
    covariates = Covariates(known=("price", "promo"), price=("price",), promotion=("promo",))
    return Synthetic(
        panel=Panel(frame=history, freq=freq, covariates=covariates),
        plan=truth.filter("ahead").select(SERIES_ID, DS, "price", "promo"),
        truth=truth.select(
            SERIES_ID, DS, "kind", *PARTS, "sells", "expected", "demand", "outlier", "closed", "missing"
        ),
    )


def _beginning(freq: Frequency) -> pl.Expr:
    moment = pl.lit(BEGINNING).str.to_datetime("%Y-%m-%d")
    return pl.lit(1) if str(freq).endswith("step") else moment
