import numpy as np
import pytest

from digitus.training import datasets
from digitus.training.datasets import Dataset
from digitus.training.handwriting import Writer
from digitus.training.pages import hands


def who(data: Dataset) -> list[set[int]]:
    """The rows of each hand that a set is cut into."""
    return [set(np.concatenate(hand.rows).tolist()) for hand in hands._hands(data)]


def test_without_data_sets_every_hand_is_made():
    made = hands.gather_hands(sources=())
    rng = np.random.default_rng(0)
    for value in range(10):
        hand = made.choose(rng, 40)
        assert hand.source == hands.MADE
        assert all(stroke.shape[1] == 2 for stroke in hand.form(value, rng))
    assert made.recorded(rng).source == hands.MADE


def test_a_made_hand_can_be_asked_for_though_there_are_others():
    both = hands.Hands("train", {"mnist": [hands.MadeHand(Writer.from_seed(1), "mnist")]})
    rng = np.random.default_rng(2)
    assert both.recorded(rng).source == "mnist"
    assert {both.made(rng).source for _ in range(10)} == {hands.MADE}
    assert all(both.made(rng, running=1.0).writer.running for _ in range(10))


@pytest.mark.parametrize("part", ["train", "validation", "check"])
def test_no_two_parts_share_a_made_hand(part):
    chosen = hands.gather_hands(part, sources=())
    rng = np.random.default_rng(1)
    low, high = {"train": (0, 2**30), "validation": (2**30, 2**31), "check": (2**31, 2**32)}[part]
    assert all(low <= chosen.choose(rng, 30).writer.seed < high for _ in range(50))


def test_a_hand_is_one_writer_and_gives_what_was_asked_for():
    writers = np.repeat(np.arange(3), 40)
    labels = np.tile(np.arange(10, dtype=np.uint8), 12)
    images = np.zeros((120, 8, 8), np.uint8)
    images[:, 0, 0], images[:, 0, 1] = labels, writers
    data = Dataset("numbers_ch", labels, images, writers=writers)
    rng = np.random.default_rng(0)
    found = hands._hands(data)
    assert len(found) == 3
    for hand in found:
        forms = [hand.form(value % 10, rng) for value in range(60)]
        assert [form[0, 0] for form in forms] == [value % 10 for value in range(60)]
        assert len({int(form[0, 1]) for form in forms}) == 1


def test_writers_who_lack_a_digit_are_put_together():
    labels = np.array([*range(10), *range(5), *range(5, 10)], np.uint8)
    writers = np.repeat([0, 1, 2], [10, 5, 5])
    data = Dataset("unipen", labels, np.zeros((20, 4, 4), np.uint8), writers=writers)
    assert who(data) == [set(range(10)), set(range(10, 20))]


def test_two_rows_of_writers_of_mnist_are_told_apart():
    labels = np.tile(np.repeat(np.arange(10, dtype=np.uint8), 2), 16)
    data = Dataset("mnist", labels, np.zeros((320, 28, 28), np.uint8))
    for rows in who(data):
        assert len({row % 2 for row in rows}) == 1
        assert max(rows) - min(rows) < 2 * hands.MNIST_RUN


def test_scans_are_not_enlarged_beyond_what_they_show():
    data = Dataset("mnist", np.arange(10, dtype=np.uint8), np.zeros((10, 28, 28), np.uint8))
    both = hands.Hands("train", {"mnist": hands._hands(data)})
    rng = np.random.default_rng(0)
    assert {both.choose(rng, 40).source for _ in range(50)} == {"mnist", hands.MADE}
    assert {both.choose(rng, 300).source for _ in range(50)} == {hands.MADE}


@pytest.mark.usefixtures("made")
def test_the_parts_of_the_data_sets_do_not_mix():
    train = hands.gather_hands("train", ["mnist", "pendigits"])
    assert set(train.read) <= {"mnist", "pendigits"}
    for hand in train.read["mnist"]:
        assert len(hand.data) == len(datasets.load("mnist", "train"))
    # Nobody of the tablet's writers is kept for validation.
    assert hands.gather_hands("validation", ["pendigits"]).read == {}


@pytest.mark.parametrize("name", ["numbers_ch", "unipen"])
@pytest.mark.usefixtures("made")
def test_sets_that_name_their_writers_say_who_wrote(name):
    train, kept = (datasets.load(name, part).writers for part in ("train", "validation"))
    assert len(train) == len(datasets.load(name, "train"))
    assert len(kept) > 0
    assert not set(train) & set(kept)
    assert datasets.load(name, "train").rows(slice(2, 5)).writers.tolist() == train[2:5].tolist()
