from collections.abc import Callable, Sequence

from forecastle.core.records import Decision, ModelVersion
from forecastle.lifecycle.retention import prunable

Version = Callable[..., ModelVersion]
Log = Callable[..., list[Decision]]


def numbers(versions: Sequence[ModelVersion]) -> list[int]:
    return [version.number for version in versions]


def test_the_newest_versions_keep_their_files(version: Version, log: Log) -> None:
    versions = [version(number) for number in range(1, 9)]
    assert numbers(prunable(versions, log("+7", "+8"), keep=5)) == [1, 2, 3]


def test_the_champion_and_the_one_before_it_keep_their_files_however_old(version: Version, log: Log) -> None:
    versions = [version(number) for number in range(9, 0, -1)]
    assert numbers(prunable(versions, log("+1", "+2", "+3", "=3"), keep=2)) == [1, 4, 5, 6, 7]


def test_a_version_is_pruned_once(version: Version, log: Log) -> None:
    versions = [version(1, pruned=True), version(2), version(3), version(4)]
    assert numbers(prunable(versions, log("+3", "+4"), keep=1)) == [2]


def test_few_versions_all_keep_their_files(version: Version, log: Log) -> None:
    assert prunable([version(1), version(2)], log("+2"), keep=5) == []
