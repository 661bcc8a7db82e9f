from __future__ import annotations

from pathlib import Path

from benchmarks.batching import BatchWriter
from benchmarks.peers.numpy import ReferenceWriter
from bot.generation.model import Model
from bot.generation.request import GenerationRequest
from tests.support.random_models import NumpyCopy


def test_a_batch_that_is_not_full_writes_what_each_request_gets_alone(model: Model) -> None:
    seed = "Once upon a time " * 6  # longer than a chunk
    requests = [GenerationRequest(seed, 4, 70, number) for number in range(3)]
    batch = BatchWriter(NumpyCopy(model), model.vocabulary, 5)
    assert batch.write(requests) == ReferenceWriter(model, Path()).write(requests)
