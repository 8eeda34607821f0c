"""Hostile Word documents: zip archives of XML."""

import io
import random
import zipfile
from collections.abc import Iterator, Mapping

from tests.hostile.pages import BILLION
from tests.hostile.sheets import understated
from tests.unit.index.files import word, word_of

Named = tuple[str, bytes]
BODY = "word/document.xml"
NAMESPACE = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
TEXT = "<w:p><w:r><w:t>The river rose by 3.5 metres on Monday, officials said.</w:t></w:r></w:p>"


def word_files(*, large: bool) -> Iterator[Named]:
    """Names and bytes of ``.docx`` files."""
    for name, content in (*_damaged(), *_archives(large), *_markup(large)):
        yield f"{name}.docx", content


def _parts() -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(word())) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def _packed(parts: Mapping[str, bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return file.getvalue()


def _with(**changed: bytes) -> bytes:
    names = {"body": BODY, "styles": "word/styles.xml", "core": "docProps/core.xml"}
    return _packed(_parts() | {names[name]: content for name, content in changed.items()})


def _document(body: str, before: str = "<?xml version='1.0'?>") -> bytes:
    return f"{before}<w:document {NAMESPACE}><w:body>{body}</w:body></w:document>".encode()


def _damaged() -> Iterator[Named]:
    whole = word()
    chance = random.Random(6)
    for number in range(12):
        yield f"truncated-{number:02}", whole[: len(whole) * (number + 1) // 13]
    for number in range(12):
        changed = bytearray(whole)
        for _ in range(30):
            changed[chance.randrange(len(changed))] = chance.randrange(256)
        yield f"flipped-{number:02}", bytes(changed)
    parts = _parts()
    for number, name in enumerate(parts):
        yield f"missing-{number:02}", _packed({n: c for n, c in parts.items() if n != name})
    for number, name in enumerate(parts):
        yield f"emptied-{number:02}", _packed(parts | {name: b""})
    yield "doubled", whole + whole
    yield "behind-noise", random.Random(7).randbytes(5000) + whole


def _archives(large: bool) -> Iterator[Named]:
    """Archives that lie, or unpack to far more than they are."""
    yield "nothing-in-it", _packed({})
    yield "other-things", _packed({"a.txt": b"text", "../../etc/cron.d/x": b"* * * * * root id"})
    yield "up-and-out", _packed(_parts() | {"../../../tmp/out.xml": b"<a/>", "/etc/x": b"<a/>"})
    yield "encrypted-flag", _flagged(word())
    yield "old-format", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(4000)
    yield "many-entries", _packed(_parts() | {f"word/media/{n}.bin": b"" for n in range(9000)})
    yield "same-names", _doubled_names()
    yield "understated", understated(_with(body=_document(TEXT * 20_000)))
    yield "within-itself", _packed(_parts() | {"word/embeddings/a.docx": word()})
    blank = b" " * ((90 if large else 9) * 1_000_000)
    yield "blank-body", _with(body=_document(TEXT) + blank)
    yield "blank-core", _with(core=blank)
    yield "blank-styles", _with(styles=blank)
    if large:
        yield (
            "bomb-400-mb",
            _with(body=_document(f"<w:p><w:r><w:t>{'a' * 400_000_000}</w:t></w:r></w:p>")),
        )
        yield "bomb-elements", _with(body=_document("<w:p/>" * 40_000_000))
        yield "bomb-paragraphs", _with(body=_document(TEXT * 1_000_000))
        yield "bomb-absurd", _packed({f"{n}.xml": b"a" * 60_000_000 for n in range(10)})
        yield "bomb-media", _packed(_parts() | {"word/media/a.bin": b"a" * 490_000_000})


def _flagged(content: bytes) -> bytes:
    """Every entry said to be encrypted."""
    changed = bytearray(content)
    for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = changed.find(mark)
        while at >= 0:
            changed[at + place] |= 1
            at = changed.find(mark, at + 4)
    return bytes(changed)


def _doubled_names() -> bytes:
    import warnings

    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for content in (_parts()[BODY], b"not xml"):
            archive.writestr(BODY, content)
    return file.getvalue()


def _markup(large: bool) -> Iterator[Named]:
    """XML that expands, reaches out, or goes deep."""
    depth = 20_000 if large else 3_000
    laughs = BILLION.replace("<!DOCTYPE x", "<!DOCTYPE w:document")
    yield "billion-laughs", _with(body=_document("<w:p><w:r><w:t>&l9;</w:t></w:r></w:p>", laughs))
    quadratic = f'<!DOCTYPE w:document [<!ENTITY e "{"e" * 100_000}">]>'
    yield (
        "quadratic",
        _with(body=_document(f"<w:p><w:r><w:t>{'&e;' * 20_000}</w:t></w:r></w:p>", quadratic)),
    )
    for name, target in {
        "external-file": "file:///etc/passwd",
        "external-address": "http://127.0.0.1:9/e",
    }.items():
        entity = f'<!DOCTYPE w:document [<!ENTITY e SYSTEM "{target}">]>'
        yield name, _with(body=_document("<w:p><w:r><w:t>Seen: &e;</w:t></w:r></w:p>", entity))
    yield "not-xml", _with(body=b"no markup")
    yield "open-elements", _with(body=_document("<w:p>" * 100))
    yield "utf16-body", _with(body=_document(TEXT).decode().encode("utf-16"))
    yield "other-root", _with(body=b"<a><b/></a>")
    yield "no-body", _with(body=f"<w:document {NAMESPACE}/>".encode())
    nested = {
        "p": ("<w:p>", "</w:p>"),
        "sdt": ("<w:sdt><w:sdtContent>", "</w:sdtContent></w:sdt>"),
        "table": ("<w:tbl><w:tr><w:tc>", "</w:tc></w:tr></w:tbl>"),
        "run": ("<w:r>", "</w:r>"),
    }
    for name, (start, end) in nested.items():
        for count in (60, 240, depth):
            inner = start * count + TEXT + end * count
            yield f"deep-{name}-{count}", _with(body=_document(inner))
    row = "<w:tc><w:tcPr><w:gridSpan w:val='{}'/></w:tcPr>" + TEXT + "</w:tc>"
    for value in ("-5", "999999999999999999999", "x", ""):
        name = f"span-{value.strip('-')[:3] or 'none'}{'-minus' if value.startswith('-') else ''}"
        yield name, word_of_raw(f"<w:tbl><w:tr>{row.format(value)}</w:tr></w:tbl>{TEXT}")
    yield (
        "merged-first",
        word_of_raw(
            f"<w:tbl><w:tr><w:tc><w:tcPr><w:vMerge/></w:tcPr>{TEXT}</w:tc></w:tr></w:tbl>{TEXT}"
        ),
    )
    yield "style-unknown", word_of(f"<w:p><w:pPr><w:pStyle w:val='NoSuch'/></w:pPr></w:p>{TEXT}")
    yield "heading-99", word_of(f"<w:p><w:pPr><w:pStyle w:val='Heading99'/></w:pPr></w:p>{TEXT}")
    many = 30_000 if large else 1_000
    yield "paragraphs", _with(body=_document(TEXT * many))
    yield "runs", _with(body=_document(f"<w:p>{'<w:r><w:t>a </w:t></w:r>' * many}</w:p>"))
    yield "breaks", _with(body=_document(f"<w:p>{'<w:r><w:br/></w:r>' * many}</w:p>{TEXT}"))
    yield (
        "table-wide",
        _with(body=_document(f"<w:tbl><w:tr>{f'<w:tc>{TEXT}</w:tc>' * many}</w:tr></w:tbl>")),
    )
    yield (
        "table-long",
        _with(body=_document(f"<w:tbl>{f'<w:tr><w:tc>{TEXT}</w:tc></w:tr>' * many}</w:tbl>")),
    )
    yield "controls", _with(body=_document("<w:p><w:r><w:t>&#1;&#0;&#xFFFE;</w:t></w:r></w:p>"))
    yield (
        "linked-template",
        _packed(
            _parts()
            | {
                "word/_rels/settings.xml.rels": (
                    b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
                    b'<Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/'
                    b'relationships/attachedTemplate" Target="http://127.0.0.1:9/t.dotm"'
                    b' TargetMode="External"/></Relationships>'
                )
            }
        ),
    )


def word_of_raw(body: str) -> bytes:
    return _with(body=_document(body))
