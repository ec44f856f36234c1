"""The least that reads a picture with a model: the floor under `digitus read`.

python benchmarks/bare.py MODEL PICTURE
"""

from __future__ import annotations

import sys

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from PIL import Image


def session(model: str) -> onnxruntime.InferenceSession:
    """Open a model as ONNX Runtime's own examples do."""
    return onnxruntime.InferenceSession(model, providers=["CPUExecutionProvider"])


def feeds(
    model: onnxruntime.InferenceSession, glyphs: NDArray[np.uint8]
) -> dict[str, NDArray[np.generic]]:
    """Give glyphs uint8 [N, 28, 28] the name, shape and type that the model wants."""
    entry = model.get_inputs()[0]
    values = glyphs if "uint8" in entry.type else glyphs.astype(np.float32) / 255
    return {entry.name: values.reshape(-1, *entry.shape[1:])}


def main() -> None:
    """Resize the picture to 28x28 and print the most probable class."""
    model = session(sys.argv[1])
    picture = Image.open(sys.argv[2]).convert("L").resize((28, 28))
    print(model.run(None, feeds(model, np.asarray(picture)[None]))[0].argmax())


if __name__ == "__main__":
    main()
