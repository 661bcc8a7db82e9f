"""Define the options of a training: what they may be, and what suits a text of a given size."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import Any, Literal, get_args

from bot.errors import InvalidInputError
from bot.generation.card import GRU, LSTM, Dropout, Embedding, Layer
from bot.limits import MAX_LAYER_SIZE

Cell = Literal["lstm", "gru"]
Optimizer = Literal["adam", "adamw", "nadam", "rmsprop", "sgd"]
Schedule = Literal["stable", "cosine", "constant"]


def _between(least: float, most: float, what: str) -> dict[str, Any]:
    return {"least": least, "most": most, "what": what}


def _among(choices: Any, what: str) -> dict[str, Any]:  # noqa: ANN401 - a Literal has no type of its own
    return {"choices": get_args(choices), "what": what}


@dataclass(frozen=True, slots=True)
class TrainingOptions:
    """How to train. Each field is an option of `charla train`, its metadata what that allows and says.

    Raises:
        InvalidInputError: a value is out of range.
    """

    minutes: float = field(
        default=60.0,
        metadata=_between(
            0.01,
            10_000,
            "how long to train, in time that the processor gives it; the learning rate falls as they are used up",
        ),
    )
    epochs: float = field(default=0.0, metadata=_between(0, 10_000, "passes over the text at most, 0 for any number"))
    cell: Cell = field(default="lstm", metadata=_among(Cell, "the kind of recurrent layer"))
    layers: int = field(default=1, metadata=_between(1, 4, "how many recurrent layers"))
    units: int = field(default=512, metadata=_between(1, MAX_LAYER_SIZE, "size of a recurrent layer"))
    embedding: int = field(
        default=64, metadata=_between(1, MAX_LAYER_SIZE, "size of the vector that stands for a character")
    )
    dropout: float = field(default=0.3, metadata=_between(0, 0.95, "share of a layer's outputs silenced in training"))
    weight_dropout: float = field(
        default=0.0, metadata=_between(0, 0.95, "share of the recurrent weights silenced for a batch in training")
    )
    rows: int = field(default=32, metadata=_between(1, 1024, "rows trained side by side: the batch"))
    steps: int = field(
        default=64, metadata=_between(2, 1024, "characters that a gradient reaches back over: the sequence length")
    )
    optimizer: Optimizer = field(default="adam", metadata=_among(Optimizer, "the optimizer"))
    learning_rate: float = field(default=6e-3, metadata=_between(1e-7, 1, "the learning rate at its peak"))
    schedule: Schedule = field(
        default="stable", metadata=_among(Schedule, "how the learning rate goes on from its peak")
    )
    patience: int = field(
        default=8, metadata=_between(1, 10_000, "evaluations without a new best after which it steps back or stops")
    )
    random_seed: int = field(
        default=0, metadata=_between(0, 2**32 - 1, "makes a training repeatable, as far as its time is the same")
    )

    def __post_init__(self) -> None:
        for option in fields(self):
            value, allowed, name = getattr(self, option.name), option.metadata, flag(option.name)
            if "choices" in allowed and value not in allowed["choices"]:
                raise InvalidInputError(f"{name} {value}: allowed are {', '.join(allowed['choices'])}")
            if "least" in allowed and not allowed["least"] <= value <= allowed["most"]:
                raise InvalidInputError(f"{name} {value:g}: allowed are {allowed['least']:g} to {allowed['most']:g}")

    def architecture(self) -> tuple[Layer, ...]:
        """Return the layers that these options ask for."""
        recurrent = LSTM(units=self.units) if self.cell == "lstm" else GRU(units=self.units)
        return (Embedding(size=self.embedding), *([recurrent, Dropout(rate=self.dropout)] * self.layers))


ARCHITECTURE = ("cell", "layers", "units", "embedding")
"""The options that say what the network looks like, which a base model has decided already."""


def flag(name: str) -> str:
    """Return an option as it is written on the command line."""
    return f"--{name.replace('_', '-')}"


def choose_options(size: int, *, fine_tuning: bool, **chosen: Any) -> TrainingOptions:  # noqa: ANN401 - options of several types
    """Choose the options for a text of `size` characters, learned from scratch or from a model; `chosen` ones win.

    The less text there is, the sooner a network has it by heart: it gets fewer units, more dropout and less time.
    The sizes were found by trying, see docs/training.md.
    """
    if size < 300_000:
        suitable: dict[str, Any] = {"minutes": 10.0, "units": 256, "dropout": 0.5}
    elif size < 3_000_000:
        suitable = {"minutes": 45.0, "dropout": 0.5}
    elif size < 10_000_000:
        suitable = {"minutes": 90.0, "dropout": 0.2}
    else:
        suitable = {"minutes": 120.0, "dropout": 0.0}
    if fine_tuning:  # much is learned already: less is left to learn, and to be kept from learning by heart
        suitable |= {
            "learning_rate": 2e-3,
            "minutes": min(suitable["minutes"], 30.0),
            "dropout": suitable.get("dropout", 0.0) / 2,
        }
    return TrainingOptions(**(suitable | chosen))
