import numpy as np
import pytest

from digitus.training.pages import letters, texts


def count(text):
    return sum(character.isdigit() for character in text)


@pytest.mark.parametrize("most", [1, 2, 3, 5, 8, 12])
def test_numbers_have_one_to_most_digits(most):
    rng = np.random.default_rng(0)
    lengths = {count(texts.number(rng, most)) for _ in range(600)}
    assert min(lengths) == 1
    assert max(lengths) <= max(most, 1)
    assert len(lengths) > most / 2


def test_numbers_carry_signs_now_and_then():
    rng = np.random.default_rng(0)
    many = [texts.number(rng) for _ in range(500)]
    assert 0.15 < np.mean([not text.isdigit() for text in many]) < 0.5


def test_amounts_have_the_digits_asked_for_many_round_and_some_closed():
    rng = np.random.default_rng(0)
    many = [texts.amount(rng, 5) for _ in range(400)]
    assert all(count(text) in (5, 7) for text in many)
    assert 0.2 < np.mean([text.strip("-=.,~").endswith("0") for text in many]) < 0.7
    assert 0.1 < np.mean([text[-1] in "-=.~," for text in many]) < 0.6
    for character in set("".join(many)) - {texts.THIN}:
        assert character.isdigit() or letters.sign_of(character) is not None, character


def test_words_have_no_digit():
    rng = np.random.default_rng(0)
    assert all(not count(texts.words(rng, 5)) for _ in range(50))
