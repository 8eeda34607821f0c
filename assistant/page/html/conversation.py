"""How a conversation looks: questions, evidence, checked sentences, refusals, failures."""

from collections.abc import Mapping, Sequence

from assistant.keeping.chats import Chat, Exchange
from assistant.page.html import markup
from assistant.page.html.markup import Json, button, element, escape
from assistant.standing import premise_said
from index.wording import counted

FIRST_CARDS = 3
"""How many passages are shown before the rest are folded."""
NEAREST = 4
"""How many passages stand under a refusal."""


FORMER = "A document has changed since; this quotes its former version. "


def finished(chat: Chat, former: Sequence[bool] = ()) -> str:
    """All exchanges of the conversation that are over.

    ``former`` says which of them quote a document as it was before its file changed.
    """
    over = (
        exchange(item, number, former=number < len(former) and former[number])
        for number, item in enumerate(chat.exchanges)
        if item.state != "waiting"
    )
    return element("div", *over, class_="exchanges")


def current(chat: Chat) -> str:
    """The exchange that is being answered, if one is."""
    if not chat.exchanges or chat.exchanges[-1].state != "waiting":
        return ""
    return exchange(chat.exchanges[-1], len(chat.exchanges) - 1)


def exchange(item: Exchange, number: int, *, former: bool = False) -> str:
    """One question with what became of it; ``number`` is its place in the conversation."""
    bodies = {
        "waiting": _waiting,
        "done": _done,
        "found": _found,
        "stopped": _stopped,
        "failed": _failed,
    }
    return element(
        "section",
        element("h2", escape(item.question)),
        element("p", FORMER, _again(item), class_="note former") if former else "",
        bodies[item.state](item, number),
        class_=f"exchange {item.state}",
        data_number=number,
    )


def welcome(documents: int, examples: Sequence[str]) -> str:
    """What a newcomer sees: what this is, and questions to try."""
    if not documents:
        return element(
            "div",
            element("h1", "Ask your documents"),
            element("p", "Add a document on the left: a file or a web address."),
            class_="welcome",
        )
    return element(
        "div",
        element("h1", "Ask your documents"),
        element(
            "p",
            "Every sentence of an answer is checked against the source or quoted from it. "
            "Its number opens the passage.",
        ),
        element(
            "ul",
            *(element("li", button(escape(q), "example", data_question=q)) for q in examples),
            class_="examples",
        )
        if examples
        else "",
        class_="welcome",
    )


def _waiting(item: Exchange, number: int) -> str:
    claims = item.answer.get("claims", [])
    evidence = item.answer.get("evidence", [])
    answer = _sentences(claims, f"answer-{number}") if claims else ""
    doing = element(
        "p",
        element("span", escape(item.doing or "Looking for passages"), class_="doing"),
        element("span", "", class_="clock", data_clock=f"{number}:{item.at}"),
        class_="progress",
        role="status",
    )
    heading = element("h3", "Evidence found", element("small", " not yet an answer"))
    cards = (
        heading + markup.evidence_cards(evidence[:FIRST_CARDS], f"evidence-{number}")
        if evidence and not claims
        else ""
    )
    return answer + doing + cards


def _done(item: Exchange, number: int) -> str:
    if item.answer["status"] == "not_in_documents":
        return _refusal(item, number)
    return element(
        "article",
        _read_as(item.answer),
        _premise(item.answer),
        _clarification(item.answer),
        _body(item.answer, f"answer-{number}"),
        _conflicts(item.answer, number),
        markup.unsure(_published(item.answer)),
        _footer(item, number),
        class_="answer",
    )


def _published(answer: Json) -> list[Json]:
    """Every claim of an answer, those of its conflicts too."""
    sides = [side for conflict in answer["conflicts"] for side in conflict["claims"]]
    return [*answer["claims"], *sides]


