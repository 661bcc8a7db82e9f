"""Define a model's card (layers, vocabulary, corpus, quality, advice for use), and read and format `card.toml`."""

from __future__ import annotations

import math
import tomllib
import unicodedata
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Literal, Self

import tomli_w
from pydantic import BaseModel, ConfigDict, Field, ValidationError, ValidationInfo, field_validator, model_validator

from bot.errors import ModelError
from bot.generation.guarded_files import MB, read_guarded, refuse_damaged
from bot.generation.vocabulary import Vocabulary
from bot.limits import DEFAULT_TOP_N, MAX_COUNT, MAX_LAYER_SIZE, MAX_LAYERS, MAX_LENGTH, MAX_WEIGHTS

CARD_FILE = "card.toml"
MAX_CARD_BYTES = MB
_SEEDS = 5
Shape = tuple[int, ...]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Embedding(_Part):
    """A layer that turns an id into a vector of `size` numbers."""

    kind: Literal["embedding"] = "embedding"
    size: int = Field(ge=1, le=MAX_LAYER_SIZE)


GateActivation = Literal["sigmoid", "hard_sigmoid", "hard_sigmoid_keras3"]
"""The function that brings a gate into 0 to 1. Keras changed what it calls a hard sigmoid: up to version 2 it was
clip(0.2 x + 0.5, 0, 1), since version 3 it is relu6(x + 3) / 6. Here each has a name of its own."""


class LSTM(_Part):
    """A recurrent layer of `units` long short-term memory cells, in Keras's order of gates (i, f, c, o)."""

    kind: Literal["lstm"] = "lstm"
    units: int = Field(ge=1, le=MAX_LAYER_SIZE)
    recurrent_activation: GateActivation = "sigmoid"


class GRU(_Part):
    """A recurrent layer of `units` gated recurrent units, in Keras's order of gates (z, r, h).

    `reset_after` says whether the reset gate acts after the recurrent product, which then has a bias of its own, or
    before it, on the state.
    """

    kind: Literal["gru"] = "gru"
    units: int = Field(ge=1, le=MAX_LAYER_SIZE)
    recurrent_activation: GateActivation = "sigmoid"
    reset_after: bool = True


class Dropout(_Part):
    """A layer that zeroes a share `rate` of its inputs in training, and does nothing when text is generated."""

    kind: Literal["dropout"] = "dropout"
    rate: float = Field(ge=0, lt=1)


Layer = Annotated[Embedding | LSTM | GRU | Dropout, Field(discriminator="kind")]


class Corpus(_Part):
    """The text that a model learned from.

    `split` says by what its items were held out: by their digests, or, before version 0.3, by their places.
    """

    name: str
    licence: str
    characters: int = Field(ge=0)
    items: int = Field(default=0, ge=0)
    source: str = ""
    split: Literal["digest", "place"] = "place"


class Quality(_Part):
    """How well the model predicts held-out text, and how long it was trained."""

    held_out_bits_per_character: float = Field(ge=0)
    held_out_characters: int = Field(default=0, ge=0)
    epochs: float = Field(default=0, ge=0)
    minutes: float = Field(default=0, ge=0)


class Training(_Part):
    """How a model was trained: the options, the base it went on from (if any), and the share of the base's weights."""

    base: str = ""
    base_share: float = Field(default=0, ge=0, le=1)
    options: dict[str, str | int | float] = {}


class Sample(_Part):
    """A text that the model writes after `seed`, not selected by hand; the same request gives it again."""

    top_n: int = Field(ge=1)
    random_seed: int = Field(ge=0)
    seed: str
    text: str


class Use(_Part):
    """How the model's voice is best decoded where a person does not say, and seeds that show what it does.

    Attributes:
        top_n: the top-n that suits the model; where `min_p` is given, it is for those who want one.
        min_p: if above 0, what a character's probability must be at least, as a share of the likeliest one's.
        temperature: divides the logits; goes with `min_p` alone, as a top-n means just that.
        drafts: how many texts are written side by side for a reply, of which the best is taken.
        one_item: whether a reply is one item, ending at its line break.
        seeds: phrases to begin with.
        example: a line that it writes, not selected by hand; empty where there is none.
    """

    top_n: int = Field(default=DEFAULT_TOP_N, ge=1)
    min_p: float = Field(default=0, ge=0, lt=1)
    temperature: float = Field(default=1, gt=0, le=4)
    drafts: int = Field(default=1, ge=1, le=MAX_COUNT)
    one_item: bool = False
    example: str = Field(default="", max_length=MAX_LENGTH)
    seeds: tuple[str, ...] = Field(default=("The meaning of life is ",), min_length=1)

    @field_validator("seeds")
    @classmethod
    def _no_empty_seed(cls, seeds: tuple[str, ...]) -> tuple[str, ...]:
        if "" in seeds:
            raise ValueError("a seed needs at least one character")
        return seeds

    @model_validator(mode="after")
    def _no_temperature_beside_top_n(self) -> Self:
        if self.temperature != 1 and not self.min_p:
            raise ValueError("a temperature other than 1 needs a min_p")
        return self


