"""``config.json`` -> blueprint: layers, nested models and layers that are used more than once."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TypeAlias

from digitus.training.exchange import kinds
from digitus.training.exchange.blueprint import INPUT, Blueprint, Node, Refused, up_to
from digitus.training.exchange.fields import Fields, said, shape_of
from digitus.training.exchange.weights import Weights

Json: TypeAlias = Mapping[str, Any]
# One call of a layer: the other calls whose results it takes, by layer and number of the call.
Call: TypeAlias = list[tuple[str, int]]

MODELS = ("Sequential", "Functional", "Model")
MOST_STEPS = 1000
MOST_WORK = 10**10  # multiplications for one glyph: seconds
MOST_VALUES = 2**23  # that all steps together give for one glyph: in a batch, 2 GB
DEEPEST = 8  # models in models
INPUT_TYPES = ("float32", "float64", "float16", "uint8", "int32", "int64")
REASONS = {
    "Lambda": "holds a program of its author's, and digitus runs none",
    "TFSMLayer": "loads another file that holds a program, and digitus runs none",
}


def build(config: Json, weights: Weights) -> Blueprint:
    """Read the structure of a model and give each layer its weights.

    Args:
        config: Content of ``config.json``.
        weights: Content of ``model.weights.h5``.

    Returns:
        The network.

    Raises:
        Refused: It is not made of plain layers, or settings and weights do not fit together.
    """
    structure = _Structure(weights)
    try:
        output = structure.model(config, (), None)
    except Refused:
        raise
    except (LookupError, TypeError, AttributeError, ArithmeticError, ValueError) as error:
        raise Refused("its config.json is not as Keras writes it: save the model anew") from error
    except RecursionError as error:
        raise Refused("its config.json is not as Keras writes it: save the model anew") from error
    return up_to(structure.nodes, output)


class _Structure:
    """The steps found so far."""

    def __init__(self, weights: Weights) -> None:
        self.nodes: list[Node] = []
        self._steps = self._work = self._values = 0
        self._weights = weights

    def model(self, entry: Json, path: tuple[str, ...], value: int | None) -> int:
        """Add the steps of a model.

        Args:
            entry: The model.
            path: Where its weights lie.
            value: What it takes; None for the outermost one.

        Returns:
            The place of what it gives.
        """
        kind = entry["class_name"]
        if kind not in MODELS or not str(entry.get("module")).startswith(("keras", "tf_keras")):
            raise Refused(
                f"it is a {said(kind)} with code of its own, which digitus does not run: build it "
                "as a Sequential or Functional model of plain layers"
            )
        if len(path) > DEEPEST:
            raise Refused(f"more than {DEEPEST} models lie in each other: flatten it")
        if kind == "Sequential":
            return self._sequential(entry["config"], path, value)
        return self._functional(entry["config"], path, value)

    def _sequential(self, config: Json, path: tuple[str, ...], value: int | None) -> int:
        layers = _few(config["layers"])
        if layers and layers[0]["class_name"] == "InputLayer":
            value = self._input(layers[0]["config"], value)
            layers = layers[1:]
        elif value is None:
            shape = config.get("build_input_shape")
            value = self._input({"batch_shape": shape, "dtype": "float32"}, None)
        for entry, name in zip(layers, _names(layers), strict=True):
            value = self._layer(entry, (*path, name), [value])
        return value

    def _functional(self, config: Json, path: tuple[str, ...], value: int | None) -> int:
        layers = _few(config["layers"])
        # Keras 2 counts the making of a nested model as its first call; Keras 3 does so where it
        # names the output, and not for a Sequential one.
        old = any(isinstance(call, list) for entry in layers for call in entry["inbound_nodes"])
        kinds_of = {entry["name"]: entry["class_name"] for entry in layers}
        found: dict[tuple[str, int], int] = {}
        inputs = [entry for entry in layers if entry["class_name"] == "InputLayer"]
        if len(inputs) != 1:
            raise Refused(f"it takes {len(inputs)} inputs: a digit classifier takes one picture")
        found[inputs[0]["name"], 0] = self._input(inputs[0]["config"], value)
        waiting = [
            (entry, (*path, name), (entry["name"], number), call)
            for entry, name in zip(layers, _names(layers), strict=True)
            if entry is not inputs[0]
            for number, call in enumerate(_calls(entry), old and entry["class_name"] in MODELS)
        ]
        _few(waiting)
        while waiting:  # a layer that is used twice may take what stands behind it in the list
            later = []
            for entry, own, key, call in waiting:
                if all(source in found for source in call):
                    found[key] = self._layer(entry, own, [found[source] for source in call])
                else:
                    later.append((entry, own, key, call))
            if len(later) == len(waiting):
                raise Refused("its layers wait for each other: save the model anew")
            waiting = later
        name, number = _only(config["output_layers"])
        return found[name, number - (not old and kinds_of[name] in MODELS[1:])]

    def _input(self, config: Json, value: int | None) -> int:
        """Begin with a glyph, or in a model that lies in another with what that one gives."""
        if value is not None:
            return value
        shape = config.get("batch_shape") or config.get("batch_input_shape")
        dtype = config.get("dtype") or "float32"
        if dtype not in INPUT_TYPES:
            raise Refused(f"it takes pixels of type {said(dtype)}: let it take float32 or uint8")
        bare = "uint8" if "int" in dtype else "float32"
        sides = shape_of(shape, "its input")
        self.nodes.append(Node(INPUT, sides, options={"dtype": bare}))
        return len(self.nodes) - 1

    def _layer(self, entry: Json, path: tuple[str, ...], inputs: Sequence[int]) -> int:
        """Add the steps of one layer: itself and its activation; none where it is idle."""
        self._steps += 1
        if self._steps > MOST_STEPS:
            raise _too_many()
        kind = entry["class_name"]
        if kind in MODELS and entry.get("module") != "keras.layers":
            if len(inputs) != 1:
                raise Refused(f"a model in it takes {len(inputs)} inputs, not one")
            return self.model(entry, path, inputs[0])
        _check_class(entry)
        try:
            if kind in kinds.IDLE_LAYERS:
                (value,) = inputs
                return value
            shapes = [self.nodes[place].shape for place in inputs]
            step = kinds.step(kind, Fields(entry["config"]), shapes)
            self._spend(step)
            arrays = self._weights.take(path, step.weights, kind == "Normalization")
        except Refused as error:
            raise Refused(f"its layer {_name(entry)} ({kind}) is refused: {error}") from error
        if kind in kinds.BARE:
            place = inputs[0]
        else:
            place = self._add(Node(kind, step.shape, tuple(inputs), step.options, arrays))
        if step.activation == "linear":
            return place
        options = {"activation": step.activation}
        return self._add(Node("Activation", step.shape, (place,), options))

    def _spend(self, step: kinds.Step) -> None:
        """Count what a step costs for each glyph."""
        self._values += math.prod(step.shape)
        self._work += sum(map(math.prod, step.weights)) * math.prod(step.shape[:-1])
        self._work += math.prod(step.options.get("pool_size", ())) * math.prod(step.shape)
        if self._work > MOST_WORK or self._values > MOST_VALUES:
            raise Refused("with it, reading one glyph costs too much for a digit classifier")

    def _add(self, node: Node) -> int:
        self.nodes.append(node)
        return len(self.nodes) - 1


def _few(items: list[Any]) -> list[Any]:
    """See that there are no more layers, or calls of them, than a digit classifier has."""
    if len(items) > MOST_STEPS:
        raise _too_many()
    return items


def _too_many() -> Refused:
    return Refused(f"it has more than {MOST_STEPS} layers, too many for a digit classifier")


def _check_class(entry: Json) -> None:
    """See that a layer is one of Keras's own plain ones."""
    kind = entry["class_name"]
    if not isinstance(kind, str) or entry["module"] != "keras.layers" or entry["registered_name"]:
        raise Refused(
            f"its layer {_name(entry)} is a {said(kind)} of its author's own, whose code digitus "
            "does not run: build the model of Keras's plain layers, or export it as ONNX"
        )
    if kind in REASONS:
        raise Refused(
            f"its layer {_name(entry)} is a {kind}, which {REASONS[kind]}: build the model of "
            "Keras's plain layers, or export it as ONNX"
        )
    if kind not in kinds.KINDS and kind not in kinds.IDLE_LAYERS:
        raise Refused(
            f"its layer {_name(entry)} is a {said(kind)}, which digitus does not take: build the "
            "model of plain layers (docs/architecture.md lists them), or export it as ONNX"
        )


