"""Image -> page: anything that holds a picture, decoded, upright and in 8-bit RGB."""

from __future__ import annotations

import io
import os
import stat
from collections.abc import Generator, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, TypeAlias

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from digitus import arrays, colours, limits
from digitus.decoding import decode, pillow_errors, unreadable, upright
from digitus.errors import ImageError, ImageNotFound, InvalidArray, UnreadableImage
from digitus.limits import check_bytes, check_size, named

ImageLike: TypeAlias = str | os.PathLike[str] | bytes | BinaryIO | Image.Image | NDArray[Any]
"""A path (a str always is one), the bytes of a file, a binary stream, a picture or an array."""

# Streams are read in pieces of this many bytes: one that never ends is noticed early.
PIECE = 1 << 20


@dataclass(frozen=True, slots=True, eq=False)
class Page:
    """The decoded, upright image.

    Attributes:
        pixels: uint8 ``[H, W, 3]``, read-only. A page without colour is one plane seen three
            times (a stride of 0); an array that needed no conversion is seen, not copied.
        source: The path, or the name of the stream, or ``<bytes>``, ``<stream>``, ``<image>``,
            ``<array>``.
        number: Number of the page in its file, from 1.
    """

    pixels: NDArray[np.uint8]
    source: str
    number: int = 1


def load(image: ImageLike) -> Page:
    """Return the first page of an image.

    Args:
        image: Anything that holds a picture (see `load_pages`).

    Raises:
        ImageNotFound: There is no such file.
        UnreadableImage: The file is damaged, cut short, no picture, or may not be read.
        ImageTooLarge: It has more pixels or bytes than `digitus.limits` allows.
        ImageTooSmall: It is smaller than a digit can be.
        InvalidArray: The array has a wrong shape, dtype or range, or it is no image at all.
    """
    with closing(load_pages(image)) as pages:
        page = next(pages)
    if isinstance(page, ImageError):
        raise page
    return page


def load_pages(image: ImageLike) -> Generator[Page | ImageError, None, None]:
    """Give every page of a TIFF, and one page of everything else.

    PNG, JPEG, BMP, GIF, TIFF, WebP, PPM and (with Pillow 11.3) AVIF are read, in all of their
    modes; of an animation the first picture. Arrays are described in `digitus.arrays`. A stream
    is read from its start where it can be rewound. Of a Pillow picture only its current frame is
    taken.

    Args:
        image: A path, the bytes of a file, a binary stream, a Pillow picture, or an array
            ``[H, W]`` or ``[H, W, 1 | 2 | 3 | 4]`` (grey, grey and alpha, RGB, RGBA).

    Yields:
        Pages, each decoded when it is asked for; in place of one that cannot be read, the error.

    Raises:
        ImageError: As `load` does, where the picture as a whole cannot be read.
    """
    source = source_of(image)
    name = named(source)
    if isinstance(image, np.ndarray):
        yield Page(_from_array(image), source)
    elif isinstance(image, Image.Image):
        yield Page(_to_pixels(upright(image, name), name), source)
    else:
        with _opened(image, source) as file:
            for number, picture in enumerate(decode(file, name), start=1):
                yield _page(picture, source, number)


def source_of(image: object) -> str:
    """Name a picture: its file where it has one, else what it came as, like ``<array>``."""
    if isinstance(image, (str, os.PathLike)):
        return os.fsdecode(image)
    if isinstance(image, np.ndarray):
        return "<array>"
    if isinstance(image, Image.Image):
        return _name_of(image, "filename") or "<image>"
    if isinstance(image, (bytes, bytearray, memoryview)):
        return "<bytes>"
    if hasattr(image, "read"):
        return _name_of(image, "name") or "<stream>"
    return f"<{type(image).__name__}>"


def _name_of(image: Any, attribute: str) -> str:
    """Return the file name that an object knows, or nothing."""
    name = getattr(image, attribute, None)
    return name if isinstance(name, str) else ""


