"""One of several processes that answer on one port: started by the first, which tells it its settings."""

import socket
import sys

from forecastle.bootstrap.house import open_house
from forecastle.core.logs import configure_logging
from forecastle.server.api.app import create_app
from forecastle.server.serve import answer
from forecastle.settings import Settings

API = (sys.executable, "-m", "forecastle.bootstrap.api")
"""Starts one; the number of the file that is the listening socket follows."""

if __name__ == "__main__":
    told = Settings.model_validate_json(sys.stdin.buffer.readline())
    configure_logging(told.log.level, json=told.log.format == "json", file=told.log.file)
    with socket.socket(fileno=int(sys.argv[1])) as listener:
        answer(create_app(told, lambda: open_house(told, upgrade=False)), listener, supervised=True)
