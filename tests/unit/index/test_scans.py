"""Pages that are pictures: recognised here, boxed, and never for sure where they are not."""

import io
import struct
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

import fpdf
import pytest
from PIL import Image

from assistant.checking.citations import cite, is_exact
from assistant.page.html import printed
from benchmarks.scans import drawn
from index import Library, loading, scans
from index.data import AddResult, Document
from index.errors import InputError
from index.formats import pictures, scanned
from index.formats.pdf import reading, recognised
from index.loading import Raw
from tests.fakes import HashEmbedder

Write = Callable[[str, str | bytes], Path]
SHEET = (330, 120)
"""Points: room for a few lines, which are read in a second or two."""
FIRST = "The sluice at Low Moor was opened on 14 May 1987, and 3,418 litres ran out of it."
SECOND = "Nobody was hurt. The keeper, Ada Brockmere, wrote it down."
OWN = "This page has a text layer of its own, and keeps it."


def scan(*paragraphs: str, dots: int = 200) -> bytes:
    """A picture of a small page, askew and noisy."""
    return drawn(paragraphs, dots=dots, sheet=SHEET).png


@pytest.fixture(scope="module")
def added(
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[tuple[Library, AddResult, list[str]]]:
    """A PDF of a page with a text layer and two scans, in a library; what was told meanwhile."""
    folder = tmp_path_factory.mktemp("scans")
    pdf = fpdf.FPDF(unit="pt", format=SHEET)
    pdf.add_page()
    pdf.set_font("times", size=11)
    pdf.text(30, 40, OWN)
    for paragraph in (FIRST, SECOND):
        pdf.add_page()
        pdf.image(io.BytesIO(scan(paragraph)), 0, 0, *SHEET)
    path = folder / "scan.pdf"
    path.write_bytes(bytes(pdf.output()))
    told: list[str] = []
    with Library.open(folder / "library", embedder=HashEmbedder()) as library:
        (result,) = library.add(path, progress=lambda message, *_: told.append(message))
        yield library, result, told


@pytest.fixture
def document(added: tuple[Library, AddResult, list[str]]) -> Document:
    library, result, _ = added
    assert result.document_id
    return library.document(result.document_id)


def test_a_scan_is_read_in_order_and_a_text_layer_stays(document: Document) -> None:
    own, first, second = document.pages
    assert document.text[own.start : own.end].strip() == OWN
    assert own.words == ()
    assert " ".join(document.text[first.start : first.end].split()) == FIRST
    assert " ".join(document.text[second.start : second.end].split()) == SECOND


def test_every_citation_is_exact_and_its_words_are_those_of_the_page(
    added: tuple[Library, AddResult, list[str]], document: Document
) -> None:
    library, _, _ = added
    for span in library.sentences(document.id):
        assert is_exact(cite(document, span.start, span.end), document)
    words = [document.text[w.start : w.end] for page in document.pages for w in page.words]
    assert words == [*FIRST.split(), *SECOND.split()]


def test_no_number_is_misread_in_silence(document: Document) -> None:
    words = [word for page in document.pages for word in page.words]
    read = {document.text[word.start : word.end]: word for word in words}
    for number in ("14", "1987,", "3,418"):
        assert number in read or any(word.is_unsure for word in words)


def test_the_page_is_shown_with_the_cited_words_boxed(document: Document) -> None:
    start = document.text.index("Nobody")
    html = printed.page(document, 3, start, start + len("Nobody was hurt."))
    assert "data:image/jpeg" in html
    assert html.count("page-hit") == 1
    word = next(document.recognised(start, start + 1))
    # The line begins at a tenth of the width and some three of the height, askew.
    assert 800 < word.left < 1200
    assert word.right - word.left < 2000
    assert 2000 < word.top < word.bottom < 5000


def test_it_is_told_what_is_being_done_and_what_was_recognised(
    added: tuple[Library, AddResult, list[str]],
) -> None:
    _, result, told = added
    assert told[0] == "Reading scan.pdf"
    assert told[1] == "Reading scan.pdf, page 1 of 2"
    assert told[2].startswith("Reading scan.pdf, page 2 of 2, about ")
    assert told[2].endswith(" left")
    assert "pages 2, 3: text recognised in pictures, " in result.message
    assert result.status == "added"


def test_a_picture_of_several_pages_is_a_document(write: Write) -> None:
    pages = [Image.open(io.BytesIO(scan(text, dots=150))) for text in (FIRST, SECOND)]
    out = io.BytesIO()
    pages[0].save(out, "TIFF", save_all=True, append_images=pages[1:])
    path = write("scan.tif", out.getvalue())
    found = loading.load(loading.read_file(path, 50))
    assert len(found.pages) == 2
    assert "Ada Brockmere" in found.text[found.pages[1].start :]
    html = printed.page(found, 2, *_span(found, "Ada Brockmere"))
    assert html.count("page-hit") == 1


def _span(document: Document, quote: str) -> tuple[int, int]:
    start = document.text.index(quote)
    return start, start + len(quote)


def test_a_page_upside_down_is_read(write: Write) -> None:
    picture = Image.open(io.BytesIO(scan(SECOND, dots=150))).rotate(180)
    out = io.BytesIO()
    picture.save(out, "PNG")
    found = loading.load(loading.read_file(write("turned.png", out.getvalue()), 50))
    assert " ".join(found.text.split()) == SECOND
    word = next(found.recognised(*_span(found, "Nobody")))
    assert word.left > 7000, "the box is where the word is on the page as it lies"


# What is refused


def png_of(width: int, height: int) -> bytes:
    """The head of a picture that says it is so large."""
    head = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    data = b"IDAT" + zlib.compress(bytes(1000))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(part) - 4) + part + struct.pack(">I", zlib.crc32(part))
        for part in (head, data, b"IEND")
    )


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("cut.png", scan(SECOND, dots=72)[:2000], "broken, or no picture"),
        ("bomb.png", png_of(60_000, 60_000), "more than 80 million pixels"),
        ("wide.png", png_of(10_000, 9_000), "more than 80 million pixels"),
        ("noise.tif", b"II*\x00" + bytes(range(256)) * 9, "broken, or no picture"),
        ("text.jpg", b"no picture at all", "broken, or no picture"),
        ("blank.png", drawn([], dots=72, sheet=SHEET, noise=0).png, "no words"),
    ],
)
def test_a_bad_picture_is_refused_in_one_line(
    write: Write, name: str, content: bytes, message: str
) -> None:
    with pytest.raises(InputError, match=message) as caught:
        loading.load(loading.read_file(write(name, content), 50))
    assert name in str(caught.value)
    assert "\n" not in str(caught.value)
    assert caught.value.hint


