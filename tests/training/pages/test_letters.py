import numpy as np
import pytest

from digitus.training import handwriting, pens
from digitus.training.pages import letters, texts

WRITER = handwriting.Writer.from_seed(5)


@pytest.mark.parametrize("character", [*letters.MARKS, *letters.CAPITALS, *letters.SMALL, *"KFre"])
def test_every_sign_can_be_written(character):
    strokes, sign = letters.write_sign(character, WRITER, np.random.default_rng(0))
    assert pens.draw(strokes, 2.0, size=20).max() > 0.5
    assert 0 <= sign.height <= 1.2
    assert -0.1 <= sign.top < 1


def test_letters_stand_on_the_line_and_commas_hang_below():
    assert letters.sign_of("o").top > letters.sign_of("h").top
    assert letters.sign_of("g").top + letters.sign_of("g").height > 1.1
    assert letters.sign_of(",").top + letters.sign_of(",").height > 1.05
    assert letters.sign_of("'").top < 0.1


def test_an_unknown_sign_is_refused():
    assert letters.sign_of("7") is None
    with pytest.raises(ValueError, match="no sign '7'"):
        letters.write_sign("7", WRITER, np.random.default_rng(0))


@pytest.mark.parametrize("make", [texts.number, texts.date, texts.score, texts.word])
def test_all_that_is_written_can_be_written(make):
    rng = np.random.default_rng(0)
    spaces = {texts.THIN}  # no ink
    for character in set("".join(make(rng) for _ in range(400))) - spaces:
        assert character.isdigit() or letters.sign_of(character) is not None, character
