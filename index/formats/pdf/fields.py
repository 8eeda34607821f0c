"""What was filled into a form, and what was written on the page afterwards."""

import ctypes
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from index.formats.pdf.glyphs import framed
from index.formats.pdf.shapes import PLAIN, Box, Strip, Word

_LONGEST = 100_000
"""Characters of a field or a comment that are read."""
_MOST = 5_000
"""Fields and comments of a page."""
_UNSEEN = 2 | 32
"""Flags of what is neither shown nor printed: hidden, no view."""
_ABOVE = 2.5
"""How far above its field a label stands at most, in heights of the label's letters."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """A filled field of a form."""

    name: str
    value: str
    box: Box
    """In the frame of upright text."""
    is_box: bool
    """Something to tick: its label is most often to its right."""


@dataclass(slots=True, kw_only=True)
class Added:
    """What a page has besides its printed text."""

    fields: list[Field]
    comments: list[str]
    """Each a paragraph."""


def prepare(document: Any) -> None:
    """Make the form of a document readable; before any of its pages is opened."""
    if document.get_formtype():
        document.init_forms()


def added(document: Any, page: Any) -> Added:
    """The filled fields and the comments of a page."""
    from pypdfium2 import raw

    count = min(raw.FPDFPage_GetAnnotCount(page.raw), _MOST)
    found = Added(fields=[], comments=[])
    if count <= 0:
        return found
    for index in range(count):
        note = raw.FPDFPage_GetAnnot(page.raw, index)
        if not note:
            continue
        try:
            _add(raw, document.formenv, note, found)
        finally:
            raw.FPDFPage_CloseAnnot(note)
    return found


def _add(raw: Any, form: Any, note: Any, found: Added) -> None:
    if raw.FPDFAnnot_GetFlags(note) & _UNSEEN:
        return
    kind = raw.FPDFAnnot_GetSubtype(note)
    if kind == raw.FPDF_ANNOT_WIDGET:
        if form is not None and (field := _field(raw, form.raw, note)):
            found.fields.append(field)
        return
    if kind in (raw.FPDF_ANNOT_POPUP, raw.FPDF_ANNOT_LINK):
        return
    text = _paragraph(_string(raw, note, b"Contents"))
    if not text:
        return
    if kind == raw.FPDF_ANNOT_FREETEXT:
        found.comments.append(text)
        return
    author = _paragraph(_string(raw, note, b"T"))
    found.comments.append(f"Comment{f' by {author}' if author else ''}: {text}")


def _paragraph(text: str) -> str:
    return "\n".join(filter(None, (" ".join(line.split()) for line in text.splitlines())))


def _field(raw: Any, form: Any, note: Any) -> Field | None:
    kind = raw.FPDFAnnot_GetFormFieldType(form, note)
    is_box = kind in (raw.FPDF_FORMFIELD_CHECKBOX, raw.FPDF_FORMFIELD_RADIOBUTTON)
    if is_box:
        if raw.FPDFAnnot_IsChecked(form, note):
            value = "checked"
        elif kind == raw.FPDF_FORMFIELD_CHECKBOX:
            value = "not checked"
        else:
            return None
    elif kind in (
        raw.FPDF_FORMFIELD_TEXTFIELD,
        raw.FPDF_FORMFIELD_COMBOBOX,
        raw.FPDF_FORMFIELD_LISTBOX,
    ):
        value = " ".join(_called(raw.FPDFAnnot_GetFormFieldValue, form, note).split())
    else:
        return None
    rect = raw.FS_RECTF()
    if not value or not raw.FPDFAnnot_GetRect(note, rect):
        return None
    name = _called(raw.FPDFAnnot_GetFormFieldAlternateName, form, note) or _called(
        raw.FPDFAnnot_GetFormFieldName, form, note
    )
    box = Box(*framed(0, rect.left, rect.bottom, rect.right, rect.top))
    return Field(name=" ".join(name.split()), value=value, box=box, is_box=is_box)


def _called(function: Callable[..., int], form: Any, note: Any) -> str:
    return _wide(lambda buffer, length: function(form, note, buffer, length))


def _string(raw: Any, note: Any, key: bytes) -> str:
    return _wide(lambda buffer, length: raw.FPDFAnnot_GetStringValue(note, key, buffer, length))


def _wide(ask: Callable[[Any, int], int]) -> str:
    """The text that a function of pdfium writes as UTF-16."""
    length = min(ask(None, 0), 2 * _LONGEST)
    if length <= 2:
        return ""
    buffer = (ctypes.c_ushort * (length // 2 + 1))()
    ask(buffer, length)
    text = bytes(buffer)[: length - length % 2].decode("utf-16-le", "replace")
    return text.split("\0")[0]


def with_fields(strips: Sequence[Strip], fields: Sequence[Field]) -> list[Strip]:
    """The strips with what was filled in, each after its label; one without a label has its name.

    A field that is filled with what the page prints at its place anyway is not added again.
    """
    kept = list(strips)
    row = max((strip.row for strip in strips), default=0)
    labelled: set[int] = set()
    for field in sorted(fields, key=lambda each: (each.box.top, each.box.left)):
        if any(field.value in s.letters and _overlap(s.box, field.box) for s in strips):
            continue
        words = [Word(((PLAIN, each),), field.box) for each in field.value.split()]
        label = next((s for s in _labels(strips, field) if id(s) not in labelled), None)
        if label is not None:
            labelled.add(id(label))
            label.words = [*_colon(label.words), *words]
            continue
        row += 1
        height = min(12.0, field.box.bottom - field.box.top)
        named = [Word(((PLAIN, each),), None) for each in field.name.split()]
        kept.append(
            Strip(
                words=[*_colon(named), *words] if named else words,
                box=field.box,
                base=field.box.bottom - height / 4,
                size=max(height, 1.0),
                bold=False,
                row=row,
            )
        )
    return kept


def _colon(words: list[Word]) -> list[Word]:
    last = words[-1]
    text = last.parts[-1][1]
    if text[-1:] in ":?":
        return words
    return [*words[:-1], last._replace(parts=(*last.parts[:-1], (last.parts[-1][0], f"{text}:")))]


def _overlap(one: Box, other: Box) -> bool:
    return (
        one.left < other.right
        and other.left < one.right
        and one.top < other.bottom
        and other.top < one.bottom
    )


def _labels(strips: Sequence[Strip], field: Field) -> Iterator[Strip]:
    """What may say what the field is, the likeliest first."""
    box = field.box
    height = box.bottom - box.top
    beside = [
        s
        for s in strips
        if s.base <= box.bottom + 0.3 * s.size
        and s.base - s.size * 0.7 >= box.top - 0.5 * height
        and not (s.base < box.top)
    ]
    left = sorted(
        (s for s in beside if s.box.right <= box.left + s.size), key=lambda s: -s.box.right
    )
    right = sorted(
        (s for s in beside if s.box.left >= box.right - s.size), key=lambda s: s.box.left
    )
    if field.is_box:
        nearest = [s for s in right[:1] if s.box.left - box.right < 3 * s.size]
        yield from nearest or left[:1]
        return
    yield from left[:1]
    above = [
        s
        for s in strips
        if 0 <= box.top - s.base < _ABOVE * s.size
        and s.box.left < box.right
        and box.left - s.size < s.box.right
    ]
    yield from sorted(above, key=lambda s: -s.base)[:1]
