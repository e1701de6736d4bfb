import numpy as np
import pytest
from numpy.testing import assert_allclose

from forecastle.models.smoothing.ridge.errors import (
    POOL,
    error_pool,
    member_shares,
    scaled_error,
    stratified_draws,
    summed_quantiles,
)


def test_a_pool_has_the_spread_of_the_errors_and_no_bias() -> None:
    errors = np.random.default_rng(1).standard_normal((1, 2, 2000)) + 3.0
    errors[:, :, ::3] = np.nan
    pool = error_pool(errors)
    assert_allclose(pool.mean(axis=2), 0.0, atol=1e-12)
    assert_allclose(pool.std(axis=2), 1.0, atol=0.05)


def test_a_series_with_hardly_any_error_gets_a_normal_pool() -> None:
    pool = error_pool(np.full((1, 2, 5), np.nan))
    assert pool.std() == pytest.approx(1.0, abs=0.05)


def test_every_error_is_drawn_equally_often() -> None:
    draws = stratified_draws(1000, 3, np.random.default_rng(1))
    for row in draws:
        assert_allclose(np.bincount(row), 1000 // POOL)


def test_sums_of_errors_spread_as_the_response_says() -> None:
    pool = error_pool(np.random.default_rng(1).standard_normal((1, 2, 5000)))
    response = np.array([[[1.0, 1.0, 1.0, 1.0], [1.0, 0.0, 0.0, 0.0]]])
    draws = stratified_draws(20_000, 4, np.random.default_rng(1))
    spread = summed_quantiles(pool, response, (0.1, 0.5, 0.9), draws)
    width = spread[0, :, :, 2] - spread[0, :, :, 0]
    assert_allclose(width[0], 2.56 * np.sqrt(np.arange(1, 5)), rtol=0.05)
    assert_allclose(width[1], 2.56, rtol=0.05)


def test_the_better_member_counts_more() -> None:
    misses = np.abs(np.random.default_rng(1).standard_normal((2, 2, 100)))
    misses[0, 0] *= 0.3
    misses[1, 1, 50:] = np.nan
    misses[1, 0, 50:] = np.nan
    share = member_shares(misses)
    assert share[0, 0] > 0.9
    assert_allclose(share.sum(axis=1), 1.0)


def test_a_score_compares_with_the_better_naive_forecast() -> None:
    values = np.array([[0.0, 5.0] * 6, [1.0] * 12])
    misses = np.ones_like(values)
    assert_allclose(scaled_error(values, misses, ()), [1 / 5, 1.0])
    values[0] += np.arange(12)
    assert_allclose(scaled_error(values, misses, (2,))[0], 1 / 2)
