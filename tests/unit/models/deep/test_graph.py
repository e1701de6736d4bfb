import numpy as np
import pytest
import torch

from forecastle.models.deep.graph import build, graph_of
from forecastle.models.deep.shape import EXPLANATION, OUTPUT, Shape
from forecastle.settings import DeepSettings

SHAPE = Shape(window=9, horizon=3, past=7, future=4, static=2, levels=5)
pytestmark = pytest.mark.slow  # torch writes each graph for seconds

NETWORKS = "forecastle.models.deep.networks"
TFT = f"{NETWORKS}.tft:TemporalFusionTransformer"


@pytest.mark.parametrize(
    ("network", "variant"),
    [
        (f"{NETWORKS}.lstm:Lstm", "lstm"),
        (f"{NETWORKS}.cnn_lstm:CnnLstm", "lstm"),
        (f"{NETWORKS}.cnn_lstm:CnnLstm", "transformer"),
        (TFT, "lstm"),
    ],
)
def test_the_graph_says_what_torch_says_for_batches_of_any_size(network: str, variant: str) -> None:
    from onnxruntime import InferenceSession

    settings = DeepSettings(hidden_size=12, variant=variant)
    trained = build(network, SHAPE, settings).eval()
    session = InferenceSession(graph_of(trained, network, SHAPE, settings))
    for size in (1, 2, 33):
        inputs = [torch.randn(size, 9, 7), torch.randn(size, 3, 4), torch.randn(size, 2)]
        names = ("past", "future", "static")
        said = session.run(None, {name: tensor.numpy() for name, tensor in zip(names, inputs, strict=True)})[0]
        with torch.no_grad():
            assert np.abs(said - trained(*inputs).numpy()).max() <= 1e-5
        assert said.shape == (size, 3, 5)
        assert (np.diff(said, axis=-1) >= 0).all()


def test_the_graph_of_a_network_that_can_explain_itself_answers_with_its_weights() -> None:
    from onnxruntime import InferenceSession

    settings = DeepSettings(hidden_size=12)
    trained = build(TFT, SHAPE, settings).eval()
    session = InferenceSession(graph_of(trained, TFT, SHAPE, settings))
    assert [answer.name for answer in session.get_outputs()] == [OUTPUT, *EXPLANATION]
    inputs = [torch.randn(5, 9, 7), torch.randn(5, 3, 4), torch.randn(5, 2)]
    names = ("past", "future", "static")
    said = session.run(None, {name: tensor.numpy() for name, tensor in zip(names, inputs, strict=True)})
    with torch.no_grad():
        for served, told in zip(said, trained.explained(*inputs), strict=True):
            assert np.abs(served - told.numpy()).max() <= 1e-5
