"""Build one step of a network as an ONNX graph, its state handed in and out, before anything is measured."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper
from onnxruntime.quantization import quantize_dynamic

from benchmarks.peers.layers import Cell, Weight, gate_order, plain_lstm
from benchmarks.peers.onnx import FLOAT32, INT8
from bot.generation.model import Model

_AXES = ("time", "direction")
"""The first two axes of what ONNX's LSTM puts out; both have the length 1 here."""

OPSET = 17
IR_VERSION = 8


def prepare(model: Model, folder: Path) -> None:
    """Write the graph beside the model: with the weights as they are, and with ONNX Runtime's own int8 of them."""
    (folder / FLOAT32).write_bytes(step_graph(model))
    quantize_dynamic(folder / FLOAT32, folder / INT8, op_types_to_quantize=["LSTM", "Gemm", "MatMul"])


def step_graph(model: Model) -> bytes:
    """Return one step: ids (1, rows) and each layer's h and c in; logits (rows, vocabulary) and the new h and c out."""
    cells = plain_lstm(model)
    weights = {
        "embeddings": model.weights["layers.0.embeddings"],
        "kernel": model.weights["output.kernel"],
        "bias": model.weights["output.bias"],
    }
    nodes = [helper.make_node("Gather", ["embeddings", "ids"], ["x0"])]
    for layer, cell in enumerate(cells):
        weights |= _lstm_weights(layer, cell)
        nodes += _lstm_nodes(layer, cell)
    nodes += [
        helper.make_node("Squeeze", [f"x{len(cells)}", "time"], ["last"]),
        helper.make_node("Gemm", ["last", "kernel", "bias"], ["logits"]),
    ]
    constants = [numpy_helper.from_array(np.ascontiguousarray(value), name) for name, value in weights.items()]
    constants += [numpy_helper.from_array(np.array([axis], np.int64), name) for axis, name in enumerate(_AXES)]
    inputs = [helper.make_tensor_value_info("ids", TensorProto.INT32, [1, "rows"]), *_states("", cells)]
    outputs = [_floats("logits", ["rows", len(model.vocabulary)]), *_states("new_", cells)]
    graph = helper.make_graph(nodes, "step", inputs, outputs, constants)
    built = helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=IR_VERSION)
    onnx.checker.check_model(built, full_check=True)
    return bytes(built.SerializeToString())


def _lstm_weights(layer: int, cell: Cell) -> dict[str, Weight]:
    """Return as ONNX's operator wants them: one direction, transposed, gates in its own order, two biases."""
    kernel, recurrent, bias = (gate_order(each, "iofc") for each in (cell.kernel, cell.recurrent, cell.bias))
    biases = np.concatenate([bias, np.zeros_like(bias)])
    return {f"W{layer}": kernel.T[None], f"R{layer}": recurrent.T[None], f"B{layer}": biases[None]}


def _lstm_nodes(layer: int, cell: Cell) -> list[Any]:
    weights = [f"{kind}{layer}" for kind in "WRB"]
    inputs = [f"x{layer}", *weights, "", f"h{layer}", f"c{layer}"]
    outputs = [f"y{layer}", f"new_h{layer}", f"new_c{layer}"]
    return [
        helper.make_node("LSTM", inputs, outputs, hidden_size=cell.units),
        helper.make_node("Squeeze", [f"y{layer}", "direction"], [f"x{layer + 1}"]),
    ]


def _states(prefix: str, cells: list[Cell]) -> list[Any]:
    return [
        _floats(f"{prefix}{part}{layer}", [1, "rows", cell.units]) for layer, cell in enumerate(cells) for part in "hc"
    ]


def _floats(name: str, shape: list[int | str]) -> Any:  # noqa: ANN401 - ONNX's protobuf message
    return helper.make_tensor_value_info(name, TensorProto.FLOAT, shape)
