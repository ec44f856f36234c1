"""The error tree.

::

    DigitusError
    ├── ImageError            the picture
    │   ├── ImageNotFound         no such file, folder without pictures, pattern without a match
    │   ├── UnreadableImage       damaged, cut short, not a picture, no permission
    │   ├── ImageTooLarge         more pixels or bytes than the limits allow
    │   ├── ImageTooSmall         smaller than a digit can be
    │   └── InvalidArray          an array (or picture object) of the wrong shape, dtype or content
    ├── ModelError            the model
    │   ├── ModelNotFound         no such model file, or no card beside it
    │   ├── InvalidModel          damaged, or not a digit classifier
    │   └── InvalidCard           the card is damaged or does not belong to the model
    ├── InvalidOption         an argument that says how to read makes no sense; also a ValueError
    ├── OutputError           the result cannot be written
    ├── NoScreen              there is no screen, or no Tk, to open a window with
    ├── ServerError           the server (extra ``serve``) cannot start
    │   └── CallRefused           a call over HTTP is answered by a problem
    └── TrainingError         the workshop (extra ``train``)
        ├── DataNotFound          a data set is not where it was looked for
        ├── InvalidData           data that cannot be used: the file and its line are named
        ├── InvalidRecipe         a recipe that cannot be used: its line is named
        ├── TrainingStopped       ctrl-C: the best model so far is kept
        └── ExportMismatch        the exported model does not do what the trained one does
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


class DigitusError(Exception):
    """The root: catch this to catch everything that digitus raises on purpose."""


class ImageError(DigitusError):
    """Something is wrong with a picture."""


class ImageNotFound(ImageError):
    """There is no picture where one was looked for."""


class UnreadableImage(ImageError):
    """The file is there, but no picture can be read from it."""


class ImageTooLarge(ImageError):
    """The picture is larger than the limits against hostile files allow."""


class ImageTooSmall(ImageError):
    """The picture is smaller than a digit can be."""


class InvalidArray(ImageError):
    """An array or a picture object has a shape, a dtype or values that are no picture."""


class ModelError(DigitusError):
    """Something is wrong with a model."""


class ModelNotFound(ModelError):
    """There is no model file, or no card beside it."""


class InvalidModel(ModelError):
    """The model file is damaged, or is not a digit classifier."""


class InvalidCard(ModelError):
    """The card is damaged, or does not belong to the model."""


class InvalidOption(DigitusError, ValueError):
    """An argument that says how to read makes no sense."""


class OutputError(DigitusError):
    """A result cannot be written where it was asked for."""


class NoScreen(DigitusError):
    """There is no screen to open a window on, or a Python without Tk."""


class ServerError(DigitusError):
    """The server cannot start, or cannot do what was asked of it."""


class CallRefused(ServerError):
    """A call over HTTP cannot be answered as it was meant.

    Attributes:
        kind: What is wrong, one of `digitus.server.problems.KINDS`.
        headers: What the answer says besides.
        more: Further members of the problem.
    """

    def __init__(
        self,
        message: str,
        kind: str = "failed",
        headers: Mapping[str, str] | None = None,
        **more: Any,
    ) -> None:
        super().__init__(message)
        self.kind = kind
        self.headers = headers or {}
        self.more = more


class TrainingError(DigitusError):
    """Something is wrong in the workshop."""


class DataNotFound(TrainingError):
    """A data set is not where it was looked for."""


class InvalidData(TrainingError):
    """Data are damaged, are not of digits, or have a form that is not known."""


class InvalidRecipe(TrainingError):
    """A recipe cannot be used: it is no TOML, or names or says what cannot be."""


class TrainingStopped(TrainingError):
    """A training was interrupted; what it has learnt so far is kept, and it can go on."""


class ExportMismatch(TrainingError):
    """The exported model does not do what the trained one does."""
