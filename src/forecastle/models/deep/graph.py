"""A trained network as an ONNX graph: written once an architecture, its weights filled in."""

from collections.abc import Sequence
from functools import lru_cache
from importlib import import_module

import torch
from onnx import ModelProto, numpy_helper
from torch import Tensor, nn

from forecastle.models.deep.shape import EXPLANATION, OUTPUT, Shape
from forecastle.models.surroundings import quiet
from forecastle.settings import DeepSettings

INPUTS = ("past", "future", "static")

OPSET = 20


def build(network: str, shape: Shape, settings: DeepSettings) -> nn.Module:
    """A network that has learned nothing yet. network: `module:class`."""
    module, _, name = network.partition(":")
    built: nn.Module = getattr(import_module(module), name)(shape, settings)
    return built


def graph_of(trained: nn.Module, network: str, shape: Shape, settings: DeepSettings) -> bytes:
    """ONNX, for batches of any size."""
    graph = ModelProto.FromString(_template(network, shape, settings))
    weights = _Answers(trained).state_dict()
    for tensor in graph.graph.initializer:
        tensor.CopyFrom(numpy_helper.from_array(weights.pop(tensor.name).numpy(), tensor.name))
    assert not weights  # noqa: S101 - nothing that was learned is left out
    return bytes(graph.SerializeToString())


class _Answers(nn.Module):
    """All that a network answers: the quantiles, and of one that can explain them what it looked at."""

    def __init__(self, network: nn.Module) -> None:
        super().__init__()
        self.network = network
        self.explained = getattr(network, "explained", None)

    @property
    def names(self) -> Sequence[str]:
        """Of the answers."""
        return (OUTPUT, *EXPLANATION) if self.explained else (OUTPUT,)

    def forward(self, past: Tensor, future: Tensor, static: Tensor) -> Tensor | tuple[Tensor, ...]:
        """See `Shape`."""
        answers: Tensor | tuple[Tensor, ...] = (self.explained or self.network)(past, future, static)
        return answers


@lru_cache(maxsize=32)
def _template(network: str, shape: Shape, settings: DeepSettings) -> bytes:
    """The graph with the weights of a network that has learned nothing; writing it takes seconds, filling it none."""
    batch = torch.export.Dim("batch")
    inputs = (
        torch.zeros(2, shape.window, shape.past),
        torch.zeros(2, shape.horizon, shape.future),
        torch.zeros(2, shape.static),
    )
    with quiet(), torch.random.fork_rng():
        program = torch.onnx.export(
            (answers := _Answers(build(network, shape, settings)).eval()),
            inputs,
            input_names=INPUTS,
            output_names=answers.names,
            opset_version=OPSET,
            dynamo=True,
            dynamic_shapes=tuple({0: batch} for _ in INPUTS),
            external_data=False,
            optimize=False,  # it would fold weights into others, which then could not be told apart
            verbose=False,
        )
    assert program is not None  # noqa: S101 - it was given no file to write to
    return bytes(program.model_proto.SerializeToString())
