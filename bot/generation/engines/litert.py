"""Run a model's conversion with LiteRT: weights of eight bits, small and quick.

The graph holds the whole loop over a chunk and its sampling (`bot.export.litert` makes it). What a row remembers goes
into each call and comes out of it, so the interpreter itself keeps nothing.
"""

from __future__ import annotations

import contextlib
import threading
from typing import Any

import numpy as np
import numpy.typing as npt
from ai_edge_litert.interpreter import Interpreter

from bot.errors import ModelError
from bot.generation.conversion import READ, STATE, advance_signature
from bot.generation.engines.environment import without_greetings
from bot.generation.engines.protocol import CHUNK, ROW_COUNTS, Steps
from bot.generation.model import Model
from bot.generation.vocabulary import Ids


class LiteRTCopy:
    """A stateful copy of a model that was converted.

    Raises:
        ModelError: the model has no conversion of its own weights, or LiteRT cannot run it.
    """

    engine = "litert"

    def __init__(self, model: Model) -> None:
        conversion = model.converted
        if conversion is None:
            raise ModelError(f"model {model.name} has no conversion that fits its weights")
        self._vocabulary_size = len(model.vocabulary)
        interpreter = _interpreter(conversion.graph, model.name)
        self._signatures = {rows: _Signature(interpreter, advance_signature(rows)) for rows in ROW_COUNTS}
        for rows in reversed(ROW_COUNTS):  # the first call of each is the slow one
            self.reset(rows)
            self.advance(np.zeros((rows, CHUNK), np.int32), np.zeros((rows, CHUNK)), 1, 1.0)

    def reset(self, rows: int) -> None:
        """See `StatefulCopy.reset`."""
        self._signature = self._signatures[rows]
        self._signature.reset()
        self._last = np.zeros(rows, np.int32)

    def advance(self, forced: Ids, uniforms: npt.NDArray[np.float64], top_n: int, temperature: float) -> Ids:
        """See `StatefulCopy.advance`."""
        steps = Steps(forced, uniforms)
        sampled: Ids = self._signature(
            last=self._last,
            forced=steps.forced,
            uniforms=steps.uniforms,
            steps=np.int32(steps.count),
            top_n=np.int32(min(top_n, self._vocabulary_size)),
            temperature=np.float32(temperature),
        )["sampled"][: steps.count]
        self._last = sampled[-1]
        return sampled.T


class Reader:
    """Reads text and gives logits, so that a conversion can be measured: its own graph, the same network.

    Args:
        graph: of `bot.export.litert.convert_reader`.
    """

    def __init__(self, graph: bytes) -> None:
        self._step = _Signature(_interpreter(graph, "reader"), READ)

    def __call__(self, ids: Ids) -> npt.NDArray[np.float32]:
        """Read on: ids of shape (rows, steps) in, logits of shape (rows, steps, vocabulary) out."""
        columns = [self._step(ids=np.ascontiguousarray(column, np.int32))["logits"] for column in ids.T]
        return np.stack(columns, axis=1)


class _Signature:
    """One of a graph's functions, and the states that go around it."""

    def __init__(self, interpreter: Any, name: str) -> None:  # noqa: ANN401 - LiteRT ships no types
        self._run = interpreter.get_signature_runner(name)
        shapes = {name: facts["shape"] for name, facts in self._run.get_input_details().items()}
        self._shapes = {name: shape for name, shape in shapes.items() if name.startswith(STATE)}
        self.reset()

    def reset(self) -> None:
        self._states = {name: np.zeros(shape, np.float32) for name, shape in self._shapes.items()}

    def __call__(self, **inputs: Any) -> dict[str, npt.NDArray[Any]]:  # noqa: ANN401 - arrays and NumPy's numbers
        outputs: dict[str, npt.NDArray[Any]] = self._run(**inputs, **self._states)
        self._states = {name: outputs.pop(name) for name in self._shapes}
        return outputs


_first = threading.Lock()
_greeted = False


def _interpreter(graph: bytes, name: str) -> Any:  # noqa: ANN401 - LiteRT ships no types
    """Return an interpreter of one thread: the workers fill the processors."""
    global _greeted  # noqa: PLW0603 - so is what LiteRT's greeting depends on: whether it has started in this process
    try:
        with _first, contextlib.nullcontext() if _greeted else without_greetings():
            interpreter = Interpreter(model_content=graph, num_threads=1)
            interpreter.allocate_tensors()  # now, and not at the first call, it picks its kernels and greets
        _greeted = True
    except (ValueError, RuntimeError) as error:
        raise ModelError(f"the conversion of model {name} cannot be run: {error}") from error
    return interpreter
