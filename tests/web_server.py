"""A web server that a test makes up."""

from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread


class Answering(BaseHTTPRequestHandler):
    """Answers whatever is asked, by whatever method, and writes no log."""

    def answer(self) -> None:
        raise NotImplementedError

    def do_GET(self) -> None:  # the name the server calls
        self.answer()

    do_HEAD = do_POST = do_GET  # noqa: N815 - the names the server calls

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def serving(handler: type[Answering]) -> Iterator[str]:
    """A server as long as it is needed; its address."""
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()
