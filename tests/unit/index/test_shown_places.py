"""From a file to the place that the source pane names: found, cited, shown."""

from collections.abc import Callable
from pathlib import Path

import pytest

from assistant.checking.citations import cite, is_exact
from assistant.page.html import shelf, source
from index import Library
from index.listing import Arrangement
from tests.unit.index import binding, decks, files, letters, office
from tests.unit.page.reading import read

ROWS = [["Year", "Revenue"], [2021, 4.1], [2022, 7.25]]
KINDS: list[tuple[str, bytes, str, str, str]] = [
    ("a.csv", b"Year,Revenue\n2021,4.1\n2022,7.25\n", "2022 · Revenue: 7.25", "row 3", "1 sheet"),
    (
        "b.xlsx",
        office.xlsx({"Cover": [["Nothing"]], "Sales": ROWS}),
        "2022 · Revenue: 7.25",
        "sheet “Sales”, row 3",
        "2 sheets",
    ),
    (
        "c.ods",
        office.ods({"Sales": ROWS}),
        "2022 · Revenue: 7.25",
        "sheet “Sales”, row 3",
        "1 sheet",
    ),
    (
        "d.pptx",
        decks.deck(decks.plain("Start"), decks.plain("Sales", ["They rose.", "They will fall."])),
        "- They will fall.",
        "slide 2 of 2",
        "2 slides",
    ),
    (
        "e.mbox",
        letters.mbox(letters.eml("The first."), letters.eml("The new day is 31 May.")),
        "The new day is 31 May.",
        "message 2 of 2",
        "2 messages",
    ),
    ("f.eml", letters.eml("The day is 1 June."), "The day is 1 June.", "", ""),
    ("g.msg", letters.msg("The day is 2 July."), "The day is 2 July.", "", ""),
    (
        "h.epub",
        binding.epub({"a": "<h1>Calm</h1><p>Nothing.</p>", "b": "<h1>Storm</h1><p>It rained.</p>"}),
        "It rained.",
        "chapter “Storm”",
        "2 chapters",
    ),
    ("i.json", b'[{"year": 2021, "sum": 4.1}]', "1 · year: 2021; sum: 4.1", "", ""),
    ("k.jsonl", b'{"sum": 4}\n{"sum": 9, "year": 2021}\n', "2 · sum: 9; year: 2021", "", ""),
    (
        "l.xml",
        b"<sales><sum year='2021'>4.1</sum></sales>",
        "sales sum · year: 2021; text: 4.1",
        "",
        "",
    ),
    (
        "m.tsv",
        b"Year\tRevenue\n2021\t4.1\n2022\t7.25\n",
        "2022 · Revenue: 7.25",
        "row 3",
        "1 sheet",
    ),
    ("n.xls", office.xls(ROWS), "2022 · Revenue: 7.25", "sheet “Old”, row 3", "1 sheet"),
    (
        "o.odt",
        office.open_document(
            "text", "<office:text><text:p>The day is 3 July.</text:p></office:text>"
        ),
        "The day is 3 July.",
        "",
        "",
    ),
    (
        "p.pdf",
        files.pdf([[(12, 700, "Nothing yet.")], [(12, 700, "The day is 4 July.")]]),
        "The day is 4 July.",
        "page 2 of 2",
        "2 pages",
    ),
    (
        "q.docx",
        files.word_of("<w:p><w:r><w:t>The day is 5 July.</w:t></w:r></w:p>"),
        "The day is 5 July.",
        "",
        "",
    ),
    (
        "r.html",
        b"<html><body><p>The day is 6 July.</p></body></html>",
        "The day is 6 July.",
        "",
        "",
    ),
    ("s.md", b"# Days\n\nThe day is 7 July.\n", "The day is 7 July.", "", ""),
    ("t.txt", b"Days\n\nThe day is 8 July.\n", "The day is 8 July.", "", ""),
    ("j.py", b"import os\n\nprint('all of it')\n", "print('all of it')", "line 3", "1 file"),
]
"""A file's name and bytes, a sentence in it, its place as it is shown, and what the list says."""


@pytest.mark.parametrize(
    ("name", "content", "sentence", "place", "parts"), KINDS, ids=[kind[0] for kind in KINDS]
)
def test_what_is_found_is_shown_at_its_place(
    library: Library,
    write: Callable[[str, str | bytes], Path],
    name: str,
    content: bytes,
    sentence: str,
    place: str,
    parts: str,
) -> None:
    results = list(library.add(write(name, content)))
    assert results[0].status == "added"
    found = [
        (library.document(each.passage.span.document_id), span)
        for each in library.search(sentence)
        for span in library.sentences(each.passage.span.document_id)
    ]
    (document, span) = next((d, s) for d, s in found if d.quote(s) == sentence)
    citation = cite(document, span.start, span.end)
    assert is_exact(citation, document)
    shown = read(source.pane(document, source.opened(document, span.start, span.end)))
    assert [mark.text for mark in shown.all("mark")] == [sentence]
    assert not place or place in shown.all("p")[0].text.split(" · ")
    listed = library.listing.listed(Arrangement())
    assert f" · {parts}" in read(shelf.documents(listed, set())).text
    assert library.check() == []
