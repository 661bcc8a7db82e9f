"""Train on several machines at once: each reads some of a batch's rows, and they average their gradients.

TensorFlow's own variable says who takes part (https://www.tensorflow.org/guide/distributed_training), the same on every
machine but for the index of its task:

    TF_CONFIG='{"cluster": {"worker": ["10.0.0.1:2222", "10.0.0.2:2222"]}, "task": {"type": "worker", "index": 0}}'

All run the same training of the same text. What depends on a machine's own time is told by the first of them.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Self

from bot.errors import InvalidInputError
from bot.training.training_clock import TrainingClock

if TYPE_CHECKING:
    import tensorflow as tf

VARIABLE = "TF_CONFIG"


class Cluster:
    """The machines that train together.

    Args:
        index: which of them this is; the first is 0.
        count: how many there are.
        clock: returns this machine's time in seconds, which never goes back.

    Attributes:
        index: see above.
        count: see above.
    """

    def __init__(self, index: int = 0, count: int = 1, clock: Callable[[], float] = time.monotonic) -> None:
        self.index, self.count = index, count
        self._clock = clock
        self._strategy: Any = None

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> Self:
        """Return the machines that `TF_CONFIG` names, or this one alone where it is not set.

        Alone, it counts the time that it gets of the processor. Together they count all time: one waits for the others.

        Raises:
            InvalidInputError: it is set, and no such description.
        """
        text = environment.get(VARIABLE, "")
        if not text:
            return cls(clock=TrainingClock().read)
        try:
            found = json.loads(text)
            index, count = int(found["task"]["index"]), len(found["cluster"]["worker"])
            is_worker = found["task"]["type"] == "worker" and set(found["cluster"]) == {"worker"}
        except (ValueError, TypeError, KeyError) as error:
            raise InvalidInputError(f"{VARIABLE} cannot be read: {error!r}; see docs/training.md") from None
        if not (is_worker and 0 <= index < count):
            raise InvalidInputError(f"{VARIABLE}: allowed are tasks of type worker, with an index below their number")
        return cls(index, count)

    def count_all_time(self) -> None:
        """Count all time that passes, instead of what is had of the processor: a GPU computes, which nobody shares."""
        self._clock = time.monotonic

    def connect(self) -> None:
        """Wait for the other machines; call it before anything is computed, TensorFlow wants that."""
        if self.count > 1 and self._strategy is None:
            import tensorflow as tf  # noqa: PLC0415 - seconds; where a cluster is described all else is checked by now

            self._strategy = tf.distribute.MultiWorkerMirroredStrategy()
            self._sum = tf.function(self._add_up)

    def average(self, compute: Callable[[], Sequence[tf.Tensor]]) -> list[tf.Tensor]:
        """Return the mean over all machines of each tensor that `compute` returns; part of a compiled step."""
        if self._strategy is None:
            return list(compute())
        import tensorflow as tf  # noqa: PLC0415 - as above

        def compute_here() -> Any:  # noqa: ANN401 - TensorFlow ships no types
            context = tf.distribute.get_replica_context()
            return context.all_reduce(tf.distribute.ReduceOp.MEAN, list(compute()))

        return list(self._strategy.run(compute_here))

    def tell(self, value: float) -> float:
        """Return the first machine's value; each calls this equally often."""
        if self._strategy is None:
            return value
        import tensorflow as tf  # noqa: PLC0415 - as above

        return float(self._sum(tf.constant(value if self.index == 0 else 0.0, tf.float64)))

    def read_clock(self) -> float:
        """Return the first machine's time: all decide by it alike."""
        return self.tell(self._clock())

    def _add_up(self, value: tf.Tensor) -> tf.Tensor:
        import tensorflow as tf  # noqa: PLC0415 - as above

        def add_up(mine: tf.Tensor) -> Any:  # noqa: ANN401 - TensorFlow ships no types
            # Copied, so that it lies on this machine's device: TensorFlow adds up nothing that lies nowhere.
            return tf.distribute.get_replica_context().all_reduce(tf.distribute.ReduceOp.SUM, tf.identity(mine))

        return self._strategy.run(add_up, args=(value,))
