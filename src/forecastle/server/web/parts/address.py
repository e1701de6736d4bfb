"""What is chosen on a page, kept in its address: so that it can be shared, reloaded and gone back to."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any
from urllib.parse import parse_qsl, urlsplit
from weakref import WeakMethod

from nicegui import background_tasks, ui

from forecastle.server.web.place import PAGE


def asked(path: str | None = None) -> dict[str, str]:
    """What an address asks for behind its question mark; that of the page that is being built without one."""
    return dict(parse_qsl(urlsplit(path or ui.context.client.sub_pages_router.current_path).query))


def follow(went: Any) -> None:  # noqa: ANN401 - a method that takes a path; WeakMethod has no type for it
    """Call a method when the browser goes back or forward, as long as anybody else holds its object."""
    method = WeakMethod(went)

    def call(path: str) -> None:
        if (known := method()) is not None:
            known(path)

    ui.context.client.sub_pages_router.on_path_changed(call)


def push(address: str) -> None:
    """Have an address stand in the browser, as a step that it can go back from."""
    ui.context.client.sub_pages_router.current_path = address
    ui.navigate.history.push(PAGE + address)


class Address:
    """What is said under these names.

    place: where it is shown. written: the whole address with what is said. show: shows it anew.
    """

    def __init__(
        self,
        names: Sequence[str],
        place: ui.element,
        written: Callable[[dict[str, str]], str],
        show: Callable[[], Awaitable[None]],
    ) -> None:
        self._names, self._place, self._written, self._show = names, place, written, show
        self.said = self._of(None)
        follow(self._went)

    def say(self, **said: str | None) -> bool:
        """Say it, as a step that the browser can go back from; False when nothing is new."""
        new = {name: value for name, value in said.items() if value}
        if new == self.said:
            return False
        self.said = new
        push(self._written(new))
        return True

    def _of(self, path: str | None) -> dict[str, str]:
        return {name: value for name, value in asked(path).items() if name in self._names}

    def _went(self, path: str) -> None:
        same = urlsplit(path).path == urlsplit(self._written({})).path
        if same and not self._place.is_deleted and self._of(path) != self.said:
            self.said = self._of(path)
            background_tasks.create(self._show_again(), context=self._place)

    async def _show_again(self) -> None:
        if not self._place.is_deleted:  # the page may have been built anew meanwhile
            await self._show()
