"""digitus reads anybody's handwritten digits.

>>> import digitus
>>> reading = digitus.read("seven.png", expect="digit")  # doctest: +SKIP
>>> reading.text  # doctest: +SKIP
'7'
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
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

# Where each name lives. A module is loaded when its first name is asked for, so that
# `digitus --help` and `import digitus` do not wait for ONNX Runtime.
_HOMES = {
    "DigitusError": "errors",
    "Reader": "reader",
    "classify": "reader",
    "read": "reader",
    "read_many": "reader",
    "Alternative": "reading",
    "Digit": "reading",
    "Number": "reading",
    "Reading": "reading",
    "ReadingError": "reading",
}


def __getattr__(name: str) -> Any:
    """Load a public name from its module (PEP 562)."""
    if name not in _HOMES:
        raise AttributeError(f"module 'digitus' has no attribute {name!r}")
    from importlib import import_module

    value = globals()[name] = getattr(import_module(f"digitus.{_HOMES[name]}"), name)
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