def _page(picture: Image.Image | ImageError, source: str, number: int) -> Page | ImageError:
    """Make a page of a decoded picture, or say why not."""
    if isinstance(picture, ImageError):
        return picture
    name = named(source) if number == 1 else f"page {number} of {named(source)}"
    try:
        return Page(_to_pixels(picture, name), source, number)
    except ImageError as error:
        return error


def _to_pixels(picture: Image.Image, name: str) -> NDArray[np.uint8]:
    with pillow_errors(name):
        return colours.to_pixels(picture)


def _from_array(array: NDArray[Any]) -> NDArray[np.uint8]:
    arrays.check_shape(array)
    check_size(array.shape[1], array.shape[0], "<array>")
    levels = arrays.to_levels(np.asarray(array))
    if levels.ndim == 3 and levels.shape[2] in (2, 4):
        levels = np.asarray(colours.lay_over_paper(Image.fromarray(levels)))
    return colours.spread(levels)


@contextmanager
def _opened(image: Any, source: str) -> Iterator[BinaryIO]:
    """Open whatever holds the bytes of a file, seekable."""
    if isinstance(image, (str, os.PathLike)):
        with _open_path(source) as file:
            yield file
    elif isinstance(image, (bytes, bytearray, memoryview)):
        with pillow_errors(source):  # a view that is released, or of no bytes in a row
            content = bytes(image)
        check_bytes(len(content), source)
        yield io.BytesIO(content)
    elif hasattr(image, "read"):
        yield _read_stream(image, source)
    else:
        raise InvalidArray(
            f"a {type(image).__name__} is no picture. Give a path, the bytes of a file, a binary "
            "stream, a Pillow picture or a NumPy array."
        )


@contextmanager
def _open_path(path: str) -> Iterator[BinaryIO]:
    with _open_file(path) as file:
        status = os.fstat(file.fileno())
        if stat.S_ISREG(status.st_mode):
            check_bytes(status.st_size, named(path))
            yield file
        else:  # a pipe, which cannot be rewound
            yield _read_stream(file, path)


def _open_file(path: str) -> BinaryIO:
    try:
        if not path:  # would be the current folder
            raise FileNotFoundError
        return Path(path).open("rb")
    except (FileNotFoundError, NotADirectoryError, ValueError) as error:
        # ValueError: no system has a file of that name (NUL, half of a surrogate pair).
        raise ImageNotFound(f"there is no file '{path}'. Check the name and the folder.") from error
    except OSError as error:
        raise _refused(path, error) from error


def _refused(path: str, error: OSError) -> UnreadableImage:
    """Say why a path that exists cannot be opened."""
    if os.path.isdir(path):  # noqa: PTH112  # never raises; also where the system calls that a lack of permission
        return UnreadableImage(
            f"'{path}' is a folder, not a picture. Name a picture in it, or read all of them "
            f"with: digitus read '{path}'"
        )
    if isinstance(error, PermissionError):
        return UnreadableImage(
            f"'{path}' may not be read: permission denied. Change its permissions and try again."
        )
    return unreadable(named(path), error.strerror or str(error))


def _read_stream(stream: Any, source: str) -> io.BytesIO:
    """Read a whole stream into memory, from its start where it can be rewound."""
    if isinstance(stream, io.BytesIO) and not stream.closed:  # it need not be copied
        check_bytes(stream.getbuffer().nbytes, named(source))
        stream.seek(0)
        return stream
    content = io.BytesIO()
    try:
        if hasattr(stream, "seekable") and stream.seekable():
            stream.seek(0)
        while content.tell() <= limits.MAX_BYTES and (piece := stream.read(PIECE)):
            content.write(piece)
    except TypeError as error:
        raise UnreadableImage(
            f"{named(source)} gives text, not bytes. Open it in binary mode: open(path, 'rb')."
        ) from error
    except Exception as error:  # streams are the caller's, and fail in ways of their own
        raise unreadable(named(source), f"reading it failed: {error}") from error
    check_bytes(content.tell(), named(source))
    content.seek(0)
    return content