def test_without_the_extra_a_scan_is_refused_and_says_how_to_get_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for reader in (pictures, reading):
        monkeypatch.setattr(reader, "is_installed", lambda: False)
    pdf = fpdf.FPDF(unit="pt", format=SHEET)
    pdf.add_page()
    pdf.image(io.BytesIO(scan(SECOND, dots=72)), 0, 0, *SHEET)
    with pytest.raises(InputError, match=r"pip install 'citewell\[ocr\]'"):
        reading.read(bytes(pdf.output()), "a.pdf", [])
    with pytest.raises(InputError, match=r"pip install 'citewell\[ocr\]'"):
        pictures.read(scan(SECOND, dots=72), "a.png")


def test_without_the_extra_the_pictures_of_a_folder_are_passed_over(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "notes.txt").write_text("The mill stands.", encoding="utf-8")
    (tmp_path / "holiday.JPG").write_bytes(b"\xff\xd8")
    monkeypatch.setattr(scanned, "is_installed", lambda: False)
    assert loading.sources(tmp_path) == ([str(tmp_path / "notes.txt")], True)
    monkeypatch.setattr(scanned, "is_installed", lambda: True)
    assert len(loading.sources(tmp_path)[0]) == 2


def test_without_the_extra_nothing_is_called(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scans, "is_installed", lambda: False)
    monkeypatch.setattr(scans.RECOGNISER, "call", lambda *_, **__: pytest.fail("it was called"))
    assert scans.readings(b"", "a.pdf", ".pdf", [1, 2], "en") == ([], None)


