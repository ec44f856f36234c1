from __future__ import annotations

import csv
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from digitus.errors import DataNotFound, ImageError, InvalidData
from digitus.training import own
from digitus.training.datasets import Dataset
from digitus.training.own import load
from public_forms import gzipped, idx

LABELS = np.array([3, 0, 9, 10, 3], np.uint8)
IMAGES = np.arange(5 * 12 * 10, dtype=np.uint8).reshape(5, 12, 10)
SQUARE = np.arange(5 * 81, dtype=np.uint16).reshape(5, 9, 9).astype(np.uint8)


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def draw(path: str, size: tuple[int, int] = (20, 30), level: int = 200) -> None:
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    Image.new("L", size, level).save(path)


def write(path: str, rows: Sequence[Sequence[Any]], delimiter: str = ",") -> None:
    with Path(path).open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, delimiter=delimiter).writerows(rows)


def pixel_rows(labels: NDArray[Any] = LABELS) -> list[list[int]]:
    return [[int(n), *image.ravel().tolist()] for n, image in zip(labels, SQUARE, strict=True)]


def assert_images(data: Dataset, images: NDArray[Any], labels: NDArray[Any] = LABELS) -> None:
    assert data.labels.dtype == np.uint8
    assert data.labels.tolist() == labels.tolist()
    assert data.images is not None
    assert data.images.dtype == np.uint8
    np.testing.assert_array_equal(data.images, images)


@pytest.mark.usefixtures("here")
def test_a_folder_of_pictures_by_class() -> None:
    for number, name in enumerate(["0/b.png", "0/a10.png", "0/a9.png", "7/x/deep.png"]):
        draw(f"mine/{name}", (20 + number, 30), 50 * number)
    draw("mine/no_digit/o.png", (40, 40))
    draw("mine/none/p.png", (41, 40))
    draw("mine/.thumbnails/0/hidden.png")
    draw("mine/stray.png")
    Path("mine/5").mkdir()
    data = load("mine")
    assert data.name == "mine"
    assert data.labels.tolist() == [0, 0, 0, 7, 10, 10]
    assert data.images is data.strokes is None
    assert data.pages is not None
    # Natural order: a9, a10, b.
    assert [data.page(i).shape for i in range(6)] == [
        (30, 22, 3),
        (30, 21, 3),
        (30, 20, 3),
        (30, 23, 3),
        (40, 40, 3),
        (40, 41, 3),
    ]
    assert (data.page(3) == 150).all()
    assert data.rows(slice(3, 5)).page(0).shape == (30, 23, 3)
    assert len(data.pages[1:]) == 5


@pytest.mark.usefixtures("here")
def test_a_picture_that_cannot_be_read_is_told_when_it_is_wanted() -> None:
    draw("mine/1/a.png")
    Path("mine/1/b.png").write_text("no picture")
    data = load("mine")
    assert data.page(0).shape == (30, 20, 3)
    with pytest.raises(ImageError, match="b\\.png"):
        data.page(1)


@pytest.mark.parametrize(
    ("folders", "says"),
    [
        ([], "'mine' has no folders 0 to 9"),
        (["a", "b"], "'mine' has no folders 0 to 9"),
        (["train/0", "train/1"], "name a folder that has them"),
        (["0", "1", "shirt"], r"The folder 'mine.shirt': 'shirt' is no digit"),
        (["1", "11"], "'11' is no digit"),
    ],
)
@pytest.mark.usefixtures("here")
def test_other_classes_are_refused(folders: list[str], says: str) -> None:
    Path("mine").mkdir()
    for folder in folders:
        draw(f"mine/{folder}/a.png")
    with pytest.raises(InvalidData, match=says):
        load("mine")


@pytest.mark.usefixtures("here")
def test_empty_classes_are_no_data() -> None:
    Path("mine/3").mkdir(parents=True)
    with pytest.raises(InvalidData, match="'mine' holds no pictures"):
        load("mine")


@pytest.mark.parametrize("ending", ["\n", "\r\n"])
@pytest.mark.parametrize("heading", ["kaggle", "sides", "last", "none"])
@pytest.mark.usefixtures("here")
def test_a_row_of_pixels_each(heading: str, ending: str) -> None:
    rows: list[list[Any]] = list(pixel_rows())
    if heading == "kaggle":
        rows.insert(0, ["label", *(f"pixel{n}" for n in range(81))])
    elif heading == "sides":
        rows.insert(0, ["Label", *(f"{n // 9 + 1}x{n % 9 + 1}" for n in range(81))])
    elif heading == "last":
        rows = [[*row[1:], row[0]] for row in rows]
        rows.insert(0, [*(f"p{n}" for n in range(81)), "class"])
    lines = [",".join(map(str, row)) for row in rows] + [""]
    Path("train.csv").write_bytes(ending.join(lines).encode())
    data = load("train.csv")
    assert data.name == "train"
    assert_images(data, SQUARE)


