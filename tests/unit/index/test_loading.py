"""Files become documents, and bad files one clear error each."""

import contextlib
import hashlib
import os
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index import loading
from index.data import Document
from index.errors import InputError
from index.formats.markdown import read as read_markdown
from index.formats.text import decoded
from index.loading import Raw
from tests.unit.index import files

Write = Callable[[str, str | bytes], Path]


def load(path: Path, max_file_mb: int = 50) -> Document:
    return loading.load(loading.read_file(path, max_file_mb))


def headings(document: Document) -> list[tuple[int, str]]:
    return [
        (heading.level, document.text[heading.start : heading.end]) for heading in document.headings
    ]


# Text


def test_the_text_of_a_plain_file_is_the_files_own(write: Write) -> None:
    text = "Title here\r\n\r\nIt costs 5 €.\r\nİstanbul e\u0301 👩‍👩‍👧\r\n"
    document = load(write("a.txt", text))
    assert document.text == text
    assert document.id == hashlib.sha256(text.encode()).hexdigest()[:16]
    assert (document.name, document.title) == ("a.txt", "Title here")
    assert document.path is not None
    assert document.path.endswith("files/a.txt")


@given(st.text(min_size=1).filter(lambda text: text.isprintable() and text[0] != "\ufeff"))
def test_utf8_is_decoded_to_the_same_characters(text: str) -> None:
    assert decoded(text.encode("utf-8"), "a.txt") == text


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_a_byte_order_mark_is_no_text(write: Write, encoding: str) -> None:
    assert load(write("a.txt", "Grüße aus Köln.".encode(encoding))).text == "Grüße aus Köln."


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("Der Präsident sagte, über die Größe des Heeres werde geschwiegen. " * 5, "cp1252"),
        ("Президент заявил, что войска останутся на своих позициях до весны. " * 5, "cp1251"),
        ("大統領は月曜日に、軍隊は春まで陣地にとどまると述べた。ニュースです。" * 5, "shift_jis"),
    ],
)
def test_other_encodings_are_told_from_the_text(write: Write, text: str, encoding: str) -> None:
    assert load(write("a.txt", text.encode(encoding))).text == text


def test_headings_of_the_seed(seed_path: Path) -> None:
    document = load(seed_path)
    assert document.text == seed_path.read_bytes().decode("utf-8")
    assert headings(document) == [
        (1, "North Korean Troops Fighting for Russia, U.S. Officials Confirm"),
        (2, "North Korea Sends Troops to Ukraine in Support of Russia"),
        (2, "Growing Russo-North Korean Cooperation"),
        (2, "U.S. Reaction and International Consequences"),
        (2, "Kim Jong-un’s Gambit"),
        (2, "A Troubling Precedent"),
        (2, "What’s Next for the International Community?"),
    ]


@pytest.mark.parametrize(
    "line",
    [
        "It ends with a stop.",
        "By Michael E. Mann",
        "March 5, 2024",
        "a line that begins small",
        "How are you?",
        "Map_of_the_Region",
        "- a list item",
        "1. A numbered item",
        "https://example.org/a",
        "12 345",
        "Something, that goes on,",
        "A very long line " * 10,
    ],
)
def test_a_line_that_is_no_heading(write: Write, line: str) -> None:
    document = load(write("a.txt", f"The title\n\n{line}\n\nAnd here some text follows it."))
    assert headings(document) == [(1, "The title")]


def test_markdown_keeps_its_text_and_finds_its_headings(write: Write) -> None:
    text = (
        "---\ntitle: 'The report'\ndate: 2024-03-05\n---\n# One #\n\nText\n\n```\n# code\n```\n"
        "Two\n===\n\n### Three **bold**\ntext\n\nFour\n---\n- item\n---\n"
    )
    document = load(write("a.md", text))
    assert document.text == text
    assert document.title == "The report"
    assert document.published == "2024-03-05"
    assert headings(document) == [(1, "One"), (1, "Two"), (3, "Three **bold**"), (2, "Four")]


