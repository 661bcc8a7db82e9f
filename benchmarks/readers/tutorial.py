"""Read the samples that the tutorial prints, from its third page in Markdown; its prose stays there."""

from __future__ import annotations

import html
import random
import re
from collections.abc import Sequence
from pathlib import Path

from benchmarks.readers.texts import Text, read_file
from bot.errors import InvalidInputError

SEEDS = ("This is a seed sentence", "The meaning of life is ")
"""What the tutorial starts its samples from."""

_LISTING = re.compile(r'<pre class="code">\s*<code class="plain"[^>]*>(.*?)</code>', re.DOTALL)


class TutorialSource:
    """The tutorial's printed samples, drawn at random from all of them.

    Args:
        texts: the samples.
        random_seed: the same one draws the same.
    """

    title = "the tutorial's printed samples"

    def __init__(self, texts: Sequence[Text], random_seed: int = 0) -> None:
        self._texts = texts
        self._random_seed = random_seed

    def write(self, seeds: Sequence[str], length: int) -> list[Text]:  # noqa: ARG002 - they are cut when laid out
        """See `Source.write`; their seeds are the tutorial's own, of the lines after the first not known."""
        if len(seeds) > len(self._texts):
            raise InvalidInputError(f"{len(seeds)} pairs: the tutorial prints {len(self._texts)} samples")
        return random.Random(self._random_seed).sample(self._texts, len(seeds))


def read_samples(path: Path) -> list[Text]:
    """Read all samples: each line that its model wrote is an item, a tweet.

    The last line of a listing is left out: it is cut at the listing's length, and the last of all is a joke of the
    author's. So is what says nothing after its seed.

    Raises:
        InvalidInputError: the file cannot be read, or has no samples.
    """
    texts = []
    for listing in _LISTING.findall(read_file(path)):
        lines = [line.strip() for line in html.unescape(listing).splitlines() if line.strip()]
        for line in lines[:-1]:
            seed = next((seed for seed in SEEDS if line.startswith(seed)), "")
            if line.removeprefix(seed).strip(" .…"):
                texts.append(Text(seed, line))
    if not texts:
        raise InvalidInputError(f"{path}: there are no samples in it; wanted is the tutorial's third page, in Markdown")
    return texts
