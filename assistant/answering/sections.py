"""A question about one section by its number: "What does section 4.2 say?", "… in Annex B?".

Embeddings do not know numbers, so a section is found by the label that its first line begins with.
What it says is quoted; if it says nothing the question is refused, whatever else mentions it.
"""

import re
from collections.abc import Sequence

from assistant.answering.choosing import words_of
from assistant.answering.stating import quoted, told
from assistant.answering.values import Published, Refused, Retrieved, Steps
from assistant.data import Claim
from assistant.language.statements import is_statement
from index.data import Document, Span

_WORD = r"(?i:section|clause|article|chapter|part|paragraph|annex|appendix|schedule)"
_LABEL = r"(?:\d{1,2}(?:\.\d{1,2})*|[A-Z])"
_ASKED = re.compile(rf"\b({_WORD})\s+({_LABEL})(?![\w.]*\w)|§\s*(\d[\d.]*)")
_OPENS = re.compile(rf"^\W*(?:({_WORD})\s+)?({_LABEL})(?=[.):\s]|$)[.):]?\s*")
"""English names of sections, and what a first line begins with: "4.2 The fee …", "Annex B"."""


def section_asked(question: str) -> str:
    """The label of the section that a question names ("4.2", "B"); empty where it names none, or
    several."""
    found = {(match[2] or match[3]).rstrip(".") for match in _ASKED.finditer(question)}
    return found.pop() if len(found) == 1 else ""


def said_in_section(found: Retrieved) -> Steps[Published | Refused | None]:
    """What the section that is asked about says, or a refusal if it says nothing; None where no
    section is asked about, or no document that was found has it. A look-up is answered as ever,
    unless its section is empty."""
    part, run = found.part, found.run
    label = section_asked(part.question)
    documents = dict.fromkeys(each.passage.span.document_id for each in found.held())
    for document in map(run.library.document, documents if label else ()):
        lines = section(document, run.library.sentences(document.id), label)
        if not lines:
            continue
        head = document.quote(lines[0]).strip()
        says = [span for span in lines if is_statement(_OPENS.sub("", document.quote(span)))]
        if not says:
            text = f"That section has no text: “{head}”."
            return Refused(found=found, answerability=None, kind="not_stated", text=text)
        if part.kind == "lookup":
            return None
        kept: list[Claim] = []
        room = words_of(part)
        for span in says:
            claim = quoted(document, span)
            room -= len(claim.text.split())
            if room < 0 and kept:
                break
            kept.append(claim)
        yield from told(run, kept)
        return Published(found=found, claims=tuple(kept), answerability=None)
    return None


def section(document: Document, sentences: Sequence[Span], label: str) -> list[Span]:
    """The lines of the section with this label, the one that begins it first; none where there is
    none. It ends where a later one begins ("4.3" or "5" after "4.2")."""
    lines: list[Span] = []
    for span in sentences:
        match = _OPENS.match(document.quote(span))
        opens = match[2] if match and (match[1] or not match[2].isalpha()) else ""
        if lines and opens and _comes_after(opens, label):
            break
        if lines or opens == label:
            lines.append(span)
    return lines


def _comes_after(one: str, label: str) -> bool:
    """Whether a section is a later one, at the depth of this or above it: a list within a section
    begins again at 1, and an annex comes after all that is numbered."""
    if one.isalpha() or label.isalpha():
        return one.isalpha() and one != label
    first, second = ([int(each) for each in name.split(".")] for name in (one, label))
    return len(first) <= len(second) and first > second[: len(first)]
