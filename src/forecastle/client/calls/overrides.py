"""Changes that planners make to forecasts."""

from datetime import date, datetime

from forecastle.client.answers import Override
from forecastle.client.call import Call, named, reading


def override(
    execution_id: str, series_id: str, target: str, ds: date | int, value: float, *, reason: str = ""
) -> Call[Override]:
    """Keep a value in place of the mean of one period, for this execution and all others of its dataset.

    ds: when the period begins, or its number. `forecasts(…, overrides=True)` tells both values.

    Raises:
        NotFoundError: the execution has no such forecast.
    """
    moment = ds if isinstance(ds, int) else datetime(*ds.timetuple()[:6]).isoformat()
    body = {"execution_id": execution_id, "series_id": series_id, "target": target, "ds": moment, "value": value}
    return Call(method="POST", path="/overrides", body=body | {"reason": reason}, read=reading(Override))


def overrides(dataset: str) -> Call[tuple[Override, ...]]:
    """The changes of a dataset, by series, target and period.

    Raises:
        NotFoundError: there is no such dataset.
    """
    read = reading(tuple[Override, ...], "overrides")
    return Call(method="GET", path="/overrides", query={"dataset": dataset}, read=read)


def remove_override(override_id: str) -> Call[Override]:
    """Take a change back: the forecast stands again as the model made it.

    Raises:
        NotFoundError: there is no such override.
    """
    return Call(method="DELETE", path=f"/overrides/{named(override_id)}", read=reading(Override))
