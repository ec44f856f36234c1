"""Batch normalisation, put into the weights of the layer before it: one step less to run."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from digitus.training.exchange.blueprint import Blueprint, Node, takers, up_to

# Where the kernel whose last axis is the output stands among a layer's weights.
KERNELS = {"Conv2D": 0, "DepthwiseConv2D": 0, "SeparableConv2D": 1, "Dense": 0}


def folded(blueprint: Blueprint) -> Blueprint:
    """Return a network that does the same with fewer steps.

    A batch normalisation goes into the convolution or dense layer before it if nothing else takes
    what that gives.
    """
    nodes = list(blueprint.nodes)
    taken = takers(nodes)
    instead = list(range(len(nodes)))
    for place, node in enumerate(nodes):
        nodes[place] = node = replace(node, inputs=tuple(instead[i] for i in node.inputs))
        if node.kind != "BatchNormalization":
            continue
        (before,) = node.inputs
        if nodes[before].kind in KERNELS and len(taken[blueprint.nodes[place].inputs[0]]) == 1:
            nodes[before] = _scaled(nodes[before], *batch_affine(node))
            instead[place] = before
    return up_to(nodes, instead[-1])


def batch_affine(node: Node) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return by what a batch normalisation multiplies each channel, and what it adds then."""
    numbers = [weight.astype(np.float64) for weight in node.weights]
    variance, mean = numbers.pop(), numbers.pop()
    scale = 1 / np.sqrt(variance + node.options["epsilon"])
    if node.options["scale"]:
        scale = scale * numbers.pop(0)
    shift = -mean * scale
    if node.options["center"]:
        shift = shift + numbers.pop(0)
    return scale, shift


def _scaled(node: Node, scale: NDArray[np.float64], shift: NDArray[np.float64]) -> Node:
    """Return a layer whose outputs are multiplied and added to."""
    weights = [weight.astype(np.float64) for weight in node.weights]
    if node.options["use_bias"]:
        shift = shift + weights.pop() * scale
    place = KERNELS[node.kind]
    kernel = weights[place]
    # A depthwise kernel has two last axes: channels, and how many outputs are made of each.
    weights[place] = kernel * scale.reshape(kernel.shape[2:] if node.kind[:5] == "Depth" else -1)
    weights.append(shift)
    options = {**node.options, "use_bias": True}
    return replace(node, options=options, weights=tuple(w.astype(np.float32) for w in weights))
