"""Whether a file that was opened still lies in the folder in which it was found."""

import os
from pathlib import Path
from typing import BinaryIO

from index.errors import InputError


def refuse_outside(file: BinaryIO, path: Path, folder: str | None) -> None:
    """Look at an open file again: a link may have taken the place of what was seen in ``folder``.

    None is no folder: the file was named itself, and is wherever it leads.

    Raises:
        InputError: what was opened lies outside.
        OSError: the file is no more.
    """
    if folder is None:
        return
    real = os.path.realpath(path)
    inside = Path(real).is_relative_to(os.path.realpath(folder))
    if not (inside and os.path.samestat(os.lstat(real), os.fstat(file.fileno()))):
        raise InputError(f"{path} leads out of {folder}.", "Add by itself what it leads to.")