def _refusal(item: Exchange, number: int) -> str:
    nearest = item.answer["evidence"][:NEAREST]
    return element(
        "article",
        _read_as(item.answer),
        element("h3", "Your documents don't say"),
        _premise(item.answer),
        element("p", "Nothing in them answers this question. The nearest passages:")
        if nearest
        else element("p", "Nothing in them comes near this question."),
        markup.evidence_cards(nearest, f"evidence-{number}"),
        _footer(item, number),
        class_="refusal",
    )


def _found(item: Exchange, number: int) -> str:
    evidence = item.answer.get("evidence", [])
    heading = f"{counted(len(evidence), 'passage')} found"
    return element(
        "div",
        element("h3", heading, element("small", " evidence, not an answer")),
        markup.evidence_cards(evidence, f"evidence-{number}"),
        element("p", _edit(item), class_="note"),
        class_="found",
    )


def _stopped(item: Exchange, number: int) -> str:
    claims = item.answer.get("claims", [])
    return (
        (_sentences(claims, f"answer-{number}") if claims else "")
        + element("p", "Stopped before the answer was complete. ", _again(item), class_="note")
        + _evidence_fold(item, number)
    )


def _failed(item: Exchange, number: int) -> str:
    return (
        markup.failure(item.error, item.hint)
        + element("p", _again(item), class_="note")
        + _evidence_fold(item, number)
    )


def _edit(item: Exchange) -> str:
    """Puts the question into the box, to be asked in other words."""
    return button(
        "Edit",
        "edit",
        class_="quiet",
        data_question=item.question,
        title="Change the question and ask again",
    )


def saving(place: str, names: Mapping[str, str]) -> str:
    """The buttons that save the conversation, folded."""
    return element(
        "details",
        element("summary", "Save this conversation"),
        markup.saving(place, names),
        class_="chat-saving",
    )


def _again(item: Exchange) -> str:
    again = button("Ask again", "example", class_="quiet", data_question=item.question)
    return again + _edit(item)


_NOT_SAID = element("p", "Your documents don't say this.", class_="missing")


def _sentences(claims: Sequence[Json], group: str) -> str:
    return element(
        "p", markup.claims(claims, markup.numbered(claims)), class_="sentences", data_group=group
    )


def _body(answer: Json, group: str) -> str:
    """The sentences: part by part where the question holds several, as a list where it is one."""
    claims = answer["claims"]
    if not answer.get("parts"):
        if answer.get("form", "sentences") == "sentences":
            return _sentences(claims, group)
        return _listed(claims, claims, group)
    said: set[int] = set()
    parts = []
    for part in answer["parts"]:
        again = [claims[at] for at in part["claims"] if at in said]
        new = [claims[at] for at in part["claims"] if at not in said]
        said |= set(part["claims"])
        parts.append(
            element(
                "section",
                element("h3", escape(part["question"])),
                _listed(new, claims, group) if new else "",
                _said_above(again, claims) if again else "",
                "" if part["claims"] else _NOT_SAID,
                class_="part",
            )
        )
    return element("div", *parts, class_="parts", data_group=group)


def _said_above(some: Sequence[Json], claims: Sequence[Json]) -> str:
    """Where an earlier part says what this one asks for too."""
    numbers = markup.numbered(claims)
    cited = {markup.span_key(c): c for claim in some for c in claim["citations"]}
    buttons = "".join(markup.cite_button(c, numbers[key]) for key, c in cited.items())
    return element("p", "Said above: ", buttons, class_="note")


def _listed(some: Sequence[Json], claims: Sequence[Json], group: str) -> str:
    """Some of the claims, one a line, numbered as all of them are."""
    numbers = markup.numbered(claims)
    return element(
        "ul",
        *(element("li", markup.claim(item, numbers)) for item in some),
        class_="sentences",
        data_group=group,
    )


def _read_as(answer: Json) -> str:
    standalone = answer.get("standalone_question")
    if not standalone or standalone == answer["question"]:
        return ""
    return markup.note(f"Read as: {standalone}")


def _premise(answer: Json) -> str:
    refusal = answer["refusal"] or {}
    words = premise_said(answer["premise"], refusal.get("kind"), refusal.get("text"))
    return element("p", escape(words), class_="premise") if words else ""


