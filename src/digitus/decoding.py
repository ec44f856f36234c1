"""Files of any kind -> Pillow pictures, upright, with every failure of Pillow as our error.

A file is recognised by its first bytes, and only the decoder that they name is loaded: no other
runs on a hostile file, and none that is not needed costs its import.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from io import SEEK_CUR
from threading import Lock
from typing import BinaryIO

from PIL import Image

from digitus.errors import DigitusError, ImageError, ImageTooLarge, UnreadableImage
from digitus.limits import check_size
from digitus.tiff import most_values

# First bytes, and the Pillow plugin and class that decode what starts so.
DECODERS = (
    (rb"\x89PNG\r\n\x1a\n", "PngImagePlugin", "PngImageFile"),
    (rb"\xff\xd8\xff", "JpegImagePlugin", "JpegImageFile"),
    (rb"BM", "BmpImagePlugin", "BmpImageFile"),
    (rb"GIF8[79]a", "GifImagePlugin", "GifImageFile"),
    (rb"II[*+]\0|MM\0\*", "TiffImagePlugin", "TiffImageFile"),
    (rb"RIFF....WEBP", "WebPImagePlugin", "WebPImageFile"),
    (rb"P[1-6]\s", "PpmImagePlugin", "PpmImageFile"),
    (rb"....ftyp(?:mif1|msf1)?.{0,20}avi[fs]", "AvifImagePlugin", "AvifImageFile"),
)
# What people often have instead of a picture that can be decoded.
FOREIGN = (
    (rb"....ftyp(?:hei|hev|mif1|msf1)", "a HEIC photo"),
    (rb"%PDF", "a PDF document"),
    (rb"\s*<(?:svg|\?xml)", "an SVG drawing"),
)
PREFIX = 40
# Pictures of their kind have a dozen scans, or as many comments; more only keep a decoder busy.
MOST_SCANS, MOST_COMMENTS = 100, 100
SCAN, COMMENT = b"\xff\xda", b"#"
# A photo with its preview, its colours and its notes has some dozens of segments before the first
# scan of a JPEG, or chunks of a PNG. Pillow puts those of a kind together one by one, in the square
# of their number.
MOST_SEGMENTS = 1000
# Markers of JPEG behind which no length stands: restarts, starts, ends.
ALONE = frozenset((0x00, 0x01, 0xC8, *range(0xD0, 0xDA), *range(0xF0, 0xFE)))
# A page of a TIFF that is kept for zooming has a dozen smaller ones of itself. To find the next
# one, Pillow looks through all before it.
MOST_THUMBNAILS = 100
# A page of 100 megapixels in tiles of 32 x 32 pixels.
MOST_TILES = 100_000
PIECE = 1 << 20

ORIENTATION = 0x0112
# Where formats other than TIFF keep the EXIF orientation; looking costs less than parsing.
EXIF_HOMES = ("exif", "xmp", "XML:com.adobe.xmp", "Raw profile type exif")
# What is longer takes too long to parse; a JPEG holds 64 KB of it.
MOST_EXIF = 1 << 20
UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
SUBFILE_TYPE = 254
# Bits of the above: the page is a thumbnail or a mask of another.
NOT_A_PAGE = 0b101


def unreadable(name: str, why: str) -> UnreadableImage:
    """Return the error of a file from which no picture can be read."""
    return UnreadableImage(
        f"{name} is not a picture digitus can read ({why}). Save it as PNG or JPEG and try again."
    )


@contextmanager
def pillow_errors(name: str) -> Iterator[None]:
    """Turn whatever Pillow raises into our errors, and silence its warnings.

    Decoders fail in their own ways on damaged files (OSError, SyntaxError, ValueError, KeyError,
    struct.error, zlib.error, OverflowError, MemoryError...), so that every exception counts.

    Raises:
        UnreadableImage: Pillow cannot decode the picture.
        ImageTooLarge: Pillow refuses to.
    """
    try:
        with _QUIET:
            yield
    except DigitusError:
        raise
    except Image.DecompressionBombError as error:
        raise ImageTooLarge(
            f"{name} has more pixels than Pillow allows (PIL.Image.MAX_IMAGE_PIXELS). "
            "Scale it down, or cut it into parts."
        ) from error
    except Exception as error:
        reason = " ".join(str(error).split())[:100] or type(error).__name__
        raise unreadable(name, f"damaged, cut short or of an unusual kind: {reason}") from error


class _Quiet:
    """Silences the warnings of Pillow alone, in all threads that decode at the same time.

    The filters of `warnings` belong to the process. Of several threads the first saves them and
    the last restores them; one by one, they would restore each other's.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._inside = 0
        self._saved = warnings.catch_warnings()

    def __enter__(self) -> None:
        with self._lock:
            if self._inside == 0:
                self._saved = warnings.catch_warnings()
                self._saved.__enter__()
                warnings.filterwarnings("ignore", module=r"PIL\.")
            self._inside += 1

    def __exit__(self, *_: object) -> None:
        with self._lock:
            self._inside -= 1
            if self._inside == 0:
                self._saved.__exit__(None, None, None)


_QUIET = _Quiet()


