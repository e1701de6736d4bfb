"""Weights by greedy selection: the model that improves the mean most joins it, again and again.

A model may join more than once, and its weight is its share of all that joined: few models get weight, and one that is
worse by itself may get some because it errs in its own way. The choice is made once for the whole panel and once for
each group; a group's weights are drawn towards the panel's, like those of `combination`. With those the result is
averaged: the two err in different ways, and their mean was better than either on most of the panels it was measured on.

Source: Caruana, Niculescu-Mizil, Crew & Ksikes (2004), Ensemble selection from libraries of models.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from forecastle.core.panel import Floats, Integers
from forecastle.models.combination import Evidence, Levels, loss_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """How weights are found.

    rounds: how many times a model joins. pooling: how many series the panel's weights count as, beside those of a
    group. points: about the most past forecasts looked at; of a larger panel, evenly spaced series stand for all.
    """

    rounds: int = 10
    pooling: float = 300.0
    points: int = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class _Points:
    """P scored forecasts. y: P. said: models × P × levels. weight: P, so that series of every size count alike.

    group: P, the group of each.
    """

    y: NDArray[np.float32]
    said: NDArray[np.float32]
    weight: NDArray[np.float32]
    group: Integers


def greedy_weights(
    evidence: Sequence[Evidence],
    models: Sequence[str],
    groups: Integers,
    levels: Levels,
    selection: Selection | None = None,
) -> Floats:
    """Weights that add up to 1 over the models of each series, models × N.

    groups: N, a number a group. A model can get weight in a group only if it forecast all of it that anybody did; a
    group without evidence has the panel's weights, and NaN stands where the panel has none.
    """
    asked = selection or Selection()
    sizes = np.bincount(groups)
    levels = _few(levels)
    points = _points(evidence, models, groups, levels, asked.points)
    own = _selected(points, points.group, len(sizes), levels, asked.rounds)
    panel = _selected(points, np.zeros_like(points.group), 1, levels, asked.rounds)
    if np.isnan(panel).any():
        found = own
    else:
        found = np.where(np.isnan(own), panel, (sizes * own + asked.pooling * panel) / (sizes + asked.pooling))
    return np.asarray(found[:, groups])


def _few(levels: Levels) -> Levels:
    """Three that stand for all: the lowest, the middle one, the highest."""
    places = sorted(levels)
    return {place: levels[place] for place in (places[0], places[(len(places) - 1) // 2], places[-1])}


def _points(
    evidence: Sequence[Evidence], models: Sequence[str], groups: Integers, levels: Levels, most: int
) -> _Points:
    total = sum(y.size for y, _ in evidence)
    rows, columns = np.arange(0, len(groups), max(1, -(-total // most))), list(levels)
    parts = []
    for y, everything in evidence:
        nobody = np.full((len(rows), y.shape[1], len(levels)), np.nan, dtype=np.float32)
        said = np.stack([everything[name][rows][:, :, columns] if name in everything else nobody for name in models])
        happened, known = y[rows].astype(np.float32), np.isfinite(y[rows])
        loss = loss_of(happened, said.astype(np.float32), levels)
        scored = known & np.isfinite(loss).any(axis=0)
        usual = _usual(np.where(scored, loss, np.nan))
        row, step = np.nonzero(scored & (usual > 0)[:, None])
        parts.append((happened[row, step], said[:, row, step], 1 / usual[row], groups[rows][row]))
    return _Points(
        y=np.concatenate([happened for happened, *_ in parts]),
        said=np.concatenate([said for _, said, *_ in parts], axis=1),
        weight=np.concatenate([weight for *_, weight, _ in parts]).astype(np.float32),
        group=np.concatenate([group for *_, group in parts]),
    )


def _usual(loss: NDArray[np.float32]) -> Floats:
    """The loss of the models on each series, on average; 0 for a series that all of them foretold exactly."""
    known = np.isfinite(loss)
    count = known.sum(axis=(0, 2))
    return np.asarray(np.where(known, loss, 0.0).sum(axis=(0, 2)) / np.maximum(count, 1))


def _selected(points: _Points, group: Integers, groups: int, levels: Levels, rounds: int) -> Floats:
    """How often each model joined in each group, as a share: models × groups; NaN without anything to go by."""
    models = len(points.said)
    complete = np.stack([np.bincount(group, np.isnan(said[:, 0]), groups) == 0 for said in points.said])
    usable = complete & (np.bincount(group, minlength=groups) > 0)
    said = np.nan_to_num(points.said)
    joined, mixed = np.zeros((models, groups)), np.zeros_like(said[0])
    for number in range(1, rounds + 1):
        loss = np.full((models, groups), np.inf)
        for place in np.flatnonzero(usable.any(axis=1)):
            missed = loss_of(points.y, (mixed + said[place]) / number, levels) * points.weight
            loss[place] = np.where(usable[place], np.bincount(group, missed, groups), np.inf)
        best = loss.argmin(axis=0)
        joined[best, np.arange(groups)] += 1
        mixed += said[best[group], np.arange(len(group))]
    return np.where(usable.any(axis=0), joined / rounds, np.nan)
