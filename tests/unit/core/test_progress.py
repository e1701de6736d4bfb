from forecastle.core.progress import in_parts


def test_parts_of_the_work_are_as_long_as_their_weights() -> None:
    heard: list[float] = []
    for part in in_parts(lambda share, _message: heard.append(share), [1, 3, 0]):
        part(0.0, "")
        part(1.0, "")
    assert heard == [0, 0.25, 0.25, 1, 1, 1]


def test_parts_without_weight_are_over_at_once() -> None:
    heard: list[float] = []
    for part in in_parts(lambda share, _message: heard.append(share), [0.0]):
        part(0.5, "")
    assert heard == [0]
