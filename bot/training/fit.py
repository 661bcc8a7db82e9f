"""Fits a network to a text: stateful, contiguous batches as the tutorial trains, by a budget of minutes or epochs."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import keras
import numpy as np

from bot.generation.engines.network import Network, build_network, get_weights, reset_state, set_weights
from bot.generation.model import (
    LSTM,
    MAX_SIZE,
    Card,
    Corpus,
    Dropout,
    Embedding,
    Layer,
    Model,
    Quality,
    Use,
    Weights,
)
from bot.training.text import Batches, TrainingText, join

PEAK_LEARNING_RATE = 3e-3
WARM_UP = 0.02
"""The share of the training in which the learning rate climbs to its peak."""
HELD_OUT_ROWS = 4


class InvalidOptionError(ValueError):
    """An option outside its range; the message names it and what is allowed."""


class NothingLearnedError(Exception):
    """A training that ended before its first evaluation."""


@dataclass(frozen=True, slots=True)
class Options:
    """How to train.

    Attributes:
        minutes: the budget of time; the learning rate falls to nothing as it is used up.
        epochs: the budget of passes over the text, 0 for any number; whichever budget is used up first counts.
        embedding: the size of the embedding.
        units: the LSTM layer's units.
        dropout: the share of its outputs silenced in training.
        rows: rows trained side by side.
        steps: characters that a gradient reaches back over.
        random_seed: makes the initial weights and the order of the items repeatable.
    """

    minutes: float = 60.0
    epochs: float = 0.0
    embedding: int = 64
    units: int = 512
    dropout: float = 0.3
    rows: int = 64
    steps: int = 64
    random_seed: int = 0

    def __post_init__(self) -> None:
        ranges = {
            "minutes": (0.01, 10_000),
            "epochs": (0, 10_000),
            "embedding": (1, MAX_SIZE),
            "units": (1, MAX_SIZE),
            "dropout": (0, 0.95),
        }
        for name, (least, most) in ranges.items():
            if not least <= getattr(self, name) <= most:
                raise InvalidOptionError(f"--{name} {getattr(self, name):g}: allowed are {least:g} to {most:g}")
        if not 0 <= self.random_seed < 2**32:
            raise InvalidOptionError(f"--random-seed {self.random_seed}: allowed are 0 to {2**32 - 1}")

    def layers(self) -> tuple[Layer, ...]:
        """The architecture these options ask for."""
        return (Embedding(size=self.embedding), LSTM(units=self.units), Dropout(rate=self.dropout))


@dataclass(frozen=True, slots=True)
class Progress:
    """Where a training stands.

    Attributes:
        epoch: passes over the text so far.
        done: the share of the budget used up, 0 to 1.
        seconds_left: an estimate.
        training_bits: bits per character of the batches just trained, with dropout.
        held_out_bits: bits per character of the held-out text at the last evaluation; infinite before it.
        best_bits: the lowest of those so far.
    """

    epoch: float
    done: float
    seconds_left: float
    training_bits: float
    held_out_bits: float
    best_bits: float


class Fit:
    """A training under way; `run` it, then take the `model`."""

    def __init__(self, text: TrainingText, options: Options, licence: str, description: str = "") -> None:
        keras.utils.set_random_seed(options.random_seed)
        self._text = text
        self._options = options
        self._card = Card(
            description=description,
            characters=text.vocabulary.characters,
            layers=options.layers(),
            corpus=Corpus(
                name=text.name,
                licence=licence,
                characters=text.characters,
                items=len(text.learned) + len(text.held_out),
            ),
        )
        self._network = build_network(self._card, options.rows, options.steps)
        self._network.compile(
            optimizer=keras.optimizers.Adam(PEAK_LEARNING_RATE, global_clipnorm=1.0),
            loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        )
        self._judge = _Judge(text, self._card, options.steps)
        self._best: tuple[float, Weights] | None = None
        self._epochs = 0.0
        self._started = 0.0

    def run(self, report: Callable[[Progress], None]) -> None:
        """Train until the budget is used up, evaluating after every epoch; `report` often.

        Stopped by an exception (KeyboardInterrupt, say), it keeps the best epoch so far.
        """
        self._started = time.monotonic()
        random = np.random.default_rng(self._options.random_seed)
        held_out = math.inf
        done = 0.0
        while done < 1:
            batches = self._shuffled(random)
            for batch in range(len(batches)):
                done = self._done()
                if done >= 1:
                    break
                self._network.optimizer.learning_rate.assign(learning_rate(done))
                loss = float(self._network.train_on_batch(batches.inputs[batch], batches.targets[batch]))
                self._epochs += 1 / len(batches)
                best = self._best[0] if self._best else math.inf
                report(Progress(self._epochs, done, self._seconds_left(), loss / math.log(2), held_out, best))
            held_out = self._evaluate()

    def model(self, name: str) -> Model:
        """The model as it stood at its best evaluation.

        Raises:
            NothingLearnedError: nothing was evaluated yet.
        """
        if self._best is None:
            raise NothingLearnedError("no epoch was finished: there is nothing to keep yet")
        bits, weights = self._best
        quality = Quality(
            held_out_bits_per_character=round(bits, 4),
            held_out_characters=self._judge.characters,
            epochs=round(self._epochs, 1),
            minutes=round(self._seconds() / 60, 1),
        )
        use = Use(seeds=tuple(example_seeds(self._text)))
        return Model(name, self._card.model_copy(update={"quality": quality, "use": use}), weights)

    def _done(self) -> float:
        by_time = self._seconds() / (self._options.minutes * 60)
        return max(by_time, self._epochs / self._options.epochs if self._options.epochs else 0)

    def _seconds(self) -> float:
        return time.monotonic() - self._started

    def _seconds_left(self) -> float:
        by_time = self._options.minutes * 60 - self._seconds()
        if not self._options.epochs:
            return max(by_time, 0.0)
        by_epochs = self._seconds() * (self._options.epochs / self._epochs - 1)
        return max(min(by_time, by_epochs), 0.0)

    def _shuffled(self, random: np.random.Generator) -> Batches:
        # Items in a new order every time: what follows an item's end cannot be learned by heart.
        order = random.permutation(len(self._text.learned))
        ids = self._text.vocabulary.encode(join(self._text.learned, order))
        reset_state(self._network)
        return Batches.cut(ids, self._options.rows, self._options.steps)

    def _evaluate(self) -> float:
        weights = get_weights(self._network, self._card)
        bits = self._judge.bits_per_character(weights)
        if self._best is None or bits < self._best[0]:
            self._best = (bits, weights)
        return bits


class _Judge:
    """Measures weights by the held-out text, in a network of its own: the trained one's state stays whole."""

    def __init__(self, text: TrainingText, card: Card, steps: int) -> None:
        ids = text.vocabulary.encode(join(text.held_out))
        rows = HELD_OUT_ROWS
        self._card = card
        self._batches = Batches.cut(ids, rows, min(steps, (len(ids) - 1) // rows))
        self._network: Network = build_network(card, *self._batches.inputs.shape[1:])
        self._network.compile(loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True))
        self.characters = self._batches.inputs.size

    def bits_per_character(self, weights: Weights) -> float:
        set_weights(self._network, weights, self._card)
        reset_state(self._network)
        losses = [
            float(self._network.test_on_batch(x, y))
            for x, y in zip(self._batches.inputs, self._batches.targets, strict=True)
        ]
        return sum(losses) / len(losses) / math.log(2)


def learning_rate(done: float) -> float:
    """The learning rate when the share `done` of the training is over: a short climb, then half a cosine."""
    climb = min(done / WARM_UP, 1.0)
    fall = 0.5 * (1 + math.cos(math.pi * min(max(done, 0.0), 1.0)))
    return PEAK_LEARNING_RATE * max(climb * fall, 0.005)


def example_seeds(text: TrainingText, count: int = 5) -> Iterator[str]:
    """Seeds in the text's own manner: the first words of held-out items."""
    for item in text.held_out[:: max(1, len(text.held_out) // count)][:count]:
        yield item[:40].rsplit(" ", 1)[0] + " "
