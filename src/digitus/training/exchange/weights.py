"""``model.weights.h5`` -> arrays, and nothing but plain ones.

An HDF5 file can point into other files, hold Python objects, name code that unpacks it, and
promise arrays of any size. Keras needs none of that for a classifier's weights: each is one
unpacked block of floats. Whatever is more is refused before it is looked into.
"""

from __future__ import annotations

import io
import math
from collections.abc import Sequence
from typing import Any

import h5py
import numpy as np
from h5py import h5d, h5l, h5o

from digitus.training.exchange.blueprint import Arrays, Refused, Shape

# Weights of all layers together: those of a model of `digitus.card.MAX_MODEL_BYTES`.
MOST_WEIGHTS = 2**26
FLOATS = {"float16", "float32", "float64"}
# Where the layers of a model lie, since Keras 2.14 and before that.
FOLDERS = ("layers", "_layer_checkpoint_dependencies")
# Keras counts the samples that Normalization was adapted to, which nobody needs to read.
COUNT = 2


class Weights:
    """The arrays of an archive.

    Args:
        content: The HDF5 file.

    Raises:
        Refused: It is none.
    """

    def __init__(self, content: bytes) -> None:
        self._left = MOST_WEIGHTS
        try:
            self._file = h5py.File(io.BytesIO(content), "r")
            self._folder = next(f for f in FOLDERS if self._file.id.links.exists(f.encode()))
        except StopIteration:
            self._folder = FOLDERS[0]  # a model without layers that hold weights
        except Exception as error:  # those of a damaged file share no base class
            raise Refused("its weights are no HDF5 file: save the model anew") from error

    def take(self, path: Sequence[str], shapes: Sequence[Shape], counted: bool = False) -> Arrays:
        """Return the arrays of one layer.

        Args:
            path: Name of the layer and before it those of the models that it lies in.
            shapes: Of each array.
            counted: Whether Keras keeps a count behind them.

        Returns:
            float32 arrays of these shapes.

        Raises:
            Refused: They are not there, are more or others, too large, or no plain numbers.
        """
        if not shapes:
            return ()
        self._left -= sum(math.prod(shape) for shape in shapes)
        if self._left < 0:
            raise Refused("it has too many weights for a digit classifier")
        try:
            group: Any = self._file.id
            for name in path:
                group = _child(group, self._folder, h5o.TYPE_GROUP)
                group = _child(group, name, h5o.TYPE_GROUP)
            group = _child(group, "vars", h5o.TYPE_GROUP)
            names = {str(number) for number in range(len(shapes))}
            found = {name.decode("utf-8", "replace") for name in group}
            if found - ({str(COUNT)} if counted else set()) != names:
                raise Refused(f"it holds {len(found)} arrays of weights, not {len(shapes)}")
            return tuple(
                _array(_child(group, str(number), h5o.TYPE_DATASET), shape)
                for number, shape in enumerate(shapes)
            )
        except Refused:
            raise
        except Exception as error:  # those of a damaged file share no base class
            raise Refused("its weights are damaged: save the model anew") from error


def _child(group: Any, name: str, kind: int) -> Any:
    """Open what lies in a group under a name, if it lies there itself.

    This is h5py's lower level: the upper one looks behind links before one can ask for them.
    """
    key = name.encode()
    if not group.links.exists(key):
        raise Refused("its weights are missing: save the model with Keras 3, weights and all")
    if group.links.get_info(key).type != h5l.TYPE_HARD:
        raise Refused("its weights are links to somewhere else, which digitus does not follow")
    if h5o.get_info(group, key).type != kind:
        raise Refused("its weights do not lie as Keras lays them: save the model anew")
    return h5o.open(group, key)


def _array(dataset: Any, shape: Shape) -> Any:
    """Read one array.

    Raises:
        Refused: It is not one block of finite floats of this shape.
    """
    made = dataset.get_create_plist()
    plain = made.get_layout() in (h5d.CONTIGUOUS, h5d.COMPACT)
    if not plain or made.get_external_count() or made.get_nfilters():
        raise Refused("its weights are packed or lie in other files: save the model with Keras 3")
    if dataset.get_type().get_class() != h5py.h5t.FLOAT or dataset.dtype.name not in FLOATS:
        raise Refused("its weights are no floats: save the model in float32")
    if dataset.shape != shape:
        found = list(dataset.shape)
        raise Refused(f"it holds weights of {found} where its settings want {list(shape)}")
    if dataset.get_storage_size() != math.prod(shape) * dataset.dtype.itemsize:
        raise Refused("its weights are not all there: save the model anew")
    values = np.empty(shape, dataset.dtype)
    dataset.read(h5py.h5s.ALL, h5py.h5s.ALL, values)
    with np.errstate(over="ignore"):
        array = values.astype(np.float32)
    if not np.isfinite(array).all():
        raise Refused("its weights are no numbers (NaN or infinite): train the model anew")
    return array
