"""Files made anew for each seed: what is written in them is read, sentence by sentence.

The numbers are those that a careless reader joins or loses; each stands in a sentence of its own.
"""

import io
import random
import re
from collections.abc import Callable
from itertools import pairwise
from xml.sax.saxutils import escape

import docx
import pytest

from index import loading
from index.data import Document
from index.sentences import sentences
from tests.unit.index import binding, files
from tests.unit.index.test_pdf_numbers import digits, numbers

SEEDS = [1, 2, 3, 5, 8]
NUMBERS = (
    *("1'000", "1 000", "1.000,00", "1,000.50", "(4.2)", "-17", "−3.5", "10–12", "3/4", "½"),
    *("12.5%", "£320", "$1.2m", "40 kg", "2 mg/kg", "§ 1983", "4.2.1", "KX-4420", "18:30"),
)
PEOPLE = ("Dr. Ek", "Ms. J. Orr", "Marsh et al.", "the U.S. office", "Harbor Co.", "Sgt. Pike")
VERBS = ("counted", "reported", "paid for", "measured", "asked for")


def told(chance: random.Random) -> list[str]:
    """Sentences that each hold one number, in a random order."""
    numbers = chance.sample(NUMBERS, len(NUMBERS))
    return [
        f"In {chance.choice(('May', 'June'))} {chance.choice(PEOPLE)} {chance.choice(VERBS)}"
        f" {number} of them (cf. Fig. {place})."
        for place, number in enumerate(numbers, start=1)
    ]


def paragraphs(said: list[str], chance: random.Random) -> list[str]:
    parts, rest = [], list(said)
    while rest:
        size = chance.randint(1, 4)
        parts.append(" ".join(rest[:size]))
        rest = rest[size:]
    return parts


def word(parts: list[str]) -> bytes:
    body = "".join(
        f'<w:p><w:r><w:t xml:space="preserve">{escape(part)}</w:t></w:r></w:p>' for part in parts
    )
    return files.word_of(body)


def page(parts: list[str]) -> bytes:
    body = "".join(f"<p>{escape(part)}</p>" for part in parts)
    return f"<html><meta charset=utf-8><body><main>{body}</main></body></html>".encode()


def plain(parts: list[str]) -> bytes:
    return "\n\n".join(parts).encode()


KINDS: list[tuple[str, Callable[[list[str]], bytes]]] = [
    (".docx", word),
    (".html", page),
    (".md", plain),
    (".txt", plain),
]


def loaded(content: bytes, kind: str) -> tuple[Document, tuple[str, ...]]:
    """A file's document, and what is remarked of it."""
    name = f"a{kind}"
    read = loading.READERS[kind](content, name)
    raw = loading.Raw(source=f"/{name}", kind=kind, content=content)
    return loading._of(read, raw, name), read.remarks


def read(content: bytes, kind: str) -> Document:
    return loaded(content, kind)[0]


def found(document: Document) -> list[str]:
    spans = sentences(document.text, document.headings)
    return [" ".join(document.text[start:end].split()) for start, end in spans]


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(("kind", "made"), KINDS, ids=[kind for kind, _ in KINDS])
def test_each_sentence_is_read_whole(
    kind: str, made: Callable[[list[str]], bytes], seed: int
) -> None:
    chance = random.Random(seed)
    said = told(chance)
    assert found(read(made(paragraphs(said, chance)), kind)) == said


RAISED = [
    ("10", "6", "superscript", "10^6"),
    ("$320", "1", "superscript", "$320^1"),
    ("m", "2", "superscript", "m^2"),
    ("10", "−3", "superscript", "10^−3"),
    ("CO", "2", "subscript", "CO2"),
    ("10", "2", "subscript", "10_2"),
    ("the 1", "st", "superscript", "the 1st"),
]


@pytest.mark.parametrize(("base", "mark", "place", "written"), RAISED)
def test_no_raised_figure_joins_a_number(base: str, mark: str, place: str, written: str) -> None:
    run = '<w:r><w:rPr>{}</w:rPr><w:t xml:space="preserve">{}</w:t></w:r>'
    raised = run.format(f'<w:vertAlign w:val="{place}"/>', mark)
    body = f"<w:p>{run.format('', f'It is {base}')}{raised}{run.format('', ' now.')}</w:p>"
    assert read(files.word_of(body), ".docx").text == f"It is {written} now."
    tag = place[:3]
    html = f"<html><meta charset=utf-8><body><p>It is {base}<{tag}>{mark}</{tag}> now.</p></body>"
    assert read(html.encode(), ".html").text == f"It is {written} now."


def test_a_note_on_a_page_is_told_from_the_number_it_stands_on() -> None:
    html = b'<html><body><p>It costs $320<sup><a href="#n1">1</a></sup> a year.</p></body></html>'
    assert read(html, ".html").text == "It costs $320 (note 1) a year."


def run_of(up: float, text: str) -> str:
    """A piece of a Word paragraph, raised or lowered."""
    place = {True: "superscript", False: "subscript"}[up > 0] if up else "baseline"
    return (
        f'<w:r><w:rPr><w:vertAlign w:val="{place}"/></w:rPr>'
        f'<w:t xml:space="preserve">{escape(text)}</w:t></w:r>'
    )


