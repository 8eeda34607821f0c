"""A whole answer in the words of a model that composes, each sentence checked.

The model is shown the chosen sentences and those around them, numbered, and writes sentences that
end in the numbers they are from. Each is checked as soon as it is written, against exactly these.
One that falls is withheld in sight, and written anew from them once; if that falls too, those of
them that were chosen stand as quotations. Which model composes is measured by
``assistant.evaluation.calibrate``.
"""

from collections.abc import Callable, Generator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace

from assistant.answering import composing
from assistant.answering.candidates import Candidate, in_order, of_passage
from assistant.answering.choosing import words_of
from assistant.answering.cited_text import (
    MOST_CITED,
    CitedSentence,
    cited_sentences,
    schema,
    without_marks,
)
from assistant.answering.stating import citations_of, quotation, stated, told, written_anew
from assistant.answering.values import Chosen, Published, Sourced, Steps
from assistant.checking.guards import adds_to
from assistant.data import Claim, Progress, Withheld
from assistant.language.drafts import one_sentence
from assistant.language.numbers import words_and_numbers
from assistant.language.words import WORD, flat, fold
from index.data import Span

READ = 6000
"""Characters of the numbered sentences, some 1,500 tokens."""
MOST = 8
"""Sentences of one answer; what is written after them is not read."""
TOKENS = 4
"""Of the reply, for each word that is asked for."""
REPAIRED = 120
"""Tokens of a sentence that is written anew."""
COMPLETING = frozenset("\n[]{}")
"""Of what comes, the characters after which a sentence may be complete: no others are looked at."""
NO_NUMBER = "it does not say which sentences it is from"
NO_SENTENCE = "it cites a sentence that there is not"
TOO_MANY = f"it cites more than {MOST_CITED} sentences at once"
UNRELATED = "it has nothing to do with the sentence that it cites"


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What became of one sentence: a claim, or the reason why it fell."""

    text: str
    cited: tuple[Candidate, ...] = ()
    """The sentences that it was checked against."""
    claim: Claim | None = None
    reason: str = ""


def gather(chosen: Chosen) -> Steps[Sourced]:
    """The chosen sentences with those around them and those of the best passages, in the order of
    the text."""
    yield Progress(message="Reading around the sentences")
    run = chosen.found.run
    held = chosen.found.held()
    around = sorted(held, key=lambda each: not _holds_one(each.passage.span, chosen.sentences))
    sources = {item.span: item for item in chosen.sentences}
    room = READ - sum(len(item.text) for item in chosen.sentences)
    for each in around:
        document = run.library.document(each.passage.span.document_id)
        for item in of_passage(each, document, run.library.sentences(document.id)):
            if item.span not in sources and len(item.text) <= room:
                sources[item.span] = item
                room -= len(item.text)
    return Sourced(chosen=chosen, sources=tuple(in_order(list(sources.values()))))


def publish(sourced: Sourced, said: Sequence[Claim] = ()) -> Steps[Published]:
    """The written sentences, each once it is checked; the chosen ones where none stands. What was
    ``said`` in the parts before is not said again."""
    chosen = sourced.chosen
    run = chosen.found.run
    claims: list[Claim] = []
    withheld: list[Withheld] = []
    yield Progress(message="Writing the answer, and checking each sentence")

    def is_said(text: str) -> bool:
        return any(repeats(text, claim.text) for claim in (*said, *claims))

    with closing(checked(sourced, is_said)) as sentences:
        for sentence in sentences:
            if sentence.claim is None:
                withheld.append(Withheld(text=sentence.text, reason=sentence.reason))
                yield from told(run, (), withheld[-1:])
            for claim in [sentence.claim] if sentence.claim else _instead(sourced, sentence):
                if _adds(claim.text, chosen, claims):
                    claims.append(claim)
                    yield from told(run, (claim,))
    if not claims:
        quoted = yield from composing.publish((yield from composing.compose(chosen)), said)
        return replace(quoted, withheld=(*withheld, *quoted.withheld))
    return Published(
        found=chosen.found,
        claims=tuple(claims),
        answerability=chosen.answerability,
        form=composing.form_of(chosen),
        withheld=tuple(withheld),
        passages=chosen.passages,
        of=chosen.of,
    )


def checked(sourced: Sourced, is_said: Callable[[str], bool]) -> Generator[Checked, None, None]:
    """Each written sentence as soon as it is checked, but what ``is_said`` already; closing it ends
    the writing."""
    with closing(_written(sourced)) as written:
        for sentence in written:
            if not is_said(sentence.text):
                sourced.chosen.found.run.go_on()
                yield _check(sourced, sentence)


def _written(sourced: Sourced) -> Generator[CitedSentence, None, None]:
    """The sentences as they are completed, MOST of them at most; closing it ends the writing."""
    chosen = sourced.chosen
    run, part = chosen.found.run, chosen.found.part
    words = words_of(part)
    messages = run.prompts.messages(
        "write_json" if run.model.capabilities.json_schema else "write",
        sentences=_numbered(sourced.sources),
        earlier=part.earlier,
        question=part.question,
        words=str(words),
    )
    held_to = schema(len(sourced.sources))
    given = seen = 0
    pieces = run.model.stream(messages, max_tokens=TOKENS * words, schema=held_to)
    for piece in pieces:
        run.spend(piece.usage)
        new, seen = piece.text[seen:], len(piece.text)
        if new and not piece.finished and COMPLETING.isdisjoint(new):
            continue
        complete = cited_sentences(piece.text, ended=piece.finished)[:MOST]
        yield from complete[given:]
        given = len(complete)
        if given == MOST:
            return


def _numbered(sources: Sequence[Candidate]) -> str:
    """Each sentence on a line after its number, under the title of its document."""
    lines: list[str] = []
    document = ""
    for number, item in enumerate(sources, start=1):
        if item.span.document_id != document:
            document = item.span.document_id
            lines.append(f"“{without_marks(item.title)}”")
        lines.append(f"[{number}] {without_marks(item.text)}")
    return "\n".join(lines)


def _holds_one(passage: Span, sentences: Sequence[Candidate]) -> bool:
    return any(
        item.span.document_id == passage.document_id
        and passage.start <= item.span.start < passage.end
        for item in sentences
    )


def repeats(text: str, other: str) -> bool:
    """Whether a sentence has no word that another does not have in the same order."""
    left = iter(WORD.findall(fold(other)))
    return all(word in left for word in WORD.findall(fold(text)))


def _adds(text: str, chosen: Chosen, claims: Sequence[Claim]) -> bool:
    """Whether a sentence says more than the question, and than any sentence before it."""
    said = (chosen.found.part.question, *(claim.text for claim in claims))
    return all(adds_to(text, other) for other in said)


def _check(sourced: Sourced, sentence: CitedSentence) -> Checked:
    """A sentence checked against the sentences that it cites and has to do with."""
    run, text = sourced.chosen.found.run, sentence.text
    cited, reason = _cited(sourced, sentence)
    checked = Checked(text=text, reason=reason) if reason else _supported(sourced, text, cited)
    citations = checked.claim.citations if checked.claim else ()
    run.trace(
        "write",
        {
            "text": sentence.text,
            "numbers": list(sentence.numbers),
            "cited": [item.text for item in cited],
            "quotes": [citation.quote for citation in citations],
            "supported": checked.claim is not None,
            "verdict": checked.claim.verdict if checked.claim else None,
            "reason": checked.reason,
        },
    )
    return checked


def _cited(sourced: Sourced, sentence: CitedSentence) -> tuple[list[Candidate], str]:
    """The sentences that a written one cites and shares a word or number with; else why none."""
    there = [n for n in sentence.numbers if 1 <= n <= len(sourced.sources)]
    said = words_and_numbers(sentence.text)
    items = [sourced.sources[number - 1] for number in there]
    cited = [item for item in items if said & words_and_numbers(item.text)]
    if not sentence.numbers:
        return [], NO_NUMBER
    if len(there) > MOST_CITED:
        return [], TOO_MANY
    if not there:
        return [], NO_SENTENCE
    return cited, "" if cited else UNRELATED


def _supported(sourced: Sourced, text: str, cited: Sequence[Candidate]) -> Checked:
    """The text as a claim if these sentences bear it out. No title lends it a name."""
    run, question = sourced.chosen.found.run, sourced.chosen.found.part.question
    claim, support = stated(run, text, citations_of(run, cited), question=question)
    return Checked(text=text, cited=tuple(cited), claim=claim, reason=support.reason)


def _instead(sourced: Sourced, sentence: Checked) -> list[Claim]:
    """What stands for a sentence that fell: it written anew, else what it cites of the chosen."""
    chosen, cited = sourced.chosen, sentence.cited
    run = chosen.found.run
    if not cited:
        return []
    run.go_on()
    evidence = flat(" ".join(citation.quote for citation in citations_of(run, cited)))
    question = chosen.found.part.question
    written = written_anew(
        run,
        sentence.text,
        evidence=evidence,
        question=question,
        reason=sentence.reason,
        most=REPAIRED,
    )
    text = one_sentence(without_marks(written.text)) if written.finished else ""
    anew = bool(text) and text != sentence.text
    checked = _supported(sourced, text, cited) if anew else Checked(text=text)
    run.trace("repair", {"text": written.text, "reason": checked.reason})
    if checked.claim:
        return [checked.claim]
    spans = {item.span for item in chosen.sentences}
    return [quotation(run, item) for item in cited if item.span in spans]
