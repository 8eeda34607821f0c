"""Rule-based checks of a drafted sentence against the text it cites.

A small model's yes is not enough where one digit, one name or one "not" decides. Each guard names
one kind of thing that must not differ between a claim and its evidence; ``objections`` runs them
all. They read English best; in other languages the number guard still works and the others
object to nothing. Pure: standard library only.
"""

import math
import re
from collections.abc import Iterable, Sequence

from assistant.language.figures import measured
from assistant.language.names import name_words, unknown_names
from assistant.language.numbers import dates, numbers, words_and_numbers
from assistant.language.qualifiers import (
    ATTRIBUTION,
    CAUSE,
    GIVES_CAUSE,
    HEDGE,
    NEGATION,
    SPOKEN,
    denies_other_words,
    dropped_condition,
    opposite,
)
from assistant.language.words import (
    COMMON_ENDINGS,
    OPENERS,
    WORD,
    clauses,
    content_words,
    fold,
    root,
    stem,
)

_UNIVERSAL = re.compile(r"\b(?:all|every|everyone|always|only|entire(?:ly)?|each|both|any)\b", re.I)
_PARTIAL = re.compile(
    r"\b(?:some|several|many|most|few|half|part(?:ly|ially)?|nearly|almost|about|around|roughly|"
    r"approximately|at least|at most|up to|more than|less than|over|under|fewer than)\b",
    re.IGNORECASE,
)
_PART_OF = re.compile(
    r"\b((?:most|some|many|several|few|half|(?:the|a) majority) of) "
    r"(?:(?:the|its|his|her|their|these|those|our)\b ?)?((?:[\w’'-]+ ?){1,3})",
    re.IGNORECASE,
)
_SOME = re.compile(
    r"\b(?:some|several|many|most|few|half|parts?|partly|majority|mainly|mostly|largely|nearly|almost|"
    r"one of|various)\b",
    re.IGNORECASE,
)


def objections(claim: str, quotes: Sequence[str], *, context: Iterable[str] = ()) -> list[str]:
    """What in ``claim`` the cited ``quotes`` do not bear out; empty where nothing was found.

    ``context`` is text that may lend names but no facts: the document's title, the heading above.
    Each objection is one readable reason; a claim that is its quotations word for word has none.
    """
    evidence = " ".join(quotes)
    if " ".join(claim.split()) == " ".join(evidence.split()):
        return []
    found = [
        _missing("number", numbers(claim) - numbers(evidence)),
        _missing("date", dates(claim) - dates(evidence)),
        _missing("name", _foreign_names(claim, evidence, " ".join((evidence, *context)))),
        _negation(claim, evidence),
        _hedge(claim, evidence),
        _attribution(claim, evidence),
        _quantity_words(claim, evidence),
        _condition(claim, evidence),
        _cause(claim, evidence),
        _opposite(claim, evidence),
        _unit(claim, evidence),
        _swapped(claim, evidence),
        _another_doer(claim, evidence),
    ]
    return [reason for reason in found if reason]


def _missing(kind: str, items: Iterable[object]) -> str:
    listed = ", ".join(sorted(str(item) for item in items))
    return f"the {kind} {listed} is not in the cited text" if listed else ""


def _foreign_names(claim: str, evidence: str, lending: str) -> set[str]:
    """``unknown_names``, and a first word that has taken the place of the name opening a sentence.

    A capital at the start of a sentence proves no name, so that "Soldiers came" may stand for
    "Troops came"; but "Putin came" may not stand for "Macron came".
    """
    found = unknown_names(claim, lending)
    opened: dict[str, list[str]] = {}
    for sentence in re.split(r"(?<=[.!?])\s+", claim):
        opening = WORD.match(sentence)
        if opening and _may_be_name(opening.group()):
            opened.setdefault(opening.group(), []).append(sentence)
    strange = [word for word in opened if unknown_names(f"the {word}", lending)]
    if strange:
        given = {stem(fold(name)) for name in _opening_names(evidence, lending)}
        for word in strange:
            if any(given - _stems(sentence) for sentence in opened[word]):
                found.add(word)
    return found


def _may_be_name(word: str) -> bool:
    """Whether a first word is written as a name is, and no common one."""
    if not word[0].isupper() or word.casefold() in OPENERS or word[1:] != word[1:].lower():
        return False
    return not word.endswith(COMMON_ENDINGS)


def _stems(text: str) -> set[str]:
    return {stem(part) for part in WORD.findall(fold(text))}


def _opening_names(evidence: str, lending: str) -> list[str]:
    """The names that open the evidence's sentences, and all that it has elsewhere."""
    openings = [
        first.group()
        for sentence in re.split(r"(?<=[.!?])\s+", evidence)
        if (first := WORD.match(sentence.lstrip("“\"'‘")))
        and first.group()[0].isupper()
        and first.group().casefold() not in OPENERS
        and not first.group().endswith(COMMON_ENDINGS)
        and not re.search(rf"\b{re.escape(first.group().lower())}\b", lending)
    ]
    return [*openings, *name_words(evidence)]


