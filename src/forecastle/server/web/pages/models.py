"""Models: who leads and why, every version, every decision; promoting, rolling back, retraining."""

from collections.abc import Sequence
from urllib.parse import quote

from nicegui import ui

from forecastle.core.naming import tabular_name
from forecastle.core.records import Decision, Execution, JobKind, ModelVersion
from forecastle.reporting.wording import percent, ratio
from forecastle.server.web import icons
from forecastle.server.web.pages.leaderboards import leaderboards, name_of
from forecastle.server.web.parts import charts
from forecastle.server.web.parts.basic import block, button, card, empty, facts, link, title
from forecastle.server.web.parts.dialogs import confirmed, tell
from forecastle.server.web.parts.table import table
from forecastle.server.web.parts.times import ago
from forecastle.server.web.visitor import visitor
from forecastle.services.models.models import Standing


async def models(dataset: str | None = None) -> None:
    """The models of a dataset: how they did when they were last compared, and who leads."""
    house = visitor().house
    standings = [one for one in await house.models.list() if not tabular_name(one.versions[0].family)]
    names = list(dict.fromkeys(one.dataset.name for one in standings))
    asked = (one.dataset.name for one in standings if dataset in (one.dataset.name, one.dataset.id))
    chosen = next(asked, next(iter(names), ""))
    with title("Models", "Every model is tested on the past. The one that does best leads, until a better one comes."):
        if len(names) > 1:
            pick = ui.select(names, label="Dataset", value=chosen).classes("pick")
            pick.on_value_change(lambda event: ui.navigate.to(f"/models?dataset={quote(event.value)}"))
        if names:
            link("Train again", f"/run?dataset={quote(chosen)}", icon=icons.PLAY, kind="main")
    if not names:
        with empty("No model yet", "A training compares models on the past and keeps them.", icons.MODELS):
            link("New forecast", "/run", icon=icons.PLAY, kind="main")
        return
    with block("stack"):
        compared = await _last_compared(chosen)
        if compared is not None:
            await leaderboards(compared)
        _kept([one for one in standings if one.dataset.name == chosen])


async def _last_compared(dataset: str) -> Execution | None:
    """The newest comparison of many models; one that was trained again by itself stands beside none."""
    made = await visitor().house.executions.list(dataset=dataset)
    compared = [one for one in made if one.kind in (JobKind.TRAIN, JobKind.BACKTEST)]
    asked = {one.id: one.manifest.get("request", {}).get("models", ()) for one in compared}
    many = (one for one in compared if "auto" in asked[one.id] or len(asked[one.id]) > 1)
    return next(many, next(iter(compared), None))


def _kept(standings: Sequence[Standing]) -> None:
    with card("Kept models", classes="flat"):
        columns = ("Model", "Champion", "Total error", "Trained", "Versions")
        with table(
            columns, numbers=("Total error", "Versions"), about="Models that are kept, with their champions"
        ) as add:
            for one in standings:
                champion = one.champion
                add(
                    lambda one=one: ui.link(
                        one.name, f"/models/{quote(one.name, safe='')}?dataset={quote(one.dataset.name)}"
                    ),
                    champion.label if champion else "none",
                    percent(champion.metrics.get("wape")) if champion else "–",
                    ago(champion.created_at) if champion else "–",
                    str(len(one.versions)),
                )


async def model(name: str, dataset: str | None = None) -> None:
    """One model: its versions, who decided what, and what can be done."""
    house = visitor().house
    standing = await house.models.find(name, dataset)
    decisions = await house.models.decisions(name, standing.dataset.name)
    with title(name, f"Of the dataset {standing.dataset.name}"):
        if before := await house.models.before(name, standing.dataset.name):
            button("Roll back", lambda: _roll_back(standing, before), icon=icons.RESTORE)
        button("Train again", lambda: _retrain(standing), icon=icons.PLAY, kind="main")
    with block("stack"):
        if standing.champion:
            _champion(standing.champion)
        _history(standing.versions)
        _versions(standing)
        _decisions(decisions, standing)


