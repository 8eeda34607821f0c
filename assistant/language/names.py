"""Which words of a text are names, and which names of one text another has in no form. Pure."""

import re

from assistant.language.words import OPENERS, WORD, fold, stem

_CAPITALISED = re.compile(r"\b[A-Z][\w’'-]*(?:\s[A-Z][\w’'-]*)+")
_LONGEST_ACRONYM = 12
"""Letters: longer runs of capitalised words, such as a heading, are no name."""
_ACRONYM = re.compile(r"\b(?:[A-Z]\.){2,}|\b[A-Z]{2,}\b")


def name_words(text: str) -> list[str]:
    """Words of a text that look like parts of names: capitalised, and no mere sentence opener."""
    found: list[str] = []
    for sentence in re.split(r"(?<=[.!?])\s+", text):
        for position, match in enumerate(WORD.finditer(sentence)):
            word = match.group()
            if not any(char.isupper() for char in word) or word.casefold() in OPENERS:
                continue
            if (
                position == 0
                and word[1:].islower()
                and not _followed_by_name(sentence, match.end())
            ):
                continue
            found.append(word)
    return found


def _followed_by_name(sentence: str, end: int) -> bool:
    following = WORD.match(sentence, end + 1)
    return following is not None and following.group()[0].isupper()


def unknown_names(claim: str, evidence: str) -> set[str]:
    """Name words of ``claim`` that occur in no form in ``evidence``."""
    known = fold(evidence)
    stems = {
        stem(part) for word in WORD.findall(known) for part in (word, *re.split(r"[-.]", word))
    }
    lent = initials_of_runs(evidence)
    unknown = set()
    spelt_out = _spelt_out(claim, evidence)
    for word in name_words(claim):
        if word in spelt_out:
            continue
        parts = [part for part in re.split(r"[-.&]", fold(word)) if part]
        initials = "".join(parts)
        if all(stem(part) in stems or part in stems for part in parts) or initials in stems:
            continue
        if fold(word) in known or initials in lent:
            continue
        unknown.add(word)
    return unknown


def _spelt_out(claim: str, evidence: str) -> set[str]:
    """Words of capitalised runs whose initials the evidence has: "United States" for "U.S."."""
    known = acronyms(evidence)
    return {word for run in _CAPITALISED.findall(claim) for word in _abbreviated(run, known)[0]}


def acronyms(text: str) -> set[str]:
    """The acronyms of a text in small letters without stops: ``us`` of "U.S."."""
    return {match.group().replace(".", "").lower() for match in _ACRONYM.finditer(text)}


def shortened(text: str, known: set[str]) -> str:
    """The text with every name whose acronym is known in its short form: "us" for both "U.S." and
    "the United States", so that wordings can be compared."""

    def short(run: re.Match[str]) -> str:
        words, acronym = _abbreviated(run.group(), known)
        return " ".join([*run.group().split()[: -len(words) or None], acronym]).strip()

    plain = _ACRONYM.sub(lambda match: match.group().replace(".", "").lower(), text)
    return _CAPITALISED.sub(short, plain)


def _abbreviated(run: str, known: set[str]) -> tuple[list[str], str]:
    """The last words of a capitalised run whose initials are a known acronym, and the acronym."""
    words = run.split()[-_LONGEST_ACRONYM:]
    for start in range(len(words) - 1):
        initials = "".join(word[0] for word in words[start:]).lower()
        if initials in known:
            return words[start:], initials
    return [], ""


def initials_of_runs(text: str) -> set[str]:
    """Initials of the capitalised runs of a text: "The United States" lends ``us``."""
    found: set[str] = set()
    for run in re.findall(r"(?:\b[A-Z][\w’'-]*\s?){2,}", text):
        initials = fold("".join(word[0] for word in run.split()))
        first = max(0, len(initials) - _LONGEST_ACRONYM)
        found.update(initials[start:] for start in range(first, len(initials) - 1))
    return found
