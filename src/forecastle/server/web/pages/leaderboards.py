"""Leaderboards: how the models of an execution did on the past, in all and by class."""

import polars as pl
from nicegui import ui

from forecastle.core.columns import MODEL, TARGET
from forecastle.core.records import Execution
from forecastle.reporting.wording import percent, ratio
from forecastle.server.web.parts.basic import block, card, chip, note, text
from forecastle.server.web.parts.table import table
from forecastle.server.web.parts.times import ago, lasting
from forecastle.server.web.visitor import visitor

GROUPS = {"all": "All series", "abc": "By ABC class", "pattern": "By demand pattern", "xyz": "By XYZ class"}

CHAMPIONS, YARDSTICK = "auto", "seasonal_naive"

RULE = (
    "Every series has a champion of its own; auto is all of them together. The model that leads most series is marked. "
    "It need not have the smallest error of all: a model leads only where it did clearly better on windows that took "
    "no part in choosing it."
)


async def leaderboards(execution: Execution) -> None:
    """How the models of an execution did, for every target and segment."""
    house = visitor().house
    board = await house.executions.leaderboard(execution.id)
    if board.is_empty():
        note("The history was too short to compare models on the past.")
        return
    metrics = await house.executions.metrics(execution.id, by=("abc", "pattern", "xyz"))
    for target in execution.targets:
        await _leaderboard(
            board.filter(pl.col(TARGET) == target), metrics.filter(pl.col(TARGET) == target), target, execution
        )


async def _leaderboard(board: pl.DataFrame, metrics: pl.DataFrame, target: str, execution: Execution) -> None:
    with card():
        with block("line apart"):
            with block(""):
                text(f"Leaderboard of {target}", "h2")
                text(
                    f"Compared {ago(execution.created_at)} on past windows, {execution.series:,} series.",
                    classes="muted small",
                )
            groups = ui.toggle(GROUPS, value="all")
        whole = block("stack")
        parts = block("stack")
        with whole:
            _board(board)
        parts.visible = False

        def choose() -> None:
            whole.visible = groups.value == "all"
            parts.visible = not whole.visible
            parts.clear()
            with parts:
                if groups.value != "all":
                    _segments(metrics.filter(pl.col("by") == groups.value), GROUPS[groups.value])

        groups.on_value_change(choose)


def _board(board: pl.DataFrame) -> None:
    every = max(board["series"])
    worst = max(board.filter(pl.col("series") == every)["wape"].drop_nulls(), default=1.0) or 1.0
    titles = {one.name: one.title for one in visitor().house.models.catalog()}
    titles[CHAMPIONS] = "The champion of each series"
    columns = (
        "Model",
        "Total error (WAPE)",
        "",
        "Against repeating the past",
        "MASE",
        "80 % range held",
        "Series",
        "Time",
    )
    with table(columns, numbers=columns[1:2] + columns[3:], about="Models, the best first") as add:
        for row in board.iter_rows(named=True):
            wape = row["wape"]
            add(
                lambda row=row: name_of(row[MODEL], champion=row["champion"], about=titles.get(row[MODEL], "")),
                percent(wape),
                lambda wape=wape, row=row: _bar(wape if row["series"] == every else None, worst, lead=row["champion"]),
                _skill(row["skill"]),
                ratio(row["mase"]),
                percent(row["coverage_80"], 0),
                f"{row['series']:,}" if row["series"] == every else f"{row['series']:,} of {every:,}",
                lasting(row["seconds"]),
                lead=row["champion"],
            )
    text(RULE, classes="muted small")


def name_of(name: str, *, champion: bool, about: str = "") -> None:
    """A model or a version, whether it leads, and what it is."""
    with block("line"):
        text(name, "span")
        if champion:
            chip("champion", "busy")
    if about:
        text(about, "div", "small muted wrap")


def _bar(value: float | None, worst: float, *, lead: bool) -> None:
    if value is not None:
        text("", "span", "bar lead" if lead else "bar").style(f"width:{max(2, round(120 * value / worst))}px")


def _skill(skill: float | None) -> str:
    if skill is None:
        return "–"
    return f"{percent(abs(skill), 0)} {'better' if skill > 0 else 'worse'}" if abs(skill) >= 0.005 else "the same"


def _segments(metrics: pl.DataFrame, about: str) -> None:
    wape = metrics.filter(pl.col("metric") == "wape")
    if wape.is_empty():
        note("Nothing is known of these groups.")
        return
    groups = sorted(wape["group"].unique().to_list())
    wide = wape.pivot("group", on_columns=groups, index=MODEL, values="value")
    best = {group: wide[group].min() for group in groups}
    with table(("Model", *groups), numbers=groups, about=f"Total error of every model, {about.lower()}") as add:
        for row in wide.iter_rows(named=True):
            add(row[MODEL], *(_best(row[group], best[group]) for group in groups))
    text("Total error (WAPE); the best of each group in colour.", classes="muted small")


def _best(value: float | None, best: float | None) -> object:
    if value is not None and value == best:
        return lambda: text(percent(value), "strong", "good")
    return percent(value)
