"""Pictures of pages: ``.png``, ``.jpg`` and ``.tif``, which may have several pages."""

import io
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import numpy as np

from index.errors import InputError
from index.formats.content import Content
from index.formats.pdf import recognised
from index.formats.recognising import Picture
from index.formats.scanned import INSTALL, is_installed

if TYPE_CHECKING:
    from PIL.Image import Image

WIDTH = 595.0
"""Points of a page's width: a picture is taken for a sheet of A4, whatever it says of itself."""
_KINDS = ("PNG", "JPEG", "TIFF")
_MOST_PIXELS = 80_000_000
"""Of a page: A3 at 600 dots an inch has 70 million."""
_MOST_PAGES = 1000
_LONGEST_SIDE = 3500
"""Pixels: A4 at 300 dots an inch. More is made smaller before it is read."""


def read(content: bytes, name: str, readings: Sequence[Any] | None = None) -> Content:
    """The text of a picture's pages, once they are recognised; till then the numbers of these.

    Raises:
        InputError: it is broken, too large, shows no words, or pages cannot be recognised here.
    """
    if not is_installed():
        raise InputError(
            f"{name} is a picture, and what recognises text in pictures is not installed.",
            f"Install it: {INSTALL}.",
        )
    with _opened(content, name) as image:
        pages = getattr(image, "n_frames", 1)
    if pages > _MOST_PAGES:
        raise InputError(f"{name} has more than {_MOST_PAGES:,} pages.", "Split it.")
    if readings is None:
        return Content(text="", scans=tuple(range(1, pages + 1)))
    found = recognised.read(readings, pages)
    if not found.text.strip():
        raise InputError(
            f"{name} shows no words that can be recognised.",
            "If it does show words, scan it again: upright, in focus, at 300 dots an inch.",
        )
    return found


def page(content: bytes, name: str, number: int) -> "Image":
    """A page as it is seen, upright as its file says, in red, green and blue.

    Raises:
        InputError: it is broken, too large, or there is no such page.
    """
    from PIL import Image, ImageOps

    with _opened(content, name) as image:
        image.seek(number - 1)
        _refuse_large(image, name)
        image.draft("RGB", (_LONGEST_SIDE, _LONGEST_SIDE))
        shown: Image.Image = ImageOps.exif_transpose(image)
        if shown.mode.startswith(("I", "F")):
            shown = _in_greys(shown)
        if shown.has_transparency_data:
            shown = shown.convert("RGBA")
            shown = Image.alpha_composite(Image.new("RGBA", shown.size, "white"), shown)
        shown = shown.convert("RGB")
        shown.thumbnail((_LONGEST_SIDE, _LONGEST_SIDE))
        return shown


def pixels(image: "Image") -> Picture:
    """The picture as the models take it."""
    return np.ascontiguousarray(np.asarray(image, dtype=np.uint8)[:, :, ::-1])


def _in_greys(image: "Image") -> "Image":
    """A picture of finer greys than 256."""
    from PIL import Image

    values = np.asarray(image, dtype=np.float64)
    low, high = float(values.min()), float(values.max())
    return Image.fromarray(((values - low) * (255 / max(1e-9, high - low))).astype(np.uint8))


@contextmanager
def _opened(content: bytes, name: str) -> "Iterator[Image]":
    from PIL import Image

    try:
        with Image.open(io.BytesIO(content), formats=_KINDS) as image:
            _refuse_large(image, name)
            yield image
    except Image.DecompressionBombError as error:
        raise _too_large(name) from error
    except (OSError, EOFError, SyntaxError, ValueError) as error:
        raise InputError(
            f"{name} is broken, or no picture.", "Scan, save or download it again."
        ) from error


def _refuse_large(image: "Image", name: str) -> None:
    if image.width * image.height > _MOST_PIXELS:
        raise _too_large(name)


def _too_large(name: str) -> InputError:
    return InputError(
        f"{name} has a page of more than {_MOST_PIXELS // 1_000_000} million pixels.",
        "Save it with fewer: 300 dots an inch are enough.",
    )
