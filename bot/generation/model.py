"""Hold a model in memory, its card and its weights, and read and write its folder.

A folder holds two files, and nothing that could run code when read: ``card.toml`` says what the model is
(`bot.generation.card`), ``weights.safetensors`` holds its weights, in eight or 16 bits where these lose nothing. Beside
them may lie what was made of both for LiteRT (`bot.generation.conversion`), what is remembered of the learned text
(`bot.generation.learned_text`), and a notice.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import numpy.typing as npt
from safetensors.numpy import load, save_file

from bot.errors import ModelError, show_controls
from bot.generation.atomic_files import create_folder
from bot.generation.card import CARD_FILE, Card, Shape, check_size, format_card, read_card, weight_shapes
from bot.generation.conversion import CONVERTER, Conversion
from bot.generation.guarded_files import MB, read_guarded, refuse_damaged
from bot.generation.learned_text import LearnedText
from bot.generation.signing import SigningKey
from bot.generation.vocabulary import Vocabulary

WEIGHTS_FILE = "weights.safetensors"
NOTICE_FILE = "NOTICE"
"""What the licences of a model's corpus demand to go along with it; a model that was trained on from it keeps it."""

MAX_NOTICE_BYTES = MB
MAX_HEADER_BYTES = MB
"""What a file of weights may have beside the weights: their names, and scales."""

SCALE = ".scale"
"""Behind the name of a matrix in eight bits: what each of its columns is multiplied by."""

Weights = Mapping[str, npt.NDArray[np.float32]]


@dataclass(frozen=True)
class Model:
    """A model in memory, its weights checked against its card.

    Attributes:
        name: what people choose it by.
        card: what it is.
        weights: its numbers, by the names of `weight_shapes`.
        conversion: what was made of it for LiteRT, if anything; perhaps of other weights, see `converted`.
        notice: the text that has to go along with every copy of it; mostly empty.
        learned: what is remembered of the text it learned, to judge drafts by; None where nothing is.

    Raises:
        ModelError: a weight is missing, superfluous, of the wrong shape or type, or not finite.
    """

    name: str
    card: Card
    weights: Weights
    conversion: Conversion | None = None
    notice: str = ""
    learned: LearnedText | None = None

    def __post_init__(self) -> None:
        _check_weights(self.name, self.weights, weight_shapes(self.card))

    @cached_property
    def vocabulary(self) -> Vocabulary:
        """The characters that the model reads and writes."""
        return self.card.vocabulary

    @cached_property
    def fingerprint(self) -> str:
        """A hash of all that the network computes with: its layers, the size of its vocabulary, its weights."""
        digest = hashlib.sha256()
        layers = [layer.model_dump() for layer in self.card.layers]
        digest.update(json.dumps([len(self.vocabulary), layers], sort_keys=True).encode())
        for name in weight_shapes(self.card):
            digest.update(np.ascontiguousarray(self.weights[name]).data)
        return digest.hexdigest()

    @property
    def converted(self) -> Conversion | None:
        """The conversion for LiteRT, if there is one that may be run, of these very weights by this very converter."""
        made = self.conversion
        if made is None or made.flaw or made.converter != CONVERTER:
            return None
        return made if made.fingerprint == self.fingerprint else None

    def equals(self, other: Model) -> bool:
        """Return whether another model is the same in all that it says, writes and is judged by."""
        mine, theirs = self.learned or LearnedText.nothing(), other.learned or LearnedText.nothing()
        return (
            (self.name, self.card, self.notice, self.conversion)
            == (other.name, other.card, other.notice, other.conversion)
            and self.fingerprint == other.fingerprint
            and mine.equals(theirs)
        )

    @classmethod
    def read(cls, folder: Path, key: SigningKey | None = None) -> Model:
        """Read the model in `folder`; its name is the folder's.

        Args:
            folder: the model's folder.
            key: tells which conversions were made here; without it, only those that come with Charla can be run.

        Raises:
            ModelError: a file is missing or unusable.
        """
        if show_controls(folder.name) != folder.name:  # it goes into messages, the log and terminals
            raise ModelError(f"{folder} cannot be a model: its name has control characters")
        with refuse_damaged(folder):
            card = read_card(folder)
            weights = _read_weights(folder / WEIGHTS_FILE, folder.name, card)
            notice, learned = _read_notice(folder / NOTICE_FILE), LearnedText.read(folder)
            return cls(folder.name, card, weights, Conversion.read(folder, key), notice, learned)

    def write(self, folder: Path) -> None:
        """Write the model to `folder`, which must not exist yet: all of it or nothing.

        Raises:
            ModelError: `folder` exists already.
            OSError: there is no room, or no permission.
        """
        folder.parent.mkdir(parents=True, exist_ok=True)
        try:
            with create_folder(folder) as draft:
                save_file(_shorten_without_loss(self.weights), draft / WEIGHTS_FILE)
                (draft / CARD_FILE).write_text(format_card(self.card), encoding="utf-8")
                if self.conversion:
                    self.conversion.write(draft)
                if self.learned:
                    self.learned.write(draft)
                if self.notice:
                    (draft / NOTICE_FILE).write_text(self.notice, encoding="utf-8")
        except FileExistsError as error:
            raise ModelError(str(error)) from None


