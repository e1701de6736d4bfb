"""A Forecastle server, as a Python program sees it.

with Client("http://127.0.0.1:8000") as client:
    client.upload("sales.csv", name="sales")
    job = client.train("sales", horizon=13)
    result = client.wait(job.id)
    print(client.forecasts(result.execution_id))
"""

from forecastle.client.asynchronous import AsyncClient
from forecastle.client.sync import Client

__all__ = ["AsyncClient", "Client"]
