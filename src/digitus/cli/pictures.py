"""The pictures that ``digitus read`` makes: annotated pages and the contact sheet."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from digitus import drawing
from digitus.cli import sheet
from digitus.cli.output import make_folder, replacing, same_file
from digitus.cli.sources import Source, StandardInput
from digitus.errors import ImageError, NoScreen, OutputError
from digitus.image import load_pages
from digitus.reading import Reading

if TYPE_CHECKING:
    from PIL.Image import Image

    from digitus.image import Page

CONTACT_SHEET = Path("contact-sheet.png")
# More tiles than this are a sheet that nobody looks through, and hundreds of megabytes.
MOST_TILES = 400
# Photos stay JPEG, or a folder of them would grow tenfold; everything else becomes PNG.
PHOTOS = {".jpg", ".jpeg"}
PHOTO_QUALITY = 92
LARGEST_JPEG = 65_500
# File systems take 255 bytes; a letter may need four.
LONGEST_STEM = 60


class Pictures:
    """Everything that is drawn while reading."""

    def __init__(self, folder: Path | None, show: bool, sources: Sequence[Source]) -> None:
        """Prepare the folder, and fail now if it cannot be written to."""
        self._pages = _Pages(sources)
        self._annotations = None if folder is None else _Annotations(folder, sources)
        self._sheet = _ContactSheet(sources) if show else None

    def add(self, reading: Reading) -> None:
        """Draw one page."""
        page = self._pages.of(reading)
        if self._annotations and page is not None:
            self._annotations.add(page, reading)
        if self._sheet:
            self._sheet.add(page, reading)

    def finish(self) -> None:
        """Show what is to be shown."""
        if self._sheet:
            self._sheet.show()


class _Pages:
    """Finds the page of a reading: decoded once more, so that reading itself need not keep it."""

    def __init__(self, sources: Sequence[Source]) -> None:
        self._piped = [source for source in sources if isinstance(source, StandardInput)]
        self._pages: Iterator[Page | ImageError] = iter(())
        self._last = ("", 0)

    def of(self, reading: Reading) -> Page | None:
        """Return the page, or None where there is no picture."""
        following = (reading.source, reading.page - 1) == self._last
        self._last = reading.source, reading.page
        if reading.error is not None:
            if following:  # a page that cannot be read amid others that can
                next(self._pages, None)
            return None
        if not following:
            piped = self._piped and reading.source == StandardInput.name
            self._pages = load_pages(self._piped[0] if piped else reading.source)
        try:
            page = next(self._pages, None)
        except ImageError:  # changed since it was read
            return None
        return None if isinstance(page, ImageError) else page


class _Annotations:
    """A folder of pictures with what was read drawn on them."""

    def __init__(self, folder: Path, sources: Sequence[Source]) -> None:
        files = [source for source in sources if isinstance(source, Path)]
        if any(same_file(folder, parent) for parent in {file.parent for file in files}):
            raise OutputError(
                f"the pictures themselves lie in '{folder}': name another folder for --annotate, "
                "so that none of them is overwritten."
            )
        make_folder(folder)
        self._folder = folder
        self._stems = Counter(file.stem.casefold() for file in files)
        self._taken: set[str] = set()

    def add(self, page: Page, reading: Reading) -> None:
        """Draw one page and write it."""
        path = self._folder / self._name(reading)
        kind = "JPEG" if path.suffix == ".jpg" and max(page.pixels.shape) <= LARGEST_JPEG else "PNG"
        path = path.with_suffix(".jpg" if kind == "JPEG" else ".png")
        with replacing(path, "wb") as file:
            drawing.annotate(page.pixels, reading).save(file, kind, quality=PHOTO_QUALITY)

    def _name(self, reading: Reading) -> str:
        """Return a name that no other picture of this run has: ``a-7.png`` beside ``b-7.png``."""
        source = Path(reading.source.strip("<>"))  # <stdin> becomes stdin.png
        stem = source.stem
        if self._stems[stem.casefold()] > 1 and source.absolute().parent.name:
            stem = f"{source.absolute().parent.name}-{stem}"
        stem = stem[:LONGEST_STEM]
        if reading.page > 1:
            stem += f"-p{reading.page}"
        suffix = ".jpg" if source.suffix.lower() in PHOTOS else ".png"
        name, count = stem + suffix, 1
        while name.casefold() in self._taken:
            count += 1
            name = f"{stem}-{count}{suffix}"
        self._taken.add(name.casefold())
        return name


class _ContactSheet:
    """Tiles of pictures and answers, shown in a window or written to a PNG."""

    def __init__(self, sources: Sequence[Source]) -> None:
        if any(isinstance(source, Path) and same_file(source, CONTACT_SHEET) for source in sources):
            raise OutputError(
                f"'{CONTACT_SHEET}' is one of the pictures, and --show would write over it: move it"
            )
        self._tiles: list[Image] = []
        self._left_out = 0

    def add(self, page: Page | None, reading: Reading) -> None:
        """Draw one tile; the page itself is not kept."""
        if len(self._tiles) < MOST_TILES:
            self._tiles.append(sheet.tile(None if page is None else page.pixels, reading))
        else:
            self._left_out += 1

    def show(self) -> None:
        """Open a window and wait until it is closed; without a screen write a PNG."""
        from digitus.cli.window import open_window

        if self._left_out:
            typer.echo(
                f"The contact sheet shows the first {MOST_TILES} pictures; "
                f"{self._left_out} more are left out.",
                err=True,
            )
        try:
            open_window(lambda width: sheet.contact_sheet(self._tiles, width))
        except NoScreen:
            picture = sheet.contact_sheet(self._tiles)
            with replacing(CONTACT_SHEET, "wb") as file:
                picture.save(file, "PNG")
            typer.echo(f"No screen here: see {CONTACT_SHEET.resolve()}", err=True)
