"""Train a network on a text: stateful, contiguous batches as in the tutorial, by a budget of time or epochs."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np

from bot.errors import InvalidInputError
from bot.evaluation.bits_per_character import WeightsMeter
from bot.generation import reference
from bot.generation.card import Card
from bot.generation.decode import uniform_stream
from bot.generation.model import Model, Weights
from bot.generation.request import Sampling
from bot.generation.vocabulary import LINE_BREAK
from bot.training.batches import Batch, ItemStream, count_batches, read_batches
from bot.training.cluster import Cluster
from bot.training.options import TrainingOptions
from bot.training.progress import NothingLearnedError, TrainingProgress
from bot.training.saved_state import TrainingHistory, TrainingState
from bot.training.train_step import Learner, allow_bfloat16
from bot.training.training_text import TrainingText

WARM_UP = 100
"""Batches in which the learning rate climbs to its peak: before that, large steps lead astray."""
LOWEST_RATE = 0.005
"""The learning rate falls to this share of its peak."""
DECAY = 0.4
"""The share of the training in which the rate of the schedule `stable` falls."""
JUDGED = 200_000
"""Held-out characters measured at an evaluation under way; the last one measures ten times as many."""
STEP_BACK = 0.3
"""What the learning rate is multiplied by when the training goes back to its best weights."""
MOST_STEPS_BACK = 2
MIX_STEP = 0.1
"""The shares of the first weights that are tried differ by this, see `Trainer.mix_with_start`."""
SAMPLE_LENGTH = 160
SAMPLE_TOP_N = 3


class Trainer:
    """A training under way. `run` it; stopped, it goes on where it stood, in another process too.

    Args:
        text: what to learn.
        card: the network's architecture and vocabulary.
        options: how to learn.
        file: where the state is kept.
        start: the weights to start from; random ones by default.
        cluster: the machines that train together; this one alone by default.

    Raises:
        InvalidInputError: the text does not fill a batch, or the state in `file` cannot be read.
    """

    def __init__(
        self,
        text: TrainingText,
        card: Card,
        options: TrainingOptions,
        file: Path,
        start: Weights | None = None,
        cluster: Cluster | None = None,
    ) -> None:
        self._cluster = cluster or Cluster()
        self._text, self._card, self._options, self._file = text, card, options, file
        self._rows = choose_rows(len(text.learned.ids), options, self._cluster.count)
        self._learner = Learner(card, self._rows // self._cluster.count, options, cluster=self._cluster)
        self._line_break = int(text.vocabulary.encode(LINE_BREAK)[0])
        self._meter = self._make_meter(JUDGED)
        self._start = start
        self._evaluation_seconds = 0.0
        self._sample = ""
        self._batch_bits: list[float] = []  # bits per character of the batches since the last evaluation
        if start is not None:
            self._learner.weights = start
        self.history = TrainingHistory(batches=count_batches(len(text.learned.ids) + 1, self._rows, options.steps))
        self._best: Weights = self._learner.weights
        if file.exists():
            self._restore(TrainingState.read(file))
        elif start is not None:
            self._evaluate()  # so that the first weights are kept if nothing better comes

    def run(self, report: Callable[[TrainingProgress], None], is_stopped: Callable[[], bool] = lambda: False) -> None:
        """Train until the budget is used up, nothing is gained any more, or `is_stopped` says so.

        Args:
            report: is called after every batch and every evaluation.
            is_stopped: is asked after every batch.

        Raises:
            NothingLearnedError: the numbers ran away, and there is nothing better to go back to.
            OSError: the state cannot be written.
        """
        started = self._cluster.read_clock() - self.history.seconds
        batches = self._iterate_batches()
        while self._share_done() < 1 and self._may_gain():
            next_evaluation = self.history.seconds + self._evaluation_interval()
            # Train batch by batch until the next evaluation is due.
            while self._share_done() < 1 and self.history.seconds < next_evaluation:
                self._train_batch(next(batches))
                self.history.seconds = self._cluster.read_clock() - started
                report(self._describe_progress())
                if self._cluster.tell(is_stopped()):
                    self.save()
                    return
            # Measure the held-out text, keep the best weights, and perhaps step back to them.
            self._evaluate()
            self.history.seconds = self._cluster.read_clock() - started
            # A process that is killed loses no more than what comes after this.
            self.save()
            report(self._describe_progress())

    @property
    def description(self) -> str:
        """How it trains on this machine."""
        return self._learner.description

    def save(self) -> None:
        """Write the state, from which another `Trainer` goes on.

        Raises:
            OSError: there is no room on the disk.
        """
        learner = self._learner
        TrainingState(self.history, learner.weights, self._best, learner.optimizer_state()).write(self._file)

    def best_weights(self) -> Weights:
        """Return the weights at the best evaluation.

        Raises:
            NothingLearnedError: there was none yet.
        """
        if math.isinf(self.history.best_bits):
            raise NothingLearnedError("nothing was measured yet: there is nothing to keep")
        return self._best

    def mix_with_start(self, on_progress: Callable[[float], None] = lambda _: None) -> tuple[Weights, float]:
        """Mix the best weights with the first ones in the shares at which the held-out text costs least.

        That brings back some of what a small text made the network forget, and costs little of what it learned:
        weights between which a training leads can be mixed.

        Source: M. Wortsman and others, Robust fine-tuning of zero-shot models, CVPR 2022.

        Args:
            on_progress: is called with the part of the shares that is tried.

        Returns:
            The weights, and the first ones' share: 0 to less than 1.

        Raises:
            NothingLearnedError: there was no evaluation yet.
        """
        best, share = self.best_weights(), 0.0
        if self._start is None:
            return best, share
        fewest = self._meter.bits_per_character(best)
        # Give the first weights a larger share each time, as long as the bits fall.
        for step in range(1, round(1 / MIX_STEP)):
            on_progress(step * MIX_STEP)
            mixed = mix_weights(self.best_weights(), self._start, step * MIX_STEP)
            bits = self._meter.bits_per_character(mixed)
            if bits >= fewest:
                break
            best, share, fewest = mixed, step * MIX_STEP, bits
        return best, share

    def measure_final_bits(
        self, weights: Weights, on_progress: Callable[[float], None] = lambda _: None
    ) -> tuple[float, int]:
        """Return the bits per character of the weights on more held-out text, computed in float32; and on how much."""
        allow_bfloat16(allowed=False)
        meter = self._make_meter(10 * JUDGED)
        return meter.bits_per_character(weights, on_progress), meter.characters

    def _make_meter(self, most: int) -> WeightsMeter:
        stream = ItemStream(self._text.held_out, self._line_break)
        return WeightsMeter(self._card, stream.read(0, min(len(stream), most)))

    def _train_batch(self, batch: Batch) -> None:
        batches = self.history.epochs * self.history.batches
        rate = compute_learning_rate(self._share_done(), batches, self._options) * self.history.rate
        mine = slice(self._cluster.index, None, self._cluster.count)
        bits = self._learner.train_on_batch((batch[0][mine], batch[1][mine]), rate)
        self._batch_bits.append(bits)
        self.history.batch += 1
        if not math.isfinite(bits):
            self._step_back()

    def _iterate_batches(self) -> Iterator[Batch]:
        """Yield batches without end, from where the history says that the training stands."""
        while True:
            # Each epoch has the items in another order, so that what follows an item cannot be learned by heart.
            random = np.random.default_rng([self._options.random_seed, self.history.epoch])
            stream = ItemStream(self._text.learned, self._line_break, random.permutation(len(self._text.learned)))
            # The rows start anywhere in that order: what the network has read before says nothing there.
            self._learner.reset_state()
            yield from read_batches(stream, self._rows, self._options.steps, self.history.batch)
            self.history.epoch += 1
            self.history.batch = 0

    def _evaluate(self) -> None:
        started = self._cluster.read_clock()
        weights = self._learner.averaged_weights()
        bits = self._cluster.tell(self._meter.bits_per_character(weights))
        history = self.history
        minutes, epochs = round(history.seconds / 60, 2), round(history.epochs, 3)
        history.curve.append((minutes, epochs, self._training_bits(), bits))
        self._batch_bits.clear()
        history.since_best += 1
        if bits < history.best_bits:
            history.best_bits, history.since_best, self._best = bits, 0, weights
        elif history.since_best >= self._options.patience or not math.isfinite(bits):
            self._step_back()
        self._sample = write_sample(self._card, weights, self._options.random_seed + len(history.curve))
        self._evaluation_seconds = self._cluster.read_clock() - started

    def _step_back(self) -> None:
        """Go back to the best weights, with a lower learning rate."""
        if math.isinf(self.history.best_bits) or not self._may_gain():
            if self._batch_bits and not math.isfinite(self._batch_bits[-1]):
                raise NothingLearnedError("the numbers ran away: lower --learning-rate")
            return
        self._learner.weights = self._best
        self._learner.reset_state()
        self._batch_bits.clear()
        self.history.rate *= STEP_BACK
        self.history.since_best = 0

    def _may_gain(self) -> bool:
        """Return whether the training has not stepped back too often."""
        return bool(self.history.rate >= STEP_BACK ** (MOST_STEPS_BACK + 0.5))

    def _restore(self, state: TrainingState) -> None:
        try:
            self._learner.restore(state.weights, state.optimizer)
        except (KeyError, ValueError) as error:
            raise InvalidInputError(f"{self._file} does not fit the training: {error}") from error
        self.history, self._best = state.history, state.best

    def _share_done(self) -> float:
        """Return the share of the budget that is used up: of the time, or of the epochs if that is more."""
        by_time = self.history.seconds / (self._options.minutes * 60)
        by_epochs = self.history.epochs / self._options.epochs if self._options.epochs else 0.0
        return max(by_time, by_epochs)

    def _evaluation_interval(self) -> float:
        """Return the seconds until the next evaluation: sixty in all, unless they took over a tenth of the time."""
        return max(min(max(self._options.minutes, 10.0), 180.0), 9 * self._evaluation_seconds)

    def _training_bits(self) -> float:
        if self._batch_bits:
            return float(np.mean(self._batch_bits))
        return self.history.curve[-1][2] if self.history.curve else math.nan

    def _describe_progress(self) -> TrainingProgress:
        done, history = self._share_done(), self.history
        return TrainingProgress(
            epochs=history.epochs,
            seconds=history.seconds,
            done=min(done, 1.0),
            seconds_left=max(history.seconds * (1 / done - 1), 0.0) if done else math.inf,
            training_bits=self._training_bits(),
            held_out_bits=history.curve[-1][3] if history.curve else math.inf,
            best_bits=history.best_bits,
            evaluations=len(history.curve),
            sample=self._sample,
        )


def mix_weights(weights: Weights, others: Weights, share: float) -> Weights:
    """Mix weights of one shape, number by number: `share` of the others, the rest of the first."""
    return {name: ((1 - share) * array + share * others[name]).astype(np.float32) for name, array in weights.items()}


def choose_rows(characters: int, options: TrainingOptions, machines: int = 1) -> int:
    """Return the rows asked for, or fewer where the text is too short to fill ten batches with them.

    Each of the machines that train together reads as many of them.

    Raises:
        InvalidInputError: it does not even fill one row.
    """
    rows = min(options.rows, max(characters // (options.steps * 10), 1))
    rows = max(rows // machines, 1) * machines
    if count_batches(characters + 1, rows, options.steps) < 1:
        raise InvalidInputError(f"the text does not fill one row of --steps {options.steps}: make them fewer")
    return rows


def compute_learning_rate(done: float, batches: float, options: TrainingOptions) -> float:
    """Compute the learning rate at the share `done` of the training: a warm-up, then as the schedule says.

    `stable` stays at the peak and falls in a straight line at the end: until then, a training can be prolonged as if
    more had been asked for from the start.

    Source: S. Hu and others, MiniCPM: unveiling the potential of small language models, COLM 2024.

    Args:
        done: 0 to 1.
        batches: how many were trained so far.
        options: peak and schedule.
    """
    climb = min((batches + 1) / WARM_UP, 1.0)
    left = 1 - min(max(done, 0.0), 1.0)
    falls = {"stable": min(left / DECAY, 1.0), "cosine": 0.5 * (1 - math.cos(math.pi * left)), "constant": 1.0}
    return options.learning_rate * climb * max(falls[options.schedule], LOWEST_RATE)


def write_sample(card: Card, weights: Weights, random_seed: int) -> str:
    """Write a line with the weights, to see what they have learned."""
    model = Model("sample", card, weights)
    uniforms = uniform_stream(random_seed, 0).random(SAMPLE_LENGTH)
    ids = reference.generate(model, model.vocabulary.encode(LINE_BREAK), uniforms, Sampling(SAMPLE_TOP_N))
    return model.vocabulary.decode(ids).partition(LINE_BREAK)[0]
