"""Rules and verdict of a contest as files: how the forecasts of members are put together."""

import json
from dataclasses import fields
from pathlib import Path

import numpy as np

from forecastle.core.quantiles import Quantiles
from forecastle.models.analogues import Analogues
from forecastle.models.intervals import Calibration
from forecastle.pipeline.contest import MEDIAN, Rules, Verdict

NAMES, ARRAYS = "judgement.json", "judgement.npz"

SHARES, COLD = "shares/", "cold/"
"""What the names of arrays begin with: an ensemble's weights, and what series with a cold start are forecast like."""


def needed(rules: Rules, verdict: Verdict) -> frozenset[str]:
    """The models that the champions are made of."""
    champions = set(verdict.champions)
    parts = {part for name in champions & rules.fixed.keys() for part in rules.fixed[name]}
    weighed = champions & verdict.shares.keys() - rules.fixed.keys()
    members = rules.members if weighed or verdict.means is not None else ()
    voters = rules.voters if MEDIAN in champions else ()
    return frozenset({*champions, *members, *parts, *voters} - rules.ensembles)


def save(rules: Rules, verdict: Verdict, folder: Path) -> None:
    """Write all that is needed to put forecasts together; how the contest weighed its evidence is not."""
    names = {
        "routed": rules.routed,
        "because": rules.because,
        "members": rules.members,
        "voters": rules.voters,
        "ensembles": sorted(rules.ensembles),
        "fixed": rules.fixed,
        "averaged": rules.averaged,
        "measure": rules.measure,
        "quantiles": rules.quantiles.levels,
        "champions": verdict.champions,
        "reasons": verdict.reasons,
    }
    (folder / NAMES).write_text(json.dumps(names, indent=2), encoding="utf-8")
    learned = verdict.calibration
    used = verdict.shares.keys() & rules.ensembles
    arrays = {
        "groups": rules.groups,
        **{SHARES + name: verdict.shares[name] for name in sorted(used)},
        **{COLD + field.name: getattr(rules.analogues, field.name) for field in fields(Analogues)},
        "shifts": learned and learned.shifts,
        "factors": learned and learned.factors,
        "means": verdict.means,
    }
    known = {name: np.asarray(array) for name, array in arrays.items() if array is not None}
    np.savez(folder / ARRAYS, allow_pickle=False, **known)


def load(folder: Path) -> tuple[Rules, Verdict]:
    """Read back what `save` wrote."""
    names = json.loads((folder / NAMES).read_text(encoding="utf-8"))
    with np.load(folder / ARRAYS, allow_pickle=False) as stored:
        arrays = {name: stored[name] for name in stored.files}
    quantiles = Quantiles(tuple(names["quantiles"]))
    rules = Rules(
        groups=arrays["groups"],
        routed=tuple(names["routed"]),
        because=tuple(names["because"]),
        members=tuple(names["members"]),
        voters=tuple(names["voters"]),
        ensembles=frozenset(names["ensembles"]),
        fixed=names["fixed"],
        averaged=tuple(names["averaged"]),
        analogues=Analogues(**{field.name: arrays[COLD + field.name] for field in fields(Analogues)}),
        measure=names["measure"],
        quantiles=quantiles,
    )
    calibration = (
        Calibration(shifts=arrays["shifts"], factors=arrays["factors"], quantiles=quantiles)
        if "shifts" in arrays
        else None
    )
    verdict = Verdict(
        shares={name.removeprefix(SHARES): array for name, array in arrays.items() if name.startswith(SHARES)},
        champions=tuple(names["champions"]),
        reasons=tuple(names["reasons"]),
        calibration=calibration,
        means=arrays.get("means"),
    )
    return rules, verdict
