"""No text is altered on its way into a file: hostile ones go through every export and back."""

import hashlib
import io
import json
import re
import unicodedata
import zipfile
from dataclasses import replace
from datetime import date
from html.parser import HTMLParser

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from assistant.checking.citations import cite
from assistant.data import Citation, Claim, Section, Summary
from assistant.exporting import files as export
from assistant.exporting.legal import REPLACEMENT, legal
from assistant.exporting.memo import memo, quoted
from index.data import Document

HOSTILE = [
    "{nb} of {nb}",
    "{title} {0} {} %s $PATH ${HOME} {{x}} {% raw %}",
    "<script>alert(1)</script> &amp; &lt;b&gt; &#60; <!-- -->",
    "[a](javascript:alert(1)) ![i](http://127.0.0.1/x) `code` ~~gone~~ $x^2$ | a | b |",
    "1. first",
    "12) twelfth",
    "- item",
    "+ item",
    "# heading",
    "=== under",
    "> said",
    "[^1]: “note” [^2]",
    "\\ back\\slash \\* \\[",
    "a\x00b\x07c\x0bd\x0ce\x1b[31mf\x1b]8;;x\x1b\\g\x7fh\x85i\x9bj",
    "\ufffe \uffff \U0001ffff",
    "=HYPERLINK(1) @SUM(1) -1+1",
    "]]> <![CDATA[ %PDF-1.4 endobj ) Tj ( Td",
    "w:t xml:space </w:t></w:r> &#0;",
    "ÅngströmÅ ﬁ ½ ẞ İ",
]
PRINTABLE = st.characters(min_codepoint=0x20, max_codepoint=0x17F, exclude_categories=["Cc", "Cf"])
"""Letters that the PDF's own font has; of the others it depends on the machine's fonts."""
DAY = date(2026, 11, 26)


def single(text: str) -> tuple[Summary, Document]:
    """A summary of a document of this text, which quotes all of it, twice."""
    document = Document(
        id=hashlib.sha256(text.encode("utf-8")).hexdigest()[:16],
        title=text[:80],
        name=f"{text[:40]}.txt",
        path=None,
        url=None,
        published=None,
        added="2026-01-01T00:00:00Z",
        text=text,
        pages=(),
    )
    citation: Citation = cite(document, 0, len(text))
    claim = Claim(text=text, citations=(citation,), verdict="verbatim", support=1.0)
    said = replace(claim, verdict="verified")
    summary = Summary(
        documents=(document.id,),
        headline=said,
        points=(claim, said),
        sections=(Section(name="Numbers and dates", items=(claim,)),),
        withheld=(),
        omitted=(),
        coverage=0.5,
        model=text,
    )
    return summary, document


def made(text: str, suffix: str) -> bytes:
    summary, document = single(text)
    return export.made(summary, [document], f"summary{suffix}")


def expected(text: str) -> str:
    """What a reader sees of a quotation: on one line, controls replaced."""
    return legal(quoted(text))


class Text(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found = ""
        self.tags: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)

    def handle_data(self, data: str) -> None:
        self.found += data


def in_html(text: str) -> str:
    parser = Text()
    parser.feed(made(text, ".html").decode("utf-8"))
    parser.close()
    assert parser.tags.isdisjoint({"script", "img", "b", "iframe"})
    return parser.found


def in_markdown(text: str) -> str:
    """The items as a reader of Markdown shows them."""
    shown = ""
    for line in made(text, ".md").decode("utf-8").splitlines():
        if line.startswith("- "):
            parser = Text()
            parser.feed(MarkdownIt("commonmark").enable("strikethrough").render(line))
            assert parser.tags <= {"ul", "li"}, line
            shown += parser.found
    return shown


def in_word(text: str) -> str:
    import docx

    raw = made(text, ".docx")
    opened = docx.Document(io.BytesIO(raw))
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        from lxml import etree

        notes = "".join(etree.fromstring(archive.read("word/footnotes.xml")).itertext())
    assert expected(text) in notes
    return "\n".join(paragraph.text for paragraph in opened.paragraphs)


def in_pdf(text: str) -> str:
    import pypdfium2

    opened = pypdfium2.PdfDocument(made(text, ".pdf"))
    try:
        return "".join(page.get_textpage().get_text_range() for page in opened)
    finally:
        opened.close()


def bare(text: str) -> str:
    """Without the white space and hyphens that lines are broken with, ligatures undone."""
    return re.sub(r"[\s\u00ad\ufffe\x02-]", "", unicodedata.normalize("NFKC", text))


def check_all(text: str) -> None:
    want = expected(text)
    assert want in in_html(text)
    assert want in in_markdown(text)
    assert want in in_word(text)
    with zipfile.ZipFile(io.BytesIO(made(text, ".citewell.zip"))) as archive:
        manifest = json.loads(archive.read("summary.json"))
        kept = archive.read(f"texts/{single(text)[1].id}.txt").decode("utf-8")
    assert kept == manifest["summary"]["points"][0]["citations"][0]["quote"] == text


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_comes_back_as_it_went(text: str) -> None:
    check_all(text)


@pytest.mark.parametrize("text", [each for each in HOSTILE if legal(each) == each])
def test_and_from_a_pdf(text: str) -> None:
    found = bare(in_pdf(text))
    assert found.count(bare(expected(text))) >= 3


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=60))
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
def test_so_does_any_text(text: str) -> None:
    if text.strip():  # a citation has no white space around it
        check_all(text.strip())


@given(st.text(PRINTABLE, min_size=1, max_size=40))
@settings(max_examples=15, deadline=None)
def test_so_does_any_text_that_the_pdfs_font_has(text: str) -> None:
    if bare(text):
        assert bare(expected(text)) in bare(in_pdf(text))


@given(st.text())
def test_what_no_format_can_hold_is_replaced_and_nothing_else(text: str) -> None:
    lawful = legal(text)
    assert len(lawful) == len(text)
    assert all(new in (old, REPLACEMENT) for old, new in zip(text, lawful, strict=True))
    assert lawful.encode("utf-8").decode("utf-8") == lawful
    assert legal("".join(chr(n) for n in range(32) if n not in (9, 10))) == REPLACEMENT * 30


def test_each_page_of_a_pdf_says_which_it_is_of_how_many() -> None:
    summary, document = single("{nb} is written here.")
    long = replace(summary, points=summary.points * 60)
    import pypdfium2

    opened = pypdfium2.PdfDocument(export.made(long, [document], ".pdf"))
    try:
        texts = [page.get_textpage().get_text_range() for page in opened]
    finally:
        opened.close()
    assert len(texts) > 1
    for number, text in enumerate(texts, start=1):
        assert f"{number} of {len(texts)}" in text


def test_the_memo_itself_has_no_controls() -> None:
    summary, document = single("a\x00b\x1bc")
    assert not [each for each in str(memo(summary, [document], DAY)) if each in "\x00\x1b"]
