"""Hostile PDF files."""

import random
import zlib
from collections.abc import Iterator, Sequence

from tests.unit.index.files import Line, pdf

Named = tuple[str, bytes]
Bodies = dict[int, bytes]
FONT = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"
PAGE = (
    b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792]"
    b" /Resources << /Font << /F1 3 0 R >> >> /Contents 5 0 R >>"
)
SHOWN = b"BT /F1 12 Tf 72 700 Td (The river rose by 3.5 metres on Monday.) Tj ET"


def pdf_files(*, large: bool) -> Iterator[Named]:
    """Names and bytes of ``.pdf`` files."""
    for name, content in (*_damaged(), *_trees(), *_streams(large), *_texts(large), *_extras()):
        yield f"{name}.pdf", content
    pages = 10_000 if large else 200
    yield "ten-thousand-pages.pdf", pdf([_page(number) for number in range(pages)])


def _page(number: int) -> Sequence[Line]:
    """Lines that differ from page to page: equal ones would be taken for running titles."""
    words = f"{number * 7919 % 104729:x} {number * 104729 % 7919:x}"
    return [(12, 700, f"The river rose by {words} on Monday."), (12, 680, f"It fell by {words}.")]


def _stream(content: bytes, extra: bytes = b"") -> bytes:
    return b"<< /Length %d %s >>\nstream\n%s\nendstream" % (len(content), extra, content)


def _bodies(**changed: bytes) -> Bodies:
    """The objects of a file of one page, some of them changed: ``o4`` is object 4."""
    objects = {
        1: b"<< /Type /Catalog /Pages 2 0 R >>",
        2: b"<< /Type /Pages /Kids [4 0 R] /Count 1 >>",
        3: FONT,
        4: PAGE,
        5: _stream(SHOWN),
    }
    return objects | {int(name[1:]): content for name, content in changed.items()}


def _file(objects: Bodies, trailer: bytes = b"") -> bytes:
    out = b"%PDF-1.7\n"
    places = {}
    for number, body in objects.items():
        places[number] = len(out)
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    table = b"0000000000 65535 f \n"
    for number in range(1, max(objects) + 1):
        table += b"%010d 00000 n \n" % places.get(number, 0)
    out += b"xref\n0 %d\n%s" % (max(objects) + 1, table)
    out += b"trailer << /Size %d /Root 1 0 R %s >>\n" % (max(objects) + 1, trailer)
    return out + b"startxref\n%d\n%%%%EOF\n" % start


def _one(**changed: bytes) -> bytes:
    return _file(_bodies(**changed))