def decode(file: BinaryIO, name: str) -> Iterator[Image.Image | ImageError]:
    """Decode every page of a TIFF, and the first picture of everything else.

    Args:
        file: Seekable, at its start.
        name: What a sentence calls the file.

    Yields:
        Loaded, upright pictures; in place of a page that cannot be decoded, or is too large or too
        small, the error. Thumbnails and masks inside a TIFF are left out.

    Raises:
        UnreadableImage: The file is damaged or no picture.
    """
    with pillow_errors(name):
        image = _open(file, name)
    yield _attempt(image, name)
    is_tiff = image.format == "TIFF"
    place, left_out = 1, 0
    while is_tiff:
        page = f"page {place + 1} of {name}"
        try:
            with pillow_errors(page):
                try:
                    image.seek(place)
                except EOFError:
                    return
                place += 1
                if getattr(image, "tag_v2", {}).get(SUBFILE_TYPE, 0) & NOT_A_PAGE:
                    left_out += 1
                    if left_out > MOST_THUMBNAILS:
                        raise unreadable(page, f"of an unusual kind: {left_out} thumbnails")
                    continue
                left_out = 0
        except ImageError as error:  # nobody knows where the next page would be
            yield error
            return
        yield _attempt(image, page)


def _attempt(image: Image.Image, name: str) -> Image.Image | ImageError:
    """Decode a page, or say why not."""
    try:
        return upright(image, name)
    except ImageError as error:
        return error


def _open(file: BinaryIO, name: str) -> Image.Image:
    """Read the header of a file with the decoder that its first bytes name."""
    prefix = file.read(PREFIX)
    file.seek(0)
    for pattern, plugin, kind in DECODERS:
        if re.match(pattern, prefix, re.DOTALL):
            _check_work(file, prefix, name)
            image: Image.Image = getattr(import_module(f"PIL.{plugin}"), kind)(file)
            return image
    if not prefix:
        raise unreadable(name, "it is empty: 0 bytes")
    for pattern, kind in FOREIGN:
        if re.match(pattern, prefix, re.DOTALL):
            raise unreadable(name, kind)
    raise unreadable(name, "neither PNG, JPEG, BMP, GIF, TIFF nor WebP")


def _check_work(file: BinaryIO, prefix: bytes, name: str) -> None:
    """See that a small file does not keep its decoder busy for minutes.

    Raises:
        UnreadableImage: A JPEG or PNG of very many segments, a JPEG of very many scans, a TIFF of
            very many values in one tag, or a PPM in plain text of very many comments.
    """
    if prefix.startswith(b"\xff\xd8"):
        _check_segments(_segments(file), name)
        what, mark, most = "scans", SCAN, MOST_SCANS
    elif re.match(rb"P[1-3]\s", prefix):
        what, mark, most = "comments", COMMENT, MOST_COMMENTS
    else:
        if prefix.startswith(b"\x89PNG"):
            _check_segments(_chunks(file), name)
        elif prefix.startswith((b"II", b"MM")):
            _check_tags(file, name)
        return
    count = 0
    while piece := file.read(PIECE):
        count += piece.count(mark)
    file.seek(0)
    if count > most:
        raise unreadable(name, f"of an unusual kind: it has {count} {what}")


def _check_segments(count: int, name: str) -> None:
    if count > MOST_SEGMENTS:
        raise unreadable(name, f"of an unusual kind: it has over {MOST_SEGMENTS} segments")


def _check_tags(file: BinaryIO, name: str) -> None:
    try:
        count = most_values(file)
    except ValueError as error:
        raise unreadable(name, f"of an unusual kind: {error}") from error
    if count > MOST_TILES:
        raise unreadable(name, f"of an unusual kind: {count} values in one tag")


def _chunks(file: BinaryIO) -> int:
    """Count the chunks of a PNG without its pixels, up to one more than there may be."""
    file.seek(8)
    count = 0
    while count <= MOST_SEGMENTS and len(head := file.read(8)) == 8:
        count += head[4:] != b"IDAT"
        file.seek(int.from_bytes(head[:4], "big") + 4, SEEK_CUR)
    file.seek(0)
    return count


def _segments(file: BinaryIO) -> int:
    """Count what stands before the first scan of a JPEG, up to one more than there may be."""
    file.seek(2)
    count = 0
    while count <= MOST_SEGMENTS:
        mark = file.read(2)
        if len(mark) < 2 or mark == SCAN:
            break
        count += 1
        if mark[0] != 0xFF or mark[1] == 0xFF:  # Pillow looks byte by byte for a marker
            file.seek(-1, SEEK_CUR)
        elif mark[1] not in ALONE:
            file.seek(max(0, int.from_bytes(file.read(2), "big") - 2), SEEK_CUR)
    file.seek(0)
    return count


def upright(image: Image.Image, name: str) -> Image.Image:
    """Decode a picture and turn it as its EXIF orientation says.

    Args:
        image: Opened or loaded. It is not modified.
        name: What a sentence calls it.

    Returns:
        A loaded picture; the given one where it is upright already.

    Raises:
        UnreadableImage: Its data is damaged or cut short, or in very many parts.
        ImageTooLarge: By its header; nothing has been decoded then.
        ImageTooSmall: By its header.
    """
    check_size(*image.size, name)
    tiles = len(getattr(image, "tile", ()))
    if tiles > MOST_TILES:
        raise unreadable(name, f"of an unusual kind: {tiles} strips or tiles")
    with pillow_errors(name):
        image.load()
        turn = _turn(image)
        return image if turn is None else image.transpose(turn)


def _turn(image: Image.Image) -> Image.Transpose | None:
    """Return what makes a picture upright. Pillow has already turned a TIFF while loading it."""
    homes = [image.info[home] for home in EXIF_HOMES if home in image.info]
    if not homes or max(map(len, homes)) > MOST_EXIF:
        return None
    try:
        return UPRIGHT.get(image.getexif().get(ORIENTATION, 1))
    except Exception:  # a damaged note about the picture does not damage the picture
        return None
