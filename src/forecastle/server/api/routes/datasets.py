"""Datasets: brought in, looked at, deleted."""

from typing import Any
from urllib.parse import quote

from fastapi import APIRouter, Request, Response

from forecastle.server.api.answers.datasets import (
    DatasetAnswer,
    DatasetDeleted,
    DatasetDetails,
    DatasetList,
    VersionAnswer,
)
from forecastle.server.api.house import CallerDep, HouseDep
from forecastle.server.api.openapi import inlined, problems
from forecastle.server.api.parameters import DatasetName, VersionNumber, Workspace
from forecastle.server.api.upload import Connection, UploadForm, connection_of, is_form, upload_of

router = APIRouter(prefix="/datasets", tags=["datasets"])

BODY: dict[str, Any] = {
    "required": True,
    "content": {
        "multipart/form-data": {
            "schema": {
                "type": "object",
                "required": ["file"],
                "additionalProperties": False,
                "properties": {
                    "file": {"type": "string", "format": "binary", "description": "The file itself."},
                    "name": {"type": "string", "description": UploadForm.model_fields["name"].description},
                    "options": {
                        "type": "string",
                        "contentMediaType": "application/json",
                        "description": UploadForm.model_fields["options"].description,
                    },
                    "timeless": {"type": "boolean", "description": UploadForm.model_fields["timeless"].description},
                },
            },
            "example": {"file": "week,sku,volume\n2026-11-02,SKU-1,41\n", "name": "retail", "options": "{}"},
        },
        "application/json": {
            "schema": inlined(Connection),
            "example": {
                "source": "https://example.com/sales.csv",
                "name": "retail",
                "options": {"time": "week", "keys": ["sku"], "decimal": ","},
            },
        },
    },
}
"""A form or JSON: FastAPI describes one or the other, never both."""


@router.post(
    "",
    summary="Bring in a dataset",
    status_code=201,
    responses=problems(409, 413, 415, 422, 507),
    openapi_extra={"requestBody": BODY},
)
async def add_dataset(
    request: Request, house: HouseDep, workspace: Workspace, response: Response, caller: CallerDep
) -> VersionAnswer:
    """Upload a file in a form, or name a source in JSON; a known name gets a new version, unless nothing changed.

    What the file holds decides how it is read, not its name.
    """
    if is_form(request):
        upload = await upload_of(request, workspace)
        name = upload.name
        keeper = house.tables if upload.timeless else house.datasets
        version = await keeper.upload(
            upload.file, name=name, filename=upload.filename, options=upload.options, by=caller
        )
    else:
        asked = await connection_of(request)
        name, options = asked.name, asked.options
        keeper = house.tables if asked.timeless else house.datasets
        version = await keeper.connect(asked.source, name=name, options=options.read_options(), by=caller)
    response.headers["Location"] = f"/datasets/{quote(name, safe='')}/versions/{version.number}"
    return VersionAnswer.of(version, name)


@router.get("", summary="List datasets")
async def list_datasets(house: HouseDep) -> DatasetList:
    """The newest first."""
    return DatasetList(datasets=[DatasetAnswer.model_validate(dataset) for dataset in await house.datasets.list()])


@router.get("/{name}", summary="Look at a dataset", responses=problems(404, 422))
async def get_dataset(name: DatasetName, house: HouseDep) -> DatasetDetails:
    """Its versions, with the columns and what each was taken for."""
    found = await house.datasets.find(name)
    versions = await house.datasets.versions(found.id)
    return DatasetDetails(
        name=found.name,
        id=found.id,
        created_at=found.created_at,
        versions=[VersionAnswer.of(version, found.name) for version in versions],
    )


@router.get("/{name}/versions/{number}", summary="Look at a version", responses=problems(404, 422))
async def get_dataset_version(name: DatasetName, number: VersionNumber, house: HouseDep) -> VersionAnswer:
    """What was read, what each column was taken for, and what was found."""
    found = await house.datasets.find(name)
    return VersionAnswer.of(await house.datasets.version(found.id, number), found.name)


@router.delete("/{name}", summary="Delete a dataset", responses=problems(404, 422))
async def delete_dataset(name: DatasetName, house: HouseDep, caller: CallerDep) -> DatasetDeleted:
    """Gone from every list now; its rows and files are removed after the days that the answer tells."""
    gone = await house.datasets.delete(name, by=caller)
    return DatasetDeleted(name=gone.name, retention_days=house.settings.storage.retention_days)
