"""All letters of a page asked at once are those that pdfium tells one by one."""

import ctypes

import pypdfium2
import pytest
from pypdfium2 import raw

from index.formats.pdf.glyphs import _told
from tests.unit.index.printing import Print, unicode_font


def one_by_one(handle: ctypes.c_void_p) -> list[tuple[object, ...]]:
    found: list[tuple[object, ...]] = []
    for index in range(raw.FPDFText_CountChars(handle)):
        place = raw.FPDFText_GetTextObject(handle, index)
        box = raw.FS_RECTF()
        raw.FPDFText_GetLooseCharBox(handle, index, box)
        found.append(
            (
                ctypes.addressof(place.contents) if place else None,
                raw.FPDFText_GetUnicode(handle, index),
                raw.FPDFText_HasUnicodeMapError(handle, index),
                (box.left, box.top, box.right, box.bottom),
            )
        )
    return found


@pytest.mark.parametrize("seed", range(3))
def test_letters_are_told_as_one_by_one(seed: int) -> None:
    page = Print(seed)
    page.page()
    page.lines(60, 100, page.wrapped(page.prose(4), 300))
    page.text(60, 400, "The of\ufb01ce \u2013 \u00a3 5\u00b9", font=unicode_font(page))
    with pypdfium2.PdfDocument(page.made()) as document:
        text = document[0].get_textpage()
        told = list(_told(text.raw))
        assert len(told) > 100
        assert told == one_by_one(text.raw)
        text.close()


def test_a_page_without_letters_has_none() -> None:
    page = Print(0)
    page.page()
    with pypdfium2.PdfDocument(page.made()) as document:
        text = document[0].get_textpage()
        assert list(_told(text.raw)) == []
        text.close()
