"""Tabular models: what one row is worth, such as a house; trained, measured, tried, moved back and forth."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any
from urllib.parse import quote

from nicegui import ui

from forecastle.core.errors import ForecastleError
from forecastle.core.naming import tabular_name
from forecastle.core.records import ModelVersion
from forecastle.reporting.wording import number, percent, ratio
from forecastle.server.web import icons
from forecastle.server.web.pages.trying import Trying, many_rows
from forecastle.server.web.parts import charts, data_charts
from forecastle.server.web.parts.basic import block, button, card, empty, figure, link, note, text, title
from forecastle.server.web.parts.dialogs import confirmed, problem, tell
from forecastle.server.web.parts.table import table
from forecastle.server.web.parts.times import ago
from forecastle.server.web.visitor import visitor
from forecastle.services.models.models import Standing
from forecastle.services.tabular.models import Evidence
from forecastle.tabular.regressors import DEFAULT, NAMES

POINTS = 1_500
"""Rows drawn of those held out."""


async def models() -> None:
    """Every tabular model, and a form to train another."""
    house = visitor().house
    standings = await house.tabular.list()
    names = [one.name for one in await house.datasets.list()]
    with title(
        "Tabular",
        "What is one row worth, such as a house by its size and place? Learned from rows whose answer is known.",
    ):
        pass
    with block("columns" if names else ""):
        with block("stack"):
            if not standings:
                with empty("No tabular model yet", "It takes a table with a column to answer with.", icons.TABULAR):
                    if not names:
                        link("Upload a table", "/data", icon=icons.UPLOAD, kind="main")
            else:
                _list(standings)
        if names:
            await _form(names, standings[0].dataset.name if standings else names[0])


def _list(standings: Sequence[Standing]) -> None:
    columns = ("Model", "Answers with", "From", "R²", "Mean error", "Versions")
    with card("Models", classes="flat"), table(columns, numbers=columns[3:], about="Tabular models") as add:
        for one in standings:
            metrics = one.champion.metrics if one.champion else {}
            name = _called(one)
            add(
                partial(ui.link, name, f"/tabular/{quote(name, safe='')}"),
                one.champion.target if one.champion else "–",
                one.dataset.name,
                ratio(metrics.get("r2")),
                number(metrics.get("mae")),
                str(len(one.versions)),
            )


def _called(standing: Standing) -> str:
    newest = standing.versions[0]
    return tabular_name(newest.family) or newest.family


async def _form(names: list[str], first: str) -> None:
    with card("Train a model"):
        dataset = ui.select(names, label="Dataset", value=first)
        target = ui.select([], label="Column to answer with")
        algorithm = ui.select(list(NAMES), label="Model", value=DEFAULT)
        name = ui.input("Name").props('hint="That of the dataset, if empty"')
        join = ui.select({None: "Nothing", **{one: one for one in names}}, label="Join columns of", value=None)
        on = ui.select([], label="By the column").bind_visibility_from(join, "value", lambda value: value is not None)

        async def columns() -> None:
            version = await visitor().house.datasets.version(dataset.value)
            known = [str(column["column"]) for column in version.columns]
            numeric = [
                str(column["column"]) for column in version.columns if str(column["type"])[:3] in ("Int", "Flo", "UIn")
            ]
            targets = [str(column["column"]) for column in version.columns if column["role"] == "target"]
            target.set_options(numeric or known, value=next(iter(targets or numeric or known), None))
            await keys()

        async def keys() -> None:
            if join.value is None:
                return
            both = [await visitor().house.datasets.version(one) for one in (dataset.value, join.value)]
            mine, others = ([str(column["column"]) for column in version.columns] for version in both)
            shared = [column for column in mine if column in others]
            on.set_options(shared, value=next(iter(shared), None))

        async def start() -> None:
            asked: dict[str, Any] = {"dataset": dataset.value, "target": target.value, "model": algorithm.value}
            asked |= {"name": name.value.strip()} if name.value.strip() else {}
            asked |= {"join": join.value, "on": on.value} if join.value else {}
            job = await visitor().house.tabular.training.start(asked)
            ui.navigate.to(f"/jobs/{job.id}")

        dataset.on_value_change(columns)
        join.on_value_change(keys)
        button("Train", start, icon=icons.PLAY, kind="main")
        await columns()


async def model(name: str) -> None:
    """One model: how good it is, a form to try it, and its versions."""
    house = visitor().house
    standing = await house.tabular.find(name)
    with title(name, f"Answers with {standing.versions[0].target}, learned from {standing.dataset.name}"):
        if before := await house.models.before(standing.name, standing.dataset.name):
            button("Roll back", partial(_roll_back, name, before), icon=icons.RESTORE)
        button("Train again", partial(_retrain, name), icon=icons.PLAY, kind="main")
    with block("stack"):
        try:
            answering = (await house.tabular.serving.leading(name)).version
        except ForecastleError as error:
            problem(error)
            _versions(name, standing)
            return
        _told_apart(standing, answering)
        evidence = await house.tabular.evidence(name, answering.number)
        _figures(evidence)
        await Trying(name, standing.dataset.name).build()
        with block("columns even"):
            _drawn(evidence)
        with block("columns"):
            with block("stack"):
                _versions(name, standing)
                _leaderboard(evidence.leaderboard)
            many_rows(name)


def _told_apart(standing: Standing, answering: ModelVersion) -> None:
    """Say why another version than the champion answers."""
    champion = standing.champion
    if champion is None or champion.id == answering.id:
        return
    if standing.name in visitor().house.tabular.serving.refused:
        said = f"The files of version {champion.number} are damaged or missing, so version {answering.number} answers."
        note(said, hint="Roll back to let it lead, or train again.", tone="bad")
    else:
        note(f"Version {answering.number} answers, though {champion.number} leads: the settings of the server say so.")


def _drawn(evidence: Evidence) -> None:
    with card("Said and happened"):
        rows = evidence.residuals.head(POINTS)
        charts.chart(data_charts.said_and_happened(rows), about="Predicted beside actual values")
        text("Rows held out. On the line, the answer was right.", classes="muted small")
    with card("Errors"):
        charts.chart(data_charts.residuals(evidence.residuals), about="How the errors are distributed")
        text("Said less happened, of the same rows; without the utmost 2 %.", classes="muted small")


def _figures(evidence: Evidence) -> None:
    metrics = evidence.version.metrics
    with block("tiles"):
        figure("R²", ratio(metrics.get("r2")), "1 is perfect, 0 no better than the mean")
        figure("Mean error", number(metrics.get("mae")), f"in units of {evidence.version.target}")
        figure("Mean error in percent", percent(metrics.get("mape")), "of what turned out")
        figure("Ranges held", percent(metrics.get("coverage"), 0), f"of {len(evidence.residuals):,} rows held out")


def _leaderboard(board: Sequence[Mapping[str, Any]]) -> None:
    columns = ("Model", "R²", "RMSE", "MAE")
    with (
        card("Cross-validated", classes="flat"),
        table(columns, numbers=columns[1:], about="Models, the best first") as add,
    ):
        for place, row in enumerate(board):
            add(
                str(row["model"]),
                ratio(row.get("r2")),
                number(row.get("rmse")),
                number(row.get("mae")),
                lead=place == 0,
            )


def _versions(name: str, standing: Standing) -> None:
    columns = ("Version", "Model", "Trained", "R²", "Mean error", "")
    with (
        card("Versions", classes="flat"),
        table(columns, numbers=columns[3:5], about="Versions, the newest first") as add,
    ):
        for one in standing.versions:
            leads = standing.champion is not None and one.id == standing.champion.id
            add(
                f"{one.number}{', the champion' if leads else ''}",
                str(one.parameters["request"]["model"]),
                ago(one.created_at),
                ratio(one.metrics.get("r2")),
                number(one.metrics.get("mae")),
                "" if leads or one.pruned_at else partial(button, "Promote", partial(_promote, name, one)),
                lead=leads,
            )


async def _promote(name: str, version: ModelVersion) -> None:
    if await confirmed(f"Let version {version.number} answer?", "From the next question on.", yes="Promote"):
        who = visitor()
        await who.house.tabular.promote(version.number, by=who.name, name=name)
        await _again(f"{version.label} answers now.")


async def _roll_back(name: str, to: ModelVersion) -> None:
    text = f"{to.label} answers from the next question on."
    if await confirmed("Go back to the version before?", text, yes="Roll back"):
        who = visitor()
        before = await who.house.tabular.rollback(by=who.name, name=name)
        await _again(f"{before.label} answers again.")


async def _retrain(name: str) -> None:
    if await confirmed(f"Train {name} again?", "On the newest rows; it answers only if it does better.", yes="Train"):
        job = await visitor().house.tabular.retrain(name)
        ui.navigate.to(f"/jobs/{job.id}")


async def _again(message: str) -> None:
    tell(message)
    await ui.context.client.sub_pages_router.refresh()
