"""Raised and lowered figures in a line of text: 10⁶ is "10^6", never "106"."""

import re

_MOVED = ("superscript", "subscript")
_SIGNED = re.compile(r"[-+−–(]?\s*\d")


def raised(text: str, more: str, place: str, former: str = "") -> str:
    """What to write of ``more`` after ``text``, if it stands ``superscript`` or ``subscript``.

    Ordinals (1st) and other letters stay as they are; a lowered figure is parted from a figure
    only: CO2, but log_2 of 10_2. ``former`` is where the end of ``text`` stands: a figure on the
    line is kept apart from a raised or lowered one before it.
    """
    if former in _MOVED and place == former:
        return more
    if former in _MOVED and place not in _MOVED:
        return f" {more}" if text[-1:].isdigit() and more[:1].isdigit() else more
    before = text.rstrip()[-1:]
    if not _SIGNED.match(more.lstrip()):
        return more
    if place == "superscript" and (before.isalnum() or before in ")]%"):
        return f"^{more.lstrip()}" if before else more
    return f"_{more.lstrip()}" if place == "subscript" and before.isdigit() else more
