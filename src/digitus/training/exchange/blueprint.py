"""A network as plain data: its steps and their numbers, without any framework."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

Shape: TypeAlias = tuple[int, ...]
Arrays: TypeAlias = tuple[NDArray[np.float32], ...]

INPUT = "Input"
# Activations that turn ten or eleven scores into answers without changing their order.
ANSWERS = ("softmax", "log_softmax", "sigmoid")


class Refused(ValueError):
    """A model is not taken; the message says what is wrong with it and what to do."""


@dataclass(frozen=True, eq=False)
class Node:
    """One step of a network.

    Attributes:
        kind: Keras's name of the layer, such as ``Conv2D``, or ``Input``.
        shape: Of what it gives, as Keras has it (channels last), without the batch.
        inputs: The places, in the blueprint, of the steps that it takes; all are before it.
        options: Arguments of Keras's layer, checked. An activation is a step of its own.
        weights: float32, in Keras's order.
    """

    kind: str
    shape: Shape
    inputs: tuple[int, ...] = ()
    options: Mapping[str, Any] = field(default_factory=dict)
    weights: Arrays = ()


@dataclass(frozen=True, eq=False)
class Blueprint:
    """A network of one input, its first step, and one output, its last.

    Attributes:
        nodes: Its steps, each behind those that it takes.
    """

    nodes: tuple[Node, ...]

    @property
    def takes(self) -> Shape:
        """Shape of one glyph as the network wants it."""
        return self.nodes[0].shape

    @property
    def whole_numbers(self) -> bool:
        """Whether it wants its pixels as bytes."""
        return bool(self.nodes[0].options["dtype"] == "uint8")

    @property
    def gives(self) -> Shape:
        """Shape of what it answers for one glyph."""
        return self.nodes[-1].shape


def takers(nodes: Sequence[Node]) -> list[list[int]]:
    """Return, for each step, the places of the steps that take what it gives."""
    found: list[list[int]] = [[] for _ in nodes]
    for place, node in enumerate(nodes):
        for source in node.inputs:
            found[source].append(place)
    return found


def up_to(nodes: Sequence[Node], output: int) -> Blueprint:
    """Return the network that ends at one step, without what that does not need."""
    needed = {0, output}
    for place in range(output, 0, -1):
        if place in needed:
            needed.update(nodes[place].inputs)
    moved = {old: new for new, old in enumerate(sorted(needed))}
    return Blueprint(
        tuple(
            replace(nodes[old], inputs=tuple(moved[source] for source in nodes[old].inputs))
            for old in sorted(needed)
        )
    )


def without_answer(blueprint: Blueprint) -> Blueprint:
    """Return a classifier without the softmax (or its like) at its end: it gives logits."""
    last = blueprint.nodes[-1]
    while last.kind == "Activation" and last.options["activation"] in ANSWERS:
        blueprint = up_to(blueprint.nodes, last.inputs[0])
        last = blueprint.nodes[-1]
    return blueprint


def behind(first: Iterable[Node], blueprint: Blueprint) -> Blueprint:
    """Return a network that runs some steps first, the last of them in place of its input."""
    before = tuple(first)
    shift = len(before) - 1
    after = (
        replace(node, inputs=tuple(source + shift for source in node.inputs))
        for node in blueprint.nodes[1:]
    )
    return Blueprint((*before, *after))