def _clarification(answer: Json) -> str:
    if not answer["clarification"]:
        return ""
    return element("p", escape(answer["clarification"]), class_="clarification")


def _conflicts(answer: Json, number: int) -> str:
    return "".join(
        element(
            "section",
            element("h3", "Your documents disagree"),
            element("p", escape(conflict["note"])) if conflict["note"] else "",
            element("ul", *_sides(conflict)),
            class_="conflict",
            data_group=f"conflict-{number}-{place}",
        )
        for place, conflict in enumerate(answer["conflicts"])
    )


def _sides(conflict: Json) -> list[str]:
    numbers = markup.numbered(conflict["claims"])
    return [
        element("li", markup.claim(side, numbers), _sources(side)) for side in conflict["claims"]
    ]


def _sources(claim: Json) -> str:
    """Which documents say it, and of what day they are."""
    named = dict.fromkeys(markup.source(citation) for citation in claim["citations"])
    return element("span", escape("; ".join(named)), class_="facts")


def _footer(item: Exchange, number: int) -> str:
    answer = item.answer
    seconds = element("span", f"{answer['timings']['total_s']:.1f} s")
    read = _read(answer)
    marks = _marks(item, number)
    unsure = markup.uncalibrated(answer.get("calibrated", True))
    withheld = markup.withheld(answer["withheld"])
    if not answer["claims"]:
        return (
            element("footer", unsure, seconds, element("span", _edit(item), marks, class_="acts"))
            + withheld
        )
    state = markup.verdict(answer["claims"])
    copy = button("Copy", "copy", class_="quiet", data_text=clipboard(answer))
    return (
        element(
            "footer",
            element("span", escape(state), class_="verdict", title=f"Model: {answer['model']}"),
            unsure,
            read,
            seconds,
            element("span", _edit(item), _lengths(item), copy, marks, class_="acts"),
        )
        + withheld
        + _evidence_fold(item, number)
    )


def _read(answer: Json) -> str:
    """How much was read for an answer of many passages."""
    read = answer.get("read")
    if not read:
        return ""
    told = f"read {read['passages']} of {counted(read['of'], 'passage')}"
    return element("span", escape(told))


def _lengths(item: Exchange) -> str:
    """Ask the same again, also for a shorter or a longer answer."""
    several = len(item.answer["claims"]) > 1
    ways = (("Shorter", "short"), ("Longer", "detailed")) if several else (("Longer", "detailed"),)
    return "".join(
        button(name, "example", class_="quiet", data_question=item.question, data_detail=detail)
        for name, detail in (("Again", ""), *ways)
    )


def _marks(item: Exchange, number: int) -> str:
    return "".join(
        button(
            mark.capitalize(),
            "mark",
            class_="quiet",
            data_number=number,
            data_mark=mark,
            aria_pressed=str(item.mark == mark).lower(),
            title=f"Mark this answer as {mark}; marks can become evaluation questions",
        )
        for mark in ("right", "wrong")
    )


def _evidence_fold(item: Exchange, number: int) -> str:
    evidence = item.answer.get("evidence", [])
    if not evidence:
        return ""
    return element(
        "details",
        element("summary", f"{counted(len(evidence), 'passage')} found"),
        markup.evidence_cards(evidence, f"evidence-{number}"),
        class_="evidence",
    )


def clipboard(answer: Json) -> str:
    """The answer as plain text with footnotes, for pasting elsewhere."""
    numbers = markup.numbered(answer["claims"])
    sentences = " ".join(
        item["text"] + "".join(f"[{numbers[markup.span_key(c)]}]" for c in item["citations"])
        for item in answer["claims"]
    )
    notes: dict[int, str] = {}
    for item in answer["claims"]:
        for c in item["citations"]:
            notes[numbers[markup.span_key(c)]] = (
                f"“{c['quote']}” {markup.source(c)}, characters {c['start']}–{c['end']}"
            )
    footnotes = "\n".join(f"[{number}] {text}" for number, text in sorted(notes.items()))
    return f"{sentences}\n\n{footnotes}"
