"""Books: the chapters in the order of the spine, whole, with their notes told from figures."""

import random
import time
from xml.sax.saxutils import escape

import pytest

from index.data import Document
from index.errors import InputError
from index.formats import books
from index.sentences import sentences
from tests.unit.index import binding, office
from tests.unit.index.test_generated import RAISED, SEEDS, loaded, paragraphs, told


def read(content: bytes) -> tuple[Document, tuple[str, ...]]:
    return loaded(content, ".epub")


def places(document: Document) -> dict[str, str]:
    return {
        " ".join(document.text[start:end].split()): document.place_of(start)
        for start, end in sentences(document.text, document.headings)
    }


@pytest.mark.parametrize("seed", SEEDS)
def test_every_sentence_stands_in_its_chapter(seed: int) -> None:
    chance = random.Random(seed)
    said = told(chance)
    names = ["c3", "c1", "c2"]
    chapters, expected = {}, {}
    for number, name in enumerate(names):
        here = said[number::3]
        expected[f"Part {name}"] = f"chapter “Part {name}”"
        expected |= dict.fromkeys(here, f"chapter “Part {name}”")
        body = "".join(f"<p>{escape(part)}</p>" for part in paragraphs(here, chance))
        chapters[name] = f"<h1>Part {name}</h1><section>{body}</section>"
    shuffled = dict(sorted(chapters.items()))
    document, remarks = read(binding.epub(shuffled, spine=names))
    assert remarks == ()
    assert list(places(document).items()) == list(expected.items())
    assert (document.title, document.published) == ("A Book", "2024-03-05")


def text_of(body: str) -> str:
    return read(binding.epub({"a": body}))[0].text


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (
            "<p>It costs $320<sup><a href='notes.xhtml#n1'>1</a></sup> a year.</p>",
            "$320 (note 1) a",
        ),
        ("<p>It costs $320<a epub:type='noteref' href='#n1'>1</a> a year.</p>", "$320 (note 1) a"),
        ("<p>It costs $320<a role='doc-noteref' href='#n1'>1</a> a year.</p>", "$320 (note 1) a"),
        ("<p>One<br/>two</p>three <b>f</b>our<p>five</p>", "One\ntwo\n\nthree four\n\nfive"),
        ("<ul><li>a</li><li><p>b</p><p>c</p></li></ul>", "- a\n- b\n\nc"),
        ("<p hidden='hidden'>secret</p><p>shown</p>", "shown"),
        (
            "<table><tr><th>Year</th><th>Sum</th></tr><tr><td>2021</td><td>4.1</td></tr></table>",
            "Year · Sum\n2021 · Sum: 4.1",
        ),
        ("<blockquote><p>A verse,</p><p>another.</p></blockquote>", "A verse,\n\nanother."),
    ],
)
def test_a_chapter_is_read_as_it_is_shown(body: str, text: str) -> None:
    assert text in text_of(body)
    assert "secret" not in text_of(body)


@pytest.mark.parametrize(("base", "mark", "place", "written"), RAISED)
def test_no_raised_figure_joins_a_number(base: str, mark: str, place: str, written: str) -> None:
    tag = place[:3]
    body = f"<p>It is {base}<{tag}>{mark}</{tag}> now.</p>"
    assert text_of(body) == f"It is {written} now."


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ("x<sup>a<sub>i</sub>b</sup> end", "xaib end"),
        ("10<sup>6<sup>2</sup></sup> end", "10^6^2 end"),
        ("x<sub>a<b>c<sup>2</sup></b></sub> end", "xac^2 end"),
        ("x<sup>a<a role='doc-noteref' href='#n'>1</a></sup> end", "x (note a1) end"),
        (
            "x<a role='doc-noteref' href='#n'>1<a role='doc-noteref' href='#m'>2</a></a> end",
            "x (note 1) (note 2) end",
        ),
    ],
)
def test_raised_within_raised_loses_no_character(body: str, text: str) -> None:
    assert text_of(f"<p>{body}</p>") == text


def test_a_chapter_that_the_spine_names_often_is_read_once() -> None:
    content = binding.epub({"a": "<p>One.</p>", "b": "<p>Two.</p>"}, spine=["a", "b"] + ["a"] * 99)
    assert read(content)[0].text == "One.\n\nTwo."


def test_a_page_and_a_book_cost_what_they_are_long() -> None:
    page = "a<br/>" * 100_000 + "<i>b</i>c" * 50_000
    chapter = f"<h1>A head</h1><p>{'Some words. ' * 2_000}</p>"
    content = binding.epub({"page": page} | {f"c{n}": chapter for n in range(800)})
    began = time.process_time()
    assert len(books.read(content, "a.epub").pages) == 801
    assert time.process_time() - began < 6


def test_a_missing_chapter_is_told_and_the_others_are_read() -> None:
    content = binding.epub({"a": "<p>Here.</p>"}, spine=["a", "gone"])
    with_place = content.replace(b"gone", b"gone")
    assert read(with_place)[0].text == "Here."
    package = binding.epub({"a": "<p>Here.</p>", "b": "<p>There.</p>"})
    import io
    import zipfile

    with zipfile.ZipFile(io.BytesIO(package)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist() if "/b." not in name}
    document, remarks = read(office.packed(parts))
    assert (document.text, remarks) == ("Here.", ("chapters that are missing: b.xhtml",))


def test_a_protected_or_broken_book_is_one_clear_error() -> None:
    sealed = (
        '<encryption xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><EncryptedData><C'
        'ipherData><CipherReference URI="{}"/></CipherData></EncryptedData></encryption>'
    )
    for path, protected in (("OPS/text/a.xhtml", True), ("OPS/fonts/a.otf", False)):
        more = {"META-INF/encryption.xml": sealed.format(path)}
        content = binding.epub({"a": "<p>Here.</p>"}, more=more)
        if protected:
            with pytest.raises(InputError, match=r"a\.epub is protected against copying"):
                read(content)
        else:
            assert read(content)[0].text == "Here."
    for content in (b"PK", office.packed({"a.txt": "text"})):
        with pytest.raises(InputError, match=r"a\.epub is broken, or no book"):
            read(content)
