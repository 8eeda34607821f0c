"""What is published of chosen sentences: a written sentence, else them shortened, else whole.

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
from assistant.summarising.wording import fault, may_be_written

SHORTER = 0.7
"""Words that are asked for, for each word of the sources."""
_WORTH_WRITING = 16
"""Words: what has fewer is as well quoted."""


@dataclass(slots=True, kw_only=True)
class Claims:
    """Makes claims of sentences, and remembers what fell."""

    judge: Judge
    withheld: list[Withheld] = field(default_factory=list)

    def headline(self, sentences: Sequence[Sentence]) -> Claim:
        """A headline written of these sentences, else them shortened, else whole.

        Raises:
            ModelError: the model gave no answer.
        """
        return self._headline(sentences) or self.shortened(sentences)

    def _headline(self, sentences: Sequence[Sentence]) -> Claim | None:
        sources = [each.text for each in sentences]
        words = sum(len(each.short.split()) for each in sentences)
        if words < _WORTH_WRITING or not may_be_written(sources):
            return None
        if any(each.kind != "statement" for each in sentences):
            return None
        reply = self.judge.write("headline", "\n".join(sources), round(SHORTER * words))
        text = one_sentence(reply)
        return self.checked(text, sentences) if text and text not in sources else None

    def checked(self, text: str, sentences: Sequence[Sentence]) -> Claim | None:
        """A written sentence as a claim that cites these, if they bear it out; the quotation where
        it is one of them word for word. None, and noted, where it falls; None where it is longer.

        Raises:
            ModelError: the model gave no answer.
        """
        for each in sentences:
            if text == each.text:
                return whole([each])
        shorts = [each.short for each in sentences]
        if len(text.split()) > sum(len(short.split()) for short in shorts):
            return None
        citations = tuple(citation for each in sentences for citation in each.citations)
        composes = self.judge.calibration.composes
        reason = fault(text, [each.text for each in sentences], own_words=composes)
        if not reason:
            quotes = [citation.quote for citation in citations]
            support = self.judge.support(text, quotes, written=True)
            if support.supported:
                return Claim(
                    text=text, citations=citations, verdict="verified", support=support.probability
                )
            reason = support.reason
        self.withheld.append(Withheld(text=text, reason=reason))
        return None

    def shortened(self, sentences: Sequence[Sentence]) -> Claim:
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