@pytest.mark.parametrize(
    ("text", "title"),
    [("# a{}b", "a b"), ("# a{}#", "a"), ("#{}", ""), ("---\ntitle: a{}b\n---\n", "a b")],
)
def test_a_line_of_blanks_takes_no_time(text: str, title: str) -> None:
    begun = time.process_time()
    content = read_markdown(text.format(" " * 5000).encode(), "a.md")
    assert time.process_time() - begun < 1
    assert " ".join(content.title.split()) == title


@pytest.mark.parametrize(
    ("line", "heading"),
    [("# One ##  ", "One"), ("# C #", "C"), ("# a # #", "a #"), ("#\tOne", "One")],
)
def test_marks_that_close_a_heading_are_no_part_of_it(line: str, heading: str) -> None:
    assert read_markdown(f"{line}\ntext".encode(), "a.md").title == heading


@pytest.mark.parametrize(
    "written", ["'The report'", '"The report"', "The report", "The report  \r"]
)
def test_a_title_in_the_front_matter_may_be_quoted(written: str) -> None:
    assert read_markdown(f"---\ntitle: {written}\n---\n".encode(), "a.md").title == "The report"


# HTML


def test_html_is_its_article(write: Write) -> None:
    document = load(write("a.html", files.HTML))
    assert document.title == "Flood hits town"
    assert document.published == "2024-03-05"
    assert headings(document) == [(1, "Flood hits town"), (2, "What came next")]
    assert "Mr. Smith & others left the <old> town" in document.text
    assert "to them all.\nSchools stayed shut" in document.text
    assert "- Bring water\n- Bring warm clothes" in document.text
    assert "Year · Floods\n2020 · Floods: 5" in document.text
    for gone in ("alert", "Home", "Copyright"):
        assert gone not in document.text


def test_a_page_without_text_is_refused(write: Write) -> None:
    with pytest.raises(InputError, match="no text to read"):
        load(write("a.html", "<html><body><script>draw()</script></body></html>"))


# Word


def test_word_keeps_headings_lists_and_tables(write: Write) -> None:
    document = load(write("a.docx", files.word()))
    assert document.title == "Annual report"
    assert headings(document) == [(1, "Annual report"), (1, "Outlook")]
    assert document.text == (
        "Annual report\n\nSales rose by 3.5 million. The U.S. market grew most.\n\nOutlook\n\n"
        "Growth will slow, analysts say.\n\n- Costs fall\n\n1. Prices rise\n\n"
        "Year · Sales; Costs\n2025 · unknown; unknown"
    )


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"PK\x03\x04 but not really", "broken"),
        (b"just text", "broken"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "encrypted or in the old"),
    ],
)
def test_a_bad_word_file_is_refused(write: Write, content: bytes, message: str) -> None:
    with pytest.raises(InputError, match=message):
        load(write("a.docx", content))