def _name(entry: Json) -> str:
    return said(entry["config"].get("name"))


def _names(layers: Sequence[Json]) -> Iterator[str]:
    """Yield the name under which the weights of each layer lie: its class, numbered."""
    used: dict[str, int] = {}
    for entry in layers:
        # Keras makes names of classes so (`keras.src.utils.naming.to_snake_case`).
        name = re.sub(r"(.)([A-Z][a-z]+)", r"\1_\2", re.sub(r"\W+", "", str(entry["class_name"])))
        name = re.sub(r"([a-z])([A-Z])", r"\1_\2", name).lower()
        number = used.get(name, 0)
        used[name] = number + 1
        yield f"{name}_{number}" if number else name


def _calls(entry: Json) -> list[Call]:
    """Return the calls of a layer."""
    calls = []
    for call in entry["inbound_nodes"]:
        if isinstance(call, list):  # Keras 2: [["conv2d", 0, 0, {}], ...]
            given = {key: value for source in call for key, value in source[3].items()}
            sources = [_source(source[:3]) for source in call]
        else:
            given = call["kwargs"]
            sources = [_source(history) for history in _histories([call["args"], given])]
        for key, value in given.items():
            if value not in (None, False) and not _is_tensor(value):
                raise Refused(
                    f"its layer {_name(entry)} is called with {said(key)} = {said(value)}: call it "
                    "on what the layer before it gives, and with nothing else"
                )
        calls.append(sources)
    return calls


def _source(history: Sequence[Any]) -> tuple[str, int]:
    name, call, output = history
    if output != 0 or type(call) is not int:
        raise Refused(f"it uses output {said(output)} of {said(name)}: each layer may give one")
    return str(name), call


def _is_tensor(value: object) -> bool:
    return isinstance(value, dict) and value.get("class_name") == "__keras_tensor__"


def _histories(value: object) -> Iterator[Any]:
    """Yield where each tensor among the arguments of a call comes from."""
    if isinstance(value, list):
        for part in value:
            yield from _histories(part)
    elif isinstance(value, dict):
        if _is_tensor(value):
            yield value["config"]["keras_history"]
        else:
            yield from _histories(list(value.values()))


def _only(outputs: Any) -> tuple[str, int]:
    """Return the one output of a model."""
    if isinstance(outputs, list) and len(outputs) == 1:
        outputs = outputs[0]
    if not isinstance(outputs, list) or len(outputs) != 3 or not isinstance(outputs[0], str):
        raise Refused("it has several outputs: a digit classifier gives one row of ten")
    return _source(outputs)
