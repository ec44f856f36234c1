import numpy as np

from digitus.training.pages import SyntheticPage


def test_a_page_tells_its_text_as_a_reading_does():
    page = SyntheticPage(
        pixels=np.zeros((9, 9, 3), np.uint8),
        boxes=np.zeros((5, 4), np.float32),
        values=np.array([1, 2, 0, 7, 7], np.uint8),
        numbers=np.array([0, 0, 1, 2, 2]),
        lines=np.array([0, 0, 0, 1, 1]),
        kind="rows",
    )
    assert page.text == "12 0\n77"
    assert len(page) == 5