@pytest.mark.parametrize(
    ("row", "column", "value", "says"),
    [
        (0, 0, "x", "line 1 names no column 'label'"),
        (2, 0, "A", "line 3: 'A' is no digit"),
        (2, 0, 11, "line 3: '11' is no digit"),
        (1, 5, 256, "line 2 has a pixel that is no whole number from 0 to 255"),
        (1, 5, -1, "line 2 has a pixel"),
        (4, 5, "0.5", "line 5 has a pixel"),
        (4, 5, "", "line 5 has a pixel"),
    ],
)
@pytest.mark.usefixtures("here")
def test_a_wrong_row_is_named(row: int, column: int, value: Any, says: str) -> None:
    rows: list[list[Any]] = list(pixel_rows())
    rows[row][column] = value
    write("mine.csv", rows)
    with pytest.raises(InvalidData, match=f"'mine.csv', {says}"):
        load("mine.csv")


@pytest.mark.usefixtures("here")
def test_rows_of_another_length_or_shape_are_named() -> None:
    write("short.csv", [*pixel_rows()[:2], pixel_rows()[2][:-1]])
    with pytest.raises(InvalidData, match="line 3 has 81 columns, and the first has 82"):
        load("short.csv")
    write("oblong.csv", [[*row, 0] for row in pixel_rows()])
    with pytest.raises(InvalidData, match=r"line 1 has 83 columns: .* 785 for 28 x 28"):
        load("oblong.csv")
    write("unlabelled.csv", [[f"pixel{n}" for n in range(784)]])
    with pytest.raises(InvalidData, match="line 1 has 784 columns"):
        load("unlabelled.csv")


@pytest.mark.parametrize(
    "heading", [["file", "label"], ["Label", "filename"], ["id", "image", "digit"], ["y", "path"]]
)
@pytest.mark.usefixtures("here")
def test_a_name_of_a_picture_each(heading: list[str]) -> None:
    draw("data/a 1.png", (20, 20))
    draw("data/sub/b.png", (30, 20))
    values = {"label": ("7", "10"), "file": ("a 1.png", "sub/b.png"), "id": ("x", "y")}
    kinds = {"filename": "file", "image": "file", "path": "file", "digit": "label", "y": "label"}
    columns = [values[kinds.get(name.lower(), name.lower())] for name in heading]
    write("data/labels.csv", [heading, *zip(*columns, strict=True), []])
    data = load("data/labels.csv")
    assert data.labels.tolist() == [7, 10]
    assert [data.page(n).shape for n in range(2)] == [(20, 20, 3), (20, 30, 3)]


@pytest.mark.parametrize(
    ("rows", "says"),
    [
        ([["name", "value"], ["a.png", "1"]], "line 1 must name the columns 'file' and 'label'"),
        ([["a.png", "1"]], "line 1 must name"),
        ([["file", "label"], ["a.png"]], "line 2 has no file or no label"),
        ([["file", "label"], ["a.png", "1"], [], ["a.png", "l"]], "line 4: 'l' is no digit"),
        ([["file", "label"]], "holds no pictures"),
        ([], "is empty"),
    ],
)
@pytest.mark.usefixtures("here")
def test_a_wrong_table_is_told(rows: list[list[str]], says: str) -> None:
    draw("a.png")
    write("mine.csv", rows)
    with pytest.raises(InvalidData, match=f"'mine.csv'.* {says}"):
        load("mine.csv")


@pytest.mark.usefixtures("here")
def test_a_picture_that_is_not_there_is_named() -> None:
    write("mine.csv", [["file", "label"], ["gone.png", "3"]])
    with pytest.raises(DataNotFound, match=r"'mine.csv', line 2: there is no file 'gone.png'"):
        load("mine.csv")


@pytest.mark.usefixtures("here")
def test_a_table_that_is_no_text_is_told() -> None:
    Path("mine.csv").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(InvalidData, match="cannot be read as CSV"):
        load("mine.csv")


@pytest.mark.parametrize(
    ("images", "labels"),
    [
        ("train-images-idx3-ubyte", "train-labels-idx1-ubyte"),
        ("train-images-idx3-ubyte.gz", "train-labels-idx1-ubyte.gz"),
        ("train-images-idx3-ubyte.gz", "train-labels-idx1-ubyte"),
        ("train-images-idx3-ubyte", "train-labels-idx1-ubyte.gz"),
        ("train-images.idx3-ubyte", "train-labels.idx1-ubyte"),
    ],
)
@pytest.mark.usefixtures("here")
def test_idx_with_its_labels_beside_it(images: str, labels: str) -> None:
    for name, array in ((images, IMAGES), (labels, LABELS)):
        content = idx(array)
        Path(name).write_bytes(gzipped(content) if name.endswith(".gz") else content)
    assert_images(load(images), IMAGES)
    with pytest.raises(InvalidData, match="holds labels: name the file of images"):
        load(labels)


