"""Zip archives that office files are: looked through before anything is unpacked."""

import io
import zipfile

from index.errors import InputError

LARGEST_UNPACKED = 500_000_000
"""Bytes: a small file that unpacks to more was made to do harm."""
MOST_PARTS = 20_000


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
