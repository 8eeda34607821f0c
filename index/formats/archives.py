"""Zip archives that office files are: looked through before anything is unpacked."""

import io
import zipfile
from datetime import date
from typing import Any

from index.errors import InputError

LARGEST_UNPACKED = 500_000_000
"""Bytes: a small file that unpacks to more was made to do harm."""
LARGEST_PART = 100_000_000
MOST_PARTS = 20_000
"""Bytes of one part unpacked, and parts of an archive: more is a bomb, or no office file."""
_PROPERTIES = ("docProps/core.xml", "meta.xml")
"""The parts in which office programs write what they know of a file."""
_SAVED = ("{http://purl.org/dc/terms/}modified", "{http://purl.org/dc/elements/1.1/}date")
_TEMPLATE = ("python-docx", "python-pptx"), "2013-"
"""What these libraries write into each file, and the beginning of their templates' day."""


def checked(content: bytes, name: str, what: str) -> zipfile.ZipFile:
    """The archive, if it says that it unpacks to no absurd size; ``what`` is what it should be.

    What it says may be a lie: whoever unpacks a part does so through ``part``, or within the
    memory of the process apart.

    Raises:
        InputError: it is no archive, or an absurd one.
    """
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
        raise InputError(
            f"{name} is broken, or no {what}.", "Open it in its own program and save it anew."
        ) from error
    entries = archive.infolist()
    size = sum(entry.file_size for entry in entries)
    if size > LARGEST_UNPACKED or len(entries) > MOST_PARTS:
        raise InputError(f"{name} unpacks to an absurd size.", "Do not trust this file.")
    return archive


def part(archive: zipfile.ZipFile, path: str) -> bytes:
    """One part of it, unpacked.

    Raises:
        InputError: it is larger than what the archive says, or absurd.
        KeyError: there is none.
    """
    with archive.open(path) as file:
        content = file.read(LARGEST_PART + 1)
    if len(content) > LARGEST_PART:
        raise InputError(
            f"A part of it unpacks to more than {LARGEST_PART // 1_000_000} MB.",
            "Do not trust this file.",
        )
    return content


def xml(content: bytes) -> Any:
    """The tree of an XML file, in which nothing is fetched and no entity of its own unfolded.

    Raises:
        lxml.etree.XMLSyntaxError: it is none.
    """
    from lxml import etree

    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    return etree.fromstring(content, parser)


def saved(archive: zipfile.ZipFile) -> str | None:
    """The day on which an office program last saved the file, where the file says so."""
    from lxml.etree import XMLSyntaxError

    for path in set(_PROPERTIES) & set(archive.namelist()):
        try:
            known = xml(part(archive, path))
            told = next((each.text or "" for each in known.iter(*_SAVED)), "")
            day = date.fromisoformat(told[:10]).isoformat()
        except (XMLSyntaxError, ValueError, KeyError, zipfile.BadZipFile):
            continue
        names, template = _TEMPLATE
        text = "".join(known.itertext())
        if not (day.startswith(template) and any(name in text for name in names)):
            return day
    return None