@pytest.mark.usefixtures("here")
def test_emnists_pictures_are_put_upright() -> None:
    Path("emnist").mkdir()
    for kind, labels in (("digits", LABELS), ("letters", LABELS + 9)):
        Path(f"emnist/emnist-{kind}-test-images-idx3-ubyte").write_bytes(idx(IMAGES))
        Path(f"emnist/emnist-{kind}-test-labels-idx1-ubyte").write_bytes(idx(labels))
    data = load("emnist/emnist-digits-test-images-idx3-ubyte")
    assert_images(data, IMAGES.transpose(0, 2, 1))
    with pytest.raises(InvalidData, match="'12' is no digit"):
        load("emnist/emnist-letters-test-images-idx3-ubyte")


@pytest.mark.usefixtures("here")
def test_idx_without_labels_or_damaged_is_told() -> None:
    Path("my-images-idx3-ubyte").write_bytes(idx(IMAGES))
    with pytest.raises(DataNotFound, match="looked for as 'my-labels-idx1-ubyte'"):
        load("my-images-idx3-ubyte")
    Path("my-labels-idx1-ubyte").write_bytes(idx(LABELS)[:-1])
    with pytest.raises(InvalidData, match=r"'my-labels-idx1-ubyte' .*cut short"):
        load("my-images-idx3-ubyte")
    Path("my-labels-idx1-ubyte").write_bytes(idx(LABELS[:-1]))
    with pytest.raises(InvalidData, match=r"shape \[5, 12, 10\] and labels of shape \[4\]"):
        load("my-images-idx3-ubyte")
    Path("notes.txt").write_text("no data")
    with pytest.raises(InvalidData, match=r"'notes\.txt' is neither a folder, nor a CSV"):
        load("notes.txt")


@pytest.mark.usefixtures("here")
def test_keras_own_file_has_two_parts() -> None:
    np.savez("mnist.npz", x_train=IMAGES, y_train=LABELS, x_test=IMAGES[:2], y_test=LABELS[:2])
    assert_images(load("mnist.npz"), IMAGES)
    assert_images(load("mnist.npz", test=True), IMAGES[:2], LABELS[:2])


@pytest.mark.parametrize(
    ("images", "labels"),
    [
        (IMAGES, LABELS.astype(np.int64)),
        (IMAGES[..., None], LABELS[:, None]),
        (IMAGES.astype(np.float32) / 255, LABELS.astype(float)),
        (IMAGES.astype(np.int32), LABELS),
    ],
)
@pytest.mark.usefixtures("here")
def test_arrays_of_many_kinds(images: NDArray[Any], labels: NDArray[Any]) -> None:
    np.savez_compressed("mine.npz", images=images, labels=labels)
    assert_images(load(Path("mine.npz")), IMAGES)


@pytest.mark.usefixtures("here")
def test_bits_become_black_and_white_and_colours_stay() -> None:
    np.savez("bits.npz", images=IMAGES % 2 > 0, labels=LABELS)
    assert_images(load("bits.npz"), IMAGES % 2 * 255)
    coloured = np.repeat(IMAGES[..., None], 3, axis=3)
    coloured[..., 0] = 7
    np.savez("coloured.npz", train_images=coloured, train_labels=LABELS)
    data = load("coloured.npz")
    assert data.images is None
    assert (data.page(2) == coloured[2]).all()


@pytest.mark.parametrize(
    ("arrays", "says"),
    [
        ({"images": IMAGES}, "has no arrays x_train and y_train or .*, but images: rename"),
        ({}, "but none"),
        ({"images": IMAGES, "labels": LABELS[:2]}, r"labels of shape \[2\]"),
        ({"images": IMAGES[0], "labels": LABELS}, r"images of shape \[12, 10\]"),
        ({"images": IMAGES, "labels": LABELS + 37}, r"row 0 .*: '40' is no digit"),
        ({"images": IMAGES, "labels": LABELS - 0.5}, r"row 0 .*'2.5' is no digit"),
        ({"images": IMAGES, "labels": np.array(list("abcde"))}, "labels of type <U1"),
        ({"images": IMAGES * -1.0, "labels": LABELS}, "must hold 0..1 or 0..255"),
        ({"images": IMAGES[:0], "labels": LABELS[:0]}, "holds no pictures"),
        ({"images": IMAGES[:0] / 2, "labels": LABELS[:0]}, "holds no pictures"),
        ({"images": IMAGES[:, :0] / 2, "labels": LABELS}, "holds no pictures"),
        ({"images": IMAGES[:, :5], "labels": LABELS}, "pictures of 10 x 5 pixels"),
        ({"images": np.array(["x"], object), "labels": LABELS[:1]}, "cannot be read"),
    ],
)
@pytest.mark.usefixtures("here")
def test_wrong_arrays_are_told(arrays: dict[str, NDArray[Any]], says: str) -> None:
    np.savez("mine.npz", **arrays)
    with pytest.raises(InvalidData, match=rf"'mine\.npz'.*{says}"):
        load("mine.npz")


