"""Every export carries the same sentences and notes; a bundle shows the change of any byte."""

import hashlib
import io
import json
import re
import zipfile
from dataclasses import replace
from datetime import date
from html.parser import HTMLParser
from pathlib import Path

import pytest

from assistant.checking.citations import cite
from assistant.data import Citation, Claim, Omission, Section, Summary, Withheld
from assistant.exporting import bundle
from assistant.exporting import files as export
from assistant.exporting.memo import memo
from index.data import Document, Page
from index.errors import InputError

TEXT = (
    "The board of Müller & Söhne approved 40 loans in May. <b>Prices</b> could rise, he said.\n"
    "The “old” works [1] will close. 部长支持这个计划。"
)
DAY = date(2026, 11, 25)


def document(text: str = TEXT) -> Document:
    return Document(
        id=hashlib.sha256(text.encode("utf-8")).hexdigest()[:16],
        title="Minutes & <notes>",
        name="minutes.pdf",
        path=None,
        url=None,
        published="2024-05-02",
        added="2026-01-01T00:00:00Z",
        text=text,
        pages=(Page(number=1, start=0, end=54), Page(number=2, start=54, end=len(text))),
    )


def claim(quote: str, text: str | None = None) -> Claim:
    start = TEXT.index(quote)
    return Claim(
        text=text or quote,
        citations=(cite(document(), start, start + len(quote)),),
        verdict="verified" if text else "verbatim",
        support=0.9 if text else 1.0,
    )


def summary() -> Summary:
    return Summary(
        documents=(document().id,),
        headline=claim(
            "The board of Müller & Söhne approved 40 loans in May.",
            "The board approved 40 loans in May.",
        ),
        points=(claim("<b>Prices</b> could rise, he said."),),
        sections=(
            Section(
                name="Numbers and dates",
                items=(claim("The board of Müller & Söhne approved 40 loans in May."),),
            ),
            Section(name="What to watch", items=(claim("The “old” works [1] will close."),)),
        ),
        withheld=(Withheld(text="All is well.", reason="the name All is not in the cited text"),),
        omitted=(Omission(citation=claim("部长支持这个计划。").citations[0]),),
        coverage=0.75,
        model="a-model",
    )


def written(path: Path) -> bytes:
    export.write(summary(), [document()], path)
    return path.read_bytes()


def test_a_note_has_quotation_document_and_page_and_is_listed_once() -> None:
    notes = memo(summary(), [document()], DAY).notes
    assert [note.number for note in notes] == [1, 2, 3, 4]
    assert notes[0].text == (
        "“The board of Müller & Söhne approved 40 loans in May.” minutes.pdf, page 1"
    )
    assert notes[1].place == "minutes.pdf, page 2"


def test_whom_it_is_for_comes_first_and_then_the_day() -> None:
    assert memo(summary(), [document()], DAY).sources == (
        "25 November 2026",
        "“Minutes & <notes>”, minutes.pdf, 2024-05-02",
    )
    addressed = replace(summary(), audience="the <board>")
    assert memo(addressed, [document()], DAY).sources[0] == "For the <board>"
    assert "For the &lt;board&gt;" in export.web_page(memo(addressed, [document()], DAY))


def test_a_summary_on_a_topic_says_so_and_what_its_share_is_of() -> None:
    made = memo(replace(summary(), topic="the <works>"), [document()], DAY)
    assert made.sources[0] == "On “the <works>”"
    assert "of the weight of what the text says on it" in made.remarks[1]
    assert "of the weight of the text" in memo(summary(), [document()], DAY).remarks[1]


def test_markdown_escapes_and_defines_every_footnote(tmp_path: Path) -> None:
    text = written(tmp_path / "s.md").decode("utf-8")
    assert "**The board approved 40 loans in May.**[^1]" in text
    assert "\\<b\\>Prices\\</b\\>" in text
    assert "‘old’ works \\[1\\] will close" in text
    assert "| 40; May |" in text
    used = set(re.findall(r"\[\^(\d+)\](?!:)", text))
    assert used == set(re.findall(r"^\[\^(\d+)\]:", text, re.MULTILINE)) == {"1", "2", "3", "4"}
    assert "1 shortened sentence failed the check" in text


