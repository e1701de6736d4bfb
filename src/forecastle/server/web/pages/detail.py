"""One series: its chart, its numbers, why this model, what moves it, and how other models did on it."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

import polars as pl
from nicegui import ui

from forecastle.core.columns import MODEL
from forecastle.core.errors import ConflictError, ForecastleError
from forecastle.core.records import JobKind
from forecastle.reporting.reasons import plainly
from forecastle.reporting.wording import number, percent, ratio
from forecastle.server.web import icons
from forecastle.server.web.pages.choice import Choice
from forecastle.server.web.pages.leaderboards import CHAMPIONS
from forecastle.server.web.pages.planning import numbers_of
from forecastle.server.web.parts import charts
from forecastle.server.web.parts.basic import Tone, block, button, card, chip, link, note, text, waiting
from forecastle.server.web.parts.dialogs import hint_of, problem
from forecastle.server.web.parts.status import outlook
from forecastle.server.web.parts.table import table
from forecastle.server.web.parts.times import unit_of
from forecastle.server.web.visitor import visitor
from forecastle.services.forecasts.results import SeriesResult

STRONGEST = 8
"""Drivers shown of a series."""

UNCHANGED = 0.0005
"""A change that would be written as 0.0 %."""

LEVEL = "level"
"""The driver that the others move a forecast from."""


class Detail:
    """The pane of the chosen series. The chart stays where it is, so that it only changes its lines."""

    def __init__(self, choice: Choice) -> None:
        self._choice = choice
        with block("stack"):
            with card():
                self._head = block("stack tight")
                self._chart = charts.chart(charts.base(unit=unit_of(choice.execution.freq)), about="")
                self._facts = block("stack")
            self._below = block("stack")

    async def show(self) -> None:
        """Show the series that is chosen now."""
        choice = self._choice
        if not choice.series:
            return
        try:
            found = await visitor().house.results.series(choice.execution.id, choice.series, choice.target)
        except ForecastleError as error:
            self._head.clear()
            with self._head:
                problem(error)
            return
        if found.series_id != choice.series:
            return  # another one was chosen meanwhile
        self._draw(found)
        for place, build in ((self._head, self._heading), (self._facts, self._numbers), (self._below, self._more)):
            place.clear()
            with place:
                build(found)

    def _draw(self, found: SeriesResult) -> None:
        execution = self._choice.execution
        options = charts.history_and_forecast(found.history, found.forecasts, execution.freq, backtest=found.backtest)
        self._chart.options.clear()
        self._chart.options.update(options)
        about = f"History of {found.series_id} and its forecast {outlook(execution)} ahead"
        self._chart.props["aria-label"] = f"{about}; the numbers are in the table below"
        self._chart.update()

    def _heading(self, found: SeriesResult) -> None:
        known = found.facts
        text(found.series_id or "All rows", "h2", "wrap")
        with block("line"):
            if known.get("abc"):
                chip(f"class {known['abc']}{known['xyz'] or ''}")
            for name in ("pattern", "model"):
                if known.get(name):
                    chip(str(known[name]))

    def _numbers(self, found: SeriesResult) -> None:
        known = found.facts
        if not known:
            note("This execution kept no figures of its series.")
            return
        with ui.element("dl").classes("numbers"):
            if known["coming"] is not None:
                _number(f"Next {outlook(self._choice.execution)}", number(known["coming"]), _change(known))
            if found.forecasts["override"].count():
                _number("As planned", number(float(found.forecasts["final"].sum())), "with the numbers changed below")
            _number("Error on the past (WAPE)", percent(known["wape"]))
            _number(f"{_widest(found)} range held", percent(known["held"], 0), "of the actual values")
            _number("Periods observed", f"{known['n_obs']:,}")
        with block("stack tight"):
            text("Why this model", "h3")
            text(plainly(known), classes="muted")

    def _more(self, found: SeriesResult) -> None:
        numbers_of(self._choice, found, self.show)
        if len(found.scores):
            _compared(found, self._choice.execution.freq)
        if self._choice.execution.kind != JobKind.BACKTEST:
            with card("What moves it"):
                _Drivers(self._choice)


def _number(name: str, value: str, about: str = "", tone: Tone = "") -> None:
    with block(""):
        text(name, "dt")
        text(value, "dd", tone)
        if about:
            text(about, "dd", "small muted").style("font-size:13px;font-weight:400;letter-spacing:0")


def _change(known: Mapping[str, Any]) -> str:
    if known.get("change") is None:
        return ""
    if abs(known["change"]) < UNCHANGED:
        return f"as much as before: {number(known['before'])}"
    sign = "▲" if known["change"] > 0 else "▼"
    return f"{sign} {percent(abs(known['change']))} against {number(known['before'])} before"


def _widest(found: SeriesResult) -> str:
    """The range whose edges are P10 and P90, or whichever is kept."""
    return "80 %" if {"p10", "p90"} <= set(found.forecasts.columns) else "Widest"


def _signed(share: float | None) -> str:
    """`+3.2 %`: too much; `−3.2 %`: too little."""
    said = percent(share)
    return f"+{said}" if share is not None and share >= UNCHANGED else said.replace("-", "−")


def _compared(found: SeriesResult, freq: str) -> None:
    """Every model on this series: what it said of the latest window, and how it did on all of them."""
    champion = str(found.facts.get("model", ""))
    ranked = found.scores[MODEL].to_list()
    run = [name for name in sorted(ranked, key=lambda name: name != champion) if name in found.rivals.columns]
    run = [name for name in run if name != CHAMPIONS]  # here that is one of the others
    with card("Models on this series", classes="flat"):
        if run:
            with block("padded"):
                options = charts.side_by_side(found.history, found.rivals, run, freq)
                about = f"What {len(run)} models said of the latest past window of {found.series_id}, and what happened"
                charts.chart(options, about=about, low=True)
                text(
                    "What each said of the latest past window. Click a name to show or hide it.",
                    classes="small muted",
                )
        else:
            text("What each said of the past was not kept with this forecast.", classes="small muted padded")
        columns = ("Model", "Error (WAPE)", "MASE", "Bias", "80 % range held")
        about = "How each model did on this series on the past, the best first"
        with table(columns, numbers=columns[1:], about=about) as add:
            for row in found.scores.iter_rows(named=True):
                add(
                    row[MODEL],
                    percent(row["wape"]),
                    ratio(row["mase"]),
                    _signed(row["bias"]),
                    percent(row["coverage_80"], 0),
                    lead=row[MODEL] == champion,
                )


class _Drivers:
    """What adds how much to the forecasts, asked for only when somebody wants to know: a model has to be loaded."""

    def __init__(self, choice: Choice) -> None:
        self._choice = choice
        self._place = block("stack")
        with self._place:
            text(
                "How much of the forecasts is because of season, trend, price or promotion, as boosted trees see it.",
                classes="muted",
            )
            button("Show what moves it", self._ask)

    async def _ask(self) -> None:
        choice = self._choice
        self._place.clear()
        with self._place:
            try:
                with waiting("Asking the model …"):
                    told = await visitor().house.drivers.of(choice.execution.id, [choice.series])
            except ConflictError:
                with note("None of the models of this forecast can tell.", hint="Boosted trees can."):
                    asked = urlencode({"dataset": choice.dataset or "", "models": "auto,lightgbm"})
                    link("Forecast with boosted trees, too", f"/run?{asked}", icon=icons.PLAY)
                return
            except ForecastleError as error:
                note(error.message, hint=hint_of(error))
                return
            self._draw(told.filter(pl.col("target") == choice.target))

    def _draw(self, told: pl.DataFrame) -> None:
        moved = told.filter(pl.col("driver") != LEVEL).group_by("driver").agg(pl.col("value").sum())
        strongest = moved.sort(pl.col("value").abs(), descending=True).head(STRONGEST)
        if strongest.is_empty():
            note("Nothing moves this series from its level.")
            return
        options = charts.bars(
            strongest["driver"].to_list(), strongest["value"].to_list(), lead=[True] * len(strongest), share=False
        )
        charts.chart(options, about="What moves the forecasts of this series", low=True)
        about = f"In units of {self._choice.target}, summed over the horizon, away from its level"
        text(f"{about}; told by {told['model'][0]}.", classes="small muted")
