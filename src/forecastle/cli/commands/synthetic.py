"""`forecastle synthesize`: sales that never were, whose causes are known."""

from pathlib import Path
from typing import Annotated

from cyclopts import Group, Parameter

from forecastle.cli import console
from forecastle.cli.answers import say
from forecastle.cli.options import NO_GENERAL, General
from forecastle.data.synthetic.spec import SyntheticSpec

Looks = Annotated[SyntheticSpec, Parameter(name="*", group=Group("What the sales are like"), negative="")]
File = Annotated[Path, Parameter(help="Where they are written: .csv, .parquet, .xlsx or .json.")]
Truth = Annotated[
    Path | None, Parameter(help="Also write what each number is made of, the sales of the horizon among them.")
]

USUAL = SyntheticSpec()


def synthesize(
    file: File = Path("synthetic.csv"), *, truth: Truth = None, looks: Looks = USUAL, general: General = NO_GENERAL
) -> None:
    """Make up sales with seasons, prices, promotions, intermittent demand and flaws, to try things on."""
    with console.errors(as_json=general.json):
        from forecastle.services.files.writing import write_synthetic

        written = write_synthetic(looks, file, truth=truth)
        told = ", ".join(map(str, written))
        say({"files": [str(path) for path in written]}, f"{looks.series} series: {told}", general)
