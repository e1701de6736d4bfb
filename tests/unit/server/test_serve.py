import socket

import pytest

from forecastle.bootstrap.house import open_house
from forecastle.core.errors import ConflictError, StorageError
from forecastle.server.api.app import create_app
from forecastle.server.serve import serve
from forecastle.settings import ServerSettings, Settings, StorageSettings


def test_a_port_that_is_taken_is_named() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        settings = Settings(server=ServerSettings(port=port))
        with pytest.raises(ConflictError, match=rf"127\.0\.0\.1, port {port}: Address already in use\."):
            serve(create_app(settings, lambda: open_house(settings)), settings)


def test_an_address_of_another_machine_is_named() -> None:
    settings = Settings(server=ServerSettings(host="192.0.2.1", port=0))
    with pytest.raises(ConflictError, match=r"192\.0\.2\.1, port 0: Cannot assign requested address\."):
        serve(create_app(settings, lambda: open_house(settings)), settings)


def test_a_database_that_cannot_be_opened_is_an_error_and_not_a_traceback() -> None:
    storage = StorageSettings(database="sqlite:////dev/null/forecastle.db")
    settings = Settings(server=ServerSettings(port=0), storage=storage)
    with pytest.raises(StorageError):
        serve(create_app(settings, lambda: open_house(settings)), settings)