def test_a_truncated_word_file_is_refused(write: Write) -> None:
    whole = files.word()
    for length in range(10, len(whole), len(whole) // 23):
        with pytest.raises(InputError, match="broken"):
            load(write("a.docx", whole[:length]))


def test_a_word_file_that_unpacks_to_absurd_size_is_refused(write: Write) -> None:
    path = write("a.docx", b"")
    block = b" " * 10_000_000
    with (
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive,
        archive.open("word/document.xml", "w", force_zip64=True) as entry,
    ):
        for _ in range(51):
            entry.write(block)
    with pytest.raises(InputError, match="absurd"):
        load(path)


# PDF


def lines(*texts: str, size: float = 11, top: float = 700) -> list[files.Line]:
    return [(size, top - 14 * number, text) for number, text in enumerate(texts)]


def test_pdf_pages_and_headings_lie_in_the_text(write: Write) -> None:
    first = [
        (20.0, 740.0, "The Big Report"),
        *lines("Sales rose by 3.5 million in the year that", "has passed."),
    ]
    second = [(15.0, 740.0, "Outlook (short)"), *lines("Growth will slow, analysts say.")]
    document = load(write("a.pdf", files.pdf([first, second, []], title="Report 2025")))
    assert document.title == "Report 2025"
    assert headings(document) == [(1, "The Big Report"), (2, "Outlook (short)")]
    assert document.text == (
        "The Big Report\n\nSales rose by 3.5 million in the year that\nhas passed.\n\n"
        "Outlook (short)\n\nGrowth will slow, analysts say."
    )
    assert [page.number for page in document.pages] == [1, 2, 3]
    assert [document.text[page.start : page.end][:7] for page in document.pages] == [
        "The Big",
        "Outlook",
        "",
    ]
    assert document.page_of(document.text.index("Growth")) == 2


def test_running_titles_and_page_numbers_are_left_out(write: Write) -> None:
    pages = [
        [
            (9.0, 760.0, "The Daily News"),
            *lines(f"Page text {word}."),
            (9.0, 40.0, f"{number} of 4"),
        ]
        for number, word in enumerate(["one", "two", "three", "four"], start=1)
    ]
    text = load(write("a.pdf", files.pdf(pages))).text
    assert text == "Page text one.\n\nPage text two.\n\nPage text three.\n\nPage text four."


@pytest.mark.parametrize(
    "number", ["{}", "Page {}", "- {} -", "{} / 3", "Page {} of 3", "Seite {}"]
)
def test_page_numbers_are_left_out(write: Write, number: str) -> None:
    pages = [
        [*lines(f"Page text {word}."), (9.0, 40.0, number.format(at))]
        for at, word in enumerate(["one", "two", "three"], start=1)
    ]
    text = load(write("a.pdf", files.pdf(pages))).text
    assert text == "Page text one.\n\nPage text two.\n\nPage text three."


def test_numbered_headings_at_the_top_of_pages_stay(write: Write) -> None:
    pages = [[(15.0, 740.0, f"Article {n}"), *lines(f"{n} members meet.")] for n in (1, 2, 3)]
    document = load(write("a.pdf", files.pdf(pages)))
    assert headings(document) == [(1, "Article 1"), (1, "Article 2"), (1, "Article 3")]


def test_equal_lines_at_different_heights_stay(write: Write) -> None:
    pages = [lines(*["Text."] * count, "Signed.") for count in (1, 2, 3)]
    assert load(write("a.pdf", files.pdf(pages))).text.count("Signed.") == 3


def test_a_sentence_may_run_over_a_pages_end(write: Write) -> None:
    pages = [lines("It was a long day for the"), lines("people of the town.")]
    assert (
        load(write("a.pdf", files.pdf(pages))).text
        == "It was a long day for the\npeople of the town."
    )


def test_words_parted_at_a_lines_end_are_joined(write: Write) -> None:
    page = lines("It is the iden-", "tifier of the Docu-", "ment - a well-known one", "and so on.")
    text = load(write("a.pdf", files.pdf([page]))).text
    assert text == "It is the identifier\nof the Document - a well-known one\nand so on."


def test_paragraphs_are_told_by_their_distance(write: Write) -> None:
    page = [
        *lines("First line of it", "second line.", "third line."),
        *lines("Another one.", top=640),
    ]
    text = load(write("a.pdf", files.pdf([page]))).text
    assert text == "First line of it\nsecond line.\nthird line.\n\nAnother one."


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (files.pdf([lines("Secret")], encrypted=True), "protected with a password"),
        (b"%PDF-1.7\n" + b"garbage " * 50, "broken"),
        (b"no pdf at all", "broken"),
        (files.pdf([lines("Cut off")])[:200], "broken"),
        (files.pdf([[], []]), "no text layer"),
    ],
    ids=["encrypted", "garbage", "text", "cut off", "pictures"],
)
def test_a_bad_pdf_is_refused(write: Write, content: bytes, message: str) -> None:
    with pytest.raises(InputError, match=message) as caught:
        load(write("a.pdf", content))
    assert caught.value.hint


