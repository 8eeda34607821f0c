"""A whole answer as the model writes it at one go, and which of its sentences are borne out.

The default model writes well from plain passages and cites blindly, so the sources of each sentence
are found afterwards: the sentences nearest to it, checked as every claim is. What falls is withheld
in sight, but still tells what the answer is about: sentences of the documents that are near to a
draft are better ones than those that are near to the question alone (``docs/notebook.md``).
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby, islice

import numpy as np

from assistant.answering.candidates import Candidate, Sentences, leaning
from assistant.answering.drafts import one_sentence
from assistant.answering.values import Retrieved, Run, Steps
from assistant.checking.citations import LEANS, cite, merge_adjacent
from assistant.checking.guards import adds_to
from assistant.checking.support import check
from assistant.data import Citation, Claim, ClaimChecked, Progress, SentenceWithheld, Withheld
from assistant.language.numbers import words_and_numbers
from assistant.language.words import flat
from index.data import Evidence
from index.sentences import sentences

READ = 3
"""Passages that the model reads."""
LONGEST_READ = 4000
"""Characters of them."""
WRITTEN = 200
"""Tokens of the draft."""
MOST_SENTENCES = 5
"""Sentences of the draft that are checked: each check costs a call."""
MOST_SOURCES = 3
"""Sentences of the documents that one sentence of the draft may be from."""
NO_SOURCE = "no sentence that was found says it"
TWINS = 0.85
"""Cosine similarity from which two sentences say the same."""
_MARK = re.compile(r"^(?:[-*•]|\d+[.)])\s+")
"""What the model puts before a line of a list."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstDraft:
    """What the model wrote, in order, and what became of it."""

    sentences: tuple[str, ...] = ()
    claims: tuple[Claim, ...] = ()
    """The sentences that are borne out by what they cite."""
    withheld: tuple[Withheld, ...] = ()

    @property
    def share(self) -> float:
        """Of the sentences that were checked, the share that is borne out; 0 of none."""
        checked = len(self.claims) + len(self.withheld)
        return len(self.claims) / checked if checked else 0.0


def evidence_text(passages: Sequence[Evidence]) -> str:
    """The passages that the model reads, those of one document under its name."""
    read = passages[:READ]
    texts = [
        "\n".join([name, *(item.passage.text for item in items)])
        for name, items in groupby(read, key=lambda item: item.document_name)
    ]
    return "\n\n".join(texts)[:LONGEST_READ]


def write(found: Retrieved, near: Sentences, *, tell: bool) -> Steps[FirstDraft]:
    """The draft, each sentence checked against those of ``near`` that it is from.

    ``tell`` each as soon as it is checked: the question is answered whatever becomes of the others.
    """
    run, part = found.run, found.part
    yield Progress(message="Writing a first draft")
    run.go_on()
    held = [each for each in found.evidence if run.holds(each)]
    written = run.model.write(
        run.prompts.messages(
            "first_draft",
            evidence=evidence_text(held),
            earlier=f"Earlier question: {part.earlier}\n" if part.earlier else "",
            question=part.question,
        ),
        max_tokens=WRITTEN,
    )
    run.spend(written.usage)
    said = drafted_sentences(written.text, part.question, finished=written.finished)
    said = [said[at] for at in distinct(run.library.embed(said))] if said else []
    claims: list[Claim] = []
    withheld: list[Withheld] = []
    if said:
        yield Progress(message="Checking what it says against its sources")
    for sentence in said:
        run.go_on()
        claim, reason = _checked(run, sentence, near)
        if claim is not None:
            claims.append(claim)
        else:
            withheld.append(Withheld(text=sentence, reason=reason))
        if tell:
            yield from told(run, claims[-1:] if claim else (), () if claim else withheld[-1:])
    run.trace(
        "first_draft",
        {
            "text": written.text,
            "claims": [[claim.text, claim.support] for claim in claims],
            "withheld": [[item.text, item.reason] for item in withheld],
        },
    )
    return FirstDraft(sentences=tuple(said), claims=tuple(claims), withheld=tuple(withheld))


def told(run: Run, claims: Sequence[Claim], withheld: Sequence[Withheld]) -> Steps[None]:
    """The events of checked sentences."""
    for item in withheld:
        yield SentenceWithheld(withheld=item)
    for claim in claims:
        run.meter.first_sentence_s = run.meter.first_sentence_s or run.meter.clock()
        yield ClaimChecked(claim=claim)


