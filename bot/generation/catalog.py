"""Find the models in their folders, and choose the default."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from bot.errors import ModelError, explain_unreadable
from bot.generation.card import CARD_FILE
from bot.generation.model import Model
from bot.generation.signing import SigningKey

log = logging.getLogger(__name__)

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
    def read(cls, folders: Sequence[Path], default: str = "", key: SigningKey | None = None) -> Catalog:
        """Read every model in `folders`; the log names those that are unusable, and they are left out.

        Args:
            folders: folders of model folders; one that does not exist holds no models, one named twice counts once.
            default: the default model's name; empty for what `choose_default` chooses.
            key: tells which conversions were made here.

        Raises:
            ModelError: the model named as the default is unusable, or there is none of that name; a name stands in two
                folders; or no model is left.
        """
        models = []
        for name, path in find_models(folders).items():
            try:
                models.append(Model.read(path, key))
            except ModelError as error:
                if name == default:
                    raise
                log.warning("Left out: %s", error)
        return cls(models, default or choose_default(model.name for model in models))

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

    def renewed(self, read: Catalog) -> Catalog:
        """Return what was read again, with the models of this catalog in place of those that are the same."""
        kept = [old if (old := self._models.get(new.name)) and old.equals(new) else new for new in read]
        return Catalog(kept, read.default.name)

    def __iter__(self) -> Iterator[Model]:
        return iter(self._models.values())

    def __len__(self) -> int:
        return len(self._models)


def find_models(folders: Sequence[Path]) -> dict[str, Path]:
    """Return the model folders in `folders` by name, in the order of `folders`, then by name.

    The log names a folder whose content cannot be listed.

    Raises:
        ModelError: a name stands in two of the folders.
    """
    found: dict[str, Path] = {}
    for folder in dict.fromkeys(path.resolve() for path in folders):
        for path in _list_model_folders(folder):
            if path.name in found:
                raise ModelError(
                    f"two models are named {path.name}: {found[path.name]} and {path}; rename one of the folders"
                )
            found[path.name] = path
    return found


def _list_model_folders(folder: Path) -> list[Path]:
    try:
        return [path for path in sorted(folder.iterdir()) if not path.name.startswith(".") and _has_card(path)]
    except (FileNotFoundError, NotADirectoryError):
        return []
    except OSError as error:
        log.warning("%s", ModelError(f"no model in {folder} can be read: {explain_unreadable(error, folder)}"))
        return []


def _has_card(folder: Path) -> bool:
    try:
        (folder / CARD_FILE).lstat()
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError:
        pass  # it may have one: reading the model says what is wrong
    return True


def choose_default(names: Iterable[str]) -> str:
    """Return the name of the model that writes where nobody names one; empty where there is none.

    It is `SHIPPED_DEFAULT`, or the first where that is not there.
    """
    found = list(names)
    return SHIPPED_DEFAULT if SHIPPED_DEFAULT in found else next(iter(found), "")


def read_model(folders: Sequence[Path], name: str, key: SigningKey | None = None) -> Model:
    """Read one model from `folders`: the one named `name`, or the default if the name is empty.

    A `key` tells which conversions were made here.

    Raises:
        ModelError: there is no such model, or it is unusable.
    """
    found = find_models(folders)
    name = name or choose_default(found)
    if name not in found:
        raise _no_such_model(name, found)
    return Model.read(found[name], key)


def _no_such_model(name: str, names: Iterable[str]) -> ModelError:
    return ModelError(f"there is no model {name!r}: there are {', '.join(sorted(names)) or 'none'}")
