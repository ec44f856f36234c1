from __future__ import annotations

import os
import random
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digitus.errors import ImageNotFound, UnreadableImage
from digitus.files import find_images, natural_key

ORDERED = [
    "2.png",
    "010.png",
    "A.png",
    "b.png",
    "digit.png",
    "digit1.png",
    "Digit2.png",
    "digit10.png",
    "digit10b.png",
    "digit11/a.png",
    "scan 2/page 9.png",
    "scan 2/page 10.png",
    "scan 10/page 1.png",
]


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def make(*names: str) -> None:
    for name in names:
        Path(name).parent.mkdir(parents=True, exist_ok=True)
        Path(name).touch()


def found(path: str) -> list[str]:
    return [image.as_posix() for image in find_images(path)]


def test_natural_order() -> None:
    shuffled = random.Random(0).sample(ORDERED, len(ORDERED))
    assert sorted(shuffled, key=natural_key) == ORDERED
    assert sorted(map(Path, shuffled), key=natural_key) == [Path(name) for name in ORDERED]


@given(st.lists(st.text(max_size=12), min_size=2, max_size=6))
def test_all_names_compare_and_none_is_equal_to_another(names: list[str]) -> None:
    keys = sorted(natural_key(name) for name in names)
    assert len(set(keys)) == len({str(Path(name)) for name in names})


def test_very_long_numbers_compare() -> None:
    assert natural_key("9" * 5000 + ".png") < natural_key("1" + "0" * 5000 + ".png")


def test_files_are_given_as_they_are(here: Path) -> None:
    make("a.png", "notes.txt", ".hidden", "no suffix")
    for name in ("a.png", "notes.txt", ".hidden", "no suffix", str(here / "a.png")):
        assert find_images(name) == [Path(name)]
        assert find_images(Path(name)) == [Path(name)]


def test_folders(here: Path) -> None:
    make("d/digit10.png", "d/digit2.PNG", "d/notes.txt", "d/deep/er/x.jpeg", "d/.hidden.png")
    make("d/.cache/y.png", "d/Thumbs.db", "d/e.tif", "d/f.webp")
    expected = ["d/deep/er/x.jpeg", "d/digit2.PNG", "d/digit10.png", "d/e.tif", "d/f.webp"]
    assert found("d") == expected
    assert found("d/") == expected
    assert find_images(here / "d") == [here / name for name in expected]


@pytest.mark.usefixtures("here")
def test_the_current_folder() -> None:
    make("b.png", "a.png")
    assert found(".") == ["a.png", "b.png"]


@pytest.mark.usefixtures("here")
def test_a_hidden_folder_that_is_named() -> None:
    make(".cache/y.png", "d/.cache/z.png")
    assert found(".cache") == [".cache/y.png"]
    assert found("d/.cache") == ["d/.cache/z.png"]


def test_links_in_circles(here: Path) -> None:
    make("d/a.png", "d/e/b.png", "elsewhere/c.png")
    try:
        Path("d/e/up").symlink_to(here / "d", target_is_directory=True)
        Path("d/self").symlink_to(here / "d" / "self")
        Path("d/two").symlink_to(here / "elsewhere", target_is_directory=True)
        Path("d/three").symlink_to(here / "elsewhere", target_is_directory=True)
        Path("elsewhere/back").symlink_to(here / "d", target_is_directory=True)
    except OSError:
        pytest.skip("this system makes no links")
    assert found("d") == ["d/a.png", "d/e/b.png", "d/three/c.png"]
    assert found("d/**/*.png")[:2] == ["d/a.png", "d/e/b.png"]
    with pytest.raises(ImageNotFound):
        find_images("d/self")


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("*.png", ["a.png", "digit2.png", "digit10.png"]),
        ("digit?.png", ["digit2.png"]),
        ("digit[0-9]*", ["digit2.png", "digit10.png"]),
        ("*", ["a.png", "digit2.png", "digit10.png"]),
        ("*.*", ["a.png", "digit2.png", "digit10.png"]),
        ("*.txt", ["notes.txt"]),
        ("*/*.png", ["d/b.png"]),
        ("d/*", ["d/b.png"]),
        ("**/*.jpg", ["d/e/c.jpg"]),
        ("**", ["a.png", "d/b.png", "d/e/c.jpg", "digit2.png", "digit10.png"]),
        ("d/**", ["d/b.png", "d/e/c.jpg"]),
        ("d/**/e/*", ["d/e/c.jpg"]),
        ("a**.png", ["a.png"]),
        (".*.png", [".hidden.png"]),
        ("d/../*t2.png", ["d/../digit2.png"]),
    ],
)
def test_patterns(pattern: str, expected: list[str], here: Path) -> None:
    make("a.png", "digit2.png", "digit10.png", "notes.txt", "d/b.png", "d/e/c.jpg")
    make(".hidden.png", ".cache/d.png")
    assert found(pattern) == expected
    if not pattern.startswith("d/.."):
        assert find_images(here / pattern) == [here / name for name in expected]


