"""Check that the graph of a Functional model is a chain: each layer reads what the one before it writes, no more."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.errors import InvalidInputError

_HARMLESS: Mapping[str, tuple[object, ...]] = {
    "training": (None, False),
    "mask": (None,),
    "initial_state": (None,),
    "constants": (None,),
}
"""What a call of a layer may be given besides its input: nothing that changes what it computes."""


def check_chain(model: Mapping[str, Any]) -> None:
    """Check a Functional model's configuration, as Keras 2 or 3 describes it.

    Raises:
        InvalidInputError: it is none, or has more than one way through it.
    """
    layers = model.get("layers")
    if not isinstance(layers, list) or not layers or not all(isinstance(layer, dict) for layer in layers):
        raise InvalidInputError("the network's layers are no list of layers")
    names = [layer.get("name") for layer in layers]
    if not all(isinstance(name, str) for name in names) or len(set(names)) < len(names):
        raise InvalidInputError("the network's layers have no names of their own")
    for end, name in (("input_layers", names[0]), ("output_layers", names[-1])):
        if _unwrap(model.get(end)) != [name, 0, 0]:
            raise InvalidInputError(f"the network's {end} are not {name[:100]} alone: it is no chain of layers")
    if layers[0].get("inbound_nodes") != []:
        raise InvalidInputError(f"layer {names[0][:100]} is no input: the network is no chain of layers")
    for layer, name, before in zip(layers[1:], names[1:], names, strict=False):
        if _read_source(layer.get("inbound_nodes")) != [before, 0, 0]:
            raise InvalidInputError(
                f"layer {name[:100]} does not read what {before[:100]} writes, once and alone: the network is no chain "
                "of layers"
            )


def _unwrap(value: object) -> object:
    """Return what lists of one item each hold: Keras 2 and 3 differ in how deep they put a single tensor."""
    while isinstance(value, list) and len(value) == 1:
        value = value[0]
    return value


def _read_source(nodes: object) -> object:
    """Return [name, 0, 0] of the layer whose first output is the only input of a layer that is called once."""
    match _unwrap(nodes):
        case {"args": [{"class_name": "__keras_tensor__", "config": {"keras_history": source}}], "kwargs": dict(given)}:
            pass
        case [str(name), node, tensor, *rest] if all(isinstance(each, dict) for each in rest) and len(rest) < 2:
            source = [name, node, tensor]
            given = dict(*rest)
        case _:
            return None
    return source if all(value in _HARMLESS.get(name, ()) for name, value in given.items()) else None
