"""A whole answer: what the model's draft says and its sources bear out, then the chosen sentences.

Where the draft joined none of its sources, two neighbours are joined: the model is given two
sentences of one passage and joins them in its own words. What comes back stands only if exactly the
sentences it was made of bear it out; else they stand as they are, as quotations. So an answer never
has a hole, and never a sentence that nobody checked.
"""

from collections.abc import Sequence

from assistant.answering.candidates import Candidate, leaning
from assistant.answering.choosing import after_the_one_before
from assistant.answering.stating import citations_of, quotation, stated, told
from assistant.answering.values import Chosen, Composed, Published, Run, Steps
from assistant.answering.whole_drafts import is_twin
from assistant.data import Claim, Form, Progress, Withheld
from assistant.language.drafts import one_sentence
from assistant.language.words import content_words, root
from index.formats.rows import MARK

JOINED = 1
"""Pairs of sentences that are joined in an answer whose draft joined none: each costs a writing and
a check."""
LONGEST = 45
"""Words of two sentences together, from which they are left apart."""
WRITTEN = 90
"""Tokens of a joint sentence."""
BOTH = 0.5
"""Share of the content words of each of two sentences that their joint sentence keeps."""


def compose(chosen: Chosen) -> Steps[Composed]:
    """The groups of sentences that are to stand together, in order."""
    yield Progress(message="Putting the sentences together")
    groups: list[tuple[Candidate, ...]] = []
    joint = any(len(claim.citations) > 1 for claim in chosen.claims)
    left = 0 if joint or chosen.found.part.kind == "list" else JOINED
    for item in chosen.sentences:
        alone = bool(groups) and len(groups[-1]) == 1
        if left and alone and _go_together(chosen.found.run, groups[-1][0], item):
            groups[-1] = (groups[-1][0], item)
            left -= 1
        else:
            groups.append((item,))
    return Composed(chosen=chosen, groups=tuple(groups))


def publish(composed: Composed, said: Sequence[Claim] = ()) -> Steps[Published]:
    """Every group as one or two checked sentences, each as soon as it is checked.

    ``said`` are those of the parts before: what repeats one of them is that one, not told again.
    """
    chosen = composed.chosen
    run = chosen.found.run
    claims = _not_again(run, chosen.claims, said)
    withheld = list(chosen.withheld)
    if not chosen.told:
        yield from told(run, [claim for claim in claims if claim not in said], withheld)
    for group in composed.groups:
        made: list[Claim] = []
        if len(group) > 1:
            run.go_on()
            yield Progress(message="Joining two sentences, and checking the result")
            joint, reason, text = _joined(chosen, group)
            if joint is not None:
                made = [joint]
            elif reason:
                withheld.append(Withheld(text=text, reason=reason))
                yield from told(run, (), withheld[-1:])
        made = _not_again(run, made or [_whole(chosen, item, claims) for item in group], said)
        claims += [claim for claim in made if claim not in claims]
        yield from told(run, [claim for claim in made if claim not in said])
    return Published(
        found=chosen.found,
        claims=tuple(claims),
        answerability=chosen.answerability,
        form=form_of(chosen),
        withheld=tuple(withheld),
        passages=chosen.passages,
        of=chosen.of,
    )


def _not_again(run: Run, claims: Sequence[Claim], said: Sequence[Claim]) -> list[Claim]:
    """The claims, each that repeats one of ``said`` replaced by that one."""
    if not claims or not said:
        return list(claims)
    vectors = run.library.embed([claim.text for claim in (*claims, *said)])
    likeness = vectors[: len(claims)] @ vectors[len(claims) :].T
    kept = []
    for claim, alike in zip(claims, likeness, strict=True):
        repeated = (
            other
            for other, its in zip(said, alike, strict=True)
            if is_twin(claim.text, [other.text], [its])
            or ("verbatim" in (claim.verdict, other.verdict) and other.cites_all_of(claim))
        )
        kept.append(next(repeated, claim))
    return list(dict.fromkeys(kept))


def form_of(chosen: Chosen) -> Form:
    kind = chosen.found.part.kind
    return "list" if kind == "list" else "comparison" if kind == "compare" else "sentences"


def _go_together(run: Run, one: Candidate, other: Candidate) -> bool:
    """Whether a sentence follows the other in a paragraph of the text, and both are short enough
    for one. A row of a table is no sentence."""
    rows = MARK in one.text or MARK in other.text or one.columns or other.columns
    if rows or other.before[:1] != (one.span,):
        return False
    text = run.library.document(one.span.document_id).text
    between = text[one.span.end : other.span.start]
    return "\n\n" not in between and len(f"{one.text} {other.text}".split()) <= LONGEST


def _whole(chosen: Chosen, item: Candidate, claims: Sequence[Claim]) -> Claim:
    """A sentence as it stands; with the one before it where it would point at nothing, unless that
    is chosen too or stands in the answer already."""
    run = chosen.found.run
    text = run.library.document(item.span.document_id).text
    if leaning(item, text):
        there = [other.span for other in chosen.sentences]
        for claim in claims:
            there += [its.span for its in claim.citations if claim.verdict == "verbatim"]
        if not any(span.holds(item.before[0]) for span in there):
            item = after_the_one_before(item, text, item.before[0])
    return quotation(run, item)


def _joined(chosen: Chosen, group: Sequence[Candidate]) -> tuple[Claim | None, str, str]:
    """A pair as one sentence in the model's words; else why it fell, and what it was. The question
    lends it no word: what a pair says is told, not what is asked."""
    run = chosen.found.run
    first, second = group
    messages = run.prompts.messages("join", first=first.text, second=second.text)
    written = run.model.write(messages, max_tokens=WRITTEN)
    run.spend(written.usage)
    text = one_sentence(written.text) if written.finished else ""
    if not text or not all(_keeps(text, item.text) for item in group):
        run.trace("join", {"text": written.text, "kept": False})
        return None, "", ""
    context = (first.title, first.heading)
    cited = citations_of(run, group)
    claim, support = stated(run, text, cited, question="", context=context)
    run.trace("join", {"text": text, "supported": claim is not None, "reason": support.reason})
    return claim, support.reason, text


def _keeps(text: str, sentence: str) -> bool:
    """Whether a joint sentence keeps enough of one of the two it is made of."""
    wanted = {root(word) for word in content_words(sentence)}
    kept = wanted & {root(word) for word in content_words(text)}
    return len(kept) >= BOTH * len(wanted)
