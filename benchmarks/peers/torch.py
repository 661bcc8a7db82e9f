"""Write with PyTorch, called for every character, if it is installed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch

from benchmarks.peers.layers import Cell, gate_order, plain_lstm
from benchmarks.step_writer import Floats, StepWriter
from bot.generation.model import Model
from bot.generation.vocabulary import Ids

Tensor = Any
"""A ``torch.Tensor``: PyTorch may not be installed, so its types are not used."""


def stepwise(model: Model, _folder: Path) -> StepWriter:
    """Return a writer that calls PyTorch's LSTM for every character."""
    torch.set_num_threads(1)
    return StepWriter(_Torch(model), model.vocabulary)


class _Torch:
    def __init__(self, model: Model) -> None:
        cells = plain_lstm(model)
        self._embeddings = _tensor(model.weights["layers.0.embeddings"])
        self._layers = [_layer(cell) for cell in cells]
        self._output = torch.nn.Linear(cells[-1].units, len(model.vocabulary))
        _set(self._output.weight, model.weights["output.kernel"].T)
        _set(self._output.bias, model.weights["output.bias"])
        self._states: list[Any] = []

    def reset(self, rows: int) -> None:
        self._states = [
            (torch.zeros(1, rows, layer.hidden_size), torch.zeros(1, rows, layer.hidden_size)) for layer in self._layers
        ]

    def step(self, ids: Ids) -> Floats:
        with torch.inference_mode():
            x = self._embeddings[torch.as_tensor(ids.tolist())][None]
            for index, layer in enumerate(self._layers):
                x, self._states[index] = layer(x, self._states[index])
            return np.asarray(self._output(x[0]).numpy())


def _layer(cell: Cell) -> Any:  # noqa: ANN401 - PyTorch's module, see above
    layer = torch.nn.LSTM(cell.inputs, cell.units)
    _set(layer.weight_ih_l0, gate_order(cell.kernel, "ifco").T)
    _set(layer.weight_hh_l0, gate_order(cell.recurrent, "ifco").T)
    _set(layer.bias_ih_l0, gate_order(cell.bias, "ifco"))
    _set(layer.bias_hh_l0, np.zeros_like(cell.bias))
    return layer


def _set(parameter: Tensor, values: npt.NDArray[np.float32]) -> None:
    with torch.no_grad():
        parameter.copy_(_tensor(values))


def _tensor(values: npt.NDArray[np.float32]) -> Tensor:
    return torch.tensor(np.ascontiguousarray(values))
