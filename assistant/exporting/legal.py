"""Text that every export format can hold: what none of them may have shows as one replacement.

Word refuses XML with control characters, a PDF or a web page shows nothing in their place, and a
terminal that prints Markdown obeys them.
"""

import unicodedata

REPLACEMENT = "\N{REPLACEMENT CHARACTER}"
_KEPT = "\t\n"
_NONE = {"Cc", "Cs"}
"""Control characters and lone surrogates."""
_NONCHARACTERS = range(0xFFFE, 0x110000, 0x10000)
"""The first of the two that end each plane; XML forbids those of the first plane."""


def legal(text: str) -> str:
    """The text with each character that is none in XML 1.0, or is a control, replaced."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(REPLACEMENT if _is_illegal(each) else each for each in text)


def _is_illegal(character: str) -> bool:
    if unicodedata.category(character) in _NONE:
        return character not in _KEPT
    return ord(character) & ~1 in _NONCHARACTERS
