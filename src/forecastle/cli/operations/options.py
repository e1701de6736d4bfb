"""The options that commands of the server's side share."""

from typing import Annotated

from cyclopts import Parameter
from cyclopts.validators import Number

Limit = Annotated[int, Parameter(validator=Number(gte=1), help="The most rows to show.")]
Series = Annotated[
    tuple[str, ...],
    Parameter(name="--series", show_default=False, negative="", help="Only this series; repeat for several."),
]
JobId = Annotated[str, Parameter(help="Its id; `forecastle jobs` lists them.")]
ExecutionId = Annotated[str, Parameter(help="Its id, which is that of its job; `forecastle forecasts` lists them.")]
DatasetName = Annotated[str, Parameter(help="Its name or id; `forecastle datasets` lists them.")]
Version = Annotated[int | None, Parameter(help="Its version; the newest if left out.")]
OneSeries = Annotated[str | None, Parameter(name="--series", help="One series; all together if left out.")]
Column = Annotated[str | None, Parameter(name="--column", help="A column of numbers; the first target if left out.")]
Period = Annotated[str | None, Parameter(name="--freq", help="The period, such as MS; the data's own if left out.")]
Season = Annotated[int | None, Parameter(help="Length of a season in periods; the usual one if left out.")]
