from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from made_data import MNIST_VALIDATION, Arrays, write_data

from digitus.training import datasets

Made = dict[str, Arrays]


@pytest.fixture(scope="session")
def made_folder(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Made]:
    folder = tmp_path_factory.mktemp("data")
    return folder, write_data(folder)


@pytest.fixture
def made(made_folder: tuple[Path, Made], monkeypatch: pytest.MonkeyPatch) -> Made:
    """The arrays of small data sets, which DIGITUS_DATA names."""
    folder, arrays = made_folder
    monkeypatch.setenv("DIGITUS_DATA", str(folder))
    monkeypatch.setattr(datasets, "MNIST_VALIDATION", MNIST_VALIDATION)
    return arrays


@pytest.fixture(scope="module")
def parts(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """A Keras archive as it should be."""
    from tiny_archives import Told, parts_of, small  # Keras starts for those alone who need it

    return Told(parts_of(small(), tmp_path_factory.mktemp("good")))


@pytest.fixture
def eager() -> Iterator[None]:
    """Run TensorFlow step by step: so little work is not worth compiling."""
    import tensorflow as tf

    tf.config.run_functions_eagerly(True)
    yield
    tf.config.run_functions_eagerly(False)
