"""The frame around every page: where one can go, how it looks, who is there; and what happens when something fails."""

from collections.abc import Awaitable, Callable
from functools import wraps
from typing import Any, NamedTuple

from nicegui import ui

from forecastle.server.web import icons
from forecastle.server.web.pages import data, forecasts, home, jobs, models, run, settings, tabular
from forecastle.server.web.parts.basic import icon_button, link, note, text
from forecastle.server.web.parts.dialogs import complain, problem
from forecastle.server.web.parts.watching import at_work
from forecastle.server.web.place import PAGE
from forecastle.server.web.visitor import NOBODY, visitor

Page = Callable[..., Awaitable[None]]


class Place(NamedTuple):
    """Somewhere to go from everywhere."""

    path: str
    label: str
    icon: str


PLACES = (
    Place("/", "Home", icons.HOME),
    Place("/data", "Data", icons.DATA),
    Place("/forecasts", "Forecasts", icons.FORECAST),
    Place("/models", "Models", icons.MODELS),
    Place("/tabular", "Tabular", icons.TABULAR),
    Place("/jobs", "Jobs", icons.JOBS),
    Place("/settings", "Settings", icons.SETTINGS),
)

PAGES: dict[str, Page] = {
    "/": home.home,
    "/data": data.data,
    "/run": run.run,
    "/forecasts": forecasts.executions,
    "/forecasts/{execution_id}": forecasts.execution,
    "/models": models.models,
    "/models/{name}": models.model,
    "/tabular": tabular.models,
    "/tabular/{name}": tabular.model,
    "/jobs": jobs.jobs,
    "/jobs/{job_id}": jobs.job,
    "/settings": settings.settings,
}

THEMES = {"light": False, "dark": True, "auto": None}


def shell() -> None:
    """Build the frame, and into it the page that the address asks for."""
    ui.on_exception(complain)
    ui.page_title("Forecastle")
    with ui.column().classes("view") as main:
        _Pages({path: _guarded(page) for path, page in PAGES.items()})
    ui.skip_link("Skip to the content", target=main)
    links: list[tuple[str, ui.link]] = []
    with ui.header(wrap=False).classes("top"):
        with ui.link(target="/").classes("brand"):
            ui.element("img").props(f'src="{PAGE}/assets/logo.svg" alt="" width=26 height=26')
            text("Forecastle", "span")
        links += _places("Main")
        _tools()
    with ui.footer(wrap=False).classes("bottom"):
        links += _places("Main, at the bottom")
    router = ui.context.client.sub_pages_router
    _show_where(links, router.current_path)
    router.on_path_changed(lambda path: _show_where(links, path))


def _places(label: str) -> list[tuple[str, ui.link]]:
    made = []
    with ui.element("nav").classes("places") as nav:
        nav.props["aria-label"] = label
        for place in PLACES:
            with ui.link(target=place.path).classes("place") as to:
                ui.icon(place.icon).props("aria-hidden=true")
                text(place.label, "span")
            made.append((place.path, to))
    return made


def _show_where(links: list[tuple[str, ui.link]], path: str) -> None:
    here = "/" + path.partition("?")[0].strip("/").split("/")[0]
    for target, made in links:
        at = target == here
        made.classes(add="here" if at else "", remove="" if at else "here")
        made.props("aria-current=page" if at else "", remove="" if at else "aria-current")


def _tools() -> None:
    who = visitor()
    chosen = ui.context.client.request.cookies.get("forecastle_theme", "auto")
    dark = ui.dark_mode(THEMES.get(chosen))
    with ui.element("div").classes("tools"):
        link("New forecast", "/run", kind="main").classes("wide-only")
        with (
            icon_button(
                {"light": icons.SUN, "dark": icons.MOON}.get(chosen, icons.AUTO), "Colours", lambda: None
            ) as switch,
            ui.menu(),
        ):
            for name, value in THEMES.items():
                ui.menu_item(name.capitalize(), lambda name=name, value=value: _choose(dark, switch, name, value))
        if who.name != NOBODY:
            text(who.name, "span", "muted small wide-only")
            leaving = f"location.assign('{PAGE}/sign-out')"
            icon_button(icons.SIGN_OUT, "Sign out", lambda: ui.run_javascript(leaving))


def _choose(dark: ui.dark_mode, switch: ui.button, name: str, value: bool | None) -> None:  # noqa: FBT001 - one of three
    dark.value = value
    switch.icon = {"light": icons.SUN, "dark": icons.MOON}.get(name, icons.AUTO)
    ui.run_javascript(f"forecastle.theme('{name}')")


def _guarded(page: Page) -> Page:
    """The same page, in whose place the reason is shown when it cannot be."""

    @wraps(page)
    async def shown(*args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - whatever the page takes
        here = ui.context.slot.parent
        with at_work():
            try:
                await page(*args, **kwargs)
            except Exception as error:  # noqa: BLE001 - a person is told, and the log has it
                with here:
                    problem(error)

    return shown


class _Pages(ui.sub_pages):
    """Pages by their path."""

    def _render_404(self) -> None:
        note("There is no such page.", hint="Choose where to go above.", tone="warn")

    def _render_error(self, error: Exception) -> None:
        problem(error)
