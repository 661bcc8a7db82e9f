"""Fits a network to a text: stateful, contiguous batches as the tutorial trains, by a budget of time or epochs."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np

from bot.errors import InvalidInputError
from bot.evaluation.bits_per_character import WeightsMeter
from bot.generation import reference
from bot.generation.card import Card
from bot.generation.decode import uniform_stream
from bot.generation.model import Model, Weights
from bot.generation.vocabulary import LINE_BREAK
from bot.training.batches import Batch, Stream, batches, count_batches
from bot.training.options import TrainingOptions
from bot.training.progress import NothingLearnedError, Report, TrainingProgress
from bot.training.saved_state import Course, TrainingState
from bot.training.train_step import Learner, allow_short_floats
from bot.training.training_text import TrainingText

WARM_UP = 100
"""Batches in which the learning rate climbs to its peak: before that, large steps lead astray."""
LOWEST_RATE = 0.005
"""Of the peak: what the learning rate falls to."""
JUDGED = 200_000
"""Held-out characters measured at an evaluation under way; the last one measures ten times as many."""
STEP_BACK = 0.3
"""What the learning rate is multiplied by when the training goes back to its best weights."""
MOST_STEPS_BACK = 2
DRAWN_BACK = 0.1
"""By which steps the trained weights are drawn back towards those they started from, see `Fit.drawn_back`."""
SAMPLE_LENGTH = 160
SAMPLE_TOP_N = 3


class Fit:
    """A training under way. `run` it; stopped, it goes on where it stood, in another process too.

    Args:
        text: what to learn.
        card: the network's architecture and vocabulary.
        options: how to learn.
        file: where its state is kept.
        start: the weights to start from; random ones by default.

    Raises:
        InvalidInputError: the text does not fill a batch.
        InvalidInputError: the state in `file` cannot be read.
    """

    def __init__(
        self, text: TrainingText, card: Card, options: TrainingOptions, file: Path, start: Weights | None = None
    ) -> None:
        self._text, self._card, self._options, self._file = text, card, options, file
        self._rows = fitting_rows(len(text.learned.ids), options)
        self._learner = Learner(card, self._rows, options)
        self._line_break = int(text.vocabulary.encode(LINE_BREAK)[0])
        self._meter = self._held_out(JUDGED)
        self._start = start
        self._pause = 0.0
        self._sample = ""
        self._surprises: list[float] = []
        if start is not None:
            self._learner.weights = start
        self.course = Course(batches=count_batches(len(text.learned.ids) + 1, self._rows, options.steps))
        self._best: Weights = self._learner.weights
        if file.exists():
            self._restore(TrainingState.read(file))
        elif start is not None:
            self._evaluate()  # what it can do already is not to be lost

    def run(self, report: Report, stopped: Callable[[], bool] = lambda: False) -> None:
        """Train until the budget is used up, nothing is gained any more, or `stopped` says so; `report` often.

        Raises:
            NothingLearnedError: the numbers ran away, and there is nothing better to go back to.
            OSError: the state cannot be written.
        """
        started = time.monotonic() - self.course.seconds
        stream = self._batches()
        while self._done() < 1 and self._may_gain():
            next_evaluation = self.course.seconds + self._interval()
            while self._done() < 1 and self.course.seconds < next_evaluation:
                self._train(next(stream))
                self.course.seconds = time.monotonic() - started
                report(self._standing())
                if stopped():
                    self.save()
                    return
            self._evaluate()
            self.course.seconds = time.monotonic() - started
            self.save()
            report(self._standing())

    def save(self) -> None:
        """Write the state, from which another `Fit` goes on.

        Raises:
            OSError: there is no room on the disk.
        """
        learner = self._learner
        TrainingState(self.course, learner.weights, self._best, learner.optimizer_state()).write(self._file)

    def best(self) -> Weights:
        """Return the weights at the best evaluation.

        Raises:
            NothingLearnedError: there was none yet.
        """
        if math.isinf(self.course.best_bits):
            raise NothingLearnedError("nothing was measured yet: there is nothing to keep")
        return self._best

    def drawn_back(self) -> tuple[Weights, float]:
        """Return the best weights, mixed with those it started from in the shares at which held-out text costs least.

        What a small text made it forget comes back that way, and little of what it learned goes: weights that one
        training leads from one place to another can be mixed. The second value is the start's share, 0 to less than 1.

        Source: M. Wortsman and others, Robust fine-tuning of zero-shot models, CVPR 2022.

        Raises:
            NothingLearnedError: there is nothing yet.
        """
        best, share = self.best(), 0.0
        if self._start is None:
            return best, share
        fewest = self._meter.bits_per_character(best)
        for step in range(1, round(1 / DRAWN_BACK)):
            mixed = mix(self.best(), self._start, step * DRAWN_BACK)
            bits = self._meter.bits_per_character(mixed)
            if bits >= fewest:
                break
            best, share, fewest = mixed, step * DRAWN_BACK, bits
        return best, share

    def final_bits(self, weights: Weights) -> tuple[float, int]:
        """Bits per character of the weights on more of the held-out text, computed in full; and on how much."""
        allow_short_floats(allowed=False)
        meter = self._held_out(10 * JUDGED)
        return meter.bits_per_character(weights), meter.characters

    def _held_out(self, most: int) -> WeightsMeter:
        stream = Stream(self._text.held_out, self._line_break)
        return WeightsMeter(self._card, stream.read(0, min(len(stream), most)))

    def _train(self, batch: Batch) -> None:
        rate = learning_rate(self._done(), self.course.epochs * self.course.batches, self._options)
        self._surprises.append(self._learner.learn(batch, rate * self.course.rate))
        self.course.batch += 1
        if not math.isfinite(self._surprises[-1]):
            self._step_back()

    def _batches(self) -> Iterator[Batch]:
        while True:
            # Items in a new order every time: what follows an item's end cannot be learned by heart.
            order = np.random.default_rng([self._options.random_seed, self.course.epoch]).permutation(
                len(self._text.learned)
            )
            self._learner.forget()
            stream = Stream(self._text.learned, self._line_break, order)
            yield from batches(stream, self._rows, self._options.steps, self.course.batch)
            self.course.epoch += 1
            self.course.batch = 0

    def _evaluate(self) -> None:
        started = time.monotonic()
        weights = self._learner.weights
        bits = self._meter.bits_per_character(weights)
        course = self.course
        course.curve.append((round(course.seconds / 60, 2), round(course.epochs, 3), self._training_bits(), bits))
        self._surprises.clear()
        course.since_best += 1
        if bits < course.best_bits:
            course.best_bits, course.since_best, self._best = bits, 0, weights
        elif course.since_best >= self._options.patience or not math.isfinite(bits):
            self._step_back()
        self._sample = sample(self._card, weights, self._options.random_seed + len(course.curve))
        self._pause = time.monotonic() - started

    def _step_back(self) -> None:
        if math.isinf(self.course.best_bits) or not self._may_gain():
            if not math.isfinite(self._surprises[-1] if self._surprises else 0.0):
                raise NothingLearnedError("the numbers ran away: lower --learning-rate")
            return
        self._learner.weights = self._best
        self._learner.forget()
        self._surprises.clear()
        self.course.rate *= STEP_BACK
        self.course.since_best = 0

    def _may_gain(self) -> bool:
        return bool(self.course.rate >= STEP_BACK ** (MOST_STEPS_BACK + 0.5))

    def _restore(self, state: TrainingState) -> None:
        try:
            self._learner.restore(state.weights, state.optimizer)
        except (KeyError, ValueError) as error:
            raise InvalidInputError(f"{self._file} does not fit the training: {error}") from error
        self.course, self._best = state.course, state.best

    def _done(self) -> float:
        by_time = self.course.seconds / (self._options.minutes * 60)
        by_epochs = self.course.epochs / self._options.epochs if self._options.epochs else 0.0
        return max(by_time, by_epochs)

    def _interval(self) -> float:
        # In seconds: sixty evaluations in all, unless they would take more than a tenth of the time.
        return max(min(max(self._options.minutes, 10.0), 180.0), 9 * self._pause)

    def _training_bits(self) -> float:
        if self._surprises:
            return float(np.mean(self._surprises))
        return self.course.curve[-1][2] if self.course.curve else math.nan

    def _standing(self) -> TrainingProgress:
        done, course = self._done(), self.course
        return TrainingProgress(
            epochs=course.epochs,
            done=min(done, 1.0),
            seconds_left=max(course.seconds * (1 / done - 1), 0.0) if done else math.inf,
            training_bits=self._training_bits(),
            held_out_bits=course.curve[-1][3] if course.curve else math.inf,
            best_bits=course.best_bits,
            evaluations=len(course.curve),
            sample=self._sample,
        )


def mix(weights: Weights, others: Weights, share: float) -> Weights:
    """Weights of one shape, number by number: `share` of the others, the rest of the first."""
    return {name: ((1 - share) * array + share * others[name]).astype(np.float32) for name, array in weights.items()}


def fitting_rows(characters: int, options: TrainingOptions) -> int:
    """Return the rows asked for, or fewer where the text is too short to fill ten batches with them.

    Raises:
        InvalidInputError: it does not even fill one row.
    """
    rows = min(options.rows, max(characters // (options.steps * 10), 1))
    if count_batches(characters + 1, rows, options.steps) < 1:
        raise InvalidInputError(f"the text does not fill one row of --steps {options.steps}: make them fewer")
    return rows


def learning_rate(done: float, trained: float, options: TrainingOptions) -> float:
    """Return the learning rate at the share `done` of the training: a warm-up, then half a cosine or a constant.

    Args:
        done: 0 to 1.
        trained: batches since the start.
        options: peak and schedule.
    """
    climb = min((trained + 1) / WARM_UP, 1.0)
    fall = 0.5 * (1 + math.cos(math.pi * min(max(done, 0.0), 1.0))) if options.schedule == "cosine" else 1.0
    return options.learning_rate * climb * max(fall, LOWEST_RATE)


def sample(card: Card, weights: Weights, random_seed: int) -> str:
    """Return a line that the weights write, to see what they have learned."""
    model = Model("sample", card, weights)
    uniforms = uniform_stream(random_seed, 0).random(SAMPLE_LENGTH)
    ids = reference.generate(model, model.vocabulary.encode(LINE_BREAK), uniforms, SAMPLE_TOP_N)
    return model.vocabulary.decode(ids).partition(LINE_BREAK)[0]
