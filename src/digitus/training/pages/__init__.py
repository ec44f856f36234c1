"""Pages of handwritten digits out of nothing but a seed: as strangers photograph and scan them.

hands = gather_hands("train")
page = make_page(7, hands, size=(256, 256))
page.pixels, page.boxes, page.values, page.numbers, page.lines
"""

from digitus.training.pages.hands import Hand, Hands, gather_hands
from digitus.training.pages.make import KINDS, make_page
from digitus.training.pages.page import SyntheticPage
from digitus.training.pages.strings import SPACINGS, string_page, strings

__all__ = [
    "KINDS",
    "SPACINGS",
    "Hand",
    "Hands",
    "SyntheticPage",
    "gather_hands",
    "make_page",
    "string_page",
    "strings",
]
