"""Files of keys and values, OpenDocument texts and source code."""

import json
import random
from xml.sax.saxutils import escape

import pytest

from index.data import Document
from index.errors import InputError
from tests.unit.index import office
from tests.unit.index.test_generated import NUMBERS, RAISED, SEEDS, found, paragraphs, told
from tests.unit.index.test_generated import loaded as read


@pytest.mark.parametrize("seed", SEEDS)
def test_a_record_is_a_line_with_its_keys(seed: int) -> None:
    chance = random.Random(seed)
    names = chance.sample(["revenue", "profit", "staff", "debt"], 3)
    records = [dict(zip(names, chance.sample(NUMBERS, 3), strict=True)) for _ in range(4)]
    expected = [
        f"{number} · " + "; ".join(f"{key}: {value}" for key, value in record.items())
        for number, record in enumerate(records, start=1)
    ]
    whole = json.dumps(records, ensure_ascii=chance.random() < 0.5).encode()
    assert found(read(whole, ".json")[0]) == expected
    lines = "\n".join(json.dumps(record) for record in records).encode()
    assert found(read(lines, ".jsonl")[0]) == expected
    inner = "".join(
        f"<year>{''.join(f'<{k}>{escape(v)}</{k}>' for k, v in record.items())}</year>"
        for record in records
    )
    xml = f"<report>{inner}</report>".encode()
    assert found(read(xml, ".xml")[0]) == [f"report year {each}" for each in expected]


@pytest.mark.parametrize(
    ("content", "text"),
    [
        (
            b'{"sum": 1.50, "big": 1e5, "id": 12345678901234567890}',
            "sum: 1.50 · big: 1e5; id: 12345678901234567890",
        ),
        (b'{"ok": true, "none": null, "tags": [1, "two"]}', "ok: true · tags: 1, two"),
        (b'{"a": {"b": {"c": 7}}}', "a b · c: 7"),
        (b'{"a": 1, "a": 2}', "a: 1 · a: 2"),
        (b'"only words"', "only words"),
        (b'{"cut": "so \\ud83d"}', "cut: so \ufffd"),
    ],
)
def test_values_keep_their_characters(content: bytes, text: str) -> None:
    assert read(content, ".json")[0].text == text


def test_elements_with_attributes_and_text_between() -> None:
    xml = b'<r><e id="1"><n>Ek</n></e><e id="2">Orr</e><p>It <b>costs</b> 3.5 euros.</p></r>'
    assert read(xml, ".xml")[0].text.split("\n") == [
        "r · p: It costs 3.5 euros.",
        "r e 1 · id: 1; n: Ek",
        "r e 2 · id: 2; text: Orr",
    ]


def test_lines_that_are_no_json_are_told() -> None:
    document, remarks = read(b'{"a": 1}\nbad\n{"a": 2}\n', ".jsonl")
    assert document.text == "1 · a: 1\n3 · a: 2"
    assert remarks == ("lines that are no JSON: 2",)


@pytest.mark.parametrize(
    ("content", "kind", "message"),
    [
        (b"{bad", ".json", r"a\.json is no JSON"),
        (b"bad\nworse", ".jsonl", r"No line of a\.jsonl is JSON"),
        (b"<a>", ".xml", r"a\.xml is no XML"),
        (b"PK", ".odt", r"a\.odt is broken, or no OpenDocument text"),
        (b"\x00\x01\x02" * 99, ".py", r"a\.py is not text"),
    ],
)
def test_what_is_broken_is_one_clear_error(content: bytes, kind: str, message: str) -> None:
    with pytest.raises(InputError, match=message) as caught:
        read(content, kind)
    assert caught.value.hint


def test_source_code_is_its_own_text_and_told_by_the_line() -> None:
    code = "import os\n\n# A Heading\n\nprint(1)\n"
    document, _ = read(code.encode(), ".py")
    assert document.text == code
    assert document.headings == ()
    assert document.place_of(code.index("print")) == "line 5"


def odt(body: str, styles: str = "") -> Document:
    content = office.open_document(
        "text",
        f"<office:text>{body}</office:text>",
        f"<office:automatic-styles>{styles}</office:automatic-styles>",
    )
    return read(content, ".odt")[0]


def style(name: str, look: str) -> str:
    return f'<style:style style:name="{name}"><style:text-properties {look}/></style:style>'


@pytest.mark.parametrize("seed", SEEDS)
def test_each_sentence_of_an_open_document_is_read_whole(seed: int) -> None:
    chance = random.Random(seed)
    said = told(chance)
    body = "".join(f"<text:p>{escape(part)}</text:p>" for part in paragraphs(said, chance))
    assert found(odt(f"<text:h>Head</text:h>{body}")) == ["Head", *said]


@pytest.mark.parametrize(("base", "mark", "place", "written"), RAISED)
def test_no_raised_figure_joins_a_number(base: str, mark: str, place: str, written: str) -> None:
    body = f'<text:p>It is {base}<text:span text:style-name="T">{mark}</text:span> now.</text:p>'
    look = f'style:text-position="{place[:5] if place[:3] == "sup" else "sub"} 58%"'
    assert odt(body, style("T", look)).text == f"It is {written} now."


def test_notes_follow_lists_and_tables_are_lines_and_unseen_text_is_left_out() -> None:
    note = (
        "<text:note><text:note-citation>1</text:note-citation><text:note-body><text:p>Net."
        "</text:p></text:note-body></text:note>"
    )
    cell = "<table:table-cell><text:p>{}</text:p></table:table-cell>"
    rows = [["Year", "Sum"], ["2021", "4.1"]]
    table = "".join(
        f"<table:table-row>{''.join(map(cell.format, row))}</table:table-row>" for row in rows
    )
    body = (
        "<text:tracked-changes><text:p>gone</text:p></text:tracked-changes>"
        f"<text:p>It costs $320{note} a<text:s text:c='2'/>year.</text:p>"
        '<text:p>It <text:span text:style-name="S">99</text:span>'
        '<text:span text:style-name="H">98</text:span>18.</text:p>'
        "<text:list><text:list-item><text:p>One</text:p></text:list-item></text:list>"
        f"<table:table>{table}</table:table>"
    )
    styles = style("S", 'style:text-line-through-style="solid"') + style("H", 'text:display="none"')
    assert odt(body, styles).text == (
        "It costs $320 (note 1) a year.\n\nNote 1: Net.\n\nIt 18.\n\n- One\n\n"
        "Year · Sum\n2021 · Sum: 4.1"
    )
