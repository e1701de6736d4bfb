import numpy as np
import pytest
from numpy.testing import assert_allclose

from forecastle.models.smoothing.ridge.errors import (
    error_pool,
    member_shares,
    scaled_error,
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


MANY = np.full((1, 2), 1e9)
"""So many periods that the constant is known."""


def test_the_first_error_has_the_quantiles_of_the_pool() -> None:
    pool = error_pool(np.random.default_rng(1).exponential(size=(3, 2, 500)))
    found = summed_quantiles(pool, np.ones((3, 2, 1)), np.full((3, 2), 20.0), (0.1, 0.5, 0.9))
    assert_allclose(found[:, :, 0], np.quantile(pool, (0.1, 0.5, 0.9), axis=2, method="hazen").transpose(1, 2, 0))


def test_sums_of_errors_spread_as_the_response_says() -> None:
    pool = error_pool(np.random.default_rng(1).standard_normal((1, 2, 5000)))
    response = np.array([[[1.0, 1.0, 1.0, 1.0], [1.0, 0.0, 0.0, 0.0]]])
    spread = summed_quantiles(pool, response, MANY, (0.1, 0.5, 0.9))
    width = spread[0, :, :, 2] - spread[0, :, :, 0]
    assert_allclose(width[0], 2.56 * np.sqrt(np.arange(1, 5)), rtol=0.05)
    assert_allclose(width[1], 2.56, rtol=0.05)


def test_sums_of_skewed_errors_have_the_quantiles_of_drawn_sums() -> None:
    rng = np.random.default_rng(1)
    pool = error_pool(rng.gamma(2.0, size=(1, 2, 5000)))
    response = np.array([[[1.0, 0.5, 0.8], [1.0, -0.4, 0.2]]])
    found = summed_quantiles(pool, response, MANY, (0.1, 0.25, 0.5, 0.75, 0.9))
    for member in (0, 1):
        sums = (rng.choice(pool[0, member], size=(100_000, 3)) * response[0, member]).cumsum(axis=1)
        drawn = np.quantile(sums, (0.1, 0.25, 0.5, 0.75, 0.9), axis=0).T
        assert_allclose(found[0, member, 1:], drawn[1:], atol=0.08)  # the first sum of 50 values has steps


def test_what_the_constant_missed_adds_up_over_the_periods() -> None:
    pool = error_pool(np.random.default_rng(1).standard_normal((1, 2, 5000)))
    walk = np.ones((1, 2, 6))
    told, known = (
        np.ptp(summed_quantiles(pool, walk, count, (0.1, 0.9)), axis=3)[0, 0] for count in (np.full((1, 2), 20.0), MANY)
    )
    assert_allclose(told / known, np.sqrt(1 + np.arange(6) / 20), rtol=0.01)


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
