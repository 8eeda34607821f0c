"""Lists and counts over records: the sections of a document that are made alike, all of them read.

"List all projects that are finished." asks for those of many like sections that say "finished". A
small model asked for the members finds some of them; asked of each, it cannot be told from its
answers which belong (``docs/notebook.md``). But where every word of the question is accounted for,
by what all records are called or by what some of them say and others do not, a program reads all of
them, and the list is complete. Where one word is not, this says nothing.
"""

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from assistant.answering.candidates import Candidate, of_passage
from assistant.answering.retrieving import unranked
from assistant.answering.values import Published, Retrieved
from assistant.checking import reckoned
from assistant.checking.citations import cite
from assistant.data import Citation, Claim, Expression, Operand
from assistant.language.numbers import words_and_numbers
from assistant.language.words import content_words, flat, root
from index.data import Document, Heading, Passage, Span

FEWEST = 5
"""Records of a document: fewer are read well enough as text."""
ALIKE = 0.5
"""Share of the words of the shorter of two neighbouring records that the other has, in the median;
and of the longer of each two sentences that say of their records what was asked."""
SHORT = 300
"""Characters of one quotation from a heading to the sentence below it that says what was asked."""
_ASKED_FOR = re.compile(
    r"\b(?:which|what|all|every|each|how many|number of|count)\s+(?:the\s+|of\s+the\s+)?(\w+)",
    re.IGNORECASE,
)
_COUNTS = re.compile(r"\b(?:how many|number of|count)\b", re.IGNORECASE)
_SAYS_HOW = re.compile(
    r"\b(?:list|nam|show|giv|tell|count|number|mention|enumerat)\w*", re.IGNORECASE
)
"""What a question says of the list and not of its members: "List all …", "… that are named"."""
_WEIGHS = re.compile(
    r"\b(?:not|no|never|none|before|after|since|until|few|fewer|fewest|more|most|less|least|only|"
    r"first|last|without|except|but|or|than|over|under|above|below|between|other|same)\b|n['’]t\b",
    re.IGNORECASE,
)
"""Words by which a question weighs or excludes: no word that a record has says whether it is so."""


_Sentence = tuple[Span, frozenset[str]]
"""A sentence with its words."""


@dataclass(frozen=True, slots=True)
class _Record:
    """One of the sections that are alike."""

    name: str
    place: Span
    """Of its heading."""
    sentences: tuple[_Sentence, ...]
    words: frozenset[str]


@dataclass(frozen=True, slots=True)
class _Records:
    """The records of one document."""

    document: Document
    items: tuple[_Record, ...]
    called: frozenset[str]
    """The words of what they are called: the title, and the headings above them."""


def listed(found: Retrieved) -> Published | None:
    """The list or the count that a question asks for, of every record there is; None where the
    nearest document has no records, or they do not account for every word of the question."""
    question, kind = found.part.question, found.part.kind
    counts = bool(_COUNTS.search(question))
    asks = kind == "list" or (kind == "lookup" and (counts or _is_of_many(question)))
    held = found.held()
    if not asks or not held or _WEIGHS.search(question):
        return None
    library = found.run.library
    document = library.document(held[0].passage.span.document_id)
    passages = library.passages(document.id)
    records = _records(document, passages, library.sentences(document.id))
    if records is None:
        return None
    telling = _telling(records, _wanted(question))
    members = _members(records, question, telling)
    if not members or (kind == "lookup" and not counts and len(members) < 2):
        return None
    said = [_saying(each, sorted(telling)) for each in members]
    if not all(map(_alike, zip(*said, strict=True))):
        return None  # "finished" of one, "to be finished in May" of another
    quoted = [(each, _quotes(document, each, its)) for each, its in zip(members, said, strict=True)]
    found.run.trace("records", {"of": len(records.items), "members": [m.name for m in members]})
    return Published(
        found=found,
        claims=_counted(quoted) if counts else _items(quoted),
        answerability=None,
        form="sentences" if counts else "list",
        passages=len(passages),
        of=len(passages),
    )


def _is_of_many(question: str) -> bool:
    """Whether a question asks for more than one thing: "which places", "what conditions"."""
    asked = _ASKED_FOR.search(question)
    word = asked.group(1) if asked else ""
    return bool(content_words(word)) and word.endswith("s") and not word.endswith("ss")


def _wanted(question: str) -> set[str]:
    return words_and_numbers(_SAYS_HOW.sub(" ", question))


