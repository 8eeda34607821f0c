"""The figures of one answer against its gold: pure, so that they can be computed again any time.

Rules, the same for every chain:

* ``correct``: the SQuAD-normalised tokens of a gold answer occur contiguously in the answer's.
  A refusal, a question back to the user and a failure are wrong.
* A fact is found, and a wrong statement made, where a pattern of it occurs in an answer's text.
  A refusal, a question back and a failure have no facts.
* A passage finds a gold quote where the two share a character. Where a case has answers but no
  quotes, a passage finds the gold where ``correct`` would hold for the passage's text.
* A sentence is gold, or cited, where it and a gold quote, or a citation, share at least half of
  the characters of the shorter of the two.
* Of a quote that occurs several times in its document the first occurrence counts.
"""

from bisect import bisect_left
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from assistant.evaluation.golden.cases import GoldenCase, conversation
from assistant.evaluation.golden.quotes import quoted_range
from assistant.evaluation.reports import metrics
from assistant.evaluation.reports.results import (
    CaseFailure,
    CaseResult,
    CaseScore,
    CitationScore,
    Outcome,
    Quoted,
    RetrievalScore,
)

Range = tuple[str, int, int]
"""Document id, start, end."""
SentenceKey = tuple[str, int]
"""Document id and start of a sentence."""

SHARED = 0.5
"""The share of the shorter text that a sentence must share with a quote or citation."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Documents:
    """The texts that answers were drawn from, by document id."""

    texts: Mapping[str, str]
    sentences: Mapping[str, Sequence[tuple[int, int]]]
    ids: Mapping[str, str]
    """File name to document id."""

    def locate(self, case: GoldenCase) -> list[Range]:
        """Where the case's gold quotes are; what does not occur is left out."""
        found = []
        for item in case.evidence:
            document = self.ids.get(item.document, "")
            there = quoted_range(self.texts.get(document, ""), item.quote)
            if there:
                found.append((document, *there))
        return found

    def sentences_of(self, ranges: Iterable[Range]) -> set[SentenceKey]:
        """The sentences that the ranges mark, by the half rule above."""
        return {
            (document, sentence_start)
            for document, start, end in ranges
            for sentence_start, sentence_end in self._near(document, start, end)
            if _shares_half(sentence_start, sentence_end, start, end)
        }

    def _near(self, document: str, start: int, end: int) -> Sequence[tuple[int, int]]:
        spans = self.sentences.get(document, ())
        first = max(0, bisect_left(spans, (start, 0)) - 1)
        return spans[first : bisect_left(spans, (end, 0))]

    def is_exact(self, citation: Quoted) -> bool:
        """Whether the document has exactly the citation's quote at its place."""
        text = self.texts.get(citation.document_id, "")
        return bool(citation.quote) and text[citation.start : citation.end] == citation.quote


def _shares_half(start: int, end: int, other_start: int, other_end: int) -> bool:
    shared = min(end, other_end) - max(start, other_start)
    return shared >= SHARED * min(end - start, other_end - other_start)


KS = (1, 5, 10)


def score(
    case: GoldenCase,
    outcome: Outcome,
    documents: Documents,
    passages: Callable[[str], Sequence[tuple[int, int]]],
) -> CaseScore:
    """The figures of one outcome; ``passages`` gives the ranges a chain could have retrieved."""
    answer = outcome if isinstance(outcome, CaseResult) else None
    text = answer.text if answer and answer.answered else ""
    golds = case.answers if case.answerable else ()
    compared = bool(golds) or not case.answerable
    return CaseScore(
        id=case.id,
        chain=outcome.chain,
        answerable=case.answerable,
        kind=case.kind,
        failed=isinstance(outcome, CaseFailure),
        answered=answer is not None and answer.answered,
        refused=answer is not None and answer.status == "not_in_documents",
        correct=metrics.contains_gold(text, golds) if compared else None,
        exact_match=_with_gold(metrics.exact_match, text, golds) if compared else None,
        f1=_with_gold(metrics.f1, text, golds) if compared else None,
        token_recall=metrics.token_recall(text, golds) if compared else None,
        rouge_l=metrics.rouge_l(text, golds) if compared else None,
        facts=tuple(
            (fact.id, any(metrics.occurs(pattern, text) for pattern in fact.any_of))
            for fact in case.facts
        ),
        never=tuple(p for p in case.never if metrics.occurs(p, text)) if case.never else None,
        group=conversation(case),
        words=len(text.split()) if text else None,
        prose=_prose(answer),
        answerability=answer.answerability if answer else None,
        retrieval=_retrieval(case, answer, documents, passages) if answer else None,
        citations=_citations(case, outcome, documents),
        exact_offsets=_exact(answer, documents),
        sentences=len(answer.verdicts) if answer and answer.verdicts is not None else None,
        documents_cited=_documents_cited(answer),
        withheld=len(answer.withheld) if answer and answer.withheld is not None else None,
    )


