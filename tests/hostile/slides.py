"""Hostile presentations."""

import io
import re
import zipfile
from collections.abc import Iterator

from tests.hostile.pages import BILLION
from tests.hostile.sheets import damaged, understated
from tests.unit.index import decks, office

Named = tuple[str, bytes]
SLIDE = "ppt/slides/slide1.xml"


def slide_files(*, large: bool) -> Iterator[Named]:
    """Names and bytes of ``.pptx`` files."""
    whole = decks.deck(
        decks.plain("One", ["First.", "Second."], notes="Said."),
        decks.table([["Year", "Sum"], ["2021", "4"]]),
    )
    for name, content in (*damaged(whole), *_changed(whole, large)):
        yield f"{name}.pptx", content
    yield "encrypted.pptx", office.compound({"EncryptedPackage": bytes(5000)})
    yield "workbook.pptx", office.xlsx({"A": [[1]]})


def _changed(whole: bytes, large: bool) -> Iterator[Named]:
    with zipfile.ZipFile(io.BytesIO(whole)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    slide = parts[SLIDE].decode()

    def with_slide(xml: str) -> bytes:
        return office.packed(parts | {SLIDE: xml.encode()})

    for number, name in enumerate(sorted(n for n in parts if "Layout" not in n)[:12]):
        yield f"missing-{number:02}", office.packed({n: c for n, c in parts.items() if n != name})
    at = slide.index("<p:spTree>")
    yield (
        "billion-laughs",
        with_slide(BILLION + slide[slide.index("<p:sld") :].replace("First", "&l9;")),
    )
    entity = '<!DOCTYPE sld [<!ENTITY e SYSTEM "file:///etc/passwd">]>'
    yield "external", with_slide(entity + slide[slide.index("<p:sld") :].replace("First", "&e;"))
    for depth in (60, 240, 20_000 if large else 3_000):
        group = "<p:grpSp><p:nvGrpSpPr><p:cNvPr id='9' name=''/></p:nvGrpSpPr><p:grpSpPr/>"
        deep = group * depth + "</p:grpSp>" * depth
        place = slide.index("</p:spTree>")
        yield f"deep-groups-{depth}", with_slide(slide[:place] + deep + slide[place:])
    many = 20_000 if large else 2_500
    shape = slide[slide.index("<p:sp>") : slide.index("</p:sp>") + 7]
    place = slide.index("</p:spTree>")
    yield "many-shapes", with_slide(slide[:place] + shape * many + slide[place:])
    size = 80_000_000 if large else 2_000_000
    yield "huge-text", with_slide(slide.replace("First", "word " * (size // 5)))
    odd = slide.replace("<a:off", '<a:off x="x" y="-9e9"').replace('idx="1"', 'idx="-1"')
    yield "odd-places", with_slide(odd)
    yield "no-tree", with_slide(slide[:at] + slide[slide.index("</p:spTree>") + 11 :])
    yield "not-xml", with_slide("no markup")
    table = "ppt/slides/slide2.xml"
    cells = parts[table].decode().replace("<a:tc>", '<a:tc gridSpan="99999" rowSpan="-4">')
    yield "absurd-spans", office.packed(parts | {table: cells.encode()})
    wide = (
        parts[table].decode().replace("</a:tblGrid>", '<a:gridCol w="1"/>' * 5_000 + "</a:tblGrid>")
    )
    yield "absurd-grid", office.packed(parts | {table: wide.encode()})
    yield "understated", understated(with_slide(slide.replace("First", "word " * (size // 5))))
    names = sorted(
        n for n in parts if n.endswith("slide1.xml.rels") or n == "ppt/_rels/presentation.xml.rels"
    )
    for number, target in enumerate(("file:///etc/passwd", "../../../../etc/passwd")):
        for name in names:
            away = re.sub(rb'Target="[^"]*"', f'Target="{target}"'.encode(), parts[name])
            place = f"{number}-{'slide' if 'slides' in name else 'deck'}"
            yield f"elsewhere-{place}", office.packed(parts | {name: away})
    if large:
        yield "bomb-media", office.packed(parts | {"ppt/media/a.bin": b"a" * 490_000_000})
        yield "bomb-absurd", office.packed(parts | {"ppt/media/a.bin": b"a" * 600_000_000})