@pytest.mark.usefixtures("here")
def test_folders_do_not_match_a_pattern() -> None:
    make("a.png", "album.png/b.png")
    assert found("*.png") == ["a.png"]
    assert found("*/*.png") == ["album.png/b.png"]


@pytest.mark.usefixtures("here")
def test_a_real_name_wins_over_the_pattern() -> None:
    make("digit[1].png", "digit1.png", "scans [2024]/a.png", "scans 2/a.png")
    assert found("digit[1].png") == ["digit[1].png"]
    assert found("scans [2024]") == ["scans [2024]/a.png"]
    assert found("scans [2024]/*.png") == ["scans [2024]/a.png"]


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize("pattern", ["*.gif", "[", "[a", "x/**/y*", "*\0", "x\0/*", "**/nothing"])
def test_patterns_without_a_match(pattern: str) -> None:
    make("a.png", "d/b.png")
    with pytest.raises(ImageNotFound, match="no picture matches") as caught:
        find_images(pattern)
    assert pattern in str(caught.value)


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize("path", ["missing.png", "missing/", "", "a.png/b.png", "x\0", "é" * 300])
def test_missing_paths(path: str) -> None:
    make("a.png")
    with pytest.raises(ImageNotFound, match="there is no file or folder"):
        find_images(path)


@pytest.mark.usefixtures("here")
def test_folders_without_pictures() -> None:
    make("d/notes.txt", "d/.hidden.png")
    Path("empty").mkdir()
    for name in ("d", "empty"):
        with pytest.raises(ImageNotFound, match=f"no pictures in the folder '{name}'"):
            find_images(name)


@pytest.mark.usefixtures("here")
def test_no_permission(monkeypatch: pytest.MonkeyPatch) -> None:
    make("d/a.png")

    def forbid(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    with monkeypatch.context() as patch:
        patch.setattr(os, "scandir", forbid)
        with pytest.raises(UnreadableImage, match="permission denied"):
            find_images("d")
    with monkeypatch.context() as patch:
        patch.setattr(Path, "stat", forbid)
        with pytest.raises(UnreadableImage, match="permission denied"):
            find_images("d/a.png")


posix = pytest.mark.skipif(os.name != "posix", reason="this is about POSIX files")


@posix
@pytest.mark.usefixtures("here")
def test_a_pipe_in_a_folder_is_no_picture() -> None:
    make("scans/1.png")
    os.mkfifo("scans/2.png")
    assert found("scans") == ["scans/1.png"]
    assert found("scans/*.png") == ["scans/1.png"]


@posix
@pytest.mark.usefixtures("here")
def test_a_link_to_nowhere_is_no_pattern() -> None:
    make("scans/a1.png")
    Path("scans/a[1].png").symlink_to("nowhere")
    assert found("scans") == ["scans/a1.png", "scans/a[1].png"]  # reading it will say why not
    with pytest.raises(ImageNotFound, match=r"a\[1\]"):
        find_images("scans/a[1].png")


@pytest.mark.usefixtures("here")
def test_stars_may_be_repeated() -> None:
    make("a/b/c/1.png")
    assert found("**/**/**/**/**/*.png") == ["a/b/c/1.png"]
