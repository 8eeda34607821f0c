"""Hostile files of keys and values, OpenDocument texts and source code."""

from collections.abc import Iterator

from tests.hostile.pages import BILLION
from tests.hostile.sheets import damaged, understated
from tests.unit.index import office

Named = tuple[str, bytes]


def keyed_files(*, large: bool) -> Iterator[Named]:
    """Names and bytes of ``.json .jsonl .xml .odt .py`` files."""
    size = 20_000_000 if large else 300_000
    yield "deep.json", b"[" * size + b"]" * size
    yield "deep-objects.json", b'{"a":' * (size // 5) + b"1" + b"}" * (size // 5)
    yield "long-number.json", b"9" * size
    yield "long-text.json", b'{"a": "' + b"word " * (size // 5) + b'"}'
    yield "long-key.json", b'{"' + b"k" * size + b'": [{"a": 1}]}'
    yield "many.json", b"[" + b'{"a":1},' * (size // 8) + b"{}]"
    yield "surrogates.json", b'{"a": "\\ud83d \\udc00 \\u0000"}'
    yield "constants.json", b"[NaN, Infinity, -Infinity, -0, 1e999]"
    yield "nothing.json", b"{}"
    yield "open.json", b'{"a": ['
    yield "blank.jsonl", b"\n" * size
    yield "many.jsonl", b'{"a": 1}\n' * (size // 9)
    yield "broken.jsonl", b"{\n" * (size // 2) + b"{}\n"
    yield "laughs.xml", BILLION.encode() + b"<a>&l9;</a>"
    yield "outer.xml", b'<!DOCTYPE a [<!ENTITY e SYSTEM "file:///etc/passwd">]><a>&e;</a>'
    yield "definition.xml", b'<!DOCTYPE a SYSTEM "http://127.0.0.1:9/a.dtd"><a>text</a>'
    yield "deep.xml", b"<a>" * (size // 8) + b"</a>" * (size // 8)
    yield "deep-200.xml", b"<a>" * 200 + b"text" + b"</a>" * 200
    yield "many.xml", b"<a>" + b"<b c='1'>2</b>" * (size // 14) + b"</a>"
    yield "attributes.xml", b"<a " + b" ".join(b"b%d='1'" % n for n in range(size // 20)) + b"/>"
    yield "long-line.py", b"x = 1; " * (size // 7)
    yield "null.py", b"x = '\x00'\n" * 99
    for suffix in ("js", "yaml", "sql", "tex", "rst", "ini"):
        yield f"comments.{suffix}", b"/* # -- % " * (size // 10)
        yield f"wide.{suffix}", "Ёлка 'é'\n".encode("utf-16") * 50
    text = "<text:p>The river rose by 3.5 metres on Monday, officials said.</text:p>"
    for name, content in damaged(_text(text)):
        yield f"{name}.odt", content
    for depth in (60, 200, 20_000 if large else 3_000):
        span = "<text:span>" * depth + "a" + "</text:span>" * depth
        yield f"deep-{depth}.odt", _text(f"<text:p>{span}</text:p>")
    cell = "<table:table-row><table:table-cell {}>" + text + "</table:table-cell></table:table-row>"
    for number, spans in enumerate(
        (
            'table:number-columns-repeated="99999999"',
            'table:number-columns-spanned="99999999" table:number-rows-spanned="99999999"',
            'table:number-columns-spanned="-1"',
        )
    ):
        yield f"absurd-{number}.odt", _text(f"<table:table>{cell.format(spans)}</table:table>")
    huge = f"<text:p>{'word ' * (size // 5)}</text:p>"
    yield "huge-paragraph.odt", _text(huge)
    yield "understated.odt", understated(_text(huge))
    yield "many-paragraphs.odt", _text("<text:p>a</text:p>" * (size // 60))
    for depth in (200, 20_000 if large else 3_000):
        for name, tag in (("lists", "text:list><text:list-item"), ("sections", "text:section")):
            opening, closing = f"<{tag}>", f"</{'></'.join(reversed(tag.split('><')))}>"
            yield f"deep-{name}-{depth}.odt", _text(opening * depth + text + closing * depth)
    entity = '<!DOCTYPE a [<!ENTITY e SYSTEM "file:///etc/passwd">]><a>&e;</a>'
    yield (
        "external.odt",
        office.packed({"META-INF/manifest.xml": "<a/>", "content.xml": entity}),
    )
    yield "spaces.odt", _text('<text:p>a<text:s text:c="999999999"/>b</text:p>')
    yield (
        "laughs.odt",
        office.packed({"META-INF/manifest.xml": "<a/>", "content.xml": BILLION + "<a>&l9;</a>"}),
    )
    yield "protected.odt", office.packed({"META-INF/manifest.xml": "<a><encryption-data/></a>"})


def _text(body: str) -> bytes:
    return office.open_document("text", f"<office:text>{body}</office:text>")
