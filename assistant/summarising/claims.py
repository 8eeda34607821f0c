"""What is published of chosen sentences: one written sentence, else them shortened, else whole.

The model writes, and what it writes is published only if exactly its sources bear it out. So a
summary never has a hole, and never a sentence that nobody checked.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from assistant.checking.guards import objections
from assistant.data import Claim, Withheld
from assistant.language.drafts import one_sentence
from assistant.language.statements import is_loaded
from assistant.language.words import flat
from assistant.summarising.judge import Judge
from assistant.summarising.reading import Sentence
from assistant.summarising.wording import fault, may_be_written, says_enough
from index.sentences import sentences as index_sentences

SHORTER = 0.7
"""Words that are asked for, for each word of the sources."""
_WORTH_WRITING = 16
"""Words: what has fewer is as well quoted."""


@dataclass(slots=True, kw_only=True)
class Claims:
    """Makes claims of sentences, and remembers what fell."""

    judge: Judge
    withheld: list[Withheld] = field(default_factory=list)

    def of(self, sentences: Sequence[Sentence], prompt: str | None) -> Claim:
        """The claim that cites these sentences; ``prompt`` names how it may be written.

        Raises:
            ModelError: the model gave no answer.
        """
        written = self._written(sentences, prompt) if prompt else None
        return written or self._shortened(sentences)

    def _written(self, sentences: Sequence[Sentence], prompt: str) -> Claim | None:
        sources = [each.text for each in sentences]
        shorts = [each.short for each in sentences]
        words = sum(len(text.split()) for text in shorts)
        if words < _WORTH_WRITING or not may_be_written(sources):
            return None
        if any(each.kind != "statement" for each in sentences):
            return None
        reply = self.judge.write(prompt, "\n".join(sources), round(SHORTER * words))
        pieces = [one_sentence(reply[start:end]) for start, end in index_sentences(reply)]
        text = " ".join(filter(None, pieces))
        if not text or set(pieces) & set(sources) or not says_enough(text, shorts):
            return None
        citations = tuple(each.citation for each in sentences)
        reason = fault(text, shorts)
        support = None
        if not reason:
            quotes = [citation.quote for citation in citations]
            support = self.judge.support(text, quotes, written=True)
            reason = support.reason
        if reason or support is None:
            self.withheld.append(Withheld(text=text, reason=reason))
            return None
        return Claim(
            text=text, citations=citations, verdict="verified", support=support.probability
        )

    def _shortened(self, sentences: Sequence[Sentence]) -> Claim:
        """The sentences, each shortened if that passes its check, else as it is."""
        checked = [self._checked(sentence) for sentence in sentences]
        text = " ".join(said for said, _ in checked)
        claim = whole(sentences)
        quotes = [citation.quote for citation in claim.citations]
        if text == " ".join(each.text for each in sentences) or objections(text, quotes):
            return claim
        support = least(probability for _, probability in checked)
        return Claim(text=text, citations=claim.citations, verdict="verified", support=support)

    def _checked(self, sentence: Sentence) -> tuple[str, float | None]:
        """What may be said of one sentence, and how sure that is."""
        if sentence.short == sentence.text or is_loaded(sentence.short):
            return sentence.text, 1.0
        quotes = [citation.quote for citation in sentence.citations]
        support = self.judge.support(sentence.short, quotes)
        if support.supported:
            return sentence.short, support.probability
        self.withheld.append(Withheld(text=sentence.short, reason=support.reason))
        return sentence.text, 1.0


def whole(sentences: Sequence[Sentence]) -> Claim:
    """The sentences as they are."""
    citations = tuple(citation for sentence in sentences for citation in sentence.citations)
    text = " ".join(flat(citation.quote) for citation in citations)
    return Claim(text=text, citations=citations, verdict="verbatim", support=1.0)


def least(probabilities: Iterable[float | None]) -> float | None:
    """The least of the probabilities; None if one is not known."""
    known = list(probabilities)
    return None if None in known else min(each for each in known if each is not None)
