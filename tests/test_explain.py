from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from digitus.errors import ImageNotFound, InvalidOption
from digitus.evidence import DAB_INK, evidence
from digitus.explain import Explanation, explain
from digitus.finder import Found
from digitus.glyph import SIDE, cut_glyph, ink_box
from digitus.model import softmax
from digitus.poster import card, poster, section
from digitus.reader import Seen
from digitus.reading import Alternative, Digit
from digitus.tinting import tint_glyph, tint_page
from digitus.training import pens
from digitus.training.handwriting import write_mark
from digitus.training.sheets import Plane
from pages import BLACK, TEXTBOOK, WHITE, digit, page, plane

# Two strokes of a made glyph, and a corner of it that stays empty.
LEFT, RIGHT = (slice(6, 22), slice(6, 9)), (slice(6, 22), slice(19, 22))
CORNER = (slice(2, 6), slice(12, 16))


def strokes() -> np.ndarray:
    glyph = np.zeros((SIDE, SIDE), np.uint8)
    glyph[LEFT] = glyph[RIGHT] = 255
    return glyph


def linear(**parts: tuple[int, tuple[slice, slice], float]):
    """A classifier in which each pixel of a part adds to the logit of one digit."""
    weights = np.zeros((SIDE, SIDE, 10), np.float32)
    for value, where, weight in parts.values():
        weights[(*where, value)] = weight
    flat = weights.reshape(-1, 10) / 255
    return lambda glyphs: softmax(glyphs.reshape(len(glyphs), -1).astype(np.float32) @ flat)


def glyph_of(value: int) -> np.ndarray:
    return cut_glyph(digit(value, 100))


def made(evidence: np.ndarray, against: np.ndarray | None = None, **changes) -> Explanation:
    """An explanation of a 7 of two strokes, on a page as large as its glyph."""
    one = Explanation(
        digit=Digit(7, 0.9, (6, 6, 22, 22)),
        glyph=strokes(),
        evidence=evidence,
        runner_up=1,
        runner_up_confidence=0.05,
        against_runner_up=evidence if against is None else against,
        frame=(0, 0, SIDE, SIDE),
    )
    return replace(one, **changes)


