"""The Temporal Fusion Transformer sees what it may see, learns with every part, and is the same in ONNX Runtime."""

from dataclasses import replace

import pytest

torch = pytest.importorskip("torch")

from forecastle.models.deep.networks.tft import TemporalFusionTransformer  # noqa: E402 - torch is an extra
from forecastle.models.deep.shape import Shape  # noqa: E402
from forecastle.settings import DeepSettings  # noqa: E402

SHAPE = Shape(window=12, horizon=4, past=3, future=2, static=2, levels=5)
Inputs = tuple[torch.Tensor, torch.Tensor, torch.Tensor]


def _network(shape: Shape = SHAPE) -> TemporalFusionTransformer:
    torch.manual_seed(1)
    return TemporalFusionTransformer(shape, DeepSettings(hidden_size=16)).eval()


def _inputs(shape: Shape = SHAPE, series: int = 6) -> Inputs:
    rng = torch.Generator().manual_seed(2)
    past, future, static = (
        torch.randn(*size, generator=rng)
        for size in (
            (series, shape.window, shape.past),
            (series, shape.horizon, shape.future),
            (series, shape.static),
        )
    )
    past[..., 1] = 1.0
    past[: series // 2, :5] = 0.0
    return past, future, static


@pytest.mark.parametrize(("more", "variables"), [(0, ()), (0, (0, 0)), (2, ())])
def test_gradients_reach_every_parameter(more: int, variables: tuple[int, ...]) -> None:
    shape = Shape(window=12, horizon=4, past=2 + more, future=more, static=more, levels=5, past_variables=variables)
    network = _network(shape)
    (network(*_inputs(shape)) - 1).square().sum().backward()
    unreached = [name for name, part in network.named_parameters() if part.grad is None or not part.grad.any()]
    assert not unreached


def test_what_comes_after_a_step_does_not_influence_it() -> None:
    past, future, static = _inputs()
    later = future.clone()
    later[:, 2:] += 1.0
    network = _network()
    before, after = network(past, future, static), network(past, later, static)
    assert torch.equal(before[:, :2], after[:, :2])
    assert not torch.isclose(before[:, 2:], after[:, 2:]).any()


def test_what_stands_before_a_series_began_is_ignored() -> None:
    past, future, static = _inputs()
    padded = past.clone()
    padded[:3, :5, 0] = 99.0
    padded[:3, :5, 2] = -99.0
    network = _network()
    assert torch.equal(network(past, future, static), network(padded, future, static))


def test_a_period_that_was_not_observed_but_lies_within_the_history_counts() -> None:
    past, future, static = _inputs()
    holed = past.clone()
    holed[:, 8, :2] = 0.0
    assert not torch.equal(_network()(past, future, static), _network()(holed, future, static))


def test_a_series_without_a_past_is_forecast_from_its_plan() -> None:
    past, future, static = _inputs()
    insight = _network().explained(past * 0, future, static)
    assert insight.quantiles.isfinite().all()
    assert not insight.attention[..., : SHAPE.window].any()


def test_quantiles_rise() -> None:
    past, future, static = _inputs(series=50)
    assert (_network()(20 * past, 20 * future, 20 * static).diff(dim=-1) >= 0).all()


def test_weights_add_up_to_one() -> None:
    insight = _network().explained(*_inputs())
    for weights in insight[1:]:
        assert weights.sum(dim=-1).detach().numpy() == pytest.approx(1.0, abs=1e-5)
        assert (weights >= 0).all()


def test_columns_of_one_variable_are_weighted_together() -> None:
    shape = replace(SHAPE, past_variables=(0, 0, 1), future_variables=(0, 0), static_variables=(0, 1))
    network = _network(shape)
    insight = network.explained(*_inputs(shape))
    assert [part.shape[-1] for part in insight[2:]] == [2, 1, 2]
    past, _, static = _inputs(shape)
    other = _inputs(shape)[1].clone()
    other[..., 1] += 1
    assert not torch.isclose(network(past, other, static), network(*_inputs(shape))).all()


def test_no_step_looks_at_what_comes_after_it_or_before_the_series_began() -> None:
    insight = _network().explained(*_inputs())
    seen = insight.attention > 0
    assert not seen[:3, :, :5].any()
    assert seen[3:, :, : SHAPE.window].all()
    assert torch.equal(seen[0, :, SHAPE.window :], torch.ones(4, 4).tril().bool())
