"""Books (.epub): the chapters in the order of the spine, each read as HTML is.

The packages that read them are under the GPL or wrap a C library, so the archive is opened here:
its container names the package, whose spine names the chapters.
"""

import posixpath
import zipfile
from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote

from index.data import Heading, Page
from index.errors import InputError
from index.formats.archives import checked, part, xml
from index.formats.content import Content, Writer

_CONTAINER = "META-INF/container.xml"
_MOST_CHAPTERS = 2_000
_MENDING = "Open it in a reading program, or convert it to PDF, and add that."
_ENCRYPTION = "META-INF/encryption.xml"
_FONTS = (".otf", ".ttf", ".woff", ".woff2")


def read(content: bytes, name: str) -> Content:
    """The chapters of a book with their headings and notes.

    Raises:
        InputError: it is no .epub file, broken, protected, or unpacks to an absurd size.
    """
    with checked(content, name, "book") as archive:
        try:
            return _read(archive, name)
        except (InputError, MemoryError, RecursionError):
            raise
        except Exception as error:  # a damaged file makes zipfile and lxml raise anything
            raise InputError(f"{name} is broken, or no book.", _MENDING) from error


def _read(archive: zipfile.ZipFile, name: str) -> Content:
    from index.formats.whole_pages import write_page

    if _is_protected(archive):
        raise InputError(f"{name} is protected against copying.", "Get it without protection.")
    container = xml(part(archive, _CONTAINER))
    package_path = next(iter(container.iter("{*}rootfile"))).get("full-path")
    package = xml(part(archive, package_path))
    writer = Writer()
    bounds: list[tuple[int, int, Heading | None]] = []
    unread = []
    for path in _chapters(package, posixpath.dirname(package_path)):
        try:
            chapter = part(archive, path)
        except KeyError:
            unread.append(posixpath.basename(path))
            continue
        start, known = writer.end, len(writer.headings)
        write_page(chapter, writer)
        if writer.end > start:
            bounds.append((start, writer.end, next(iter(writer.headings[known:]), None)))
    remarks = (f"chapters that are missing: {', '.join(unread[:10])}",) if unread else ()
    text = writer.text
    return Content(
        text=text,
        title=_said(package, "title"),
        published=_day(_said(package, "date")),
        headings=tuple(writer.headings),
        pages=tuple(_page(text, number, *each) for number, each in enumerate(bounds, start=1)),
        remarks=remarks,
    )


def _chapters(package: Any, folder: str) -> Iterator[str]:
    """The paths of the chapters, in the order in which they are read."""
    items = {item.get("id"): item for item in package.iter("{*}item")}
    told = dict.fromkeys(place.get("idref") for place in package.iter("{*}itemref"))
    for number, each in enumerate(told):  # none twice
        item = items.get(each)
        if item is None or number >= _MOST_CHAPTERS:
            continue
        kind, properties = item.get("media-type") or "", (item.get("properties") or "").split()
        if "html" in kind and "nav" not in properties:
            yield posixpath.normpath(posixpath.join(folder, unquote(item.get("href") or "")))


def _page(text: str, number: int, start: int, end: int, heading: Heading | None) -> Page:
    """A chapter, called by its first heading."""
    name = text[heading.start : heading.end] if heading else ""
    return Page(number=number, start=start, end=end, kind="chapter", name=name[:100])


def _said(package: Any, key: str) -> str:
    """What the package says of the book."""
    found = next(iter(package.iter(f"{{http://purl.org/dc/elements/1.1/}}{key}")), None)
    return " ".join("".join(found.itertext()).split()) if found is not None else ""


def _day(said: str) -> str | None:
    """A whole day; a year alone is none."""
    from datetime import date

    try:
        return date.fromisoformat(said[:10]).isoformat()
    except ValueError:
        return None


def _is_protected(archive: zipfile.ZipFile) -> bool:
    """Whether more than fonts are encrypted."""
    if _ENCRYPTION not in archive.namelist():
        return False
    found = xml(part(archive, _ENCRYPTION)).iter("{*}CipherReference")
    return any(not (each.get("URI") or "").lower().endswith(_FONTS) for each in found)
