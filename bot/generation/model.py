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
from safetensors import SafetensorError
from safetensors.numpy import load_file, save_file

from bot.errors import ModelError
from bot.generation.atomic_files import create_folder
from bot.generation.card import CARD_FILE, Card, Shape, format_card, read_card, weight_shapes
from bot.generation.conversion import CONVERTER, Conversion
from bot.generation.learned_text import LearnedText
from bot.generation.vocabulary import Vocabulary

WEIGHTS_FILE = "weights.safetensors"
NOTICE_FILE = "NOTICE"
"""What the licences of a model's corpus demand to go along with it; a model that was trained on from it keeps it."""

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
        """The conversion for LiteRT, if there is one of these very weights by this very converter."""
        made = self.conversion
        return made if made and (made.converter, made.fingerprint) == (CONVERTER, self.fingerprint) else None

    @classmethod
    def read(cls, folder: Path) -> Model:
        """Read the model in `folder`; its name is the folder's.

        Raises:
            ModelError: a file is missing or unusable.
        """
        card, weights = read_card(folder), _read_weights(folder / WEIGHTS_FILE)
        notice, learned = _read_notice(folder / NOTICE_FILE), LearnedText.read(folder)
        return cls(folder.name, card, weights, Conversion.read(folder), notice, learned)

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
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return ""
    except (OSError, UnicodeDecodeError) as error:
        raise ModelError(f"{path} cannot be read: {error}") from error


def _read_weights(path: Path) -> Weights:
    try:
        weights = load_file(path)
    except FileNotFoundError:
        raise ModelError(f"{path} is missing: the model has a card but no weights") from None
    except (OSError, SafetensorError, KeyError, ValueError) as error:
        raise ModelError(f"{path} cannot be read: {error}") from error
    return {name: _lengthen(name, array, weights) for name, array in weights.items() if not name.endswith(SCALE)}


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
