import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest

from digitus.training import pens
from digitus.training.handwriting import MARKS, Writer, write, write_mark
from digitus.training.skeletons import DIGITS, LETTERS, RUNNING

TEXTBOOK = Writer(
    seed=0, slant=0.0, aspect=1.0, roundness=1.0, jitter=0.0, pen=0.1,
    allographs=tuple(next(iter(shapes)) for shapes in DIGITS),
)  # fmt: skip


def thumbnail(strokes):
    """Strokes as 32 x 32 soft ink with the middle of the box in the middle."""
    ink = pens.draw(strokes, 2.5, size=18, softness=1.0)
    plane = np.zeros((32, 32), dtype=np.float32)
    top, left = (32 - ink.shape[0]) // 2, (32 - ink.shape[1]) // 2
    plane[top : top + ink.shape[0], left : left + ink.shape[1]] = ink
    return plane.ravel() / np.linalg.norm(plane)


@pytest.mark.parametrize("digit", range(10))
def test_every_shape_of_a_digit_is_written_into_a_unit_box(digit):
    hurried = replace(TEXTBOOK, running=True)
    for shape, skeleton in (DIGITS[digit] | RUNNING[digit]).items():
        strokes = write(digit, hurried, np.random.default_rng(0), allograph=shape)
        points = np.concatenate(strokes)
        assert points.min(axis=0) == pytest.approx((0, 0))
        assert points.max() == pytest.approx(1)
        assert len(strokes) == len(skeleton)


def test_a_writer_is_fixed_by_the_seed():
    assert Writer.from_seed(5) == Writer.from_seed(5)
    assert Writer.from_seed(5) != Writer.from_seed(6)
    first = write(3, Writer.from_seed(5), np.random.default_rng(1))
    again = write(3, Writer.from_seed(5), np.random.default_rng(1))
    for one, two in zip(first, again, strict=True):
        np.testing.assert_array_equal(one, two)


def test_one_hand_is_more_like_itself_than_like_another():
    rng = np.random.default_rng(0)
    same, different = [], []
    for seed in range(12):
        writer, other = Writer.from_seed(seed), Writer.from_seed(seed + 100)
        for digit in (2, 3, 5, 8):
            shape = next(iter(DIGITS[digit]))
            mine = thumbnail(write(digit, writer, rng, allograph=shape))
            same.append(mine @ thumbnail(write(digit, writer, rng, allograph=shape)))
            different.append(mine @ thumbnail(write(digit, other, rng, allograph=shape)))
    assert 1 - np.mean(different) > 2 * (1 - np.mean(same))


def test_written_digits_are_told_apart_by_their_nearest_textbook_shape():
    rng = np.random.default_rng(4)
    known = [
        (digit, thumbnail(write(digit, TEXTBOOK, rng, allograph=shape)))
        for digit in range(10)
        for shape in DIGITS[digit]
    ]
    hits = 0
    for seed in range(20):
        for digit in range(10):
            new = thumbnail(write(digit, Writer.from_seed(seed), rng))
            hits += max(known, key=lambda pair: float(new @ pair[1]))[0] == digit
    assert hits / 200 > 0.75  # nearest neighbours without any alignment; chance is 0.1


def test_slant_leans_to_the_right():
    upright = write(1, TEXTBOOK, np.random.default_rng(0), allograph="plain")[0]
    leaning = Writer(**{**vars(TEXTBOOK), "slant": 0.4})
    leant = write(1, leaning, np.random.default_rng(0), allograph="plain")[0]
    assert leant[0, 0] - leant[-1, 0] > upright[0, 0] - upright[-1, 0] + 0.3


@pytest.mark.parametrize("mark", MARKS)
def test_every_mark_can_be_drawn(mark):
    strokes = write_mark(mark, Writer.from_seed(1), np.random.default_rng(2))
    points = np.concatenate(strokes)
    assert np.isfinite(points).all()
    assert points.min() == pytest.approx(0)
    assert points.max() <= 1 + 1e-9
    assert pens.draw(strokes, 2.0, size=24).sum() > 2


def test_letters_that_pass_for_digits_are_left_out():
    assert not set("OoDQlIijtJZzSsbGBgqyY") & set(LETTERS)


def test_unknown_signs_are_refused():
    writer, rng = Writer.from_seed(0), np.random.default_rng(0)
    with pytest.raises(ValueError, match="0 to 9"):
        write(10, writer, rng)
    with pytest.raises(ValueError, match="there are plain"):
        write(7, writer, rng, allograph="gothic")
    with pytest.raises(ValueError, match="no mark"):
        write_mark("8", writer, rng)


def test_the_synthesiser_loads_without_keras():
    code = (
        "import sys, digitus.training.negatives, digitus.training.pictures;"
        "sys.exit(any(name in sys.modules for name in ('keras', 'tensorflow', 'scipy')))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_only_who_writes_running_shapes_knows_them() -> None:
    rng = np.random.default_rng(0)
    quick = Writer.from_seed(5, running=True)
    assert write(1, quick, rng, allograph="from the base")
    with pytest.raises(ValueError, match="no 'from the base' 1"):
        write(1, Writer.from_seed(5), rng, allograph="from the base")
    chosen = {Writer.from_seed(seed, running=True).allographs[1] for seed in range(60)}
    assert chosen & set(RUNNING[1])
    assert chosen & set(DIGITS[1])