def _with_gold(
    metric: Callable[[str, Sequence[str]], float], text: str, golds: Sequence[str]
) -> float:
    """A SQuAD figure, but 0.0 where there is no answer or no gold: nothing is right of nothing."""
    return metric(text, golds) if text and golds else 0.0


def _documents_cited(answer: CaseResult | None) -> int | None:
    if answer is None or not answer.answered or answer.citations is None:
        return None
    return len({item.document_id for item in _cited(answer)})


def _prose(answer: CaseResult | None) -> bool | None:
    if answer is None or not answer.answered or answer.verdicts is None:
        return None
    return "verified" in answer.verdicts


def _cited(answer: CaseResult) -> list[Quoted]:
    return [item for cited in answer.citations or () for item in cited]


def _exact(answer: CaseResult | None, documents: Documents) -> tuple[int, int] | None:
    if answer is None or answer.citations is None:
        return None
    cited = _cited(answer)
    return sum(map(documents.is_exact, cited)), len(cited)


def _citations(case: GoldenCase, outcome: Outcome, documents: Documents) -> CitationScore | None:
    if not case.answerable or outcome.chain != "citewell":  # the others cite nothing
        return None
    gold = documents.sentences_of(documents.locate(case))
    if not gold:
        return None
    ranges = _cited(outcome) if isinstance(outcome, CaseResult) and outcome.answered else []
    cited = documents.sentences_of((q.document_id, q.start, q.end) for q in ranges)
    return CitationScore(cited=len(cited), gold=len(gold), both=len(cited & gold))


def _retrieval(
    case: GoldenCase,
    answer: CaseResult,
    documents: Documents,
    passages: Callable[[str], Sequence[tuple[int, int]]],
) -> RetrievalScore | None:
    units = documents.locate(case)
    if not case.answerable or not (units or case.answers):
        return None
    if units:
        found = [_units_in((q.document_id, q.start, q.end), units) for q in answer.retrieved]
        there = [
            (document, start, end)
            for document in {unit[0] for unit in units}
            for start, end in passages(document)
        ]
        relevant = sum(bool(_units_in(passage, units)) for passage in there)
    else:
        found = [
            {0} if metrics.contains_gold(q.quote, case.answers) else set() for q in answer.retrieved
        ]
        relevant = _containing(case, documents, passages)
    gold = len(units) or 1
    return RetrievalScore(
        recall={k: metrics.recall_at(found, gold, k) for k in KS},
        reciprocal_rank=metrics.reciprocal_rank(found),
        ndcg=metrics.ndcg_at(found, relevant, 10),
    )


def _units_in(passage: Range, units: Sequence[Range]) -> set[int]:
    document, start, end = passage
    return {
        number
        for number, (where, unit_start, unit_end) in enumerate(units)
        if where == document and unit_start < end and start < unit_end
    }


def _containing(
    case: GoldenCase,
    documents: Documents,
    passages: Callable[[str], Sequence[tuple[int, int]]],
) -> int:
    """How many passages of all documents contain a gold answer."""
    return sum(
        metrics.contains_gold(text[start:end], case.answers)
        for document, text in documents.texts.items()
        if metrics.contains_gold(text, case.answers)
        for start, end in passages(document)
    )
