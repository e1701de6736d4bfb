"""Several files of the same columns: a folder, or a pattern such as `sales/*.csv`."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from glob import has_magic
from pathlib import Path

from forecastle.core.errors import SourceError
from forecastle.core.findings import Finding, Findings, Severity
from forecastle.data.sources import files
from forecastle.data.sources.pieces import Pieces
from forecastle.data.sources.table import Request, Table

DATA = (".csv", ".tsv", ".txt", ".json", ".ndjson", ".jsonl", ".parquet", ".pq", ".xlsx", ".xls", ".xlsb", ".ods")
PACKED = (".gz", ".zst", ".bz2", ".xz", ".zip")


def is_pattern(name: str) -> bool:
    """Whether a name has wildcards and is not itself a file."""
    return has_magic(name) and not Path(name).exists()


def load(path: Path, request: Request) -> Table:
    """Read every data file of a folder and the folders in it, or every match of a pattern, in order of their names."""
    if path.is_dir():
        found = [file for file in path.rglob("*") if file.is_file() and is_data(file.name)]
    else:
        root = Path(path.anchor) if path.anchor else Path()
        found = [
            file
            for file in root.glob(str(path.relative_to(path.anchor)))
            if file.is_file() and not file.name.startswith(".")
        ]
        if not found:
            raise SourceError(f"No file matches {path}.", hint="Check the pattern and the folder.")
    if not found:
        raise SourceError(f"{request.name} holds no data files.", hint=f"Looked for {', '.join(DATA)}.")
    return load_all(sorted(found), request)


def is_data(name: str) -> bool:
    """Whether a file's name ends like data, and is not hidden."""
    for ending in PACKED:
        name = name.removesuffix(ending)
    return name.lower().endswith(DATA) and not name.startswith((".", "_", "~$"))


def load_all(paths: Sequence[Path], request: Request) -> Table:
    """Read files one below the other."""
    if len(paths) == 1:
        return files.load(paths[0], request)
    pieces, findings = Pieces(request.workspace), Findings()
    columns: dict[Path, Sequence[str]] = {}
    decimal = ""
    for number, path in enumerate(paths):
        table = files.load(path, request.for_part(f"{request.name} ({path.name})", number, len(paths)))
        pieces.add_table(table)
        findings += table.findings
        columns[path] = table.columns
        decimal = decimal or table.decimal
    found = pieces.table()
    return replace(found, decimal=decimal, findings=findings + _differences(columns) + found.findings)


def _differences(columns: Mapping[Path, Sequence[str]]) -> Findings:
    """Files that lack a column which others have. columns: of each file."""
    known = {name: None for names in columns.values() for name in names}
    lacking = [
        f"{path.name} has no {', '.join(missing)}"
        for path, names in columns.items()
        if (missing := [name for name in known if name not in names])
    ]
    if not lacking:
        return Findings()
    message = f"{len(lacking)} of {len(columns)} files lack a column that others have."
    finding = Finding(
        code="columns_differ",
        severity=Severity.WARNING,
        message=message,
        action="the missing values are empty",
        count=len(lacking),
        rows=tuple(lacking[:10]),
    )
    return Findings((finding,))
