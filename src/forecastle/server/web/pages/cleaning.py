"""What is wrong with the data, the worst first; steps that mend it, tried before they are taken; and kept recipes."""

from functools import partial

from nicegui import ui

from forecastle.core.findings import Severity
from forecastle.core.records import StoredRecipe
from forecastle.reporting.wording import count
from forecastle.server.web import icons
from forecastle.server.web.pages.draft import Draft
from forecastle.server.web.pages.findings import TONES
from forecastle.server.web.pages.lineage import like_before
from forecastle.server.web.pages.steps import said_of
from forecastle.server.web.pages.subject import Subject
from forecastle.server.web.parts.basic import block, button, card, fold, icon_button, note, text, waiting
from forecastle.server.web.parts.dialogs import confirmed, tell
from forecastle.server.web.parts.times import ago
from forecastle.server.web.visitor import visitor
from forecastle.services.datasets.problems import Problem


async def cleaning(subject: Subject) -> None:
    """Problems and recipes on the left, the steps and what they would change on the right."""
    with block("columns even"):
        left = block("stack")
        draft = Draft(subject)
    with left:
        _undo(subject)
        await like_before(subject)
        with card("What was found"):
            with waiting("Looking at the data …"):
                found = await visitor().house.problems.of(subject.name, version=subject.version.number)
            for one in found:
                _problem(one, draft)
            if not found:
                note("Nothing needs correction or a second look.", tone="good")
        await _recipes(draft)
    await draft.show()


def _problem(one: Problem, draft: Draft) -> None:
    finding = one.finding
    done = f"As it is: {finding.action}." if finding.action and finding.severity is not Severity.ERROR else ""
    with note(finding.message, hint=done, tone=TONES[finding.severity]):
        if not finding.rows and not one.remedies:
            return
        with block("stack tight below"):
            for row in finding.rows[:2]:
                text(row, "code", "muted small")
            with block("line"):
                for words, steps in one.remedies.items():
                    button(words, partial(draft.add, steps))


def _undo(subject: Subject) -> None:
    """What made this version can be taken back at once: the one before is still there."""
    parent = subject.version.parent
    if parent is None or not subject.newest:
        return

    async def back() -> None:
        who = visitor()
        await who.house.lineage.restore(subject.name, parent, by=who.name)
        tell(f"The rows of version {parent} are the newest again.")
        ui.navigate.to(subject.newest_address("problems"))
        await ui.context.client.sub_pages_router.refresh()

    with note(f"Version {subject.version.number} was made from version {parent}."):
        button("Undo", back, icon=icons.RESTORE)


async def _recipes(draft: Draft) -> None:
    """Every recipe that somebody kept."""
    kept = await visitor().house.recipes.list()
    with card("Recipes"):
        if not kept:
            note("None yet.", hint="Steps that you keep under a name are offered here, for every dataset.")
        for recipe in kept:
            _recipe(recipe, draft)


def _recipe(recipe: StoredRecipe, draft: Draft) -> None:
    with block("stack tight"):
        with block("line apart"):
            with block("grow"):
                text(recipe.name, "h3", "wrap")
                by = f" by {recipe.by}" if recipe.by else ""
                text(f"{count(len(recipe.steps), 'step')}, kept {ago(recipe.saved_at)}{by}", classes="small muted")
            with block("line"):
                button("Use it", partial(draft.add, recipe.steps))
                icon_button(icons.TRASH, f"Delete {recipe.name}", partial(_delete, recipe.name))
        with fold("Its steps"), ui.element("ol").classes("small muted"):
            for step in recipe.steps:
                text(said_of(step), "li", "wrap")


async def _delete(name: str) -> None:
    if await confirmed(f"Delete the recipe {name}?", "Versions that it made stay as they are.", yes="Delete"):
        await visitor().house.recipes.delete(name, by=visitor().name)
        tell(f"{name} is deleted.")
        await ui.context.client.sub_pages_router.refresh()
