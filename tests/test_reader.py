from __future__ import annotations

import io
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

import digitus
from digitus import reader as reader_module
from digitus.errors import ImageNotFound, InvalidOption
from digitus.glyph import cut_glyph
from digitus.ink import find_ink
from digitus.layout import digit_candidates
from digitus.model import SHIPPED
from digitus.reader import Expect, Reader
from digitus.reading import WORTH_NAMING, Digit, Reading
from digitus.training import pens
from digitus.training.handwriting import LETTERS, MARKS, Writer, write, write_mark
from digitus.training.negatives import NEVER_ALONE
from digitus.training.papers import Page
from digitus.training.pictures import picture
from digitus.training.sheets import Plane
from pages import BLACK, WHITE, digit, page, plane, textbook
from tiny_models import PIXELS, classifier
from tiny_models import save as save_model

EXAMPLES = Path(__file__).parents[1] / "examples"
# Steady hands: what one of them writes is plain to everybody.
WRITERS = tuple(Writer.from_seed(seed) for seed in range(9000, 9004))


def drawn(value: int, side: int = 120) -> Page:
    return page(plane((side, side), digit(value, 3 * side // 4)))


def row(values: str, *, size: int = 80, gap: int = 20, margin: int = 40) -> Plane:
    """Digits side by side in the middle of a plane; a blank leaves the room of one digit."""
    blank = np.zeros((size, size), np.float32)
    inks = [blank if value == " " else digit(int(value), size) for value in values]
    wide = sum(ink.shape[1] for ink in inks) + gap * (len(inks) - 1)
    return plane((size + 2 * margin, wide + 2 * margin), *inks, gap=gap)


def save(pixels: Page, path: Path, **options: Any) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(pixels).save(path, **options)
    return path


def encoded(pixels: Page, kind: str = "PNG", **options: Any) -> bytes:
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, kind, **options)
    return file.getvalue()


def texts(readings: Iterator[Reading]) -> list[str]:
    return [reading.error.type if reading.error else reading.text for reading in readings]


# What it reads


@pytest.mark.parametrize("polarity", ["dark", "light"])
@pytest.mark.parametrize("value", range(10))
def test_a_plain_digit(reader: Reader, value: int, polarity: str) -> None:
    pixels = drawn(value) if polarity == "dark" else 255 - drawn(value)
    reading = reader.read(pixels, expect="digit")
    assert reading.text == str(value)
    assert reading.numbers[0].confidence > 0.9


@pytest.mark.parametrize(
    ("scene", "pen", "least"),
    [
        *(("drawn", pen, 0.95) for pen in ("pencil", "ballpoint", "marker", "brush")),
        *(("photo", pen, 0.95) for pen in ("ballpoint", "felt", "marker")),
        *(("scan", pen, 0.95) for pen in ("ballpoint", "felt")),
        ("board", "chalk", 0.8),  # the haze of what was wiped off is often as bright
    ],
)
def test_digits_of_several_writers(reader: Reader, scene: str, pen: str, least: float) -> None:
    right = []
    for seed, writer in enumerate(WRITERS):
        for value in range(10):
            rng = np.random.default_rng((seed, value))
            pixels = picture(write(value, writer, rng), rng, scene=scene, side=320, pen=pen)
            right.append(reader.read(pixels, expect="digit").text == str(value))
    assert np.mean(right) >= least


@pytest.mark.parametrize("kind", ["letters", "marks"])
def test_what_is_no_digit_is_not_read(reader: Reader, kind: str) -> None:
    others = [mark for mark in MARKS if mark not in (*LETTERS, *NEVER_ALONE)]
    names = list(LETTERS) if kind == "letters" else others
    silent = []
    for seed, writer in enumerate(WRITERS[:2]):
        for index, name in enumerate(names):
            rng = np.random.default_rng((seed, index))
            strokes = write_mark(name, writer, rng)
            pixels = picture(strokes, rng, scene="drawn", side=200, pen="ballpoint")
            silent.append(not reader.read(pixels, expect="digit"))
    assert np.mean(silent) >= 0.8


@pytest.mark.parametrize("expect", ["digit", "numbers"])
@pytest.mark.parametrize("shape", [(8, 8), (28, 28), (300, 400), (2000, 1000)])
def test_blank_paper_holds_nothing(reader: Reader, shape: tuple[int, int], expect: Any) -> None:
    for level in (0, 200, 255):
        reading = reader.read(np.full(shape, level, np.uint8), expect=expect)
        assert not reading
        assert (reading.text, reading.numbers, reading.error) == ("", (), None)
        assert (reading.height, reading.width) == shape


@pytest.mark.parametrize(
    "text",
    [
        "27",
        "04217",
        "4711",
        "52 804",
        "3 1 4",
        "111",
        "99 12",
    ],
)
def test_numbers(reader: Reader, text: str) -> None:
    reading = reader.read(page(row(text)))
    assert reading.text == text
    assert [number.text for number in reading] == text.split()


@pytest.mark.parametrize("expect", ["digit", "numbers"])
def test_the_examples_are_what_their_names_say(reader: Reader, expect: Expect) -> None:
    """A scribble is no digit, neither by itself nor as a page of numbers."""
    read = {Path(one.source).name: one.text for one in reader.read_many(EXAMPLES, expect=expect)}
    assert len(read) == 23
    assert read == {name: name[0] if name[0].isdigit() else "" for name in read}


def test_lines_of_numbers(reader: Reader) -> None:
    lines = ["5028", "36 94", "7130"]
    wide = max(row(text).shape[1] for text in lines)
    rows = [row(text) for text in lines]
    sheet = np.concatenate([np.pad(r, ((0, 0), (0, wide - r.shape[1]))) for r in rows])
    reading = reader.read(page(sheet))
    assert reading.text == "\n".join(lines)
    assert [[n.text for n in line] for line in reading.lines] == [text.split() for text in lines]


@pytest.mark.parametrize("value", [0, 3, 8])
def test_a_page_of_one_digit_is_a_number_too(reader: Reader, value: int) -> None:
    assert reader.read(drawn(value)).text == str(value)


def test_where_one_digit_is_expected_there_is_at_most_one(reader: Reader) -> None:
    for text in ("27", "04217", "5 1"):
        assert len(reader.read(page(row(text)), expect="digit").digits) <= 1


@pytest.mark.parametrize("value", range(10))
def test_a_bold_digit_that_fills_the_frame(reader: Reader, value: int) -> None:
    for pen in (0.12, 0.22):
        ink = digit(value, 120, pen)
        ink = plane((120, max(60, ink.shape[1])), ink)
        assert reader.read(page(ink), expect="digit").text == str(value)


@pytest.mark.parametrize("value", range(10))
def test_a_digit_in_red_on_blue_ruled_paper(reader: Reader, value: int) -> None:
    lines = np.zeros((240, 300), np.float32)
    for top in range(15, 240, 45):
        lines[top : top + 2] = 1
    sheet = page(lines, (120, 150, 220))
    pen = page(plane((240, 300), digit(value, 140)), (200, 30, 40))
    assert reader.read(np.minimum(sheet, pen), expect="digit").text == str(value)


# What a reading tells


@pytest.mark.parametrize("size", [80, 300])
@pytest.mark.parametrize("expect", ["digit", "numbers"])
def test_boxes_lie_on_the_ink_in_pixels_of_the_page(reader: Reader, size: int, expect: Any) -> None:
    ink = plane((4 * size, 5 * size), digit(5, size), at=(size // 2, 3 * size))
    reading = reader.read(page(ink), expect=expect)
    assert (reading.height, reading.width) == ink.shape
    ys, xs = np.nonzero(ink > 0.5)
    expected = (xs.min(), ys.min(), xs.max() + 1, ys.max() + 1)
    (found,) = reading.digits
    # A page is reduced by a whole factor, so that a box may be wider by that.
    assert np.abs(np.subtract(found.box, expected)).max() <= max(2, 5 * size // 640 + 2)
    assert reading.numbers[0].box == found.box


def test_boxes_of_a_row_lie_side_by_side(reader: Reader) -> None:
    ink = row("27")
    (number,) = reader.read(page(ink)).numbers
    left, right = (found.box for found in number.digits)
    gap = ink[:, left[2] + 8 : right[0] - 8]  # to a tenth of their height
    assert gap.shape[1] > 0
    assert not gap.any()
    assert number.box[0] == left[0]
    assert number.box[2] == right[2]


def test_boxes_stay_inside_a_reduced_page(reader: Reader) -> None:
    ink = digit(0, 1300)
    ink = ink[:1283, : ink.shape[1] // 3 * 3 - 2]  # neither side is a multiple of the factor
    reading = reader.read(page(ink), expect="digit")
    left, top, right, bottom = reading.digits[0].box
    assert (left, top) == (0, 0)
    assert (right, bottom) == ink.shape[::-1]


def test_alternatives_are_other_values_most_probable_first(reader: Reader) -> None:
    seen = 0
    for seed in range(60):
        rng = np.random.default_rng(seed)
        writer = Writer.from_seed(seed)
        pixels = picture(write(seed % 10, writer, rng), rng, scene="photo", side=120)
        for found in reader.read(pixels, expect="digit").digits:
            shares = [other.confidence for other in found.alternatives]
            assert shares == sorted(shares, reverse=True)
            assert all(WORTH_NAMING <= share <= found.confidence for share in shares)
            assert found.confidence + sum(shares) <= 1.00001
            values = [found.digit, *(other.digit for other in found.alternatives)]
            assert len(set(values)) == len(values)
            seen += len(shares)
    assert seen


def test_less_sure_numbers_can_be_left_out(reader: Reader) -> None:
    pixels = page(row("27 4"))
    numbers = reader.read(pixels).numbers
    assert len(numbers) == 2
    lower, higher = sorted(number.confidence for number in numbers)
    assert lower < higher < 1
    assert reader.read(pixels, min_confidence=lower).numbers == numbers
    (kept,) = reader.read(pixels, min_confidence=higher).numbers
    assert kept.confidence == higher
    assert reader.read(pixels, min_confidence=1.0).lines == ()


def test_a_reader_for_many_threads_reads_the_same(reader: Reader) -> None:
    """Each thread reads at the same time as the others."""
    pictures = [page(row(text)) for text in ("407", "15", "2986")]
    shared = Reader(shared=True)
    with ThreadPoolExecutor(len(pictures)) as threads:
        for again, picture in zip(threads.map(shared.read, pictures), pictures, strict=True):
            assert again == reader.read(picture)


def test_the_source_and_the_size_are_told(reader: Reader, tmp_path: Path) -> None:
    path = save(drawn(6), tmp_path / "six.png")
    reading = reader.read(path)
    assert (reading.source, reading.page) == (str(path), 1)
    assert (reading.width, reading.height) == (120, 120)
    assert reader.read(drawn(6)).source == "<array>"


# What it is given


@pytest.mark.parametrize("value", [2, 9])
def test_the_same_picture_reads_the_same_in_every_form(
    reader: Reader, value: int, tmp_path: Path
) -> None:
    grey = np.where(digit(value, 80) > 0.5, 255, 0).astype(np.uint8)
    grey = np.pad(grey, 20)
    colour = np.repeat(grey[..., None], 3, axis=2)
    path = save(grey, tmp_path / "digit.png")
    forms: list[Any] = [
        path, str(path), path.read_bytes(), io.BytesIO(path.read_bytes()),
        Image.fromarray(grey), Image.fromarray(colour), Image.fromarray(grey).convert("1"),
        grey, colour, grey / 255, grey.astype(np.float32), grey > 0, grey[..., None],
        np.dstack([colour, np.full_like(grey, 255)]), grey.astype(np.uint16) * 257,
        *((grey > 0).astype(kind) for kind in (np.uint8, np.uint16, np.int64, np.float64)),
    ]  # fmt: skip
    readings = [reader.read(form, expect="digit") for form in forms]
    assert readings[0].text == str(value)
    assert [reading.numbers for reading in readings] == [readings[0].numbers] * len(forms)


def test_digits_close_beside_letters_are_read(reader: Reader) -> None:
    rng = np.random.default_rng(5)
    right = []
    for mark in "AHKMNVW":
        for value in (3, 5, 8):
            letter = pens.draw(write_mark(mark, Writer.from_seed(4), rng), 7.0, size=80)
            page = np.zeros((140, 240), np.float32)
            page[30 : 30 + letter.shape[0], 20 : 20 + letter.shape[1]] = letter
            ink = digit(value, 80)
            left = 20 + letter.shape[1] + 14
            page[30 : 30 + ink.shape[0], left : left + ink.shape[1]] = ink
            grey = np.rint(255 * (1 - page)).astype(np.uint8)
            right.append(reader.read(grey).text == str(value))
    assert sum(right) >= len(right) - 1


def test_exif_is_obeyed(reader: Reader) -> None:
    for value in (4, 7):
        lying = np.rot90(drawn(value), 1)  # counter-clockwise
        exif = Image.Exif()
        exif[0x0112] = 6  # to be turned clockwise
        jpeg = encoded(np.ascontiguousarray(lying), "JPEG", exif=exif, quality=95)
        assert reader.read(jpeg, expect="digit").text == str(value)


def test_a_picture_as_mnist_has_them_passes_unharmed() -> None:
    for value in range(10):
        glyph = cut_glyph(digit(value, 60, 0.12))
        for pixels in (glyph, 255 - glyph):
            (ink,) = find_ink(np.repeat(pixels[..., None], 3, axis=2))
            again = cut_glyph(digit_candidates(ink)[0].values)
            assert np.abs(again.astype(int) - glyph).mean() < 2


def test_a_glyph_is_read_as_it_is_classified(reader: Reader) -> None:
    glyphs = np.stack([cut_glyph(digit(value, 60, 0.12)) for value in range(10)])
    shares = reader.classify(glyphs)
    assert shares.shape == (10, 10)
    assert shares.dtype == np.float32
    assert (shares.argmax(axis=1) == range(10)).all()
    assert (shares.sum(axis=1) <= 1.0001).all()
    for value, (glyph, share) in enumerate(zip(glyphs, shares, strict=True)):
        (found,) = reader.read(glyph, expect="digit").digits
        assert found.digit == value
        assert found.confidence == pytest.approx(float(share[value]), abs=0.02)


def test_the_reader_changes_nothing_that_it_is_given(reader: Reader) -> None:
    pixels = drawn(3)
    before = pixels.copy()
    reader.read(pixels)
    np.testing.assert_array_equal(pixels, before)


# Many pictures


def test_many_pictures_each_give_a_reading_also_the_bad_ones(
    reader: Reader, tmp_path: Path
) -> None:
    bad = tmp_path / "bad.png"
    bad.write_bytes(encoded(drawn(1))[:60])
    images: list[Any] = [
        save(drawn(1), tmp_path / "one.png"), bad, tmp_path / "missing.png", drawn(2),
        b"", np.full((28, 28), np.nan), 7, encoded(drawn(3)), np.zeros((3, 3)),
    ]  # fmt: skip
    readings = list(reader.read_many(images, expect="digit"))
    assert texts(iter(readings)) == [
        "1", "UnreadableImage", "ImageNotFound", "2", "UnreadableImage", "InvalidArray",
        "InvalidArray", "3", "ImageTooSmall",
    ]  # fmt: skip
    assert [reading.source for reading in readings] == [
        str(tmp_path / "one.png"), str(bad), str(tmp_path / "missing.png"), "<array>",
        "<bytes>", "<array>", "<int>", "<bytes>", "<array>",
    ]  # fmt: skip
    for reading in readings:
        if reading.error:
            assert reading.error.message
            assert (reading.numbers, reading.width, reading.height) == ((), 0, 0)


def test_folders_and_patterns_in_natural_order(
    reader: Reader, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for name, value in (("d10", 3), ("d2", 2), ("d1", 1), ("deep/x", 4)):
        save(drawn(value), Path("scans", f"{name}.png"))
    Path("scans/notes.txt").write_text("no picture")
    Path("empty").mkdir()
    assert texts(reader.read_many("scans", expect="digit")) == ["1", "2", "3", "4"]
    assert texts(reader.read_many(Path("scans"), expect="digit")) == ["1", "2", "3", "4"]
    assert texts(reader.read_many("scans/d*.png", expect="digit")) == ["1", "2", "3"]
    mixed = ["scans/deep", "empty", "scans/*.gif", "scans/d2.png", "scans/notes.txt"]
    assert texts(reader.read_many(mixed, expect="digit")) == [
        "4", "ImageNotFound", "ImageNotFound", "2", "UnreadableImage",
    ]  # fmt: skip


def test_every_page_of_a_tiff(reader: Reader, tmp_path: Path) -> None:
    path = tmp_path / "pages.tiff"
    sheets = [Image.fromarray(drawn(value)) for value in (7, 0, 5)]
    sheets[0].save(path, save_all=True, append_images=sheets[1:])
    readings = list(reader.read_many([path, drawn(1)], expect="digit"))
    assert [(r.text, r.page) for r in readings] == [("7", 1), ("0", 2), ("5", 3), ("1", 1)]
    assert reader.read(path, expect="digit").text == "7"


def test_pages_before_a_damaged_one_are_read(reader: Reader, tmp_path: Path) -> None:
    path = tmp_path / "pages.tiff"
    sheets = [Image.fromarray(drawn(value)) for value in (7, 0, 5)]
    sheets[0].save(path, save_all=True, append_images=sheets[1:])
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) * 6 // 10])
    readings = list(reader.read_many([path, drawn(1)], expect="digit"))
    assert texts(iter(readings)) == ["7", "UnreadableImage", "UnreadableImage", "1"]
    assert [reading.page for reading in readings] == [1, 2, 3, 1]


def test_pictures_are_read_when_they_are_asked_for(reader: Reader) -> None:
    given: list[int] = []

    def images() -> Iterator[Page]:
        for value in (1, 2, 3):
            given.append(value)
            yield drawn(value)

    readings = reader.read_many(images(), expect="digit")
    assert given == []
    assert next(readings).text == "1"
    assert given == [1]
    assert texts(readings) == ["2", "3"]


def test_files_are_closed(reader: Reader, tmp_path: Path) -> None:
    path = save(drawn(4), tmp_path / "four.png")
    readings = reader.read_many([path, path])
    next(readings)
    readings.close()  # type: ignore[attr-defined]
    reader.read(path)
    handles = Path("/proc/self/fd")
    if not handles.is_dir():
        pytest.skip("the system does not tell which files are open")
    assert path not in [handle.resolve() for handle in handles.iterdir()]


def test_no_pictures_give_no_readings(reader: Reader) -> None:
    assert list(reader.read_many([])) == []


# Options


@pytest.mark.parametrize("expect", ["number", "digits", "", None, 1])
def test_unknown_expectations_are_refused(reader: Reader, expect: Any) -> None:
    for call in (reader.read, reader.read_many):
        with pytest.raises(InvalidOption, match="'numbers' or 'digit'"):
            call(drawn(1), expect=expect)  # type: ignore[operator]


@pytest.mark.parametrize("value", [-0.01, 1.01, 90, float("nan"), float("inf"), "0.5", None])
def test_what_is_no_probability_is_refused(reader: Reader, value: Any) -> None:
    for call in (reader.read, reader.read_many):
        with pytest.raises(InvalidOption, match="from 0 to 1"):
            call([drawn(1)], min_confidence=value)  # type: ignore[operator]


def test_one_picture_is_not_several(reader: Reader) -> None:
    pixels = drawn(1)
    one: Any
    for one in (pixels, encoded(pixels), io.BytesIO(encoded(pixels)), Image.fromarray(pixels), 7):
        with pytest.raises(InvalidOption, match="put it into a list"):
            reader.read_many(one)


def test_wrong_options_are_told_before_anything_is_read(reader: Reader) -> None:
    with pytest.raises(InvalidOption):
        reader.read("missing.png", min_confidence=2)
    with pytest.raises(ImageNotFound):
        reader.read("missing.png")


# The model


def test_the_shipped_model_reads_alike_where_it_is_named(
    reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(SHIPPED.parent)
    pixels = page(row("52 804"))
    for named in (SHIPPED, SHIPPED.name):
        assert Reader(named).read(pixels) == reader.read(pixels)


def test_a_model_of_ones_own_has_the_last_word(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    matrix = np.zeros((PIXELS, 10), np.float32)
    matrix[:, 6] = 0.1  # whatever it sees is a six
    own = Reader(save_model(tmp_path / "own.onnx", classifier(matrix=matrix)))
    monkeypatch.setattr(own, "transcriber", Unused())
    reading = own.read(page(row("27", size=300, margin=300)))  # too large to be one digit first
    assert reading.text == "66"


def test_the_shipped_model_asks_the_transcriber_about_whole_numbers(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    shipped = Reader()
    monkeypatch.setattr(shipped, "transcriber", Unused())
    with pytest.raises(AssertionError, match="the transcriber was asked"):
        shipped.read(page(row("27")))


@pytest.mark.parametrize("missed", [1, 2, 3])
def test_a_digit_inside_a_number_that_the_finder_overlooks_is_read(
    monkeypatch: pytest.MonkeyPatch, missed: int
) -> None:
    shipped = Reader()
    places = shipped.places

    def overlooked(pixels: Page) -> list[Digit]:
        found = sorted(places(pixels), key=lambda digit: digit.box)
        return [digit for place, digit in enumerate(found) if place != missed]

    monkeypatch.setattr(shipped, "places", overlooked)
    assert shipped.read(page(row("40803"))).text == "40803"


def test_what_the_finder_doubts_is_not_sure(monkeypatch: pytest.MonkeyPatch) -> None:
    own = Reader()
    large = page(plane((900, 900), digit(0, 300)))
    places = own.places(large)
    assert own.read(large).text == "0"
    monkeypatch.setattr(own, "places", lambda _: [replace(places[0], confidence=0.55)])
    (number,) = own.read(large).numbers
    assert number.text == "0"
    assert number.confidence == 0.55


def test_a_wide_picture_of_one_digit_is_one_digit(reader: Reader) -> None:
    assert reader.read(page(plane((120, 400), digit(4, 90)))).text == "4"


@pytest.mark.parametrize("text", ["8", "27", "52 804"])
def test_what_is_seen_is_what_is_read(reader: Reader, text: str) -> None:
    for turned in (0, 1):
        pixels = np.ascontiguousarray(np.rot90(page(row(text)), turned))
        seen = reader.see(pixels)
        assert [one.digit for one in seen] == list(reader.read(pixels).digits)
        assert all(one.glyph.any() for one in seen)


def test_digits_that_touch_are_read_and_have_boxes_from_left_to_right(reader: Reader) -> None:
    reading = reader.read(page(row("3582", gap=-4)))
    assert reading.text == "3582"
    boxes = [found.box for found in reading.digits]
    assert boxes == sorted(boxes)
    assert all(left < right and top < bottom for left, top, right, bottom in boxes)


# The shared reader


def test_the_shared_reader_is_made_once(reader: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[Reader] = []

    class Counted(Reader):
        def __init__(self) -> None:
            self.model = reader.model
            made.append(self)

    monkeypatch.setattr(reader_module, "_default", None)
    monkeypatch.setattr(reader_module, "Reader", Counted)
    pixels = drawn(8)
    assert digitus.read(pixels).text == "8"
    assert digitus.read(pixels, expect="digit").text == "8"
    assert texts(digitus.read_many([pixels])) == ["8"]
    glyphs = np.zeros((2, 28, 28), np.uint8)
    np.testing.assert_array_equal(digitus.classify(glyphs), reader.classify(glyphs))
    assert len(made) == 1


def test_reading_twice_gives_the_same(reader: Reader) -> None:
    rng = np.random.default_rng(5)
    pixels = picture(textbook(5), rng, scene="photo", side=300)
    assert reader.read(pixels) == reader.read(pixels)


def test_colours_do_not_change_what_is_read(reader: Reader) -> None:
    ink = plane((120, 120), digit(6, 90))
    for colour, paper in ((BLACK, WHITE), (WHITE, BLACK), ((200, 30, 30), (30, 30, 200))):
        assert reader.read(page(ink, colour, paper), expect="digit").text == "6"


class Unused:
    """A finder, or a transcriber, that must not be needed."""

    def find(self, pixels: Page) -> object:
        raise AssertionError(f"the finder was asked about {pixels.shape}")

    def spell(self, pixels: Page, boxes: object, *_: object) -> object:
        raise AssertionError(f"the transcriber was asked about {boxes} of {pixels.shape}")


def test_one_drawn_digit_does_not_wait_for_the_finder(monkeypatch: pytest.MonkeyPatch) -> None:
    own = Reader()
    monkeypatch.setattr(own, "finder", Unused())
    assert own.read(page(plane((360, 480), digit(7, 200)))).text == "7"
    with pytest.raises(AssertionError, match="asked about"):  # it may be a column of numbers
        own.read(page(plane((400, 480), digit(1, 400))))
