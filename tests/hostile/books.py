"""Hostile books."""

import struct
from collections.abc import Iterator

from tests.hostile.pages import BILLION
from tests.hostile.sheets import damaged, understated
from tests.unit.index import binding, office

Named = tuple[str, bytes]
TEXT = "<h1>One</h1><p>The river rose by 3.5 metres on Monday, officials said.</p>"
PACKAGE = "OPS/package.opf"
CONTAINER = "META-INF/container.xml"


def book_files(*, large: bool) -> Iterator[Named]:
    """Names and bytes of ``.epub`` files."""
    for name, content in (*damaged(binding.epub({"a": TEXT, "b": TEXT})), *_made(large)):
        yield f"{name}.epub", content


def _made(large: bool) -> Iterator[Named]:
    more: dict[str, bytes | str]
    odd: dict[str, dict[str, bytes | str]] = {
        "no-container": {CONTAINER: ""},
        "empty-container": {CONTAINER: "<container/>"},
        "no-package": {PACKAGE: ""},
        "package-elsewhere": {CONTAINER: "<a><rootfile full-path='../../etc/passwd'/></a>"},
        "package-itself": {CONTAINER: f"<a><rootfile full-path='{CONTAINER}'/></a>"},
        "laughing-package": {PACKAGE: BILLION + "<package>&l9;</package>"},
        "outer-package": {
            PACKAGE: '<!DOCTYPE a [<!ENTITY e SYSTEM "file:///etc/passwd">]><package>&e;</package>'
        },
        "laughing-chapter": {"OPS/text/a.xhtml": BILLION + "<html><body>&l9;</body></html>"},
        "binary-chapter": {"OPS/text/a.xhtml": bytes(range(256)) * 40},
        "out-of-it": {
            PACKAGE: "<package><item id='a' href='../../../etc/passwd' media-type='text/html'/>"
            "<itemref idref='a'/></package>"
        },
        "address": {
            PACKAGE: "<package><item id='a' href='http://127.0.0.1/' media-type='text/html'/>"
            "<itemref idref='a'/></package>"
        },
    }
    for name, more in odd.items():
        yield name, binding.epub({"a": TEXT}, more=more)
    for depth in (60, 240, 20_000 if large else 3_000):
        deep = "<div>" * depth + TEXT + "</div>" * depth
        yield f"deep-{depth}", binding.epub({"a": deep})
    size = 60_000_000 if large else 2_000_000
    yield "huge-paragraph", binding.epub({"a": f"<p>{'word ' * (size // 5)}</p>"})
    many = 100_000 if large else 5_000
    yield "many-paragraphs", binding.epub({"a": "<p>a</p>" * many})
    yield "open-inlines", binding.epub({"a": "<b>a" * 3_000})
    chapters = {f"c{number}": TEXT for number in range(5_000 if large else 500)}
    yield "many-chapters", binding.epub(chapters)
    yield "one-chapter-often", binding.epub({"a": TEXT}, spine=["a"] * 5_000)
    yield "understated", understated(binding.epub({"a": f"<p>{'word ' * (size // 5)}</p>"}))
    yield "linked-chapter", _linked(binding.epub({"a": "/etc/passwd"}))
    if large:
        yield "bomb-chapter", binding.epub({"a": "a" * 450_000_000})
        yield "bomb-absurd", office.packed({f"{n}.xml": b"a" * 60_000_000 for n in range(10)})


def _linked(book: bytes) -> bytes:
    """The same book, whose parts say that they are links of a file system."""
    content = bytearray(book)
    at = content.find(b"PK\x01\x02")
    while at >= 0:
        struct.pack_into("<BB", content, at + 4, 20, 3)  # made on Unix
        struct.pack_into("<I", content, at + 38, 0o120777 << 16)
        at = content.find(b"PK\x01\x02", at + 4)
    return bytes(content)
