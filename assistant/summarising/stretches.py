"""What the model writes of a stretch of a document, as far as the document bears it out.

Asked to join chosen sentences the default model copies them; of a whole stretch it writes in fewer
words. So it writes first, as for a whole answer (``assistant.answering.whole_drafts``), and the
sentences that each of its sentences is from are found afterwards and must bear it out.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from assistant.checking.citations import covering
from assistant.data import Claim
from assistant.language.drafts import one_sentence
from assistant.language.numbers import numbers
from assistant.language.words import content_words
from assistant.summarising.claims import Claims
from assistant.summarising.outline import antecedents
from assistant.summarising.reading import Reading
from index.sentences import sentences as index_sentences

LONGEST, _SHORTEST = 160, 60
"""Words of a stretch; a shorter one goes on below the next heading."""
_A_SENTENCE = 45
"""Words of a stretch for each sentence that is asked for."""
_COUNTS = ("one", "two", "three", "four")
_MOST_SOURCES = 3
"""Sentences that a written one may be from."""
_LEAST_SAID = 4
"""Content words of a written sentence without a number: fewer say too little."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A sentence that stands."""

    claim: Claim
    numbers: list[int]
    """Of the sentences that it is from, in the order of the text."""


def stretches(reading: Reading) -> list[list[int]]:
    """The statements of each document in runs that the model reads at one go, in their order."""
    found: list[list[int]] = []
    for number, sentence in enumerate(reading.sentences):
        if sentence.kind != "statement":
            continue
        if found and _goes_on(reading, found[-1], number):
            found[-1].append(number)
        else:
            found.append([number])
    return found


def _goes_on(reading: Reading, stretch: Sequence[int], number: int) -> bool:
    """Whether a stretch goes on with a sentence."""
    last, new = reading.sentences[stretch[-1]], reading.sentences[number]
    words = _words(reading, stretch)
    if last.document != new.document or (last.section != new.section and words >= _SHORTEST):
        return False
    return words + len(new.text.split()) <= LONGEST


def _words(reading: Reading, stretch: Iterable[int]) -> int:
    return sum(len(reading.sentences[number].text.split()) for number in stretch)


def written(claims: Claims, reading: Reading, stretch: Sequence[int]) -> Iterator[Written]:
    """The sentences that the model writes of a stretch and that their sources bear out; what falls
    is noted by ``claims``.

    Raises:
        ModelError: the model gave no answer.
    """
    text = " ".join(reading.sentences[number].text for number in stretch)
    words = _words(reading, stretch)
    count = _COUNTS[min(max(words // _A_SENTENCE, 1), len(_COUNTS)) - 1]
    reply = claims.judge.write_stretch(text, count, words)
    for start, end in index_sentences(reply):
        said = one_sentence(reply[start:end])
        if not said or not _says_something(said):
            continue
        from_ = _sources(claims, reading, stretch, said)
        claim = claims.checked(said, [reading.sentences[number] for number in from_])
        if claim is not None:
            yield Written(claim=claim, numbers=from_)


def _says_something(text: str) -> bool:
    """Whether a sentence has enough words or a number, and does not say the same twice."""
    words = content_words(text)
    pairs = list(pairwise(words))
    return len({*pairs}) == len(pairs) and (bool(numbers(text)) or len(words) >= _LEAST_SAID)


def _sources(claims: Claims, reading: Reading, stretch: Sequence[int], said: str) -> list[int]:
    """The sentences of a stretch that a written one is from: the nearest, then any that has words
    or numbers that the ones before have not; each with what it leans on."""
    (vector,) = claims.judge.library.embed([said])
    nearness = reading.vectors[list(stretch)] @ vector
    order = [stretch[int(at)] for at in np.argsort(-nearness, kind="stable")]
    told = covering(said, [reading.sentences[n].text for n in order], _MOST_SOURCES)
    found = [order[at] for at in told]
    leant_on = {each for number in found for each in antecedents(reading, number)}
    return sorted({*found, *leant_on})
