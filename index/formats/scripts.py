"""Raised and lowered figures in a line of text: 10⁶ is "10^6", never "106"."""

import re

_SIGNED = re.compile(r"[-+−–(]?\s*\d")


def raised(text: str, more: str, place: str) -> str:
    """What to write of ``more`` after ``text``, if it stands ``superscript`` or ``subscript``.

    Ordinals (1st) and other letters stay as they are; a lowered figure is parted from a figure
    only: CO2, but log_2 of 10_2.
    """
    before = text.rstrip()[-1:]
    if not _SIGNED.match(more.lstrip()):
        return more
    if place == "superscript" and (before.isalnum() or before in ")]%"):
        return f"^{more.lstrip()}" if before else more
    return f"_{more.lstrip()}" if place == "subscript" and before.isdigit() else more
