"""Files of datasets and models, kept by their SHA-256 in a folder or an object store."""

from pathlib import Path
from urllib.parse import urlsplit

from forecastle.core.errors import SettingsError
from forecastle.core.ports import Artifacts
from forecastle.storage.artifacts.store import Store

__all__ = ["open_artifacts"]

STORES = {"s3": "s3", "s3a": "s3", "gs": "gcs", "gcs": "gcs", "az": "azure", "abfs": "azure", "abfss": "azure"}
"""Object stores by the scheme of their URL, each with the extra that brings its package. All of them show a file whole
or not at all, which not every file system that fsspec knows does."""


def open_artifacts(location: str) -> Artifacts:
    """The artifact store at a folder or an object store's URL, such as `s3://bucket/forecastle`.

    Credentials come from where the store's own tools look for them (environment, profile, role). Nothing is read or
    written yet.

    Raises:
        SettingsError: a kind of store that is not known, or one whose package is not installed.
    """
    scheme = urlsplit(location).scheme if "://" in location else "file"
    if scheme == "file":
        from forecastle.storage.artifacts.local import Folder

        return Store(Folder(root=Path(location.removeprefix("file://")).expanduser().absolute()))
    if scheme not in STORES:
        raise SettingsError(
            f"Artifacts cannot be kept at {scheme}://.",
            hint=f"storage.artifacts takes a folder or one of {', '.join(f'{known}://' for known in STORES)}.",
        )
    from forecastle.storage.artifacts.objects import Bucket

    try:
        return Store(Bucket.open(location))
    except ImportError as error:
        raise SettingsError(
            f"Keeping artifacts at {scheme}:// needs a package that is not installed.",
            hint=f"pip install 'forecastle[{STORES[scheme]}]'",
        ) from error
