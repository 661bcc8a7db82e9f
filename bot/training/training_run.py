"""Keep a training run in its folder, from which it can be resumed, and make its model in the end."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from bot.errors import InvalidInputError
from bot.evaluation.progress import ReportProgress, report_to_nobody
from bot.generation.atomic_files import private_files
from bot.generation.card import Card, Corpus, Quality, Training, Use, check_size
from bot.generation.catalog import read_model
from bot.generation.engines.environment import silence_stderr
from bot.generation.learned_text import LearnedText
from bot.generation.model import Model, round_to_int8
from bot.generation.vocabulary import LINE_BREAK
from bot.limits import MAX_VOCABULARY
from bot.training.cluster import Cluster
from bot.training.options import TrainingOptions, choose_options
from bot.training.plan import TrainingPlan, TrainingRequest, VocabularyChooser, extend_weights
from bot.training.training_text import EncodedItems, TrainingText

if TYPE_CHECKING:
    from bot.training.trainer import Trainer

MOST_COMPARED = 20_000
"""The model's text is compared with about so many items of either part."""

_PLAN, _STATE, _TEXT = "plan.json", "state.safetensors", "text"


@dataclass(frozen=True)
class TrainingRun:
    """A training run in its folder.

    Attributes:
        folder: where all that it needs is kept until its model is written.
        plan: what was decided at its start.
        text: what it learns.
        base: the model it goes on from, or None.
        cluster: the machines that train together.
    """

    folder: Path
    plan: TrainingPlan
    text: TrainingText
    base: Model | None
    cluster: Cluster = field(default_factory=Cluster.from_environment)

    @classmethod
    def start(
        cls, folder: Path, items: Iterable[str], request: TrainingRequest, model_folders: Sequence[Path]
    ) -> TrainingRun:
        """Read `items`, decide on a plan, and write both to `folder`, which must not exist; all of it or nothing.

        The text may be what people wrote to each other: the folder and its files are their owner's alone.

        Raises:
            InvalidInputError: the text cannot be learned from, or an option is not allowed.
            ModelError: there is no such model to go on from.
            OSError: there is no room on the disk.
        """
        # What is wrong is refused before hours of reading.
        check_size(TrainingOptions(**request.options).architecture(), MAX_VOCABULARY)
        chooser = VocabularyChooser(request, model_folders)
        try:
            folder.parent.mkdir(parents=True, exist_ok=True)
            with private_files():
                (folder / _TEXT).mkdir(parents=True)
                text = TrainingText.prepare(items, folder / _TEXT, chooser)
                options = choose_options(text.facts.size, fine_tuning=chooser.base is not None, **request.options)
                base = chooser.base.name if chooser.base else ""
                plan = TrainingPlan(request.sources, request.licence, request.description, base, asdict(options))
                (folder / _PLAN).write_text(json.dumps(asdict(plan)), encoding="utf-8")
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise
        return cls(folder, plan, text, chooser.base)

    @classmethod
    def resume(cls, folder: Path, model_folders: Sequence[Path], minutes: float | None = None) -> TrainingRun:
        """Resume the run in `folder`.

        Args:
            folder: where it is kept.
            model_folders: where the model is that it goes on from.
            minutes: how long to train in all, instead of what was planned.

        Raises:
            InvalidInputError: there is none, or it cannot be read.
            ModelError: the model it went on from is gone.
        """
        _make_private(folder)
        try:
            facts = json.loads((folder / _PLAN).read_text(encoding="utf-8"))
            plan = TrainingPlan(**facts | {"sources": tuple(facts["sources"])})
            text = TrainingText.read(folder / _TEXT)
            if minutes is not None:
                plan = replace(plan, options=asdict(TrainingOptions(**plan.options | {"minutes": minutes})))
                (folder / _PLAN).write_text(json.dumps(asdict(plan)), encoding="utf-8")
        except FileNotFoundError:
            raise InvalidInputError("there is no training to go on with: it was never started, or is over") from None
        except (OSError, ValueError, TypeError, KeyError) as error:
            raise InvalidInputError(f"{folder} cannot be read: {error}; remove it to start over") from error
        return cls(folder, plan, text, read_model(model_folders, plan.base) if plan.base else None)

    @property
    def options(self) -> TrainingOptions:
        """How it trains."""
        return TrainingOptions(**self.plan.options)

    def draft_card(self) -> Card:
        """Return a card with what is known of the model before it is trained."""
        layers = self.base.card.layers if self.base else self.options.architecture()
        facts = self.text.facts
        return Card(
            description=self.plan.description,
            characters=facts.characters,
            layers=tuple(
                layer.model_copy(update={"rate": self.options.dropout}) if layer.kind == "dropout" else layer
                for layer in layers
            ),
            corpus=Corpus(
                split="digest",
                name=", ".join(self.plan.sources),
                licence=self.plan.licence,
                characters=facts.size,
                items=facts.items,
            ),
            training=Training(base=self.plan.base, options=self.plan.options),
            use=Use(seeds=facts.held_out_starts or Use().seeds),
        )

    def make_trainer(self) -> Trainer:
        """Make what trains, from the state that was saved last if there is one.

        Raises:
            InvalidInputError: the state cannot be read, or the text does not fill a batch.
        """
        start = extend_weights(self.base, self.text.vocabulary) if self.base else None
        with silence_stderr():
            from bot.training.trainer import Trainer  # noqa: PLC0415 - imports TensorFlow; all else is checked by now

            state = self.folder / _STATE
            return Trainer(self.text, self.draft_card(), self.options, state, start, cluster=self.cluster)

    def make_model(self, name: str, trainer: Trainer, report: ReportProgress = report_to_nobody) -> Model:
        """Make a model of the weights at the best evaluation so far, measured and with advice on its card.

        Args:
            name: the model's.
            trainer: what has trained.
            report: is told what is under way: it takes a minute or two.

        Raises:
            NothingLearnedError: there was none yet.
        """
        from bot.training.card_advice import add_advice  # noqa: PLC0415 - imports TensorFlow, as the trainer has by now

        mixed, share = trainer.mix_with_start(partial(report, "mixing in the model it went on from"))
        weights = round_to_int8(mixed)
        bits, characters = trainer.measure_final_bits(weights, partial(report, "measuring on held-out text"))
        quality = Quality(
            held_out_bits_per_character=round(bits, 4),
            held_out_characters=characters,
            epochs=round(trainer.history.epochs, 1),
            minutes=round(trainer.history.seconds / 60, 1),
        )
        notice = self.base.notice if self.base else ""
        training = Training(base=self.plan.base, base_share=round(share, 2), options=self.plan.options)
        card = self.draft_card().model_copy(update={"quality": quality, "training": training})
        report("remembering the text's words", 0)
        learned = LearnedText.collect(self._decode(self.text.learned))
        model = Model(name, card, weights, notice=notice, learned=learned)
        return add_advice(model, self._decode_some(self.text.learned), self._decode_some(self.text.held_out), report)

    def _decode_some(self, part: EncodedItems) -> list[str]:
        return list(self._decode(part, every=max(len(part) // MOST_COMPARED, 1)))

    def _decode(self, part: EncodedItems, every: int = 1) -> Iterator[str]:
        vocabulary = self.text.vocabulary
        return (vocabulary.decode(part.read(n)).rstrip(LINE_BREAK) for n in range(0, len(part), every))

    def remove(self) -> None:
        """Remove the folder: the run is over.

        Raises:
            InvalidInputError: it cannot be removed; the person has to, since people's texts are in it.
        """
        try:
            shutil.rmtree(self.folder)
        except FileNotFoundError:
            pass
        except OSError as error:
            raise InvalidInputError(f"{self.folder} cannot be removed: {error.strerror}; it holds the text") from None


def _make_private(folder: Path) -> None:
    """Leave the folder to its owner alone, as earlier versions of Charla did not, if it is there and may be changed."""
    with suppress(OSError):
        folder.chmod(0o700)
        for path in folder.rglob("*"):
            path.chmod(0o700 if path.is_dir() else 0o600)