def _negation(claim: str, evidence: str) -> str:
    claimed, given = bool(NEGATION.search(claim)), bool(NEGATION.search(evidence))
    if claimed and (not given or denies_other_words(claim, evidence)):
        return "it denies what the cited text does not deny"
    if given and not claimed and _shares_negated_words(claim, evidence):
        return "it leaves out a negation of the cited text"
    return ""


def _shares_negated_words(claim: str, evidence: str) -> bool:
    """Whether the claim repeats the words that a negation of the evidence governs."""
    said = {stem(word) for word in content_words(claim)}
    for match in NEGATION.finditer(evidence):
        governed = content_words(evidence[match.end() : match.end() + 60])[:3]
        if len(governed) > 1 and stem(governed[0]) in said and stem(governed[1]) in said:
            return True
        if len(governed) > 2 and stem(governed[0]) in said and stem(governed[2]) in said:
            return True
        if len(governed) == 1 and stem(governed[0]) in said:
            return True
    return False


def _hedge(claim: str, evidence: str) -> str:
    """Hedged or attributed evidence must not become plain fact (the claim may hedge more)."""
    if HEDGE.search(claim) or ATTRIBUTION.search(claim):
        return ""
    said = {stem(word) for word in content_words(claim)}
    roots = {root(word) for word in content_words(claim)}
    for clause in clauses(evidence):
        for hedge in HEDGE.finditer(clause):
            governed = re.split(r"[,;:]|\s[–—-]\s", clause[hedge.end() :], maxsplit=1)[0]
            words = {stem(word) for word in content_words(governed)}
            near = " ".join(governed.split()[:8])
            first = {root(word) for word in content_words(governed)[:3]}
            if (
                len(said & words) >= max(1, len(said) // 2)
                or len(first & roots) >= 2
                or numbers(claim) & numbers(near)
            ):
                return f"it drops the cited text's “{hedge.group()}”"
    return ""


def _attribution(claim: str, evidence: str) -> str:
    """What somebody says must not become plain fact (the claim may name another witness)."""
    if SPOKEN.search(claim) or HEDGE.search(claim) or ATTRIBUTION.search(claim):
        return ""
    said = {stem(word) for word in content_words(claim)}
    for clause in clauses(evidence):
        for spoken in SPOKEN.finditer(clause):
            if spoken.group() == "Said" and re.search(r"\b[A-Z]\w+ $", clause[: spoken.start()]):
                continue  # somebody's name
            if re.search(r"\bwho\s+(?:\w+\s+)?$", clause[: spoken.start()], re.IGNORECASE):
                continue  # tells who somebody is, not where the rest is from
            governed = {stem(word) for word in content_words(_governed(clause, spoken))}
            if len(said & governed) >= max(2, math.ceil(0.6 * len(said))):
                return f"it leaves out that this is what is said: “{spoken.group()}”"
    return "it leaves out that this is what is said" if _quoted_away(said, evidence) else ""


def _quoted_away(said: set[str], evidence: str) -> bool:
    """Whether what is said is what somebody is quoted with."""
    for quotation in re.findall(r"[“\"]([^”\"]{20,})[”\"]", evidence):
        words = {stem(word) for word in content_words(quotation)}
        if len(said & words) >= max(2, math.ceil(0.8 * len(said))):
            return True
    return False


def _governed(clause: str, spoken: re.Match[str]) -> str:
    """What is said: the words after "said" or, where it closes the sentence, those before it."""
    before, after = clause[: spoken.start()], clause[spoken.end() :]
    if spoken.group().casefold() == "according to":
        return after if len(content_words(before)) < 2 else before
    return after if len(content_words(after)) >= 3 else before


def _opposite(claim: str, evidence: str) -> str:
    words = opposite(claim, evidence)
    return f"it says “{words[0]}” where the cited text says “{words[1]}”" if words else ""


def _swapped(claim: str, evidence: str) -> str:
    """Two names that have changed sides around a word that claim and evidence share.

    "Russia offered shells to North Korea" of "North Korea offered shells to Russia". A passive
    turns the sides round by right, so that nothing is said where only one of the two has it.
    """
    if bool(_PASSIVE.search(claim)) != bool(_PASSIVE.search(evidence)):
        return ""
    here, there = _places(claim), _places(evidence)
    names = {stem(fold(word)) for text in (claim, evidence) for word in name_words(text)}
    shared = [name for name in here if name in there and name in names]
    for word in here:
        if word in names or word not in there or len(word) < 4:
            continue
        before = [
            n for n in shared if max(here[n]) < here[word][0] and min(there[n]) > there[word][0]
        ]
        after = [
            n for n in shared if min(here[n]) > here[word][0] and max(there[n]) < there[word][0]
        ]
        if before and after:
            return "it turns round who does what"
    return ""


def _another_doer(claim: str, evidence: str) -> str:
    """What follows an "and" in the claim, and so is told of the same, is told of another in the
    evidence: "was planted in 1921 and closed in 1974", of a text in which "the press closed".

    Of English regular verbs alone: a word in -ed after its doer, which the claim does not have.
    """
    said = WORD.findall(fold(claim))
    doers: dict[str, set[str]] = {}
    for sentence in clauses(fold(evidence)):
        words = WORD.findall(sentence)
        for at, word in enumerate(words):
            if word.endswith("ed"):
                doers.setdefault(word, set()).add(_doer(words, at))
    known = {root(word) for word in said}
    for at, word in enumerate(said):
        others = doers.get(word)
        if others and _doer(said, at) == "and" and _are_others(others, known):
            return f"it says “{word}” of what the cited text does not say it of"
    return ""


def _doer(words: Sequence[str], at: int) -> str:
    """The word before a verb, without what may stand between: "has", "later", "quickly"."""
    before = reversed(words[:at])
    return next((word for word in before if word not in _BETWEEN and word[-2:] != "ly"), "")


def _are_others(doers: Iterable[str], known: set[str]) -> bool:
    return all(content_words(each) and root(each) not in known for each in doers)


_BETWEEN = frozenset(
    "has have had was were is are be been being will would can could may might must should did do "
    "does not also then later soon first now still already never only just even".split()
)
"""English auxiliaries and adverbs that stand before a verb."""
_PASSIVE = re.compile(
    r"\b(?:is|are|was|were|been|being|be)\s+(?:\w+\s)?\w+(?:ed|en|wn|ght|de|ld)\b"
)


def _places(text: str) -> dict[str, list[int]]:
    """Stem of each content word to its places in the text."""
    places: dict[str, list[int]] = {}
    for place, word in enumerate(WORD.findall(fold(text))):
        if word not in OPENERS and len(word) > 1:
            places.setdefault(stem(word), []).append(place)
    return places


def _unit(claim: str, evidence: str) -> str:
    """A number with one unit that in the evidence stands with another of the same kind."""
    claimed, given = measured(claim), measured(evidence)
    for kind, number, unit in claimed:
        units = {its for what, value, its in given if (what, value) == (kind, number)}
        if units and unit not in units:
            return f"it says {number} {unit} where the cited text says {number} {min(units)}"
    return ""


def _quantity_words(claim: str, evidence: str) -> str:
    opening = _UNIVERSAL.match(claim)
    if opening and not re.search(rf"\b{opening.group()}\b", evidence, re.IGNORECASE):
        return f"it says “{opening.group()}”, a quantity that the cited text does not give"
    universal = _UNIVERSAL.search(claim)
    if universal and not _UNIVERSAL.search(evidence) and _PARTIAL.search(evidence):
        return f"it says “{universal.group()}” where the cited text limits the quantity"
    return _part_left_out(claim, evidence)


def _condition(claim: str, evidence: str) -> str:
    lost = dropped_condition(claim, evidence)
    return f"it leaves out the condition “{' '.join(lost.split())}”" if lost else ""


def _cause(claim: str, evidence: str) -> str:
    """Of two facts the claim makes one the cause of the other, and nothing in the evidence does."""
    given = CAUSE.search(claim)
    if given and not GIVES_CAUSE.search(evidence):
        return f"it says why (“{given.group()}”), which the cited text does not"
    return ""


def _part_left_out(claim: str, evidence: str) -> str:
    """How the claim says of all what a sentence that it repeats says of "most of the"."""
    if _SOME.search(claim):
        return ""
    said = {root(word) for word in content_words(claim)}
    for sentence in clauses(evidence):
        if 2 * len(said & {root(word) for word in content_words(sentence)}) < len(said):
            continue
        for match in _PART_OF.finditer(sentence):
            governed = content_words(match[2])[:2]
            if governed and said.issuperset(map(root, governed)):
                return f"it leaves out the cited text's “{match[1]}”"
    return ""


def adds_to(claim: str, question: str) -> bool:
    """Whether a claim has a content word or number that its question does not have already.

    "There were many Chinese with unexpected status" answers no question about that status.
    """
    return bool(words_and_numbers(claim) - words_and_numbers(question))


def words_of_its_own(claim: str, question: str, evidence: str) -> list[str]:
    """What a claim says in words that neither its question nor the evidence has, in order, where
    that is half or more of what it adds to the question; else nothing.

    Names and numbers are left to their own guards, and one word alone may be a synonym.
    """
    asked = {root(word) for word in content_words(question)}
    known = asked | {root(word) for word in content_words(evidence)}
    names = {fold(word) for word in name_words(claim)}
    added = {root(word): word for word in content_words(claim) if root(word) not in asked}
    own = [
        word
        for its, word in added.items()
        if its not in known and word not in names and not numbers(word)
    ]
    return own if len(own) >= 2 and 2 * len(own) >= len(added) else []
