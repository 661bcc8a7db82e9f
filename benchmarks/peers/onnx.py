"""Write with ONNX Runtime, called for every character."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnxruntime

from benchmarks.peers.layers import plain_lstm
from benchmarks.step_writer import Floats, StepWriter
from bot.generation.model import Model
from bot.generation.vocabulary import Ids

FLOAT32 = "step.onnx"
INT8 = "step-int8.onnx"


def float32(model: Model, folder: Path) -> StepWriter:
    """Return a writer with the weights as they are."""
    return StepWriter(_Session(folder / FLOAT32, model), model.vocabulary)


def int8(model: Model, folder: Path) -> StepWriter:
    """Return a writer with the weights in int8."""
    return StepWriter(_Session(folder / INT8, model), model.vocabulary)


class _Session:
    def __init__(self, graph: Path, model: Model) -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        self._session = onnxruntime.InferenceSession(str(graph), options, providers=["CPUExecutionProvider"])
        self._units = [cell.units for cell in plain_lstm(model)]
        self._state: dict[str, Floats] = {}

    def reset(self, rows: int) -> None:
        zeros = [np.zeros((1, rows, units), np.float32) for units in self._units]
        self._state = {f"{part}{layer}": zero for layer, zero in enumerate(zeros) for part in "hc"}

    def step(self, ids: Ids) -> Floats:
        logits, *state = self._session.run(None, {"ids": ids[None], **self._state})
        self._state = dict(zip(self._state, state, strict=True))
        return np.asarray(logits)
