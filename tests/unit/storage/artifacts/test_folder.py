"""What a folder promises beyond what every artifact store does: full disks, killed puts, ageing."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import pytest

from forecastle.core.errors import ArtifactError, OutputError
from forecastle.storage.artifacts import open_artifacts

HOUR = timedelta(hours=1)
PUT = """
import asyncio, resource, sys
from pathlib import Path
from forecastle.core.errors import OutputError
from forecastle.storage.artifacts import open_artifacts
resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
try:
    asyncio.run(open_artifacts(sys.argv[1]).put(Path(sys.argv[2])))
except OutputError as error:
    print(error.message)
"""


@pytest.fixture
def artifact(tmp_path: Path) -> Path:
    """A folder with a small file and a large one."""
    folder = tmp_path / "artifact"
    folder.mkdir()
    (folder / "a").write_bytes(b"small")
    (folder / "b").write_bytes(os.urandom(300_000))
    return folder


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system with room for 200 kB."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=200k", "none", disk], check=False, capture_output=True
    )
    if mounted.returncode:
        pytest.skip("only root can mount a small disk")
    yield disk
    subprocess.run(["umount", disk], check=True)


def files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def age(folder: Path, hours: float) -> None:
    then = time.time() - 3600 * hours
    for file in files(folder):
        with suppress(FileNotFoundError):
            os.utime(file, (then, then))


def test_a_full_disk_is_an_output_error_and_leaves_nothing_half_written(artifact: Path, small_disk: Path) -> None:
    root = small_disk / "artifacts"
    with pytest.raises(OutputError, match="No space left on device") as caught:
        asyncio.run(open_artifacts(str(root)).put(artifact))
    assert caught.value.fields["location"] == str(root)
    assert [file.read_bytes() for file in files(root)] == [b"small"]


def test_a_file_larger_than_allowed_leaves_nothing_half_written(artifact: Path, tmp_path: Path) -> None:
    root = tmp_path / "root"
    done = subprocess.run([sys.executable, "-c", PUT, root, artifact], capture_output=True, text=True, check=True)
    assert "File too large" in done.stdout
    assert [file.read_bytes() for file in files(root)] == [b"small"]


def test_a_full_disk_where_an_artifact_is_needed_is_an_output_error(
    artifact: Path, small_disk: Path, tmp_path: Path
) -> None:
    store = open_artifacts(str(tmp_path / "artifacts"))
    manifest = asyncio.run(store.put(artifact))
    with pytest.raises(OutputError, match=r"no room for .*b': No space left"):
        asyncio.run(store.get(manifest, small_disk))
    assert not (small_disk / "b").exists()


def test_a_place_that_cannot_be_a_folder_fails_the_check(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(OutputError, match="file/artifacts could not be written to: Not a directory"):
        asyncio.run(open_artifacts(str(tmp_path / "file" / "artifacts")).check())


def test_a_killed_put_leaves_no_content_and_a_sweep_tidies_up(tmp_path: Path) -> None:
    root, artifact = tmp_path / "root", tmp_path / "artifact"
    artifact.mkdir()
    os.mkfifo(artifact / "endless")
    code = "import sys; from pathlib import Path; from forecastle.storage.artifacts.local import Folder; " \
        "Folder(root=Path(sys.argv[1])).keep(Path(sys.argv[2]))"  # fmt: skip
    process = subprocess.Popen([sys.executable, "-c", code, root, artifact / "endless"])
    with (artifact / "endless").open("wb") as source:
        source.write(b"half")
        source.flush()
        while not files(root):
            time.sleep(0.01)
        process.send_signal(signal.SIGKILL)
        process.wait()
    assert [file.parent.name for file in files(root)] == ["unfinished"]
    age(root, 2)
    assert asyncio.run(open_artifacts(str(root)).sweep([], older_than=HOUR)) == 0
    assert files(root) == []


def test_what_nobody_refers_to_goes_after_one_more_sweep(artifact: Path, tmp_path: Path) -> None:
    root = tmp_path / "root"
    store = open_artifacts(str(root))
    manifest = asyncio.run(store.put(artifact))
    age(root, 2)
    first = asyncio.run(store.sweep([], older_than=HOUR))
    asyncio.run(store.get(manifest, tmp_path / "still there"))
    age(root, 2)
    second = asyncio.run(store.sweep([], older_than=HOUR))
    assert (first, second, files(root)) == (0, 2, [])


def test_the_trash_counts_from_the_day_it_was_thrown_away(artifact: Path, tmp_path: Path) -> None:
    root = tmp_path / "root"
    store = open_artifacts(str(root))
    manifest = asyncio.run(store.put(artifact))
    age(root, 1000)
    for _ in range(3):
        assert asyncio.run(store.sweep([], older_than=HOUR)) == 0
    asyncio.run(store.get(manifest, tmp_path / "still there"))


def test_an_unreadable_content_is_an_artifact_error(artifact: Path, tmp_path: Path) -> None:
    root = tmp_path / "root"
    store = open_artifacts(root.as_uri())
    manifest = asyncio.run(store.put(artifact))
    content = root / "sha256" / manifest["a"][:2] / manifest["a"][2:]
    content.unlink()
    content.mkdir()
    with pytest.raises(ArtifactError, match=r"'a' could not be copied from .*: Is a directory"):
        asyncio.run(store.get(manifest, tmp_path / "back"))


def test_puts_and_gets_during_sweeps_lose_nothing(artifact: Path, tmp_path: Path) -> None:
    root, back = tmp_path / "root", tmp_path / "back"
    store = open_artifacts(str(root))

    async def sweep_all_the_time(done: asyncio.Event) -> None:
        while not done.is_set():
            age(root / "sha256", 2)
            await store.sweep([], older_than=HOUR)

    async def use() -> None:
        done = asyncio.Event()
        sweeping = asyncio.create_task(sweep_all_the_time(done))
        for _ in range(30):
            await store.get(await store.put(artifact), back)
        done.set()
        await sweeping

    asyncio.run(use())
    assert [file.name for file in sorted(files(back))] == ["a", "b"]