class Links(HTMLParser):
    """The ids and the inner links of a page, and whether its tags are balanced."""

    def __init__(self) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.targets: set[str] = set()
        self.tags: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        found = dict(attrs)
        if found.get("id"):
            self.ids.append(str(found["id"]))
        if found.get("href"):
            self.targets.add(str(found["href"]).removeprefix("#"))


def test_html_escapes_and_links_both_ways(tmp_path: Path) -> None:
    text = written(tmp_path / "s.html").decode("utf-8")
    page = Links()
    page.feed(text)
    assert "&lt;b&gt;Prices&lt;/b&gt;" in text
    assert page.tags.isdisjoint({"b", "script", "notes", "img"})
    assert len(page.ids) == len(set(page.ids))
    assert page.targets == set(page.ids)
    assert "<td>40; May</td>" in text


def test_word_has_one_real_footnote_a_citation(tmp_path: Path) -> None:
    import docx

    raw = written(tmp_path / "s.docx")
    opened = docx.Document(io.BytesIO(raw))
    text = "\n".join(paragraph.text for paragraph in opened.paragraphs)
    assert "The board approved 40 loans in May." in text
    assert opened.tables[0].rows[1].cells[0].text == "40; May"
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        notes = archive.read("word/footnotes.xml").decode("utf-8")
        body = archive.read("word/document.xml").decode("utf-8")
    marks = re.findall(r'<w:footnoteReference w:id="(\d+)"/>', body)
    assert marks == re.findall(r'<w:footnote w:id="(\d+)">', notes)
    assert len(marks) == 5
    assert "Müller &amp; Söhne approved 40 loans in May.” minutes.pdf, page 1" in notes


def test_marks_of_one_sentence_do_not_run_together(tmp_path: Path) -> None:
    import docx

    both = replace(claim("<b>Prices</b> could rise, he said."), citations=summary_citations())
    export.write(replace(summary(), points=(both,)), [document()], tmp_path / "s.docx")
    opened = docx.Document(str(tmp_path / "s.docx"))
    point = next(each for each in opened.paragraphs if "could rise" in each.text)
    assert point.text.endswith("”, ")  # the marks themselves are no text
    assert {run.style.name for run in point.runs[1:]} == {"footnote reference"}
    export.write(replace(summary(), points=(both,)), [document()], tmp_path / "s.md")
    assert "”[^2] [^1]\n" in (tmp_path / "s.md").read_text(encoding="utf-8")


def summary_citations() -> tuple[Citation, ...]:
    return (*summary().points[0].citations, *summary().headline.citations)


def test_word_is_dressed_for_paper(tmp_path: Path) -> None:
    import docx

    opened = docx.Document(io.BytesIO(written(tmp_path / "s.docx")))
    section = opened.sections[0]
    assert (round(section.page_width.cm, 1), round(section.page_height.cm, 1)) == (21.0, 29.7)
    assert 'w:instr="NUMPAGES"' in section.footer._element.xml
    table = opened.tables[0]
    assert [round(column.width.cm, 1) for column in table.columns] == [4.0, 12.6]
    assert "w:tblHeader" in table.rows[0]._tr.xml
    assert all("w:cantSplit" in row._tr.xml for row in table.rows)
    order = [child.tag.rpartition("}")[2] for child in table._tbl.tblPr]
    assert order.index("tblBorders") < order.index("tblLayout")  # as the schema has it


def pdf_lines(path: Path) -> list[str]:
    import pypdfium2

    opened = pypdfium2.PdfDocument(path)
    try:
        return [
            line.strip()
            for page in opened
            for line in page.get_textpage().get_text_range().splitlines()
        ]
    finally:
        opened.close()


def test_no_mark_stands_alone_on_a_line_of_the_pdf(tmp_path: Path) -> None:
    text = "The “old” works [1] will close."
    items = tuple(
        Claim(
            text=f"The works will close {'i' * extra} soon after more words of the source said "
            "so and then a few others again.",
            citations=(*claim(text).citations, *summary_citations()),
            verdict="verified",
            support=0.9,
        )
        for extra in range(1, 30)
    )
    export.write(replace(summary(), points=items), [document()], tmp_path / "s.pdf")
    lines = pdf_lines(tmp_path / "s.pdf")
    assert [line for line in lines if re.fullmatch(r"(\[?\d*\]?\s*)+", line) and line] == []
    assert any(re.fullmatch(r"1 of \d", line) for line in lines)


