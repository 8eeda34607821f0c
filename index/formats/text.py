"""Plain text: the text is the file's own, and headings are found in it."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence

from index.data import Heading
from index.errors import InputError
from index.formats.content import Content
from index.sentences import is_label, lines

_LONGEST_HEADING = 120
"""Characters: a longer line is a paragraph."""
_MOST_CHAOS = 20.0
"""The most disorder, in percent as charset-normalizer counts it, of a guess that is believed."""
_MOST_FOREIGN = 0.4
"""The largest share of characters beyond ASCII in a text of a Western language."""
_WESTERN_SIGNS = frozenset("°©®™²³½×\u00ad")
_BEYOND = re.compile(r"[^\x00-\x7f]")
_ODD = re.compile(
    r"[^\x00-\x7f](?:"
    r"(?<=[À-ÖØ-öø-ÿŒœŠšŽž])[À-ÖØ-öø-ÿŒœŠšŽž]{2}"  # a word of another alphabet
    r"|(?<=[^\W\d_][¡-©¬®-³¶¸¹¼-¿×÷‚„†‡ˆ‰‹˜›•ƒ€])(?=[^\W\d_])"  # a sign within a word
    r"|(?<=[a-z][À-ÖØ-ÞŒŠŽŸ]))"  # a capital within a word
)
"""What a text of another encoding shows when it is read as cp1252."""
_STRANGERS = (("šž", "èìøùæð"), ("þðý", "çüâãîàèë"), ("õû", "öü", "áíóú"))
"""Letters that no Western language uses together: Czech, Turkish, Hungarian read as cp1252."""
_FINAL = re.compile(r"[.,;:!…。！，；：۔।][\"'”’»)\]*_]*$")
_NOT_HEADING = re.compile(
    r"[Bb]y\s+[A-Z][\w.'’-]*(?:\s+[A-Z][\w.'’-]*){1,3}$"  # a byline
    r"|.*\b(?:1[89]|20)\d\d$"  # a date line
    r"|(?:[-*+•‣▪–—·>|#=]|\(?(?:\d{1,3}|[a-zA-Z])[.)]\s)"  # a list item or a ruled line
    r"|https?://"
    r"|.*\S\s{3,}\S"  # columns
)
_SMALL = 4
"""Words shorter than this may be without a capital in a title."""


def read(content: bytes, name: str) -> Content:
    """Plain text. Headings are short lines of their own between blank lines.

    Raises:
        InputError: it is not text, or in no encoding that can be told with confidence.
    """
    text = decoded(content, name)
    headings = tuple(plain_headings(text))
    title = text[headings[0].start : headings[0].end] if headings else ""
    return Content(
        text=text, title=title if headings and headings[0].level == 1 else "", headings=headings
    )


def decoded(content: bytes, name: str) -> str:
    """The text of these bytes: UTF-8 or UTF-16, else cp1252 or what can be told for sure.

    Raises:
        InputError: it is not text, or its encoding cannot be told.
    """
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return _decode(content, "utf-16", name)
    if content.startswith((b"%PDF-", b"PK\x03\x04")):
        raise _not_text(name)
    if b"\x00" in content:
        return _wide(content, name)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return _legacy(content, name)
    if _is_noise(text):
        raise _not_text(name)
    return text


def plain_headings(text: str) -> Iterator[Heading]:
    """Lines that look like headings: alone between blank lines, short, without a final stop."""
    blocks = list(_blocks(text))
    for number, (start, end, alone) in enumerate(blocks):
        last = number == len(blocks) - 1
        if alone and not last and _looks_like_heading(text[start:end]):
            yield Heading(level=1 if number == 0 else 2, start=start, end=end)


def _decode(content: bytes, encoding: str, name: str) -> str:
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as error:
        raise _not_text(name) from error
    if _is_noise(text):
        raise _not_text(name)
    return text


def _wide(content: bytes, name: str) -> str:
    """UTF-16 without its mark: its zero bytes are the upper halves of ASCII characters."""
    big = content[::2].count(0) > content[1::2].count(0)
    text = _decode(content, "utf-16-be" if big else "utf-16-le", name)
    if not all(map(_is_written, text)):
        raise _not_text(name)
    return text


def _is_written(character: str) -> bool:
    """Whether this occurs in texts: no control character, and none without a meaning."""
    return character.isprintable() or character.isspace() or unicodedata.category(character) == "Cf"


def _legacy(content: bytes, name: str) -> str:
    """Text from before UTF-8: cp1252, which holds Latin-1, if that gives Western prose.

    Anything else is charset-normalizer's to tell; of a few accents it cannot tell the encoding.
    """
    if _is_damaged_utf8(content):
        raise _untold(name)
    try:
        text = content.decode("cp1252")
    except UnicodeDecodeError:
        return _guessed(content, name)
    return text if _is_western(text) and not _is_noise(text) else _guessed(content, name)


def _is_damaged_utf8(content: bytes) -> bool:
    """Whether most bytes beyond ASCII are UTF-8, so that a few broken ones made it fail."""
    ascii_only = len(content.decode("ascii", "ignore"))
    sound = len(content.decode("utf-8", "ignore").encode())
    return sound - ascii_only > 0.75 * (len(content) - ascii_only)


def _is_western(text: str) -> bool:
    """Whether the characters beyond ASCII are few, and as in a text of a Western language."""
    beyond = Counter(_BEYOND.findall(text))
    usual = sum(count for character, count in beyond.items() if _is_usual(character))
    return (
        beyond.total() <= _MOST_FOREIGN * len(text)
        and usual >= 0.75 * beyond.total()
        and len(_ODD.findall(text)) <= 0.1 * beyond.total()
        and not any(_all_occur(groups, beyond) for groups in _STRANGERS)
    )


def _is_usual(character: str) -> bool:
    """Whether this is a letter, punctuation, a currency sign, or another usual sign."""
    return (
        character in _WESTERN_SIGNS
        or unicodedata.category(character)[0] in "LPZ"
        or unicodedata.category(character) == "Sc"
    )


def _all_occur(groups: Sequence[str], beyond: Counter[str]) -> bool:
    """Whether each of these groups of letters makes a twentieth of what is beyond ASCII."""
    counts = [sum(beyond[each] + beyond[each.upper()] for each in group) for group in groups]
    return min(counts) > 0.05 * beyond.total()


def _guessed(content: bytes, name: str) -> str:
    """What charset-normalizer makes of it, if it is sure of the letters or of the language."""
    from charset_normalizer import from_bytes

    guesses = [guess for guess in from_bytes(content) if guess.percent_chaos <= _MOST_CHAOS]
    spoken = [guess for guess in guesses if guess.percent_coherence > 0]
    readings = {str(guess) for guess in spoken[:1] or guesses}
    if any(map(_is_noise, readings)):
        raise _not_text(name)
    if len(readings) != 1:
        raise _untold(name)
    return readings.pop()


def _is_noise(text: str) -> bool:
    """Whether control characters show that this never was text."""
    sample = text[:100_000]
    controls = sum(character < " " and character not in "\t\n\r\f\v\x1b" for character in sample)
    return controls > len(sample) / 100


def _not_text(name: str) -> InputError:
    return InputError(
        f"{name} is not text, whatever its name says.",
        "Add it under its own format, or save it as UTF-8 text.",
    )


def _untold(name: str) -> InputError:
    return InputError(
        f"The encoding of {name} cannot be told.", "Save the file as UTF-8 and add it again."
    )


def _blocks(text: str) -> Iterator[tuple[int, int, bool]]:
    """What lies between blank lines, trimmed: start, end, and whether it is a single line."""
    block: list[tuple[int, int]] = []
    for start, end in [*lines(text), (len(text), len(text))]:
        if text[start:end].strip():
            block.append((start, end))
        elif block:
            first, last = block[0][0], block[-1][1]
            bare = text[first:last]
            yield (
                first + len(bare) - len(bare.lstrip()),
                last - len(bare) + len(bare.rstrip()),
                len(block) == 1,
            )
            block = []


def _looks_like_heading(line: str) -> bool:
    if len(line) > _LONGEST_HEADING or is_label(line) or _FINAL.search(line):
        return False
    if _NOT_HEADING.match(line) or not any(character.isalpha() for character in line):
        return False
    if line[0].islower():
        return False
    return not line.rstrip("\"'”’").endswith(("?", "؟", "？")) or _is_titled(line)


def _is_titled(line: str) -> bool:
    """Whether most longer words begin with a capital, as in a title."""
    words = [word for word in re.findall(r"[^\W\d_]+", line) if len(word) >= _SMALL]
    capitals = sum(not word[0].islower() for word in words)
    return capitals > len(words) / 2
