from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forecastle.core.errors import ConflictError
from forecastle.core.records import Decision, ModelVersion
from forecastle.lifecycle.lineage import lineage
from forecastle.lifecycle.rollback import previous

NUMBERS = range(1, 6)
Version = Callable[..., ModelVersion]
Log = Callable[..., list[Decision]]
Moves = list[int | None]
History = Callable[[Moves], list[str]]


@pytest.fixture(scope="session")
def history(version: Version, log: Log) -> History:
    """Plays a log of promotions and rollbacks (None), as the service would, and answers with its moves."""
    versions = [version(number) for number in NUMBERS]

    def play(moves: Moves) -> list[str]:
        done: list[str] = []
        for number in moves:
            if number is not None:
                done.append(f"+{number}")
            elif len(lineage(log(*done))) > 1:
                done.append(f"-{previous(log(*done), versions).number}")
        return done

    return play


MOVES = st.lists(st.none() | st.sampled_from(NUMBERS), min_size=1).filter(any)


def test_rollback_restores_the_previous_champion(version: Version, log: Log) -> None:
    versions = [version(1), version(2), version(3)]
    assert previous(log("+1", "+2", "=2"), versions) == versions[0]


@given(moves=MOVES, number=st.sampled_from(NUMBERS))
def test_a_rollback_undoes_a_promotion(version: Version, log: Log, history: History, moves: Moves, number: int) -> None:
    before = history(moves)
    champion = lineage(log(*before))[-1]
    promoted = [*before, f"+{number}"]
    if champion == f"v{number}":
        assert lineage(log(*promoted)) == lineage(log(*before))
        return
    back = previous(log(*promoted), [version(number) for number in NUMBERS])
    assert back.id == champion
    assert lineage(log(*promoted, f"-{back.number}")) == lineage(log(*before))


@given(moves=MOVES)
def test_rollbacks_go_further_back_until_none_is_left(
    version: Version, log: Log, history: History, moves: Moves
) -> None:
    done, versions = history(moves), [version(number) for number in NUMBERS]
    line = lineage(log(*done))
    for expected in line[-2::-1]:
        back = previous(log(*done), versions)
        assert back.id == expected
        done.append(f"-{back.number}")
    with pytest.raises(ConflictError, match="No version led before"):
        previous(log(*done), versions)


def test_a_promotion_after_a_rollback_makes_a_new_line(version: Version, log: Log) -> None:
    versions = [version(number) for number in NUMBERS]
    assert previous(log("+1", "+2", "-1", "+3"), versions) == versions[0]


def test_a_model_without_a_champion_has_nothing_to_return_to(log: Log) -> None:
    with pytest.raises(ConflictError, match="No version led before"):
        previous(log(), [])


def test_a_champion_whose_files_were_let_go_cannot_return(version: Version, log: Log) -> None:
    with pytest.raises(ConflictError, match=r"ets_volume_v1_20261122 led before, .* let go on 2026-11-22"):
        previous(log("+1", "+3"), [version(3), version(2), version(1, pruned=True)])


def test_a_kept_champion_leaves_the_line_as_it_is(log: Log) -> None:
    assert lineage(log("+1", "=1", "+2", "=2", "+2")) == ("v1", "v2")
