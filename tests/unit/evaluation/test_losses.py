import polars as pl
import pytest

from forecastle.evaluation import losses

Y, F = pl.col("y"), pl.col("f")
ROWS = pl.DataFrame({"y": [10.0, 0.0, None], "f": [8.0, 2.0, 6.0]})


@pytest.mark.parametrize(
    ("loss", "expected"),
    [
        (losses.absolute(Y, F), [2.0, 2.0, None]),
        (losses.percentage(Y, F), [0.2, None, None]),
        (losses.symmetric(Y, F), [4 / 18, 2.0, None]),
        (losses.pinball(Y, F, 0.9), [0.9 * 2, 0.1 * 2, None]),
        (losses.mean_pinball(Y, {0.5: F, 0.9: F}), [(1.0 + 1.8) / 2, (1.0 + 0.2) / 2, None]),
    ],
)
def test_every_row_has_its_own_loss_and_none_where_nothing_was_observed(loss: pl.Expr, expected: list[float]) -> None:
    assert ROWS.select(loss).to_series().to_list() == pytest.approx(expected)
