"""Write by the NumPy reference as it stands, which is written to be read."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from bot.generation import reference
from bot.generation.decode import uniform_stream
from bot.generation.model import Model
from bot.generation.request import GenerationRequest


class ReferenceWriter:
    """Writes with `bot.generation.reference.generate`, one text after the other."""

    def __init__(self, model: Model, _folder: Path) -> None:
        self._model = model

    def write(self, requests: Sequence[GenerationRequest]) -> list[str]:
        """See `Writer.write`."""
        return [self._write(request) for request in requests]

    def _write(self, request: GenerationRequest) -> str:
        vocabulary = self._model.vocabulary
        uniforms = uniform_stream(request.random_seed, 0).random(request.length)
        ids = reference.generate(self._model, vocabulary.encode(request.seed), uniforms, request.sampling)
        return vocabulary.decode(ids)
