"""Zip archives that office files are: looked through before anything is unpacked."""

import io
import zipfile
from typing import Any

from index.errors import InputError

LARGEST_UNPACKED = 500_000_000
"""Bytes: a small file that unpacks to more was made to do harm."""
LARGEST_PART = 100_000_000
MOST_PARTS = 20_000
"""Bytes of one part unpacked, and parts of an archive: more is a bomb, or no office file."""


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