class Card(_Part):
    """All facts about a model but its weights.

    Attributes:
        description: one line for people who choose a model.
        characters: the vocabulary, in the order of ids 1, 2, ….
        layers: from the input on; a dense softmax layer over the vocabulary follows the last.
        corpus: what it learned from, if known.
        quality: how well it learned, if measured.
        training: how it was trained, if that was done by Charla.
        use: advice for generating; of its seeds those stay that the model can read, or some of its letters.
        samples: texts it writes at several top-n.
    """

    format: Literal[1] = 1
    description: str = ""
    characters: str
    layers: tuple[Layer, ...] = Field(min_length=2, max_length=MAX_LAYERS)
    corpus: Corpus | None = None
    quality: Quality | None = None
    training: Training | None = None
    use: Use = Field(default=Use(), validate_default=True)
    samples: tuple[Sample, ...] = ()

    @field_validator("characters")
    @classmethod
    def _is_vocabulary(cls, characters: str) -> str:
        Vocabulary(characters)
        return characters

    @field_validator("use")
    @classmethod
    def _is_readable(cls, use: Use, given: ValidationInfo) -> Use:
        if "characters" not in given.data:  # they are wrong, which is said
            return use
        vocabulary = Vocabulary(given.data["characters"])
        seeds = tuple(filter(vocabulary.reads, use.seeds)) or _some_letters(vocabulary)
        return use if seeds == use.seeds else use.model_copy(update={"seeds": seeds})

    @field_validator("layers")
    @classmethod
    def _is_network(cls, layers: tuple[Layer, ...]) -> tuple[Layer, ...]:
        embeddings = [index for index, layer in enumerate(layers) if layer.kind == "embedding"]
        if embeddings != [0]:
            raise ValueError("the first layer, and no other, must be an embedding")
        if not any(isinstance(layer, LSTM | GRU) for layer in layers):
            raise ValueError("a recurrent layer is missing")
        return layers

    @property
    def vocabulary(self) -> Vocabulary:
        """The characters as a vocabulary."""
        return Vocabulary(self.characters)


def _some_letters(vocabulary: Vocabulary) -> tuple[str, ...]:
    """Return a few letters of a vocabulary, capitals if it has some: seeds where no better ones are known."""
    characters = vocabulary.characters
    capitals = [c for c in characters if unicodedata.category(c) in {"Lu", "Lt", "Lo"}]
    letters = capitals or [c for c in characters if c.isalpha()] or [c for c in characters if vocabulary.reads(c)]
    return tuple((letters or list(characters))[:: max(1, len(letters) // _SEEDS)][:_SEEDS])


def format_card(card: Card) -> str:
    """Return the card as TOML, without what is unknown."""
    return tomli_w.dumps(card.model_dump(exclude_none=True, exclude=None if card.samples else {"samples"}))


def read_card(folder: Path) -> Card:
    """Read and check the card in `folder`.

    Raises:
        ModelError: it is missing, is not TOML, or says something that is not allowed.
    """
    path = folder / CARD_FILE
    try:
        with refuse_damaged(path):
            return _parse_card(path, read_guarded(path, MAX_CARD_BYTES).decode())
    except FileNotFoundError:
        raise ModelError(f"{path} is missing: {folder.name} is not a model folder") from None


def _parse_card(path: Path, text: str) -> Card:
    try:
        return Card.model_validate(tomllib.loads(text))
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(str(step) for step in first["loc"])
        raise ModelError(f"{path}: {where}: {first['msg']}") from error


def check_size(layers: Sequence[Layer], vocabulary_size: int) -> int:
    """Return how many numbers the weights of a network are.

    Raises:
        ModelError: they are more than are allowed.
    """
    numbers = sum(map(math.prod, _list_shapes(layers, vocabulary_size).values()))
    if numbers > MAX_WEIGHTS:
        raise ModelError(
            f"a network of {numbers:,} numbers: allowed are {MAX_WEIGHTS:,} (fewer layers, or smaller ones)"
        )
    return numbers


def weight_shapes(card: Card) -> dict[str, Shape]:
    """Return the shapes of the network's weights by their names, in Keras's order.

    A name is ``layers.N.`` and Keras's own name of the weight in that kind of layer, or begins with ``output.``.
    """
    return _list_shapes(card.layers, len(card.vocabulary))


def _list_shapes(layers: Sequence[Layer], vocabulary_size: int) -> dict[str, Shape]:
    shapes: dict[str, Shape] = {}
    width = vocabulary_size
    for index, layer in enumerate(layers):
        if isinstance(layer, Embedding):
            shapes[f"layers.{index}.embeddings"] = (width, layer.size)
            width = layer.size
        elif isinstance(layer, LSTM | GRU):
            gates = (4 if isinstance(layer, LSTM) else 3) * layer.units
            two_biases = isinstance(layer, GRU) and layer.reset_after
            shapes[f"layers.{index}.kernel"] = (width, gates)
            shapes[f"layers.{index}.recurrent_kernel"] = (layer.units, gates)
            shapes[f"layers.{index}.bias"] = (2, gates) if two_biases else (gates,)
            width = layer.units
    shapes["output.kernel"] = (width, vocabulary_size)
    shapes["output.bias"] = (vocabulary_size,)
    return shapes
