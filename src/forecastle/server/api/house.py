"""How a call gets at the services."""

from typing import Annotated

from fastapi import Depends
from starlette.requests import HTTPConnection

from forecastle.services.house import House


async def the_house(connection: HTTPConnection) -> House:
    """The house that was opened when the server started."""
    house: House = connection.app.state.house
    return house


async def the_caller(connection: HTTPConnection) -> str:
    """The name of the key that was shown; `api` where none is asked for."""
    caller: str = connection.scope.get("caller", "api")
    return caller


HouseDep = Annotated[House, Depends(the_house)]
CallerDep = Annotated[str, Depends(the_caller)]
