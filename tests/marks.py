"""Marks that several test modules share."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

needs_data = pytest.mark.skipif(
    not Path(os.environ.get("DIGITUS_DATA") or "nowhere").is_dir(),
    reason="DIGITUS_DATA does not name the folder of the data sets",
)
# Keras hands TensorFlow's tensors to NumPy in a way that NumPy 2 asks to change.
keras_warns = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")
