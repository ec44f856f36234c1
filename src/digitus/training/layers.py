"""The layers that a recipe may list: their names, their options, what each option may be."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

ACTIVATIONS = ("relu", "leaky_relu", "elu", "gelu", "silu", "tanh", "sigmoid", "linear")
POOLS = ("max", "average")
PADDINGS = ("same", "valid")

Option = int | float | bool | str
# What an option may be: the values to choose from, or the smallest and largest number.
Choice = tuple[str, ...] | tuple[bool, ...] | tuple[int, int] | tuple[float, float]

BOTH = (False, True)
KERNEL, STRIDE, CHANNELS, UNITS = (1, 27), (1, 8), (1, 4096), (1, 65536)
CHOICES: dict[str, dict[str, tuple[Option | None, Choice]]] = {
    # kind: {option: (value where it is not said, what it may be)}; None: it must be said.
    "conv": {
        "conv": (None, CHANNELS),
        "kernel": (3, KERNEL),
        "stride": (1, STRIDE),
        "padding": ("same", PADDINGS),
        "normalise": (True, BOTH),
        "activation": ("relu", ACTIVATIONS),
    },
    "separable": {
        "separable": (None, CHANNELS),
        "kernel": (3, KERNEL),
        "stride": (1, STRIDE),
        "activation": ("relu", ACTIVATIONS),
    },
    "residual": {
        "residual": (None, CHANNELS),
        "kernel": (3, KERNEL),
        "stride": (1, STRIDE),
        "activation": ("relu", ACTIVATIONS),
    },
    "pool": {"pool": (None, (2, 14)), "by": ("max", POOLS)},
    "global_pool": {"global_pool": (None, POOLS)},
    "flatten": {"flatten": (None, (True, True))},
    "dense": {
        "dense": (None, UNITS),
        "normalise": (False, BOTH),
        "activation": ("relu", ACTIVATIONS),
    },
    "dropout": {"dropout": (None, (0.0, 0.95))},
}
"""Every kind of layer: `digitus.training.network` says what it becomes in Keras.

==============  ==================================================================================
conv            convolution to so many channels, batch normalisation, activation
separable       depthwise, then 1x1 convolution, each normalised (Howard et al. 2017, section 3.1)
residual        two convolutions around which the input is led and added (He et al. 2016)
pool            the largest or the mean of each square of so many pixels a side
global_pool     "max" or "average" of each channel
flatten         all pixels of all channels in one row
dense           so many units, each connected with all before it
dropout         this part of the values is left out while learning
==============  ==================================================================================
"""


@dataclass(frozen=True)
class Layer:
    """One layer of a network.

    Attributes:
        kind: One of `CHOICES`.
        options: All its options, whether they were said or not; that of its own name is its size.
    """

    kind: str
    options: dict[str, Any]


def layer(table: object) -> Layer:
    """Make a layer of a table such as ``{ conv = 32, stride = 2 }``.

    Args:
        table: The table of a recipe.

    Returns:
        The layer with all its options.

    Raises:
        ValueError: It names no kind or several, or an option is unknown or cannot be.
    """
    if not isinstance(table, dict):
        raise ValueError(f"{table!r} is no layer: write it like {{ conv = 32 }}")
    kinds = [key for key in table if key in CHOICES]
    if len(kinds) != 1:
        raise ValueError(f"a layer must name just one of {', '.join(CHOICES)}")
    known = CHOICES[kinds[0]]
    for key in table:
        if key not in known:
            raise ValueError(f"{kinds[0]} has no option '{key}': choose from {', '.join(known)}")
    options = {}
    for key, (default, choice) in known.items():
        options[key] = table.get(key, default)
        if not fits(options[key], choice):
            raise ValueError(f"'{key}' is {options[key]!r}, but must be {said(choice)}")
    return Layer(kinds[0], options)


def fits(value: object, choice: Choice) -> bool:
    """Tell whether an option may have a value."""
    low, high = choice[0], choice[-1]
    if isinstance(low, bool):
        return isinstance(value, bool) and value in choice
    if isinstance(low, str) or isinstance(high, str):
        return value in choice
    kind = int if isinstance(low, int) else (int, float)
    return isinstance(value, kind) and not isinstance(value, bool) and low <= value <= high


def said(choice: Choice) -> str:
    """Say what an option may be."""
    low, high = choice[0], choice[-1]
    if isinstance(low, bool) and not low:
        return "true or false"
    if isinstance(low, bool):
        return "true"
    if isinstance(low, str):
        return "one of " + ", ".join(map(str, choice))
    return f"{'a whole number ' if isinstance(low, int) else ''}from {low:g} to {high:g}"
