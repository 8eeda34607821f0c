"""Documents that answer differently: the newer is said first, and the older beside it.

Which is the newer is told by their own days, or, where neither has one, by the times of their
files. Where that tells nothing, none comes first because of its day.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import combinations

from assistant.answering.candidates import Candidate, Embed
from assistant.answering.judging import SURE, Judgement
from assistant.answering.readings import Judge, elsewhere
from assistant.answering.values import Published, Run
from assistant.data import Claim, Conflict
from assistant.language.disagreement import (
    SAME_MATTER,
    differ,
    differ_in_figures_alone,
    one_title,
    say_otherwise,
    years,
)
from index.data import DocumentInfo
from index.days import FILE, TOLD_BY, is_newer
from index.sentences import sentences


def disagreeing(
    best: Judgement, items: Sequence[Candidate], embed: Embed, judge: Judge
) -> Iterator[Judgement]:
    """Sentences of other documents on the same matter that answer otherwise: with another number or
    date, or, in a version of the same document, in other words.

    The model must find that they answer, as surely as it did of the best one; but not where a
    version of the document says the same with another figure.

    Raises:
        ModelError: from ``judge``.
    """
    chosen = best.candidate
    others = [item for item in elsewhere(chosen, items) if _is_other(chosen, item)]
    if not others:
        return
    vectors = embed([chosen.text, *(item.text for item in others)])
    sure = min(SURE, best.answers)
    for item, likeness in zip(others, vectors[1:] @ vectors[0], strict=True):
        if likeness >= SAME_MATTER:
            judged = judge(item)
            if judged.answers >= sure or _is_version(chosen, item):
                yield judged


def newest(
    run: Run, best: Judgement, others: Sequence[Judgement]
) -> tuple[Judgement, tuple[Candidate, ...]]:
    """The judgement of the newest of the documents, and the sentences of the others."""
    first = best
    for other in others:
        if _supersedes(*(_listed(run, _document(each)) for each in (other, first))):
            first = other
    return first, tuple(each.candidate for each in (best, *others) if each is not first)


def note(run: Run, first: str, second: str) -> str:
    """What to say of two documents that disagree, by their ids: which is the newer, if that is
    known, and their days."""
    one, other = _listed(run, first), _listed(run, second)
    if _supersedes(one, other):
        return f"{_called(one)} is newer than {_called(other)}."
    return f"{_called(one)} and {_called(other)} disagree."


def settled(published: Published) -> Published:
    """An answer of several sentences in which no older version of a document contradicts a newer.

    What it says otherwise stands beside what the newer one says.
    """
    run, claims = published.found.run, list(published.claims)
    conflicts = list(published.conflicts)
    infos = {each: _listed(run, each) for each in dict.fromkeys(map(_cited, claims))}
    for one, other in combinations(published.claims, 2):
        pair = _in_order(one, other, infos)
        if pair and pair[1] in claims and _contradicts(run, *pair):
            newer, older = pair
            claims.remove(older)
            told = note(run, _cited(newer), _cited(older))
            conflicts.append(Conflict(claims=(newer, older), note=told))
    return replace(published, claims=tuple(claims), conflicts=tuple(conflicts))


def _is_other(chosen: Candidate, item: Candidate) -> bool:
    if differ(chosen.text, item.text):
        return True
    return one_title(chosen.title, item.title) and say_otherwise(chosen.text, item.text)


def _is_version(chosen: Candidate, item: Candidate) -> bool:
    """Whether a version of the same document says the same with another figure."""
    titles = one_title(chosen.title, item.title)
    return titles and differ_in_figures_alone(chosen.text, item.text)


def _in_order(
    one: Claim, other: Claim, infos: Mapping[str, DocumentInfo | None]
) -> tuple[Claim, Claim] | None:
    """Two claims of two versions of a document, the newer first; else None."""
    first, second = infos[_cited(one)], infos[_cited(other)]
    if first is None or second is None or first.id == second.id:
        return None
    if years(one.text) != years(other.text) or not one_title(first.title, second.title):
        return None
    if _supersedes(first, second):
        return one, other
    return (other, one) if _supersedes(second, first) else None


def _contradicts(run: Run, newer: Claim, older: Claim) -> bool:
    """Whether what the newer says, or one of the sentences that it cites, differs from the older
    on the same matter."""
    quotes = [citation.quote for citation in newer.citations]
    said = [quote[start:end] for quote in quotes for start, end in sentences(quote)]
    others = [text for text in (newer.text, *said) if differ(text, older.text)]
    if not others:
        return False
    vectors = run.library.embed([older.text, *others])
    return float((vectors[1:] @ vectors[0]).max()) >= SAME_MATTER


def _supersedes(one: DocumentInfo | None, other: DocumentInfo | None) -> bool:
    """Whether the first document is newer than the second for sure."""
    if one is None or other is None:
        return False
    own = bool(one.published and other.published)
    return (own or one.dated == other.dated == FILE) and is_newer(one.day, other.day)


def _called(info: DocumentInfo | None) -> str:
    if info is None:
        return "a document"
    if info.published:
        return f"{info.name} ({info.published})"
    return f"{info.name} ({info.day} {TOLD_BY[FILE]})" if info.dated == FILE else info.name


def _listed(run: Run, document_id: str) -> DocumentInfo | None:
    return run.library.narrowing.info(document_id)


def _document(judgement: Judgement) -> str:
    return judgement.candidate.span.document_id


def _cited(claim: Claim) -> str:
    return claim.citations[0].span.document_id