def laid(seen: Seen | Explanation) -> list[float]:
    """Where the ink of a glyph lies on its page: left, top, right, bottom."""
    left, top, right, bottom = seen.frame
    unit = (right - left) / SIDE, (bottom - top) / SIDE
    box = ink_box(np.rot90(seen.glyph, seen.rotation // 90))
    return [(left, top)[i % 2] + box[i] * unit[i % 2] for i in range(4)]


def marked(*parts: tuple[tuple[slice, slice], float]) -> np.ndarray:
    speaks = np.zeros((SIDE, SIDE), np.float32)
    for where, much in parts:
        speaks[where] = much
    return speaks


def test_ink_speaks_for_the_digit_whose_logit_it_raises() -> None:
    classify = linear(own=(7, LEFT, 0.2), other=(1, RIGHT, 0.1))
    for_it, against_rival = evidence(strokes(), classify, 7, 1)
    assert for_it[LEFT].sum() > 5
    assert for_it[RIGHT].sum() < -0.1
    assert against_rival[LEFT].sum() == pytest.approx(0.2 * 48, rel=0.1)
    assert against_rival[RIGHT].sum() == pytest.approx(-0.1 * 48, rel=0.1)


def test_all_ink_together_has_the_log_odds_that_the_glyph_gains_over_blank_paper(reader) -> None:
    glyph = glyph_of(3)
    shares = reader.classify(np.stack([glyph, np.zeros_like(glyph)])).astype(np.float64)
    odds = np.log(np.maximum(shares[:, 3], 1e-6)) - np.log(1 - shares[:, 3])
    versus = np.log(np.maximum(shares[:, 3], 1e-6)) - np.log(np.maximum(shares[:, 5], 1e-6))
    for_it, against_rival = evidence(glyph, reader.classify, 3, 5)
    inked = glyph > 0
    assert for_it[inked].sum() == pytest.approx(odds[0] - odds[1], abs=0.01)
    assert against_rival[inked].sum() == pytest.approx(versus[0] - versus[1], abs=0.01)


def test_empty_paper_speaks_for_the_digit_that_ink_there_would_harm() -> None:
    classify = linear(own=(7, LEFT, 0.1), other=(1, CORNER, 0.3))
    against_rival = evidence(strokes(), classify, 7, 1)[1]
    assert against_rival[CORNER].min() > 0.1
    assert abs(against_rival[24:, :4]).max() < 0.01
    missing = linear(own=(7, CORNER, 0.3))
    assert evidence(strokes(), missing, 7, 1)[0][CORNER].max() < -0.1


def test_a_glyph_without_ink_has_nothing_to_say(reader) -> None:
    for speaks in evidence(np.zeros((SIDE, SIDE), np.uint8), reader.classify, 7, 1):
        assert not speaks.any()


def test_a_glyph_of_one_pixel_has_all_evidence_in_it() -> None:
    glyph = np.zeros((SIDE, SIDE), np.uint8)
    glyph[14, 14] = 255
    classify = linear(own=(7, (slice(14, 15), slice(14, 15)), 2.0))
    against_rival = evidence(glyph, classify, 7, 1)[1]
    assert against_rival[14, 14] == pytest.approx(2, rel=0.01)


def test_the_roof_of_a_7_tells_it_from_a_1(reader) -> None:
    glyph = glyph_of(7)
    against_rival = np.where(glyph > 0, evidence(glyph, reader.classify, 7, 1)[1], 0)
    top, bottom = ink_box(glyph)[1], ink_box(glyph)[3]
    roof, foot = slice(top, top + 7), slice(bottom - 7, bottom)
    assert against_rival[roof].sum() > 2 * against_rival[foot].sum()


def test_erasing_what_speaks_most_changes_the_answer_sooner(reader) -> None:
    """Faithfulness by deletion (Petsiuk, Das and Saenko 2018, section 4.3)."""
    rng = np.random.default_rng(0)
    left = {"most": [], "by chance": [], "least": []}
    for value in (0, 2, 3, 5, 6, 8):
        glyph = glyph_of(value)
        places = np.flatnonzero(glyph)
        density = evidence(glyph, reader.classify, value, (value + 1) % 10)[0] / np.maximum(
            glyph, 1
        )
        order = places[np.argsort(-density.ravel()[places])]
        for name, chosen in (
            ("most", order),
            ("by chance", rng.permutation(places)),
            ("least", order[::-1]),
        ):
            erased = np.stack([glyph] * 3)
            for step, one in enumerate(erased):
                one.ravel()[chosen[: len(chosen) * (step + 1) // 6]] = 0
            left[name].append(reader.classify(erased)[:, value].mean())
    assert np.mean(left["most"]) < np.mean(left["by chance"]) - 0.1
    assert np.mean(left["most"]) < np.mean(left["least"]) - 0.2


def test_the_digits_are_those_of_the_reading_and_always_the_same(reader) -> None:
    pixels = page(plane((80, 200), digit(4, 50), digit(7, 50), gap=25))
    first, second = (explain(pixels, reader) for _ in range(2))
    assert tuple(one.digit for one in first) == reader.read(pixels).digits
    assert [one.digit.digit for one in first] == [4, 7]
    for one, again in zip(first, second, strict=True):
        shares = reader.classify(one.glyph[None])[0]
        assert one.digit.digit == shares.argmax()
        assert one.runner_up == np.argsort(-shares)[1]
        assert one.runner_up_confidence == pytest.approx(shares[one.runner_up], abs=1e-4)
        assert (one.evidence == again.evidence).all()
        assert (one.against_runner_up == again.against_runner_up).all()


@pytest.mark.parametrize(("paper", "ink"), [(WHITE, BLACK), (BLACK, WHITE)])
@pytest.mark.parametrize(
    ("shape", "size", "pen"),
    [((28, 28), 20, 0.1), ((300, 220), 90, 0.02), ((1900, 1400), 700, 0.3)],
)
def test_a_glyph_lies_on_the_page_where_its_ink_is(shape, size, pen, paper, ink, reader) -> None:
    pixels = page(plane(shape, digit(3, size, pen), at=(2, 3)), ink, paper)
    (seen,) = reader.see(pixels, expect="digit")
    unit = max(seen.frame[2] - seen.frame[0], seen.frame[3] - seen.frame[1]) / SIDE
    assert np.abs(np.subtract(laid(seen), seen.digit.box)).max() < 1.6 * unit


VALUES = (3, 4, 7, 5)


class Standing:
    """A finder that finds four digits on its page as it stands, and is unsure of any other."""

    def __init__(self, inks: Sequence[Plane]) -> None:
        left = 40
        self.pixels = page(plane((160, 500), *inks, at=(40, left), gap=20))
        self.boxes, self.shares = [], np.full((4, 10), 0.001, np.float32)
        self.shares[range(4), VALUES] = 0.99
        for ink in inks:
            self.boxes.append((left, 40, left + ink.shape[1], 40 + ink.shape[0]))
            left += ink.shape[1] + 20

    def find(self, pixels: np.ndarray) -> Found:
        shares = self.shares if np.array_equal(pixels, self.pixels) else np.sqrt(self.shares) / 4
        return Found(np.array(self.boxes, np.float32), shares)


class Mute:
    """A transcriber that spells nothing: what the finder reads is what is read."""

    def spell(self, *_: object) -> None:
        return None


@pytest.mark.parametrize("degrees", [90, 180, 270])
def test_a_page_on_its_side_is_explained_as_it_is_read(degrees, reader, monkeypatch) -> None:
    finder = Standing([digit(value, 80) for value in VALUES])
    monkeypatch.setattr(reader, "finder", finder)
    pixels = np.ascontiguousarray(np.rot90(finder.pixels, degrees // 90))
    reading, found = reader.read(pixels), explain(pixels, reader)
    assert (reading.text, reading.rotation) == ("3475", degrees)
    assert tuple(one.digit for one in found) == reading.digits
    for one in found:
        assert reader.classify(one.glyph[None])[0].argmax() == one.digit.digit
        assert np.abs(np.subtract(laid(one), one.digit.box)).max() < 8  # two pixels of the glyph
        left, top, right, bottom = one.digit.box
        assert (pixels[top:bottom, left:right] < 128).any(axis=(1, 2)).mean() > 0.9
    tinted = np.asarray(tint_page(pixels, found, max(pixels.shape)), np.int64)
    coloured = np.ptp(tinted, axis=-1) > 60
    assert coloured.sum() > 100
    assert (pixels[coloured] < 128).mean() > 0.8


def test_a_digit_of_the_finder_that_the_model_takes_for_none_is_explained(
    reader, monkeypatch
) -> None:
    letter = pens.draw(write_mark("M", TEXTBOOK, np.random.default_rng(5)), 7.0, size=72)
    finder = Standing([letter] * 4)
    monkeypatch.setattr(reader, "finder", finder)
    monkeypatch.setattr(reader, "transcriber", Mute())
    assert not reader.read(page(plane((160, 160), letter)), expect="digit")
    reading, found = reader.read(finder.pixels), explain(finder.pixels, reader)
    assert (reading.text, tuple(one.digit for one in found)) == ("3475", reading.digits)


def test_where_the_whole_number_outvotes_the_shape_that_is_said() -> None:
    one = made(marked((LEFT, 0.5)), runner_up=4, runner_up_confidence=0.08, by_shape=4)
    assert "90 % sure" in one.sentence
    assert one.sentence.endswith("more like a 4, and what is around it made it a 7")
    plain, other = (np.asarray(card(each)) for each in (replace(one, by_shape=None), one))
    assert (plain != other).any()


def test_the_runner_up_is_the_readings_own(reader, monkeypatch) -> None:
    digit_ = Digit(1, 0.9, (30, 30, 60, 90), (Alternative(7, 0.06),))
    seen = Seen(digit_, glyph_of(4), (20, 20, 80, 100), 0)
    monkeypatch.setattr(reader, "see", lambda *_, **__: [seen])
    (one,) = explain(page(plane((160, 160))), reader)
    assert (one.digit, one.runner_up, one.runner_up_confidence) == (digit_, 7, 0.06)
    assert one.by_shape == 4


def test_without_a_digit_there_is_no_explanation(reader) -> None:
    assert explain(np.full((60, 60), 255, np.uint8), reader) == []


@pytest.mark.usefixtures("reader")
def test_without_a_reader_the_shipped_model_is_explained() -> None:
    (one,) = explain(page(plane((60, 60), digit(0, 40))), expect="digit")
    assert one.digit.digit == 0


def test_what_cannot_be_read_is_an_error(reader) -> None:
    with pytest.raises(ImageNotFound):
        explain("gone.png", reader)
    with pytest.raises(InvalidOption):
        explain(page(digit(0, 40)), reader, expect="letters")


@pytest.mark.parametrize(
    ("speaks", "against", "says"),
    [
        ([(LEFT, 0.1)], [(RIGHT, 0.1)], "the ink at the left, and rather than 1 because of the ink "
         "at the right; nothing speaks against it"),
        ([(LEFT, 0.1), (RIGHT, -0.2)], [], "the ink at the left, and rather than 1 because of no "
         "part more than others; the ink at the right speaks against it"),
        ([(LEFT, 0.1), (CORNER, -0.3)], [(CORNER, 0.3)], "the ink at the left, and rather than 1 "
         "because of the empty paper at the top; the empty paper at the top speaks against it"),
    ],
)  # fmt: skip
def test_the_sentence_names_the_places(speaks, against, says) -> None:
    one = made(marked(*speaks), marked(*against))
    assert one.sentence == f"7, 90 % sure: above all because of {says}"


def test_a_narrow_digit_has_no_left_and_right() -> None:
    glyph = np.zeros((SIDE, SIDE), np.uint8)
    glyph[4:24, 13:16] = 255
    speaks = marked(((slice(4, 8), slice(13, 14)), 1.0))
    assert "the ink at the top," in made(speaks, glyph=glyph).sentence


def test_a_dab_on_paper_counts_as_much_as_it_costs() -> None:
    """A place on paper is worth a word by the log-odds of a whole dab, not of one pixel."""
    enough, less = 1.1 / DAB_INK, 0.9 / DAB_INK
    assert "empty paper" in made(marked((LEFT, 1.0), (CORNER, -enough))).sentence
    assert "nothing speaks" in made(marked((LEFT, 1.0), (CORNER, -less))).sentence


@pytest.mark.parametrize("paper", [0, 255])
@pytest.mark.parametrize("size", [28, 700])
def test_ink_is_warm_where_it_speaks_for_and_cool_where_against(size, paper) -> None:
    one = made(marked((LEFT, 0.2), (RIGHT, -0.2)), frame=(0, 0, size, size))
    pixels = np.full((size, size, 3), paper, np.uint8)
    drawn = np.asarray(tint_page(pixels, [one], 280), np.int64)
    assert drawn.shape == (280, 280, 3)
    warmth = drawn[..., 0] - drawn[..., 2]
    assert warmth[100:180, 70:80].min() > 50
    assert warmth[100:180, 200:210].max() < -50
    assert not warmth[:30].any()
    glyph = np.asarray(tint_glyph(one, one.evidence), np.int64)
    assert (glyph[..., 0] - glyph[..., 2])[LEFT].min() > 50
    assert (glyph[..., 0] - glyph[..., 2])[RIGHT].max() < -50


def test_paper_that_speaks_is_paler_than_ink_that_does() -> None:
    one = made(marked((LEFT, 0.2), (CORNER, 0.2)))
    drawn = np.asarray(tint_glyph(one, one.evidence), np.int64)
    assert drawn[CORNER].min() > drawn[LEFT].min()
    assert drawn[CORNER][0, 0].tolist() != [255, 255, 255]
    assert drawn[0, 0].tolist() == [255, 255, 255]


def test_what_hardly_speaks_stays_pale() -> None:
    loud, faint = (
        np.asarray(tint_glyph(one, one.evidence), np.int64)
        for one in (made(marked((LEFT, much))) for much in (0.3, 0.003))
    )
    assert np.ptp(loud[LEFT], axis=-1).min() > 5 * np.ptp(faint[LEFT], axis=-1).max()


@pytest.mark.parametrize("shape", [(8, 8), (28, 28), (900, 9), (9, 900), (1200, 1700)])
def test_a_page_of_any_shape_can_be_drawn(shape) -> None:
    height, width = shape
    frame = (-0.4 * width, -0.1 * height, 1.1 * width, 1.3 * height)
    tiny = (width - 1.0, height - 0.5, width - 0.2, height + 3.0)
    ones = [made(marked((LEFT, 0.2)), frame=where) for where in (frame, tiny)]
    pixels = np.broadcast_to(np.full((height, width, 1), 200, np.uint8), (height, width, 3))
    sheet = poster([section(pixels, ones, "a\n.png")])
    assert sheet.mode == "RGB"
    assert sheet.width > card(ones[0]).width


def test_a_page_without_a_digit_says_so() -> None:
    pixels = np.full((50, 50, 3), 255, np.uint8)
    told = np.asarray(section(pixels, [], ""))
    assert (told[30:, 456:] < 255).any()


def test_every_digit_has_a_card_up_to_a_bound(monkeypatch) -> None:
    monkeypatch.setattr("digitus.poster.MOST_CARDS", 8)
    pixels = np.full((50, 50, 3), 255, np.uint8)
    one = made(marked((LEFT, 0.2)))
    heights = [section(pixels, [one] * count, "p").height for count in (1, 3, 4, 8)]
    assert heights == sorted(heights)
    most, more = (section(pixels, [one] * (8 + by), "p") for by in (0, 1))
    assert most.size == more.size
    assert poster([most, more]).height > 2 * most.height


def test_a_card_asks_and_answers_in_colours() -> None:
    drawn = Image.fromarray(np.asarray(card(made(marked((LEFT, 0.2), (RIGHT, -0.2))))))
    colours = {colour for _, colour in drawn.getcolors(1 << 16)}
    assert {(213, 94, 0), (0, 114, 178)} <= colours
    assert math.isclose(drawn.width, 520, abs_tol=40)
