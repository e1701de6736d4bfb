import numpy as np
import pytest
from numpy.testing import assert_allclose

from forecastle.models.smoothing.ridge.regression import by_standard_errors, regress


def problem(n: int = 3, length: int = 40, size: int = 4) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(3)
    columns = rng.standard_normal((n, size, length))
    columns /= np.sqrt((columns**2).mean(axis=2, keepdims=True))
    target = np.array([1.0, -0.5, 0.0, 0.2]) @ columns + 0.5 * rng.standard_normal((n, length))
    return columns, target / np.sqrt((target**2).mean(axis=1, keepdims=True))


def test_left_out_errors_are_those_of_a_fit_without_the_point() -> None:
    columns, target = problem(n=1)
    weight = np.ones((1, 40))
    fit = regress(columns, target, weight, np.ones(4), penalties=np.array([3.0]))
    x, y = np.delete(columns[0].T, 7, axis=0), np.delete(target[0], 7)
    without = np.linalg.solve(x.T @ x + 3.0 * np.eye(4), x.T @ y)
    assert fit.left_out[0, 7] == pytest.approx(target[0, 7] - columns[0, :, 7] @ without)


def test_one_penalty_gives_the_textbook_ridge() -> None:
    columns, target = problem()
    fit = regress(columns, target, np.ones((3, 40)), np.ones(4), penalties=np.array([3.0]))
    for x, y, coefficients in zip(columns.transpose(0, 2, 1), target, fit.coefficients, strict=True):
        assert_allclose(coefficients, np.linalg.solve(x.T @ x + 3.0 * np.eye(4), x.T @ y))


def test_points_without_weight_change_nothing() -> None:
    columns, target = problem()
    weight = np.ones((3, 40))
    weight[:, :10] = 0.0
    fit = regress(columns, target, weight, np.ones(4))
    target[:, :10] = 1e6
    assert_allclose(regress(columns, target, weight, np.ones(4)).coefficients, fit.coefficients)
    assert_allclose(fit.left_out[:, :10], 0.0)


def test_the_unit_of_a_column_does_not_matter() -> None:
    columns, target = problem()
    units = np.array([1.0, 1e3, 1e-3, 10.0])
    fit = regress(columns, target, np.ones((3, 40)), np.ones(4))
    rescaled = regress(columns * units[:, None], target, np.ones((3, 40)), np.ones(4))
    assert_allclose(rescaled.coefficients * units, fit.coefficients, rtol=1e-6)


def test_noise_is_shrunk_and_signal_is_kept() -> None:
    columns, target = problem(n=50)
    noise = np.random.default_rng(4).standard_normal((50, 40))
    weight, importance = np.ones((50, 40)), np.ones(4)
    signal = np.abs(regress(columns, target, weight, importance).coefficients[:, 0]).mean()
    assert signal > 0.7
    assert np.abs(regress(columns, noise, weight, importance).coefficients).mean() < 0.1 * signal


def test_an_empty_column_and_a_constant_target_get_no_coefficient() -> None:
    columns, target = problem()
    columns[:, 2] = 0.0
    target[1] = 0.0
    fit = regress(columns, target, np.ones((3, 40)), np.ones(4))
    assert_allclose(fit.coefficients[:, 2], 0.0)
    assert_allclose(fit.coefficients[1], 0.0)
    assert np.isfinite(fit.left_out).all()


def test_a_surely_worse_candidate_counts_less_than_an_unsurely_worse_one() -> None:
    excess = np.array([[0.0, 10.0, 10.0]])
    squares = np.array([[0.0, 1.1, 1000.0]])
    best, sure, unsure = by_standard_errors(excess, squares, np.array([[100.0]]))[0]
    assert best > unsure > sure
    assert best + unsure + sure == pytest.approx(1.0)
