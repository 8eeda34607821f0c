"""What a raised or lowered letter means, so that no digit joins a number that it is no part of."""

import re
import unicodedata
from collections.abc import Sequence, Set

from index.formats.pdf.shapes import LOWERED, PLAIN, RAISED, Word

_ORDINALS = frozenset("st nd rd th er re e o a os as ème eme ten te".split())
"""Endings of ordinal numbers in several languages: 1st, 2e, 3º."""
_SIGNS = frozenset("tm sm r c ® ™ © ℠".split())
_UNITS = frozenset(
    "m cm mm km dm in ft yd mi s ms h g kg kn n l mol k w j v a pa hz px ha nm µm sq".split()
)
"""Units of measure that are raised to a power."""
_MARKS = re.compile(
    r"\(?(?:\d{1,3}|[a-zA-Z*†‡§¶#‖]{1,3})(?:\s*[,;–-]\s*(?:\d{1,3}|[a-zA-Z*†‡§¶])){0,8}\)?"
)
"""Note marks: numbers, letters or signs, several with commas or as a range."""
_DIGITS = re.compile(r"[0-9.,'’]*[0-9]$")
"""The number at the end of a word."""
_LETTERS = re.compile(r"[^\W\d_]+$")


def resolved(words: Sequence[Word], notes: Set[str]) -> list[Word]:
    """The words with the text that is read for them.

    ``notes`` are the marks that notes begin with, on this page or elsewhere in the document.
    """
    read: list[Word] = []
    for word in words:
        before = read[-1].text if read else ""
        read.append(word if word.text else Word(word.parts, word.box, _text(word, before, notes)))
    return read


def starting_mark(words: Sequence[Word]) -> str:
    """The raised mark that a line begins with, if it does."""
    if words and words[0].parts and words[0].parts[0][0] == RAISED:
        mark = words[0].parts[0][1].strip("().")
        return mark if _MARKS.fullmatch(mark) else ""
    return ""


def _text(word: Word, before: str, notes: Set[str]) -> str:
    text = ""
    parts = word.parts
    if len(parts) == 1 and parts[0][0] == PLAIN:
        return _spelled_fractions(parts[0][1])
    at = 0
    while at < len(parts):
        kind, part = parts[at]
        rest = parts[at + 1 : at + 3]
        if kind == RAISED and (under := _denominator(part, rest)):
            text = f"{_apart(text, part)}{part}/{under}"
            at += 3 if rest[0][0] == PLAIN else 2
            continue
        if kind == RAISED:
            text = _raised(text, part, before, notes)
        elif kind == LOWERED:
            joined = not text or text[-1].isalpha() or text[-1] in ")]"
            text += part if joined else f"_{part}"
        else:
            spaced = at > 0 and text[-1:].isalnum() and part[:1].isdigit()
            text += (
                " " if spaced or (text[-1:] == ")" and part[:1].isalnum() and at) else ""
            ) + part
        at += 1
    return _spelled_fractions(text)


def _denominator(part: str, rest: Sequence[tuple[int, str]]) -> str:
    """What a raised number is divided by; empty where it is no fraction."""
    if not part.isdigit() or not rest:
        return ""
    if rest[0][0] == LOWERED and rest[0][1].isdigit():
        return rest[0][1]
    slash = len(rest) > 1 and rest[0] in ((PLAIN, "/"), (PLAIN, "\u2044")) and rest[1][0] == LOWERED
    return rest[1][1] if slash and rest[1][1].isdigit() else ""


def _apart(text: str, following: str) -> str:
    return f"{text} " if text[-1:].isdigit() and following[:1].isdigit() else text


def _raised(text: str, part: str, before: str, notes: Set[str]) -> str:
    mark = part.strip()
    if mark.lower() in _SIGNS or (mark.lower() in _ORDINALS and text[-1:].isdigit()):
        return text + mark
    if not any(map(str.isalnum, mark)):
        return text + mark  # quotation marks, primes, degrees, asterisks
    if not text and not mark.isdigit():
        return mark
    if text and _is_power(text, mark, before, notes):
        return f"{text}^{mark}"
    if _MARKS.fullmatch(mark):
        bare = mark.strip("()")
        return f"{text} (note {bare})" if text else f"(note {bare})"
    return f"{text}^{mark}" if text else mark


def _is_power(text: str, mark: str, before: str, notes: Set[str]) -> bool:
    """Whether a raised mark is an exponent rather than a note's."""
    if mark[0] in "+-−–":
        return True
    known = {each for each in re.split(r"[,;–-]", mark.strip("()")) if each} <= set(notes)
    number = _DIGITS.search(text)
    if number:
        multiplied = before[-1:] in ("×", "x", "·", "*") or text[: number.start()][-1:] in (
            "×",
            "·",
        )
        if multiplied:
            return True
        plain = text[: number.start()] in ("", "(", "[", "~", "-", "−", "≈") and number[0].isdigit()
        return plain and not known and (number[0] == "10" or len(number[0]) == 1)
    word = _LETTERS.search(text)
    if word and mark in ("2", "3") and word[0].lower() in _UNITS:
        measured = text[: word.start()][-1:].isdigit() or before[-1:].isdigit()
        return measured or text[: word.start()][-1:] in ("/", "·") or not known
    if known:
        return False
    if word and len(word[0]) == 1 and not mark.isalpha():
        return (
            (len(text) == 1 and text not in ("a", "I"))
            or text[: word.start()][-1:].isdigit()
            or (text[: word.start()][-1:] in ("=", "+", "-", "(", "/", "·", "−"))
        )
    if mark.isalpha() and len(mark) == 1:
        return bool(word and len(word[0]) == 1)
    return text[-1] in ")]" and mark.isdigit() and len(mark) == 1


def _spelled_fractions(text: str) -> str:
    """``½`` as 1/2, apart from the number before it."""
    if text.isascii():
        return text
    out = ""
    for letter in text:
        if unicodedata.category(letter) == "No" and "\u2044" in (
            spelled := unicodedata.normalize("NFKC", letter)
        ):
            out = _apart(out, spelled) + spelled.replace("\u2044", "/")
        else:
            out += "/" if letter == "\u2044" else letter
    return out
