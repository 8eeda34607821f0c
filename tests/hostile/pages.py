"""Hostile web pages."""

import random
from collections.abc import Iterator

from tests.unit.index.files import HTML

Named = tuple[str, bytes]
LAUGHS = "".join(f'<!ENTITY l{level} "{f"&l{level - 1};" * 10}">' for level in range(1, 10))
BILLION = f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY l0 "ha">{LAUGHS}]>'


def html_files(*, large: bool) -> Iterator[Named]:
    """Names and bytes of ``.html`` files."""
    many = 100_000 if large else 4_000
    for name, content in (*_deep(many), *_wide(many), *_declarations(), *_active()):
        yield f"{name}.html", content.encode("utf-8", "surrogatepass")
    yield from _damaged()


def _page(body: str) -> str:
    return f"<html><head><title>Page</title></head><body>{body}</body></html>"


def _deep(depth: int) -> Iterator[tuple[str, str]]:
    """Elements within elements."""
    text = "The river rose by 3.5 metres on Monday, officials said. " * 3
    for tag in ("div", "p", "b", "span", "font", "blockquote", "section", "article", "a", "q"):
        yield f"deep-{tag}", _page(f"<{tag}>" * depth + text + f"</{tag}>" * depth)
    for tag in ("div", "b", "i", "em"):
        yield f"open-{tag}", _page(f"<{tag}>{text[:20]}" * depth)
    for tag in ("ul", "ol"):
        yield f"deep-{tag}", _page(f"<{tag}><li>{text}" * (depth // 10))
    yield "deep-table", _page("<table><tr><td>a " * (depth // 10) + text)
    yield "deep-definition", _page("<dl><dd>" * (depth // 10) + text)
    yield "deep-form", _page("<form><fieldset>" * (depth // 10) + text)
    yield "deep-frames", _page("<iframe>" * depth + text)
    yield "deep-svg", _page("<svg>" + "<g>" * depth + text)
    yield "deep-mathematics", _page("<math>" + "<mrow>" * depth + text)
    yield "deep-template", _page("<template>" * (depth // 10) + text)
    yield "deep-250", _page("<div>" * 250 + text + "</div>" * 250)


def _wide(many: int) -> Iterator[tuple[str, str]]:
    """Much of the same beside each other."""
    yield "paragraphs", _page("<p>The river rose on Monday, they said." * many)
    yield "breaks", _page("<p>a" + "<br>" * many + "b</p>")
    yield "rows", _page("<table>" + "<tr><td>a<td>b" * many)
    yield "cells", _page("<table><tr>" + "<td>a" * many)
    yield "items", _page("<ul>" + "<li>a" * many)
    yield "headings", _page("<h2>a</h2>" * many)
    yield "links", _page("<a href='http://127.0.0.1/'>The river rose again</a> " * many)
    yield "attributes", _page("<p " + " ".join(f"a{n}=1" for n in range(many)) + ">Text here.")
    yield "attribute-long", _page(f"<p class='{'x' * many * 10}'>The text of it.")
    yield "tag-long", _page(f"<{'x' * many * 10}>The text of it.")
    yield "entities", _page("<p>" + "&amp;&lt;&#8217;&nbsp;" * many)
    yield "entities-bad", _page("<p>" + "&#x110000;&#0;&#xd800;&nosuch;&" * many)
    yield "comment-open", _page("<p>Text.<!-- " + "a" * many * 10)
    yield "comments", _page("<!-- a -->" * many + "<p>The text of it.")
    yield "script-long", _page(f"<script>{'var a = 1;' * many}</script><p>The text of it.")
    yield "style-long", _page(f"<style>{'a{b:c}' * many}</style><p>The text of it.")
    yield "no-text", _page("<div></div>" * many)
    yield "image-data", _page(f"<p>Text.<img src='data:image/png;base64,{'A' * many * 10}'>")
    yield "line-gigantic", _page("<p>" + "word " * many * 10)
    yield "word-gigantic", _page("<p>" + "x" * many * 10)
    yield "less-than", "<" * many * 10
    yield "ampersands", "&" * many * 10
    yield "brackets", "<>" * many * 5


def _declarations() -> Iterator[tuple[str, str]]:
    """What a parser may expand, fetch or believe."""
    yield "billion-laughs", f"{BILLION}<html><body><p>&l9;</p></body></html>"
    yield (
        "external-file",
        (
            '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'
            "<html><body><p>Seen: &e;</p></body></html>"
        ),
    )
    yield (
        "external-address",
        ('<!DOCTYPE x [<!ENTITY % e SYSTEM "http://127.0.0.1:9/e.dtd"> %e;]><html><p>Text.</html>'),
    )
    yield (
        "include",
        '<html xmlns:xi="http://www.w3.org/2001/XInclude"><xi:include href="/etc/passwd"/>',
    )
    yield "stylesheet", '<?xml-stylesheet href="http://127.0.0.1:9/a.xsl"?><html><p>Text.</html>'
    yield "charset-utf7", "<meta charset=utf-7><p>+ADw-script+AD4-alert(1)+ADw-/script+AD4-"
    yield "charset-none", "<meta charset=no-such-thing><p>The text of it, Zürich."
    yield "charset-utf16", "<meta charset=utf-16><p>The text of it, Zürich."
    yield "charset-many", "<meta charset=utf-8><meta charset=gbk><meta charset=koi8-r><p>Zürich."
    yield "date-absurd", "<meta property='article:published_time' content='99999-99-99'><p>Text."
    yield "date-long", f"<meta property='article:published_time' content='{'9' * 50_000}'><p>Text."
    yield "title-long", f"<title>{'t' * 500_000}</title><p>The text of it."
    yield "title-lines", "<title>a\n\n\tb\u2028c\x00d</title><p>The text of it."
    yield "json-bad", "<script type='application/ld+json'>{\"@type\": [[[[</script><p>Text."
    yield "json-deep", f"<script type='application/ld+json'>{'[' * 90_000}</script><p>Text."
    yield "canonical", "<link rel=canonical href='javascript:alert(1)'><p>The text of it."
    yield "base", "<base href='http://127.0.0.1:9/'><p>The text of it.</p><img src=a.png>"
    yield "frameset", "<frameset><frame src='file:///etc/passwd'></frameset>"
    yield "cdata", "<html><body><![CDATA[ text ]]><p>The text of it.</p></body></html>"


def _active() -> Iterator[tuple[str, str]]:
    """What would run or be fetched in a browser."""
    from tests.hostile.payloads import PAYLOADS

    for number, payload in enumerate(PAYLOADS):
        yield (
            f"payload-{number:02}",
            _page(f"<p>Before it all was well. {payload} After it too.</p>"),
        )


def _damaged() -> Iterator[Named]:
    chance = random.Random(5)
    for number in range(10):
        yield f"truncated-{number}.html", HTML[: len(HTML) * number // 10 + 1]
    for number in range(10):
        changed = bytearray(HTML)
        for _ in range(40):
            changed[chance.randrange(len(changed))] = chance.randrange(256)
        yield f"flipped-{number}.html", bytes(changed)
    yield "null-between.html", HTML.replace(b"<p>", b"<p>\x00")
    yield "utf16.html", HTML.decode().encode("utf-16")
    yield "nothing-but-mark.html", b"\xef\xbb\xbf"