# What is no file of text


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.txt", b"", "empty"),
        ("a.txt", b" \n\t\r\n ", "empty"),
        ("a.txt", bytes(range(256)) * 20, "not text"),
        ("a.txt", b"\x7fELF\x02\x01\x01" + b"\x00" * 400, "not text"),
        ("a.md", files.pdf([lines("A PDF in disguise")]), "not text"),
        ("a.txt", b"\x01\x02\x03\x04 text" * 100, "not text"),
        ("a.xyz", b"text", "format"),
        ("noending", b"text", "format"),
    ],
)
def test_a_bad_file_is_refused(write: Write, name: str, content: bytes, message: str) -> None:
    with pytest.raises(InputError, match=message) as caught:
        load(write(name, content))
    assert caught.value.hint
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("kind", [".txt", ".md", ".html", ".docx", ".pdf"])
@settings(deadline=None)  # the first call imports what reads the format
@given(st.binary(max_size=300))
def test_any_bytes_give_text_or_an_error_for_the_user(kind: str, content: bytes) -> None:
    raw = Raw(source=f"/a{kind}", kind=kind, content=content)
    with contextlib.suppress(InputError):
        assert loading.load(raw).text.strip()


def test_a_huge_file_is_refused_without_reading_it(write: Write) -> None:
    path = write("a.txt", b"x")
    os.truncate(path, 200_000_000)
    with pytest.raises(InputError, match=r"a\.txt has 200 MB; the limit is 50 MB"):
        load(path)


def test_missing_and_special_files_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="There is no file"):
        load(tmp_path / "none.txt")
    os.mkfifo(tmp_path / "pipe.txt")
    (tmp_path / "zero.txt").symlink_to("/dev/zero")
    for name in ("pipe.txt", "zero.txt"):
        with pytest.raises(InputError, match="is not a file"):
            load(tmp_path / name)


@pytest.mark.parametrize("source", ["", " \t"])
def test_nothing_is_not_the_folder_one_is_in(source: str) -> None:
    with pytest.raises(InputError, match="Name a file, folder or address"):
        loading.sources(source)


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("a" * 5000, "is too long"),
        ("/a" * 2500 + ".txt", "is too long"),
        ("~nosuch/x", "There is no file"),
        ("~nosuch/x.txt", "There is no file"),
        ("a\0b.txt", "There is no file"),
        ("a\udcff.txt", "is not in UTF-8"),
    ],
)
def test_a_name_that_no_file_can_have_is_refused(source: str, message: str) -> None:
    (found,), _ = loading.sources(source)
    with pytest.raises(InputError, match=message) as caught:
        load(Path(found))
    assert len(str(caught.value)) < 300


# Folders


def test_a_folder_gives_its_readable_files_in_order(write: Write, tmp_path: Path) -> None:
    outside = tmp_path / "secret.txt"
    outside.write_text("secret", encoding="utf-8")
    names = ["b.txt", "a/c.MD", "a/.hidden.txt", ".git/x.txt", "picture.xyz"]
    for name in names:
        write(name, "text")
    folder = tmp_path / "files"
    (folder / "link.txt").symlink_to(outside)
    (folder / "within.txt").symlink_to(folder / "b.txt")
    (folder / "loop").symlink_to(folder)
    found, in_folder = loading.sources(folder)
    assert in_folder
    assert [Path(each).relative_to(folder).as_posix() for each in found] == [
        "b.txt",
        "within.txt",
        "a/c.MD",
    ]


def test_a_folder_without_readable_files_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="holds nothing that can be read") as caught:
        loading.sources(tmp_path)
    assert ".docx" in caught.value.hint


@pytest.mark.parametrize(
    ("source", "name"),
    [
        ("/a/b c.txt", "b c.txt"),
        ("https://example.org/news/big%20flood.html?x=1", "big flood.html"),
        ("https://example.org/", "example.org"),
    ],
)
def test_names_shown_in_citations(source: str, name: str) -> None:
    assert loading.name_of(source) == name