@pytest.mark.parametrize(
    ("arrays", "says"),
    [
        ({"images": IMAGES, "labels": LABELS > 5}, "has labels of type bool: .* numbers, 0 to 9"),
        ({"images": IMAGES, "labels": LABELS * 1j}, "has labels of type complex128"),
        ({"images": IMAGES, "labels": LABELS.astype(str)}, "has labels of type <U"),
    ],
)
@pytest.mark.usefixtures("here")
def test_labels_are_numbers(arrays: dict[str, NDArray[Any]], says: str) -> None:
    np.savez("mine.npz", **arrays)
    with pytest.raises(InvalidData, match=rf"'mine\.npz'.*{says}"):
        load("mine.npz")


def test_an_archive_of_other_things_than_arrays_is_told(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "mine.npz", "w") as archive:
        for name in ("images", "labels"):
            archive.writestr(f"{name}.npy", b"x")
    with pytest.raises(InvalidData, match="holds something else than arrays: write it anew, as"):
        load(tmp_path / "mine.npz")


def test_more_than_the_memory_holds_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: object) -> None:
        raise MemoryError

    np.savez(tmp_path / "mine.npz", images=IMAGES, labels=LABELS)
    monkeypatch.setattr(own.arrays, "to_levels", full)
    with pytest.raises(InvalidData, match=r"'.*mine\.npz' holds more than there is memory for"):
        load(tmp_path / "mine.npz")


@pytest.mark.usefixtures("here")
def test_a_folder_is_called_as_it_is_wherever_one_is(monkeypatch: pytest.MonkeyPatch) -> None:
    Path("hands/3").mkdir(parents=True)
    Image.new("L", (12, 12), 255).save("hands/3/a.png")
    monkeypatch.chdir("hands")
    assert load(".").name == "hands"


def test_names_that_are_too_long_are_of_nothing(tmp_path: Path) -> None:
    with pytest.raises(DataNotFound, match="There is no data set, file or folder"):
        load("long" * 2000)
    table = tmp_path / "mine.csv"
    table.write_text(f"file,label\n{'long' * 2000},3\n", encoding="utf-8")
    with pytest.raises(DataNotFound, match=r"line 2: there is no file .* relative to the folder"):
        load(table)


def one_array(path: Path) -> None:
    with path.open("wb") as file:
        np.save(file, IMAGES)


@pytest.mark.parametrize(
    "damage",
    [lambda path: path.write_bytes(b""), lambda path: path.write_bytes(b"PK half"), one_array],
)
def test_a_damaged_archive_is_told(tmp_path: Path, damage: Callable[[Path], object]) -> None:
    damage(tmp_path / "mine.npz")
    with pytest.raises(InvalidData, match=r"mine\.npz' .*: write it anew, as"):
        load(tmp_path / "mine.npz")


def test_a_bomb_is_not_unpacked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(own, "LIMIT", 100)
    np.savez_compressed(tmp_path / "mine.npz", images=IMAGES, labels=LABELS)
    with pytest.raises(InvalidData, match="at most 100 are read"):
        load(tmp_path / "mine.npz")
    monkeypatch.setattr(own, "MAX_BYTES", 10)
    with pytest.raises(InvalidData, match="cut it into parts"):
        load(tmp_path / "mine.npz")


@pytest.mark.usefixtures("here")
def test_where_nothing_is_set_apart_all_of_it_is_a_test() -> None:
    draw("mine/1/a.png")
    assert len(load("mine", test=True)) == 1
    np.savez("mine.npz", images=IMAGES, labels=LABELS)
    assert_images(load("mine.npz", test=True), IMAGES)


@pytest.mark.parametrize("name", ["fashion-mnist", "KMNIST.npz", "FashionMNIST/raw.npz"])
@pytest.mark.usefixtures("here")
def test_well_known_sets_of_other_things_are_refused(name: str) -> None:
    Path(name).parent.mkdir(exist_ok=True)
    np.savez(Path(name), x_train=IMAGES, y_train=LABELS)
    with pytest.raises(DataNotFound, match="handwritten digits alone"):
        load(name)


@pytest.mark.usefixtures("here")
def test_what_is_not_there_is_told_with_the_names_of_sets() -> None:
    with pytest.raises(DataNotFound, match="file or folder 'minst': choose from mnist"):
        load("minst")