def _damaged() -> Iterator[Named]:
    whole = pdf([[(18, 700, "Annual report"), (12, 650, "Sales rose by 3.5 million.")]] * 4)
    chance = random.Random(8)
    for number in range(12):
        yield f"truncated-{number:02}", whole[: len(whole) * (number + 1) // 13]
    for number in range(16):
        changed = bytearray(whole)
        for _ in range(25):
            changed[chance.randrange(len(changed))] = chance.randrange(256)
        yield f"flipped-{number:02}", bytes(changed)
    yield "encrypted", pdf([[(12, 700, "Secret.")]], encrypted=True)
    yield "behind-noise", chance.randbytes(900).replace(b"%", b"x") + whole
    yield "header-only", b"%PDF-1.7\n"
    yield "no-xref", whole[: whole.rfind(b"xref\n0")]
    yield "xref-far", whole.replace(b"startxref\n", b"startxref\n9999999999")
    yield "xref-minus", whole.replace(b"startxref\n", b"startxref\n-")
    yield "null-bytes", whole.replace(b"\n", b"\x00")
    yield "size-huge", whole.replace(b"/Size ", b"/Size 99999999")
    yield "doubled", whole + whole


def _trees() -> Iterator[Named]:
    """Page trees that turn in circles, lie about themselves, or go deep."""
    yield "count-billion", _one(o2=b"<< /Type /Pages /Kids [4 0 R] /Count 1000000000 >>")
    yield "count-million", _one(o2=b"<< /Type /Pages /Kids [4 0 R] /Count 1000000 >>")
    yield "count-minus", _one(o2=b"<< /Type /Pages /Kids [4 0 R] /Count -5 >>")
    yield "kids-none", _one(o2=b"<< /Type /Pages /Kids [] /Count 1 >>")
    yield "kids-self", _one(o2=b"<< /Type /Pages /Kids [2 0 R] /Count 1 >>")
    yield (
        "kids-repeated",
        _one(o2=b"<< /Type /Pages /Kids [%s] /Count 3000 >>" % (b"4 0 R " * 3000)),
    )
    yield "kids-catalog", _one(o2=b"<< /Type /Pages /Kids [1 0 R] /Count 1 >>")
    yield "pages-missing", _one(o1=b"<< /Type /Catalog /Pages 99 0 R >>")
    yield "root-loop", _one(o1=b"1 0 R")
    deep = {n: b"<< /Type /Pages /Kids [%d 0 R] /Count 1 >>" % (n + 1) for n in range(10, 3000)}
    last = {3000: PAGE.replace(b"/Parent 2 0 R", b"/Parent 2999 0 R")}
    yield (
        "tree-deep",
        _file(_bodies(o2=b"<< /Type /Pages /Kids [10 0 R] /Count 1 >>") | deep | last),
    )
    yield (
        "arrays-deep",
        _one(o4=PAGE.replace(b"/MediaBox", b"/X " + b"[" * 50_000 + b"]" * 50_000 + b"/MediaBox")),
    )
    yield (
        "dictionaries-deep",
        _one(
            o4=PAGE.replace(
                b"/MediaBox", b"/X " + b"<</A" * 20_000 + b" 1" + b">>" * 20_000 + b"/MediaBox"
            )
        ),
    )
    for name, box in {
        "huge": b"[0 0 1e30 1e30]",
        "minus": b"[612 792 0 0]",
        "nothing": b"[0 0 0 0]",
        "words": b"[(a) (b) (c) (d)]",
        "not-a-number": b"[0 0 nan inf]",
    }.items():
        yield f"box-{name}", _one(o4=PAGE.replace(b"[0 0 612 792]", box))
    yield "rotated", _one(o4=PAGE.replace(b"/MediaBox", b"/Rotate 12345678901 /MediaBox"))


def _streams(large: bool) -> Iterator[Named]:
    """Streams that unpack to far more than they are, or not at all."""
    megabytes = 900 if large else 20
    packed = zlib.compress(b" " * 1_000_000, 9)
    yield (
        "flate-bomb",
        _one(o5=_stream(_repeated(b" " * 1_000_000, megabytes), b"/Filter /FlateDecode")),
    )
    twice = zlib.compress(_repeated(b" " * 1_000_000, megabytes), 9)
    yield "flate-twice", _one(o5=_stream(twice, b"/Filter [/FlateDecode /FlateDecode]"))
    yield "flate-cut", _one(o5=_stream(packed[:300], b"/Filter /FlateDecode"))
    yield "flate-noise", _one(o5=_stream(random.Random(9).randbytes(900), b"/Filter /FlateDecode"))
    yield "filters-many", _one(o5=_stream(SHOWN, b"/Filter [%s]" % (b"/ASCIIHexDecode " * 900)))
    yield "filter-unknown", _one(o5=_stream(SHOWN, b"/Filter /NoSuchDecode"))
    yield (
        "predictor",
        _one(
            o5=_stream(
                packed, b"/Filter /FlateDecode /DecodeParms << /Predictor 15 /Columns 999999999 >>"
            )
        ),
    )
    yield "length-minus", _one(o5=b"<< /Length -1 >>\nstream\n%s\nendstream" % SHOWN)
    yield "length-huge", _one(o5=b"<< /Length 999999999 >>\nstream\n%s\nendstream" % SHOWN)
    yield "length-self", _one(o5=b"<< /Length 5 0 R >>\nstream\n%s\nendstream" % SHOWN)
    yield (
        "contents-many",
        _one(o4=PAGE.replace(b"5 0 R", b"[%s]" % (b"5 0 R " * (3000 if large else 300)))),
    )
    form = b"/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << /X 6 0 R >> >>"
    page = PAGE.replace(b"/Font <<", b"/XObject << /X 6 0 R >> /Font <<")
    yield (
        "form-loop",
        _one(o4=page, o5=_stream(SHOWN + b" /X Do"), o6=_stream(b"/X Do /X Do", form)),
    )
    forms = {
        f"o{n}": _stream(
            b"/X Do " * 10 if n < 18 else b"BT /F1 9 Tf (a) Tj ET",
            b"/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /Font << /F1 3 0 R >> "
            b"/XObject << /X %d 0 R >> >>" % (n + 1),
        )
        for n in range(6, 19)
    }
    yield "form-laughs", _one(o4=page, o5=_stream(SHOWN + b" /X Do"), **forms)


def _repeated(block: bytes, times: int) -> bytes:
    """So much of a block, compressed, without ever holding it."""
    packer = zlib.compressobj(9)
    return b"".join(packer.compress(block) for _ in range(times)) + packer.flush()


def _texts(large: bool) -> Iterator[Named]:
    """Text that is too much, nowhere, or mapped to something else."""
    many = 200_000 if large else 5_000
    yield "shown-often", _one(o5=_stream(b"BT /F1 12 Tf 72 700 Td " + b"(a) Tj " * many + b"ET"))
    yield "one-line", _one(o5=_stream(b"BT /F1 12 Tf 72 700 Td (" + b"word " * many + b") Tj ET"))
    yield "one-word", _one(o5=_stream(b"BT /F1 12 Tf 72 700 Td (" + b"x" * many + b") Tj ET"))
    yield "same-place", _one(o5=_stream((SHOWN + b" ") * (many // 20)))
    yield "string-open", _one(o5=_stream(b"BT /F1 12 Tf (" + b"(" * many))
    yield "states-open", _one(o5=_stream(b"q " * many + SHOWN))
    for name, size in {"zero": b"0", "minus": b"-12", "huge": b"1e20", "tiny": b"1e-20"}.items():
        yield f"letters-{name}", _one(o5=_stream(SHOWN.replace(b"/F1 12", b"/F1 " + size)))
    yield "far-away", _one(o5=_stream(SHOWN.replace(b"72 700", b"-1e30 1e30")))
    yield "font-missing", _one(o3=b"null")
    yield (
        "font-loop",
        _one(o3=b"<< /Type /Font /Subtype /Type0 /BaseFont /A /DescendantFonts [3 0 R] >>"),
    )
    font = FONT.replace(b"/BaseFont", b"/ToUnicode 6 0 R /BaseFont")
    maps = {
        "null": b"<0000>",
        "surrogate": b"<D800>",
        "pair-turned": b"<DC00D83D>",
        "noncharacter": b"<FFFE>",
        "override": b"<202E>",
        "controls": b"<0001>",
        "line-break": b"<000A>",
        "combining": b"<0301>",
        "dotted-capital": b"<0130>",
        "long": b"<" + b"0061" * 120 + b">",
    }
    for name, target in maps.items():
        table = b"1 begincodespacerange <00> <FF> endcodespacerange 1 beginbfrange <00> <FF> %s"
        table += b" endbfrange"
        yield f"mapped-{name}", _one(o3=font, o6=_stream(table % target))


def _extras() -> Iterator[Named]:
    """What a reader may run, open or fetch."""
    actions = {
        "script": b"<< /S /JavaScript /JS (app.alert(1)) >>",
        "launch": b"<< /S /Launch /F (/bin/sh) >>",
        "address": b"<< /S /URI /URI (http://127.0.0.1:9/) >>",
        "remote": b"<< /S /GoToR /F (file:///etc/passwd) >>",
        "submit": b"<< /S /SubmitForm /F (http://127.0.0.1:9/) >>",
    }
    for name, action in actions.items():
        yield (
            f"action-{name}",
            _one(o1=b"<< /Type /Catalog /Pages 2 0 R /OpenAction %s >>" % action),
        )
    yield "title-controls", _file(_bodies(o6=b"<< /Title (a\x00\x01\nb) >>"), b"/Info 6 0 R")
    yield "title-long", _file(_bodies(o6=b"<< /Title (%s) >>" % (b"t" * 300_000)), b"/Info 6 0 R")
    yield "title-surrogate", _file(_bodies(o6=b"<< /Title <FEFFD800> >>"), b"/Info 6 0 R")
    yield "external-stream", _one(o5=b"<< /Length 0 /F (/etc/passwd) >>\nstream\n\nendstream")
    yield "xfa", _one(o1=b"<< /Type /Catalog /Pages 2 0 R /AcroForm << /XFA 5 0 R >> >>")