def _members(records: _Records, question: str, telling: set[str]) -> list[_Record]:
    """The records that have every word ``telling`` them apart; none where a word of the question is
    not accounted for.

    What is asked for is what the records are called, or what some of them are, or a word that
    stands nowhere ("At which places …?"): then the names of the records are the answer.
    """
    wanted = _wanted(question)
    everywhere = records.called | words_and_numbers(records.document.text)
    asked = _ASKED_FOR.search(question)
    head = set(map(root, content_words(asked.group(1)))) if asked else set()
    nameless = bool(telling) and not head & everywhere and _is_of_many(question)
    if not wanted - (head if nameless else set()) <= everywhere:
        return []
    if not (nameless or head <= records.called | telling) or not (telling or head):
        return []
    return [item for item in records.items if telling <= item.words]


def _telling(records: _Records, wanted: set[str]) -> set[str]:
    """The words that some records have and others have not."""
    having = {word: sum(word in item.words for item in records.items) for word in wanted}
    return {word for word, count in having.items() if 0 < count < len(records.items)}


def _items(quoted: Sequence[tuple[_Record, tuple[Citation, ...]]]) -> tuple[Claim, ...]:
    return tuple(
        Claim(text=record.name, citations=citations, verdict="verbatim", support=1.0)
        for record, citations in quoted
    )


def _counted(quoted: Sequence[tuple[_Record, tuple[Citation, ...]]]) -> tuple[Claim, ...]:
    """One line with their number and what each is called, computed from the records cited."""
    citations: list[Citation] = []
    operands = []
    for record, its in quoted:
        operands.append(Operand(text=record.name, citation=len(citations)))
        citations += its
    expression = Expression(operation="count", operands=tuple(operands))
    return (
        Claim(
            text=reckoned.line("count", [operand.text for operand in operands]),
            citations=tuple(citations),
            verdict="computed",
            support=1.0,
            expression=expression,
        ),
    )


def _saying(record: _Record, telling: Sequence[str]) -> list[_Sentence | None]:
    """For each word that tells it apart the sentence that has it; None where its name has."""
    named = words_and_numbers(record.name)
    return [
        None if word in named else next(each for each in record.sentences if word in each[1])
        for word in telling
    ]


def _quotes(
    document: Document, record: _Record, said: Sequence[_Sentence | None]
) -> tuple[Citation, ...]:
    """Its heading with the sentences that say what was asked: as one quotation if that is short."""
    places = sorted(
        {record.place, *(each[0] for each in said if each)}, key=lambda place: place.start
    )
    start, end = places[0].start, places[-1].end
    if end - start <= SHORT:
        return (cite(document, start, end),)
    return tuple(cite(document, place.start, place.end) for place in places)


def _records(
    document: Document, passages: Sequence[Passage], sentences: Sequence[Span]
) -> _Records | None:
    """The sections of one level that are alike, of the level that has most of them."""
    if len(document.headings) < FEWEST:
        return None
    found = [item for each in passages for item in of_passage(unranked(each), document, sentences)]
    headings = sorted(document.headings, key=lambda heading: heading.start)
    starts = [heading.start for heading in headings]
    under: dict[int, list[Candidate]] = defaultdict(list)
    for item in {item.span: item for item in found}.values():
        under[bisect_right(starts, item.span.start) - 1].append(item)
    levels: dict[int, list[int]] = defaultdict(list)
    for at, heading in enumerate(headings):
        levels[heading.level].append(at)
    best: _Records | None = None
    for level, ats in levels.items():
        items = [_section(document, headings[at], under[at]) for at in ats if under[at]]
        if len(items) < max(FEWEST, len(best.items) + 1 if best else 0) or not _are_alike(items):
            continue
        above = [h for h in headings if h.level < level]
        lent = [document.title, *(document.text[h.start : h.end] for h in above)]
        best = _Records(document, tuple(items), frozenset(words_and_numbers(" ".join(lent))))
    return best


def _section(document: Document, heading: Heading, inside: Sequence[Candidate]) -> _Record:
    place = Span(document_id=document.id, start=heading.start, end=heading.end)
    name = flat(document.quote(place)).lstrip("#= ").rstrip("#= ")
    sentences = tuple((item.span, frozenset(words_and_numbers(item.text))) for item in inside)
    words = frozenset(words_and_numbers(name)).union(*(words for _, words in sentences))
    return _Record(name, place, sentences, words)


def _alike(said: Sequence[_Sentence | None]) -> bool:
    """Whether each of some sentences says much the same as the one before it."""
    words = [each[1] for each in said if each]
    return all(
        len(one & other) >= ALIKE * max(len(one), len(other)) for one, other in pairwise(words)
    )


def _are_alike(items: Sequence[_Record]) -> bool:
    shares = [
        len(one.words & other.words) / max(1, min(len(one.words), len(other.words)))
        for one, other in pairwise(items)
    ]
    return median(shares) >= ALIKE
