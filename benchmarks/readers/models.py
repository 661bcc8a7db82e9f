"""Have a model write texts as the bot would reply."""

from __future__ import annotations

import io
import subprocess
import tarfile
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from benchmarks.readers.texts import Text
from benchmarks.serving import LONG_ENOUGH
from bot.chat.trim import trim_result
from bot.errors import InvalidInputError
from bot.generation.decode import decode_as_advised
from bot.generation.engines.protocol import StatefulCopy
from bot.generation.engines.select import make_stateful_copy
from bot.generation.model import Model
from bot.generation.request import GenerationRequest
from bot.generation.scheduler import WorkerPool
from bot.settings import Settings


def _make_copy(model: Model) -> StatefulCopy:
    return make_stateful_copy(model, "auto")


@dataclass(frozen=True)
class ModelSource:
    """A model that writes by the bot's own engine and worker.

    Attributes:
        model: the model.
        top_n: how many of the likeliest characters are kept; 0 for the way that its card advises.
        random_seed: of the first text; the next one's is one more.
        version: the commit that the model is of, where it was named.
        make_copy: makes what writes.
    """

    model: Model
    top_n: int = 0
    random_seed: int = 0
    version: str = ""
    make_copy: Callable[[Model], StatefulCopy] = _make_copy

    @property
    def title(self) -> str:
        """The model and its way of decoding."""
        name = f"{self.model.name} of {self.version}" if self.version else self.model.name
        return f"{name} at top-n {self.top_n}" if self.top_n else f"{name} as its card advises"

    def write(self, seeds: Sequence[str], length: int) -> list[Text]:
        """See `Source.write`; a seed is folded to the model's characters, but shown as it was typed."""
        requests = [self._request(seed, length, self.random_seed + n) for n, seed in enumerate(seeds)]
        pool = WorkerPool([self.model], self.make_copy, workers=1, queue_size=len(requests))
        pool.start()
        try:
            tickets = [pool.submit(request, self.model, "reader", LONG_ENOUGH) for request in requests]
            results = [trim_result(ticket.result.result()) for ticket in tickets]
        finally:
            pool.stop(grace=0)
        return [Text(seed, seed + result.completions[0]) for seed, result in zip(seeds, results, strict=True)]

    def _request(self, seed: str, length: int, random_seed: int) -> GenerationRequest:
        one_item = self.model.card.use.one_item
        folded = self.model.vocabulary.fold(seed)
        request = GenerationRequest(folded, length=length, random_seed=random_seed, first_line=one_item)
        return replace(request, top_n=self.top_n) if self.top_n else decode_as_advised(request, self.model)


def read_model(folder: Path, commit: str = "") -> Model:
    """Read the model in a folder, as it is now or as it was at a commit of the repository that it lies in.

    Raises:
        InvalidInputError: there is no such commit, or it does not have the folder.
        ModelError: the model is unusable.
    """
    if not commit:
        return Model.read(folder, Settings.load().signing_key)
    if not folder.parent.is_dir():
        raise InvalidInputError(f"{folder}: there is no folder {folder.parent}")
    command = ["git", "-C", str(folder.parent), "archive", "--format=tar", commit, folder.name]
    found = subprocess.run(command, capture_output=True, check=False)  # noqa: S603 - git, with what its user names
    if found.returncode:
        raise InvalidInputError(f"{folder} at {commit}: {found.stderr.decode(errors='replace').strip()}")
    with tempfile.TemporaryDirectory() as place, tarfile.open(fileobj=io.BytesIO(found.stdout)) as archive:
        archive.extractall(place, filter="data")
        return Model.read(Path(place) / folder.name, Settings.load().signing_key)
