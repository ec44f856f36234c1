"""digitus reads anybody's handwritten digits.

>>> import digitus
>>> reading = digitus.read("seven.png", expect="digit")  # doctest: +SKIP
>>> reading.text  # doctest: +SKIP
'7'
"""

from digitus.errors import DigitusError
from digitus.reader import Reader, classify, read, read_many
from digitus.reading import Alternative, Digit, Number, Reading, ReadingError

__version__ = "0.1.0"

__all__ = [
    "Alternative",
    "Digit",
    "DigitusError",
    "Number",
    "Reader",
    "Reading",
    "ReadingError",
    "classify",
    "read",
    "read_many",
]
