"""What a picture may cost: limits against hostile files, and below which nothing can be read."""

from __future__ import annotations

from digitus.errors import ImageTooLarge, ImageTooSmall

# A page of A3 at 600 dpi has 70 megapixels. Above 100 a page costs over 300 MB, and the file is
# rather a decompression bomb than handwriting.
MAX_PIXELS = 100_000_000
# What an uncompressed 16-bit RGBA picture of MAX_PIXELS takes, and some more for a TIFF of many
# pages. Streams and some decoders hold the whole file in memory.
MAX_BYTES = 1 << 30
# Fewer pixels cannot tell ten digits apart; 8 x 8 is the smallest bitmap that people collect.
MIN_SIDE = 8
# A strip chart of a whole day has 30,000. Files of very long sides consist of millions of parts.
MAX_SIDE = 200_000


def named(source: str) -> str:
    """Return the source as a sentence names it: a path in quotes, ``<array>`` as it is."""
    return source if source.startswith("<") else f"'{source}'"


def check_size(width: int, height: int, name: str) -> None:
    """Check the size of a picture before anything is decoded.

    Args:
        width: In pixels.
        height: In pixels.
        name: What a sentence calls the picture (see `named`).

    Raises:
        ImageTooSmall: A side is shorter than MIN_SIDE.
        ImageTooLarge: There are more than MAX_PIXELS pixels, or a side is longer than MAX_SIDE.
    """
    if width * height > MAX_PIXELS:
        raise ImageTooLarge(
            f"{name} has {width} x {height} pixels, and digitus reads at most "
            f"{MAX_PIXELS // 1_000_000} megapixels. Scale it down, or cut it into parts."
        )
    if max(width, height) > MAX_SIDE:
        raise ImageTooLarge(
            f"{name} has {width} x {height} pixels, and digitus reads at most {MAX_SIDE} on a "
            "side. Cut it into parts."
        )
    if width < MIN_SIDE or height < MIN_SIDE:
        raise ImageTooSmall(
            f"{name} has {width} x {height} pixels, and a digit needs at least "
            f"{MIN_SIDE} x {MIN_SIDE}. Scan or photograph it larger."
        )


def check_bytes(count: int, name: str) -> None:
    """Check the length of a file or a stream.

    Raises:
        ImageTooLarge: There are more than MAX_BYTES bytes.
    """
    if count > MAX_BYTES:
        raise ImageTooLarge(
            f"{name} has more than {MAX_BYTES >> 20} MB. "
            "Save it as PNG or JPEG, or cut it into parts."
        )