def test_a_page_that_fails_leaves_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    def call(
        function: object, content: bytes, name: str, kind: str, number: int, *_: str, **__: object
    ) -> str:
        if number == 2:
            raise InputError("It takes too long.")
        return f"lines of {number}"

    monkeypatch.setattr(scans.RECOGNISER, "call", call)
    found, failure = scans.readings(b"", "a.pdf", ".pdf", [1, 2, 3], "en")
    assert found == [[1, "lines of 1"], [3, "lines of 3"]]
    assert "too long" in str(failure)


# Languages


def test_letters_of_other_scripts_are_impossible() -> None:
    assert all(scanned.is_possible(letter, "en") for letter in "aZ9é§€—“Ω")
    assert not any(scanned.is_possible(letter, "de") for letter in "水の，（Ａ")
    assert all(scanned.is_possible(letter, "ja") for letter in "水の，a")


def test_the_language_of_the_library_is_that_of_what_is_read(
    tmp_path: Path, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []

    def readings(
        content: bytes, name: str, kind: str, pages: object, language: str, **_: object
    ) -> tuple[list[object], None]:
        asked.append(language)
        return [[1, lines(("Guten Tag", 50))]], None

    monkeypatch.setattr(scans, "readings", readings)
    path = write("brief.png", scan(SECOND, dots=72))
    with Library.open(tmp_path / "l", embedder=HashEmbedder(), ocr_language="de") as library:
        assert [result.status for result in library.add(path)] == ["added"]
    assert asked == ["de"]


# From lines to a text


def lines(*told: tuple[str, int], left: float = 60.0, size: float = 10.0) -> list[object]:
    """Recognised lines at these heights, each word as wide as its letters."""
    found = []
    for text, middle in told:
        at, words = left, []
        for word in text.split():
            right = at + len(word) * size / 2
            box = [int(at), middle - 5, int(right), middle + 5]
            words.append([word, 40 if "?" in word else 99, at, right, middle, box])
            at = right + size / 3
        found.append([size, False, words])
    return found


def test_columns_are_read_one_after_the_other_and_words_parted_at_line_ends_joined() -> None:
    left = lines(
        ("The ferry was taken out of ser-", 100),
        ("vice when the ice came, and", 113),
        ("the winter road was marked.", 126),
        ("Sledges went over it daily.", 139),
    )
    right = lines(
        ("Another column tells of the", 101),
        ("bell that was cast at Colne", 114),
        ("and cracked in its first year.", 127),
        ("It hangs there still.", 140),
        left=320,
    )
    found = recognised.read([[1, [*right, *left]]], 1)
    text = " ".join(found.text.split())
    assert text.index("service when") < text.index("daily.") < text.index("Another")
    words = [found.text[word.start : word.end] for word in found.pages[0].words]
    assert words[5:9] == ["of", "ser", "vice", "when"]
    assert words[-1] == "still."


def test_a_line_found_somewhat_higher_is_no_heading_and_a_large_one_is() -> None:
    page = [
        *lines(("The Lighthouse", 80), size=18),
        *lines(("It was lit with oil until the year", 100)),
        *lines(("1931, when a cable was laid to it.", 113), size=12),
        *lines(("Its keeper then was Maud Kessler.", 126)),
    ]
    found = recognised.read([[1, page]], 1)
    assert [found.text[h.start : h.end] for h in found.headings] == ["The Lighthouse"]


def test_an_unsure_word_is_told_with_its_citation_and_others_are_not() -> None:
    found = recognised.read(
        [[1, lines(("The toll was 3?8 pence a head.", 100), ("It fell.", 113))]], 1
    )
    document = Document(
        id="a", title="", name="a.png", path=None, url=None, published=None, added="",
        text=found.text, pages=found.pages,
    )  # fmt: skip
    assert cite(document, *_span(document, "The toll was 3?8 pence a head.")).unsure == ("3?8",)
    assert cite(document, *_span(document, "It fell.")).unsure == ()
    assert found.remarks == ("page 1: text recognised in pictures, 1 of 9 words unsure",)


def test_a_web_page_is_no_picture() -> None:
    raw = Raw(source="https://example.org/a.png", kind=".png", content=b"no picture")
    with pytest.raises(InputError, match=r"a\.png is broken"):
        loading.load(raw)