def inline_of(up: float, text: str) -> str:
    """A piece of a paragraph of a page, raised or lowered."""
    tag = "sup" if up > 0 else "sub"
    return f"<{tag}>{escape(text)}</{tag}>" if up else escape(text)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("kind", [".docx", ".html", ".epub"])
def test_no_digit_joins_another_number_and_none_is_lost(kind: str, seed: int) -> None:
    chance = random.Random(seed)
    pieces = numbers(chance)
    chance.shuffle(pieces)
    said = [[(0.0, "They wrote "), *number, (0.0, " in all of it.")] for number in pieces]
    if kind == ".docx":
        content = files.word_of(
            "".join(f"<w:p>{''.join(run_of(*each) for each in one)}</w:p>" for one in said)
        )
    else:
        body = "".join(f"<p>{''.join(inline_of(*each) for each in one)}</p>" for one in said)
        content = page([]).replace(b"<main>", f"<main>{body}".encode())
        content = binding.epub({"a": body}) if kind == ".epub" else content
    assert digits([[(0.0, read(content, kind).text)]]) == digits(pieces)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_cell_is_read_with_its_row_and_column(seed: int) -> None:
    chance = random.Random(seed)
    years = chance.sample(range(1990, 2030), 4)
    names = chance.sample(["Revenue", "Profit", "Staff", "Debt"], 3)
    rows = [[str(year), *(chance.choice(NUMBERS) for _ in names)] for year in years]
    expected = [
        f"{row[0]} · " + "; ".join(f"{name}: {cell}" for name, cell in zip(names, row[1:]))  # noqa: B905
        for row in rows
    ]
    head = ["Year", *names]
    html = "".join(
        f"<tr>{''.join(f'<{tag}>{escape(cell)}</{tag}>' for cell in row)}</tr>"
        for row, tag in [(head, "th"), *((row, "td") for row in rows)]
    )
    markdown = "\n".join(f"| {' | '.join(row)} |" for row in [head, ["---"] * len(head), *rows])
    document = docx.Document()
    table = document.add_table(rows=0, cols=len(head))
    for number, row in enumerate([head, *rows]):
        for cell, text in zip(table.add_row().cells, row, strict=True):
            cell.paragraphs[0].add_run(text).bold = number == 0
    file = io.BytesIO()
    document.save(file)
    for content, kind in [
        (f"<html><meta charset=utf-8><body><table>{html}</table></body>".encode(), ".html"),
        (f"A table.\n\n{markdown}\n\nIts end.".encode(), ".md"),
        (file.getvalue(), ".docx"),
    ]:
        assert [each for each in found(read(content, kind)) if " · " in each][1:] == expected


@pytest.mark.parametrize("seed", SEEDS)
def test_notes_numbers_and_hidden_text_of_word(seed: int) -> None:
    chance = random.Random(seed)
    price = chance.randint(100, 999)
    hidden = chance.choice(["vanish", "strike", "dstrike"])
    body = (
        f"<w:p><w:r><w:t xml:space='preserve'>It costs </w:t></w:r>"
        f"<w:r><w:rPr><w:{hidden}/></w:rPr><w:t>9{price}</w:t></w:r>"
        f"<w:r><w:t xml:space='preserve'>{price} pounds.</w:t></w:r></w:p>"
    )
    assert read(files.word_of(body), ".docx").text == f"It costs {price} pounds."
    shown = body.replace(f"<w:{hidden}/>", f'<w:{hidden} w:val="0"/>')
    assert f"9{price}{price}" in read(files.word_of(shown), ".docx").text


@pytest.mark.parametrize("seed", SEEDS)
def test_hidden_parts_of_a_page_are_not_read(seed: int) -> None:
    chance = random.Random(seed)
    way = chance.choice(
        ['style="display: none"', "hidden", 'style="font-size:0"', 'style="visibility:hidden;"']
    )
    secret = str(chance.randint(1000, 9999))
    tag = chance.choice(["span", "b", "i"])
    hidden = f"<{tag} {way}>{secret}</{tag}>"
    html = f"<html><body><p>It costs {hidden} 18 euros a day.</p></body></html>"
    assert read(html.encode(), ".html").text == "It costs 18 euros a day."


def test_markdown_keeps_headings_apart_from_code_and_comments() -> None:
    text = (
        "---\ntitle: Gauge\n# no heading\n---\n# Gauge <!-- # old -->\n\nFine.[^1] It is.\n\n"
        "````\n```\n# code\n```\n## code\n````\n\n<!-- ## gone: 22:00 -->\n\nLast\n----\n\n"
        "[^1]: Note.\n"
    )
    document = read(text.encode(), ".md")
    heads = [document.text[each.start : each.end] for each in document.headings]
    assert heads == ["Gauge", "Last"]
    assert "22:00" not in document.text
    assert "# code" in document.text
    assert {"Fine.[^1]", "It is."} <= set(found(document))


@pytest.mark.parametrize(("kind", "made"), KINDS, ids=[kind for kind, _ in KINDS])
def test_every_word_lies_in_one_sentence(kind: str, made: Callable[[list[str]], bytes]) -> None:
    document = read(made(told(random.Random(0))), kind)
    spans = sentences(document.text, document.headings)
    gaps = [document.text[a:b] for (_, a), (b, _) in pairwise(spans)]
    assert re.fullmatch(r"\s*", "".join(gaps))