def round_to_float16(weights: Weights) -> Weights:
    """Round the weights to what 16-bit floats hold: their file is half as large, and they predict as well.

    An array with a number too large for that stays as it is.
    """
    rounded = {name: _as_float16(array).astype(np.float32) for name, array in weights.items()}
    return {name: rounded[name] if np.isfinite(rounded[name]).all() else weights[name] for name in weights}


def _as_float16(array: npt.NDArray[np.float32]) -> npt.NDArray[np.float16]:
    with np.errstate(over="ignore"):  # too large a number becomes infinite, which the callers look for
        return array.astype(np.float16)


def round_to_int8(weights: Weights) -> Weights:
    """Round the matrices to eight bits and a scale for each column, and the rest to 16: a quarter of the size.

    LiteRT computes with such weights anyway; what a network predicts moves by a thousandth of a bit.
    """
    biases = round_to_float16({name: array for name, array in weights.items() if name.endswith("bias")})
    return {name: biases[name] if name in biases else _from_int8(*_to_int8(array)) for name, array in weights.items()}


def _to_int8(array: npt.NDArray[np.float32]) -> tuple[npt.NDArray[np.int8], npt.NDArray[np.float32]]:
    """Return a matrix as whole numbers from -127 to 127, and the scale of each column.

    A scale has four binary digits: times seven of a whole number they are no more than a 16-bit float holds. The
    largest number of a column becomes 127 scales, so that it tells the scale again exactly.
    """
    magnitudes = np.abs(array)
    fraction, exponent = np.frexp(magnitudes.max(axis=0) / np.float32(127))
    scales = np.ldexp(np.rint(fraction * 16) / 16, exponent).astype(np.float32)
    whole = np.clip(np.rint(array / np.where(scales == 0, np.float32(1), scales)), -127, 127)
    largest, columns = magnitudes.argmax(axis=0), np.arange(array.shape[1])
    whole[largest, columns] = 127 * np.sign(array[largest, columns])
    return whole.astype(np.int8), scales


def _from_int8(whole: npt.NDArray[np.int8], scales: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    return np.asarray(whole.astype(np.float32) * scales, np.float32)


def _shorten_without_loss(weights: Weights) -> dict[str, npt.NDArray[np.generic]]:
    """Return the arrays to store: in eight bits and scales, or 16 bits, where these say all that 32 do."""
    short: dict[str, npt.NDArray[np.generic]] = {}
    for name, array in weights.items():
        if array.ndim == 2 and array.size and np.array_equal(_from_int8(*(packed := _to_int8(array))), array):
            short[name], short[f"{name}{SCALE}"] = packed
        else:
            half = _as_float16(array)
            short[name] = half if np.array_equal(half, array) else array
    return short


def _read_notice(path: Path) -> str:
    try:
        with refuse_damaged(path):
            return read_guarded(path, MAX_NOTICE_BYTES).decode()
    except FileNotFoundError:
        return ""


def _read_weights(path: Path, name: str, card: Card) -> Weights:
    try:
        numbers = check_size(card.layers, len(card.vocabulary))
    except ModelError as error:
        raise ModelError(f"model {name}: {error}") from None
    try:
        with refuse_damaged(path):
            # The card says how much there can be to read.
            weights = load(read_guarded(path, 4 * numbers + MAX_HEADER_BYTES))
            return {
                name: _lengthen(name, array, weights) for name, array in weights.items() if not name.endswith(SCALE)
            }
    except FileNotFoundError:
        raise ModelError(f"{path} is missing: the model has a card but no weights") from None


def _lengthen(
    name: str, array: npt.NDArray[np.generic], weights: Mapping[str, npt.NDArray[np.generic]]
) -> npt.NDArray[np.float32]:
    """Return a stored array in 32 bits; one of a type that is never stored stays as it is, and is refused later."""
    scales = weights.get(f"{name}{SCALE}")
    if array.dtype == np.int8 and scales is not None and scales.shape == array.shape[-1:]:
        return _from_int8(array.astype(np.int8), scales.astype(np.float32))
    return np.asarray(array, np.float32) if array.dtype == np.float16 else array  # type: ignore[return-value]


def _check_weights(name: str, weights: Weights, shapes: Mapping[str, Shape]) -> None:
    if differing := set(weights) ^ set(shapes):
        raise ModelError(f"model {name}: the weights and the card differ in {', '.join(sorted(differing))}")
    for key, shape in shapes.items():
        array = weights[key]
        if array.shape != shape or array.dtype != np.float32:
            raise ModelError(
                f"model {name}: {key} is {array.dtype} of shape {array.shape}, the card wants float32 of {shape}"
            )
        if not np.isfinite(array).all():
            raise ModelError(f"model {name}: {key} holds numbers that are not finite")
