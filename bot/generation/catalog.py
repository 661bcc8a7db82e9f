"""Find the models in their folders, and choose the default."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from bot.errors import ModelError
from bot.generation.card import CARD_FILE
from bot.generation.model import Model

SHIPPED_MODELS = Path(__file__).resolve().parents[1] / "shipped/models"
"""The folder of the models that come with Charla; what people make goes to `MODELS_DIR` (`bot.settings`)."""

SHIPPED_DEFAULT = "patchnotes"
"""The one of them that writes where neither a person nor the operator names a model."""

SHIPPED_BASES = SHIPPED_MODELS.with_name("bases")
"""The folder of the models that come with Charla to train on from; nobody is offered them for writing."""


class Catalog:
    """Models by name, one of them the default.

    Raises:
        ModelError: there is no model, or no such default.
    """

    def __init__(self, models: Sequence[Model], default: str = "") -> None:
        if not models:
            raise ModelError("there is no model")
        self._models = {model.name: model for model in models}
        self._default = self.get(default).name if default else models[0].name

    @classmethod
    def read(cls, folders: Sequence[Path], default: str = "") -> Catalog:
        """Read every model in `folders`.

        Args:
            folders: folders of model folders; one that does not exist holds no models, one named twice counts once.
            default: the default model's name; empty for what `choose_default` chooses.

        Raises:
            ModelError: a model is unusable, a name stands in two folders, or there is no such default.
        """
        found = find_models(folders)
        return cls([Model.read(path) for path in found.values()], default or choose_default(found))

    @property
    def default(self) -> Model:
        """The model that writes where a person names no model."""
        return self._models[self._default]

    def get(self, name: str) -> Model:
        """Return the model of that name.

        Raises:
            ModelError: there is no such model; the message names those that exist.
        """
        try:
            return self._models[name]
        except KeyError:
            raise _no_such_model(name, self._models) from None

    def __iter__(self) -> Iterator[Model]:
        return iter(self._models.values())

    def __len__(self) -> int:
        return len(self._models)


def find_models(folders: Sequence[Path]) -> dict[str, Path]:
    """Return the model folders in `folders` by name, in the order of `folders`, then by name.

    Raises:
        ModelError: a name stands in two of the folders.
    """
    found: dict[str, Path] = {}
    for folder in dict.fromkeys(path.resolve() for path in folders):
        for path in sorted(folder.glob(f"*/{CARD_FILE}")):
            name = path.parent.name
            if name.startswith("."):
                continue  # a draft that is being written
            if name in found:
                raise ModelError(
                    f"two models are named {name}: {found[name]} and {path.parent}; rename one of the folders"
                )
            found[name] = path.parent
    return found


def choose_default(names: Iterable[str]) -> str:
    """Return the name of the model that writes where nobody names one; empty where there is none.

    It is `SHIPPED_DEFAULT`, or the first where that is not there.
    """
    found = list(names)
    return SHIPPED_DEFAULT if SHIPPED_DEFAULT in found else next(iter(found), "")


def read_model(folders: Sequence[Path], name: str) -> Model:
    """Read one model from `folders`: the one named `name`, or the default if the name is empty.

    Raises:
        ModelError: there is no such model, or it is unusable.
    """
    found = find_models(folders)
    name = name or choose_default(found)
    if name not in found:
        raise _no_such_model(name, found)
    return Model.read(found[name])


def _no_such_model(name: str, names: Iterable[str]) -> ModelError:
    return ModelError(f"there is no model {name!r}: there are {', '.join(sorted(names)) or 'none'}")
