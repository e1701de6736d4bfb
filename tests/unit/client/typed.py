"""What editors and type checkers know of the clients; not run, `make lint` checks it."""

from typing import assert_type

import polars as pl

from forecastle import AsyncClient, Client
from forecastle.client.answers import QueuedJob


def one_that_waits(client: Client) -> None:
    assert_type(client.train("sales", horizon=13), QueuedJob)
    assert_type(client.forecasts("x"), pl.DataFrame)
    client.train("sales", horison=13)  # type: ignore[call-arg]  # no such parameter


async def one_that_does_not(client: AsyncClient) -> None:
    assert_type(await client.train("sales", horizon=13), QueuedJob)
    assert_type(await client.forecasts("x"), pl.DataFrame)
    await client.train("sales", horison=13)  # type: ignore[call-arg]  # no such parameter
