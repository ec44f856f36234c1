"""The guided tour, executed on digits that are drawn for it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

nbclient = pytest.importorskip("nbclient")
nbformat = pytest.importorskip("nbformat")

NOTEBOOK = Path(__file__).parents[1] / "notebooks" / "digit_recognition.ipynb"

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")


@pytest.fixture(scope="module")
def tour(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The notebook with all its outputs."""
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("DIGITUS_DATA", raising=False)
        patch.setenv("DIGITUS_CACHE", str(tmp_path_factory.getbasetemp() / "no-cache"))
        notebook = nbformat.read(NOTEBOOK, as_version=4)
        client = nbclient.NotebookClient(notebook, timeout=300, kernel_name="python3")
        return client.execute(cwd=str(NOTEBOOK.parent))


def printed(tour: Any) -> str:
    return "".join(
        output.get("text", "") for cell in tour.cells for output in cell.get("outputs", [])
    )


def test_the_tour_ends_and_its_networks_read(tour: Any) -> None:
    text = printed(tour)
    assert float(re.search(r"read right: ([\d.]+)%", text)[1]) > 70  # type: ignore[index]
    shares = [float(part) for part in re.findall(r"weights, ([\d.]+)% right", text)]
    assert len(shares) == 2
    assert min(shares) > 70


def test_preparation_helps(tour: Any) -> None:
    naive, prepared = (int(count) for count in re.findall(r"right: (\d+) of 9", printed(tour)))
    assert naive < prepared


def test_the_shipped_reader_reads_the_examples(tour: Any) -> None:
    lines = re.findall(r"^(\w)\S*\.(?:png|jpg): (\d|no digit)", printed(tour), re.MULTILINE)
    assert len(lines) == 12
    assert all(name == read or (name, read) == ("n", "no digit") for name, read in lines)


def test_the_tour_is_kept_without_outputs() -> None:
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    nbformat.validate(notebook)
    assert not any(cell.get("outputs") for cell in notebook.cells)
