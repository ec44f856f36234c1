"""How glyphs, 0..255, are prepared for a network: as steps of it, before its own."""

from __future__ import annotations

from digitus.glyph import SIDE
from digitus.training.exchange.blueprint import INPUT, Blueprint, Node, behind

GLYPH = (SIDE, SIDE)
MNIST_MEAN, MNIST_DEVIATION = 0.1307, 0.3081  # of its pixels, 0..1


def _rescaled(scale: float, offset: float = 0.0) -> Node:
    return Node("Rescaling", GLYPH, (0,), {"scale": scale, "offset": offset})


def _to_length_one(*axes: int) -> tuple[Node, ...]:
    """Divide by the length (Euclid's) along some axes; what is empty stays so."""
    return _rescaled(1.0), Node("UnitNormalization", GLYPH, (1,), {"axis": list(axes)})


SCALINGS: dict[str, tuple[Node, ...]] = {
    "unit": (_rescaled(1 / 255),),
    "columns": _to_length_one(1),
    "raw": (_rescaled(1.0),),
    "glyph": _to_length_one(1, 2),
    "signed": (_rescaled(1 / 127.5, -1.0),),
    "standard": (_rescaled(1 / 255 / MNIST_DEVIATION, -MNIST_MEAN / MNIST_DEVIATION),),
    "rows": _to_length_one(2),
    "inverted": (_rescaled(-1 / 255, 1.0),),
    "inverted-raw": (_rescaled(-1.0, 255.0),),
}
"""What a network may have been trained on, the most usual first.

============  ===================================================================================
unit          0..1: x / 255
columns       each column of pixels of length 1: keras.utils.normalize(x, axis=1) of [N, 28, 28]
raw           0..255
glyph         all pixels together of length 1: keras.utils.normalize(x, axis=1) of [N, 784]
signed        -1..1: x / 127.5 - 1
standard      mean 0 and deviation 1 over MNIST: (x / 255 - 0.1307) / 0.3081
rows          each row of pixels of length 1: keras.utils.normalize(x) of [N, 28, 28]
inverted      0..1, black on white: 1 - x / 255
inverted-raw  0..255, black on white: 255 - x
============  ===================================================================================
"""


def prepared(blueprint: Blueprint, scaling: str) -> Blueprint:
    """Return a network that takes glyphs as they are.

    Args:
        blueprint: The network, of any shape of 784 values. If it wants bytes it prepares them
            itself, and the scaling does not matter.
        scaling: One of `SCALINGS`.

    Returns:
        A network of uint8 [N, 28, 28].
    """
    nodes = [Node(INPUT, GLYPH, options={"dtype": "uint8"})]
    if not blueprint.whole_numbers:
        nodes += SCALINGS[scaling]
    if blueprint.takes != GLYPH or len(nodes) == 1:
        shape = blueprint.takes
        nodes.append(Node("Reshape", shape, (len(nodes) - 1,), {"target_shape": shape}))
    return behind(nodes, blueprint)
