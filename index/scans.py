"""Recognises pages that are pictures, one after another, in a process apart of its own.

It may take more memory than the readers of files, so the two share no child.
"""

import time
from collections.abc import Callable, Sequence
from typing import Any

from index.apart import Apart
from index.errors import InputError, never
from index.formats.scanned import is_installed

Tell = Callable[[str], None]
"""Told which of the pages is being recognised: ", page 3 of 12, about 20 s left"."""

_MOST_BYTES = 2_500_000_000
"""Memory for the models and a page of the largest size."""
_SECONDS = 300.0
"""Processor time for a page, which may be tried four ways up."""

RECOGNISER = Apart(_MOST_BYTES)
"""The child that this process shares."""


def readings(
    content: bytes,
    name: str,
    kind: str,
    pages: Sequence[int],
    language: str,
    *,
    password: str | None = None,
    tell: Tell | None = None,
    cancelled: Callable[[], bool] = never,
) -> tuple[list[Any], InputError | None]:
    """For each of these pages its number and its lines, as JSON, and how the last failed that did.

    One that fails is left out. There are none where pages cannot be recognised here.

    Raises:
        CancelledError: ``cancelled()`` said so.
    """
    found: list[Any] = []
    failure: InputError | None = None
    began = time.monotonic()
    for done, number in enumerate(pages if is_installed() else ()):
        if tell:
            tell(_progress(done, len(pages), time.monotonic() - began))
        try:
            lines = RECOGNISER.call(
                page_lines, content, name, kind, number, language, password,
                seconds=_SECONDS, cancelled=cancelled,
            )  # fmt: skip
        except InputError as error:
            failure = error
        else:
            found.append([number, lines])
    return found, failure


def page_lines(
    content: bytes,
    name: str,
    kind: str,
    number: int,
    language: str,
    password: str | None = None,
) -> Any:
    """The lines of a page as ``scanned.Line`` has them; called in a process apart.

    Raises:
        InputError: the page cannot be made a picture.
    """
    from index.formats import pictures, protection
    from index.formats.pdf import picture
    from index.formats.recognising import recognised

    if password:
        content = protection.opened(content, name, kind, password)
    if kind == ".pdf":
        image, width = picture(content, name, number)
    else:
        image, width = pictures.page(content, name, number), pictures.WIDTH
    return recognised(pictures.pixels(image), width, language)


def _progress(done: int, pages: int, seconds: float) -> str:
    page = f", page {done + 1} of {pages}" if pages > 1 else ""
    left = seconds / done * (pages - done) if done else 0.0
    if not left:
        return page
    return f"{page}, about {f'{left:.0f} s' if left < 90 else f'{left / 60:.0f} min'} left"