def _champion(champion: ModelVersion) -> None:
    metrics = champion.metrics
    with card("Champion"):
        facts(
            {
                "Version": champion.label,
                "Trained": ago(champion.created_at),
                "Total error (WAPE)": percent(metrics.get("wape")),
                "80 % range held": percent(metrics.get("coverage_80"), 0),
                "MASE": ratio(metrics.get("mase")),
                "Data": champion.data_hash[:12],
            }
        )


def _history(versions: Sequence[ModelVersion]) -> None:
    told = [version for version in reversed(versions) if version.metrics.get("wape") is not None]
    if len(told) < 3:
        return
    with card("Total error of every version"):
        names = [f"version {version.number}" for version in told]
        values = [version.metrics["wape"] for version in told]
        charts.chart(
            charts.bars(names, values, lead=[False] * len(told), share=True), about="Total error by version", low=True
        )


def _versions(standing: Standing) -> None:
    with card("Versions", classes="flat"):
        columns = ("Version", "Trained", "Total error", "80 % range held", "Files", "")
        with table(columns, numbers=("Total error", "80 % range held"), about="Versions, the newest first") as add:
            for one in standing.versions:
                leads = standing.champion is not None and one.id == standing.champion.id
                add(
                    lambda one=one, leads=leads: name_of(one.label, champion=leads),
                    ago(one.created_at),
                    percent(one.metrics.get("wape")),
                    percent(one.metrics.get("coverage_80"), 0),
                    "let go" if one.pruned_at else "kept",
                    lambda one=one, leads=leads: (
                        None if leads or one.pruned_at else button("Promote", lambda: _promote(standing, one))
                    ),
                    lead=leads,
                )


ACTIONS = {"promote": "Promoted", "keep": "Kept", "rollback": "Rolled back"}


def _decisions(decisions: Sequence[Decision], standing: Standing) -> None:
    labels = {version.id: version.label for version in standing.versions}
    with card("Who decided what", classes="flat"):
        columns = ("When", "What", "Champion from then on", "By", "Why")
        with table(columns, about="The log of decisions, the newest first") as add:
            for one in decisions:
                add(
                    ago(one.at),
                    ACTIONS.get(one.action, one.action),
                    labels.get(one.version_id, one.version_id),
                    one.by,
                    f"{one.reason}{_compared(one)}",
                )


def _compared(one: Decision) -> str:
    if one.champion_value is None or one.challenger_value is None or one.metric.upper() in one.reason:
        return ""
    said = percent if one.metric in ("wape", "mape") else ratio
    return f" ({one.metric.upper()} {said(one.challenger_value)} against {said(one.champion_value)})"


async def _promote(standing: Standing, version: ModelVersion) -> None:
    about = (
        f"{version.label} forecasts from the next request on. The champion until now can be brought back by Roll back."
    )
    if await confirmed(f"Make version {version.number} the champion?", about, yes="Promote"):
        who = visitor()
        await who.house.models.promote(standing.name, version.number, by=who.name, dataset=standing.dataset.name)
        await _again(f"{version.label} leads now.")


async def _roll_back(standing: Standing, to: ModelVersion) -> None:
    text = f"{to.label} forecasts from the next request on."
    if await confirmed("Go back to the champion before?", text, yes="Roll back"):
        who = visitor()
        before = await who.house.models.rollback(standing.name, by=who.name, dataset=standing.dataset.name)
        await _again(f"{before.label} leads again.")


async def _retrain(standing: Standing) -> None:
    about = "It is trained on the newest data, and leads only if it does better than the champion on past windows."
    if await confirmed(f"Train {standing.name} again?", about, yes="Train"):
        job = await visitor().house.models.retrain(standing.name, dataset=standing.dataset.name)
        ui.navigate.to(f"/jobs/{job.id}")


async def _again(message: str) -> None:
    tell(message)
    await ui.context.client.sub_pages_router.refresh()