def test_pdf_has_the_sentences_and_the_sources(tmp_path: Path) -> None:
    import pypdfium2

    written(tmp_path / "s.pdf")
    opened = pypdfium2.PdfDocument(tmp_path / "s.pdf")
    try:
        text = "\n".join(page.get_textpage().get_text_range() for page in opened)
    finally:
        opened.close()
    flat = " ".join(text.split())
    assert "The board approved 40 loans in May. [1]" in flat
    assert "“<b>Prices</b> could rise, he said.” [2]" in flat
    assert "minutes.pdf, page 1" in flat
    assert "Numbers and dates Figure What the source says 40; May" in flat


def test_pdf_pages_have_ink_and_clear_margins(tmp_path: Path) -> None:
    import numpy as np
    import pypdfium2

    long = replace(summary(), points=summary().points * 60)
    export.write(long, [document()], tmp_path / "long.pdf")
    opened = pypdfium2.PdfDocument(tmp_path / "long.pdf")
    try:
        assert len(opened) > 1
        for page in opened:
            drawn = page.render(scale=1, grayscale=True).to_numpy().reshape(842, -1)
            edge = 28  # points: one centimetre
            inner = drawn[edge:-edge, edge:-edge]
            assert (inner < 128).sum() > 100
            assert np.concatenate([drawn[:edge], drawn[-edge:]]).min() == 255
            assert np.concatenate([drawn[:, :edge], drawn[:, -edge:]], axis=1).min() == 255
    finally:
        opened.close()


def test_a_bundle_holds_its_evidence(tmp_path: Path) -> None:
    path = tmp_path / "s.citewell.zip"
    first = written(path)
    assert bundle.verify(path) == []
    assert written(path) == first
    with zipfile.ZipFile(path) as archive:
        assert archive.read(f"texts/{document().id}.txt").decode("utf-8") == TEXT
        assert json.loads(archive.read("summary.json"))["summary"]["coverage"] == 0.75


def test_a_bundle_fails_on_any_changed_byte(tmp_path: Path) -> None:
    path = tmp_path / "s.citewell.zip"
    raw = written(path)
    for position in range(len(raw)):
        changed = bytearray(raw)
        changed[position] ^= 1
        path.write_bytes(changed)
        assert bundle.verify(path), position
    path.write_bytes(raw[:-1])
    assert bundle.verify(path)


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        (("approved 40 loans", "approved 50 loans"), "the number 50"),
        (('"start": 0', '"start": 1'), "does not have|offsets are not those"),
        (("could rise, he said", "will rise, he said"), "is not its quotation|does not have"),
    ],
)
def test_a_bundle_packed_anew_still_shows_what_is_false(
    tmp_path: Path, changes: tuple[str, str], problem: str
) -> None:
    path = tmp_path / "s.citewell.zip"
    written(path)
    with zipfile.ZipFile(path) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    files["summary.json"] = files["summary.json"].replace(*(each.encode() for each in changes), 1)
    files["SHA256SUMS"] = bundle._sums(files)
    path.write_bytes(bundle._zipped(files))
    assert re.search(problem, "\n".join(bundle.verify(path)))


def test_what_is_no_bundle_is_said(tmp_path: Path) -> None:
    path = tmp_path / "s.citewell.zip"
    path.write_text("hello", encoding="utf-8")
    assert "is damaged, or no evidence bundle" in bundle.verify(path)[0]
    with pytest.raises(InputError, match="cannot be read"):
        bundle.verify(tmp_path / "absent.citewell.zip")


def test_another_suffix_or_place_is_one_clear_line(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be written as") as caught:
        export.write(summary(), [document()], tmp_path / "s.rtf")
    assert ".docx" in caught.value.hint
    with pytest.raises(InputError, match="cannot be written"):
        export.write(summary(), [document()], tmp_path / "absent" / "s.md")
