"""Run a model's conversion with LiteRT: weights of eight bits, small and quick.

The graph, made by `bot.export.litert`, holds the whole loop over a chunk and its sampling. The recurrent states go into
each call and come out of it, so the interpreter itself keeps nothing.
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
from bot.generation.engines.environment import silence_stderr
from bot.generation.engines.protocol import CHUNK, ROW_COUNTS, Steps
from bot.generation.model import Model
from bot.generation.request import Sampling
from bot.generation.vocabulary import Ids


class LiteRTCopy:
    """A stateful copy of a converted model.

    Raises:
        ModelError: the model has no conversion of its own weights, or LiteRT cannot run it.
    """

    engine = "litert"

    def __init__(self, model: Model) -> None:
        conversion = model.converted
        if conversion is None:
            raise ModelError(f"model {model.name} has no conversion that fits its weights")
        self._vocabulary_size = len(model.vocabulary)
        interpreter = _start_interpreter(conversion.graph, model.name)
        self._signatures = {rows: _Signature(interpreter, advance_signature(rows)) for rows in ROW_COUNTS}
        for rows in reversed(ROW_COUNTS):  # the first call of each row count is slow, so it is made now
            self.reset(rows)
            self.advance(np.zeros((rows, CHUNK), np.int32), np.zeros((rows, CHUNK)), Sampling(1))

    def reset(self, rows: int) -> None:
        """See `StatefulCopy.reset`."""
        self._signature = self._signatures[rows]
        self._signature.reset()
        self._last = np.zeros(rows, np.int32)

    def advance(self, forced: Ids, uniforms: npt.NDArray[np.float64], sampling: Sampling) -> Ids:
        """See `StatefulCopy.advance`."""
        steps = Steps(forced, uniforms)
        sampled: Ids = self._signature(
            last=self._last,
            forced=steps.forced,
            uniforms=steps.uniforms,
            steps=np.int32(steps.count),
            top_n=np.int32(min(sampling.top_n, self._vocabulary_size)),
            min_p=np.float32(sampling.min_p),
            temperature=np.float32(sampling.temperature),
        )["sampled"][: steps.count]
        self._last = sampled[-1]
        return sampled.T


class Reader:
    """Reads text and returns logits, to measure what a conversion loses: the same network in a graph of its own.

    Args:
        graph: made by `bot.export.litert.convert_reader`.
    """

    def __init__(self, graph: bytes) -> None:
        self._step = _Signature(_start_interpreter(graph, "reader"), READ)

    def __call__(self, ids: Ids) -> npt.NDArray[np.float32]:
        """Read on: ids of shape (rows, steps) in, logits of shape (rows, steps, vocabulary) out."""
        columns = [self._step(ids=np.ascontiguousarray(column, np.int32))["logits"] for column in ids.T]
        return np.stack(columns, axis=1)


class _Signature:
    """One of a graph's functions, and the recurrent states that it is called with."""

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


_starting = threading.Lock()
_greeted = False
"""Whether LiteRT has started in this process, which it describes on standard error the first time."""


def _start_interpreter(graph: bytes, name: str) -> Any:  # noqa: ANN401 - LiteRT ships no types
    """Return an interpreter of one thread: the workers fill the processors."""
    global _greeted  # noqa: PLW0603 - LiteRT's own state is the process's, too
    try:
        with _starting, contextlib.nullcontext() if _greeted else silence_stderr():
            interpreter = Interpreter(model_content=graph, num_threads=1)
            interpreter.allocate_tensors()  # picks its kernels and greets, which the first call would do otherwise
        _greeted = True
    except (ValueError, RuntimeError) as error:
        raise ModelError(f"the conversion of model {name} cannot be run: {error}") from error
    return interpreter
