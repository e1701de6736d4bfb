"""Every artifact store keeps the same promises: a local folder, and S3 as moto's server speaks it."""

import asyncio
import hashlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest

from forecastle.core.errors import ArtifactError, OutputError, SettingsError
from forecastle.core.ports import Artifacts, Manifest
from forecastle.storage.artifacts import open_artifacts
from forecastle.storage.artifacts.place import TRASH, path_of
from forecastle.storage.artifacts.store import Store

NOW, HOUR = timedelta(0), timedelta(hours=1)
FILES = {"data.parquet": b"rows", "members/ets/état.npz": b"state", "empty": b""}

Write = Callable[..., Path]


@pytest.fixture(scope="session")
def bucket(make_bucket: Callable[[str], object]) -> str:
    """An empty bucket."""
    make_bucket("artifacts")
    return "s3://artifacts"


@pytest.fixture(params=["folder", "s3"])
def location(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Where nothing is kept yet."""
    if request.param == "folder":
        return str(tmp_path / "artifacts")
    return f"{request.getfixturevalue('bucket')}/{uuid4().hex}"


@pytest.fixture
def store(location: str) -> Store:
    opened = open_artifacts(location)
    assert isinstance(opened, Store)
    return opened


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Writes files into a new folder: `write({"a": b"1"})`."""

    def build(files: dict[str, bytes]) -> Path:
        folder = tmp_path / uuid4().hex
        for name, content in files.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(content)
        return folder

    return build


def put(store: Artifacts, folder: Path) -> Manifest:
    return asyncio.run(store.put(folder))


def get(store: Artifacts, manifest: Manifest, folder: Path) -> dict[str, bytes]:
    asyncio.run(store.get(manifest, folder))
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def sweep(store: Artifacts, referenced: Manifest, older_than: timedelta = NOW) -> int:
    return asyncio.run(store.sweep(referenced.values(), older_than=older_than))


def test_what_was_put_comes_back(store: Store, write: Write, tmp_path: Path) -> None:
    manifest = put(store, write(FILES))
    assert manifest == {name: hashlib.sha256(content).hexdigest() for name, content in FILES.items()}
    assert get(store, manifest, tmp_path / "back") == FILES


def test_equal_contents_are_kept_once(store: Store, write: Write) -> None:
    manifests = [put(store, write({"a": b"same", "b/c": b"same"})), put(store, write({"d": b"same"}))]
    assert len({digest for manifest in manifests for digest in manifest.values()}) == 1
    assert len(store.place.paths("")) == 1


def test_fifty_puts_of_equal_content_at_once_leave_one(store: Store, write: Write, tmp_path: Path) -> None:
    folder = write({"a": b"same" * 1000, "b": b"other"})
    with ThreadPoolExecutor(50) as threads:
        manifests = list(threads.map(lambda _: put(store, folder), range(50)))
    assert all(manifest == manifests[0] for manifest in manifests)
    assert len(store.place.paths("")) == 2
    assert get(store, manifests[0], tmp_path / "back")["b"] == b"other"


def test_a_missing_file_is_named_with_its_hash(store: Store, write: Write, tmp_path: Path) -> None:
    manifest = put(store, write(FILES))
    store.place.delete(path_of(manifest["data.parquet"]))
    with pytest.raises(ArtifactError, match=f"'data.parquet' is missing .* {manifest['data.parquet']}"):
        get(store, manifest, tmp_path / "back")


def test_a_changed_file_is_refused_and_does_not_stay(store: Store, write: Write, tmp_path: Path) -> None:
    manifest = put(store, write({"a": b"right", "b": b"wrong"}))
    right, wrong = manifest["a"], manifest["b"]
    store.place.move(path_of(wrong), path_of(right))
    with pytest.raises(ArtifactError, match=f"'a' .* changed: its SHA-256 is {wrong}, not {right}") as caught:
        get(store, {"a": right}, tmp_path / "back")
    assert {"file": "a", "expected": right, "found": wrong}.items() <= caught.value.fields.items()
    assert not (tmp_path / "back" / "a").exists()


@pytest.mark.parametrize("name", ["../a", "/a", "a/../../b", "..\\a", "C:\\a", "C:a", "", ".", "a\0"])
def test_a_manifest_leads_nowhere_but_into_the_folder(store: Store, write: Write, tmp_path: Path, name: str) -> None:
    digest = put(store, write({"a": b"1"}))["a"]
    with pytest.raises(ArtifactError):
        get(store, {name: digest}, tmp_path / "deep" / "back")
    assert not any(path.is_file() for path in (tmp_path / "deep").rglob("*"))


def test_a_manifest_names_nothing_but_contents(store: Store, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("1")
    with pytest.raises(ArtifactError, match="no file inside an artifact"):
        get(store, {"a": "../../secret"}, tmp_path / "back")


def test_a_sweep_deletes_what_nobody_refers_to(store: Store, write: Write, tmp_path: Path) -> None:
    kept, gone = put(store, write({"a": b"1", "b": b"2"})), put(store, write({"b": b"2", "c": b"3"}))
    assert sweep(store, kept) == 1
    assert get(store, kept, tmp_path / "kept") == {"a": b"1", "b": b"2"}
    with pytest.raises(ArtifactError, match="'c' is missing"):
        get(store, gone, tmp_path / "gone")


def test_a_sweep_spares_what_is_young(store: Store, write: Write, tmp_path: Path) -> None:
    manifest = put(store, write(FILES))
    assert sweep(store, {}, HOUR) == 0
    assert get(store, manifest, tmp_path / "back") == FILES
    assert all(path.startswith("sha256/") for path in store.place.paths(""))


def trash(store: Store, manifest: Manifest) -> None:
    """Leave contents as the first sweep does that finds them old: out of every put's sight, not yet gone."""
    for digest in manifest.values():
        store.place.move(path_of(digest), path_of(digest, TRASH))


def test_what_a_put_found_just_before_a_sweep_took_it_is_still_there(
    store: Store, write: Write, tmp_path: Path
) -> None:
    manifest = put(store, write(FILES))
    trash(store, manifest)
    assert get(store, manifest, tmp_path / "at once") == FILES
    assert sweep(store, manifest, HOUR) == 0
    assert {path_of(digest) for digest in manifest.values()} == set(store.place.paths(""))
    assert get(store, manifest, tmp_path / "later") == FILES


def test_a_put_relies_on_nothing_that_a_sweep_may_be_deleting(store: Store, write: Write, tmp_path: Path) -> None:
    manifest = put(store, write(FILES))
    trash(store, manifest)
    assert put(store, write(FILES)) == manifest
    for digest in manifest.values():
        store.place.delete(path_of(digest, TRASH))
    assert get(store, manifest, tmp_path / "back") == FILES


def test_a_sweep_touches_no_file_of_other_people(store: Store, write: Write) -> None:
    digest = put(store, write({"a": b"1"}))["a"]
    foreign = ["trash/report.pdf", "sha256/ab/notes.txt", "other/thing", "unfinished/thesis.doc"]
    for path in foreign:
        put(store, write({"a": b"1"}))
        store.place.move(path_of(digest), path)
    assert sweep(store, {}) == 0
    assert sorted(store.place.paths("")) == sorted(foreign)


def test_a_check_of_a_working_store_leaves_nothing(store: Store) -> None:
    asyncio.run(store.check())
    assert list(store.place.paths("")) == []


def test_a_store_that_is_not_there_is_named(bucket: str, write: Write) -> None:
    missing = open_artifacts(f"{bucket}-elsewhere/deep")
    with pytest.raises(OutputError, match="s3://artifacts-elsewhere/deep could not be written"):
        asyncio.run(missing.check())
    with pytest.raises(OutputError, match="s3://artifacts-elsewhere/deep could not be written"):
        put(missing, write(FILES))


def test_a_store_of_an_unknown_kind_is_refused_with_those_that_are_known() -> None:
    with pytest.raises(SettingsError, match=r"at ftp://(.|\n)*s3://"):
        open_artifacts("ftp://host/folder")


def test_a_store_whose_package_is_missing_names_the_line_that_installs_it() -> None:
    with pytest.raises(SettingsError, match=r"pip install 'forecastle\[gcs\]'"):
        open_artifacts("gs://bucket/folder")