def drafted_sentences(text: str, question: str, *, finished: bool = True) -> list[str]:
    """The sentences of a draft that say something: each once, without list marks, lead-ins ("The
    reasons are:"), and what only repeats the question. The last one falls if it was cut off."""
    lines = [_MARK.sub("", line.strip()) for line in text.splitlines() if line.strip()]
    pieces = [line[start:end] for line in lines for start, end in sentences(line)]
    if not finished:
        pieces = pieces[:-1]
    cleaned = [one_sentence(piece) for piece in pieces if not piece.rstrip().endswith(":")]
    kept = [sentence for sentence in cleaned if sentence and adds_to(sentence, question)]
    return list(dict.fromkeys(kept))[:MOST_SENTENCES]


def distinct(vectors: np.ndarray) -> list[int]:
    """Which of n texts say something that none before them says, by unit vectors (n, d)."""
    kept: list[int] = []
    for at, vector in enumerate(vectors):
        if not kept or float((vectors[kept] @ vector).max()) < TWINS:
            kept.append(at)
    return kept


def nearness(said: Sequence[str], near: Sentences) -> np.ndarray:
    """How near each of n sentences is to the nearest of the drafted ones, shape (n,)."""
    if not said:
        return np.zeros(len(near.items))
    return np.asarray(np.max([near.ranks(each) for each in said], axis=0))


def sources(sentence: str, near: Sentences, run: Run) -> list[Candidate]:
    """The sentences that a drafted one is from, at most ``MOST_SOURCES``: the nearest, then any of
    its document that has words or numbers that the ones before have not.

    Of two documents none: what one says must not be told of what the other is about. Nor one that
    leans on a sentence that does not stand before it, for beside another it would lean on that.
    """
    order = np.argsort(-near.ranks(sentence), kind="stable")
    firm = (near.items[at] for at in order if not _dangles(near.items[at], run))
    best = list(islice(firm, 2 * MOST_SOURCES))
    best = [item for item in best if item.span.document_id == best[0].span.document_id]
    chosen = best[:1]
    missing = words_and_numbers(sentence)
    while chosen and len(chosen) < MOST_SOURCES:
        missing -= words_and_numbers(f"{chosen[-1].text} {chosen[-1].title} {chosen[-1].heading}")
        gains = [len(missing & words_and_numbers(item.text)) for item in best]
        if not max(gains):
            break
        chosen.append(best[int(np.argmax(gains))])
    return chosen


def _dangles(item: Candidate, run: Run) -> bool:
    """Whether a sentence leans on one that is not there to be cited with it."""
    text = run.library.document(item.span.document_id).text
    return bool(LEANS.match(item.text)) and not leaning(item, text)


def _shared(items: Sequence[Candidate]) -> list[str]:
    """Their title, and the heading if it stands over all of them: what may lend a name."""
    headings = {item.heading for item in items}
    return [items[0].title, *(headings if len(headings) == 1 else ())]


def _checked(run: Run, sentence: str, near: Sentences) -> tuple[Claim | None, str]:
    """A drafted sentence as a claim, or why it falls."""
    from_ = sources(sentence, near, run)
    if not from_:
        return None, NO_SOURCE
    citations = citations_of(run, from_)
    support, usage = check(
        run.model,
        run.prompts,
        sentence,
        [citation.quote for citation in citations],
        calibration=run.calibration,
        context=_shared(from_),
    )
    run.spend(usage)
    if not support.supported:
        return None, support.reason
    verbatim = flat(" ".join(citation.quote for citation in citations)) == sentence
    claim = Claim(
        text=sentence,
        citations=citations,
        verdict="verbatim" if verbatim else "verified",
        support=support.probability,
    )
    return claim, ""


def citations_of(run: Run, items: Sequence[Candidate]) -> tuple[Citation, ...]:
    """What is cited: the sentences, each with the one before it if it leans on that."""
    cited: list[Citation] = []
    for document_id in dict.fromkeys(item.span.document_id for item in items):
        document = run.library.document(document_id)
        of_one = [item for item in items if item.span.document_id == document_id]
        spans = [item.span for item in of_one]
        spans += [item.before[0] for item in of_one if leaning(item, document.text)]
        cited += [cite(document, s.start, s.end) for s in merge_adjacent(spans, document.text)]
    return tuple(cited)
