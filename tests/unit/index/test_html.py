"""Web pages: what stands apart on the page stands apart in the text, and nothing comes twice."""

import pytest

from index.formats.html import read

FIRST = "The river rose by three metres on Monday, officials said, and many people fled the town."
LAST = "Schools stayed shut for the rest of the week, the council announced on Tuesday."


def text_of(part: str) -> str:
    """What is read of this part of an article."""
    page = f"<html><body><article><p>{FIRST}</p>{part}<p>{LAST}</p></article></body></html>"
    text = read(page.encode(), "a.html").text
    assert text.startswith(f"{FIRST}\n\n")
    assert text.endswith(f"\n\n{LAST}")
    return text[len(FIRST) + 2 : -len(LAST) - 2]


@pytest.mark.parametrize(
    ("part", "text"),
    [
        (
            "<ul><li>Alpha<ul><li>Beta</li><li>Gamma</li></ul></li><li>Delta</li></ul>",
            "- Alpha\n- Beta\n- Gamma\n- Delta",
        ),
        (
            "<ul><li>Alpha<ol><li>Beta<ul><li>Gamma</li></ul></li></ol> goes on</li></ul>",
            "- Alpha goes on\n- Beta\n- Gamma",
        ),
        ("<ul><li><p>Alpha</p><p>Beta</p></li></ul>", "- Alpha Beta"),
        ("<ul><li>Alpha <code>x = 1</code> is so</li></ul>", "- Alpha x = 1 is so"),
    ],
)
def test_every_item_of_a_list_comes_once(part: str, text: str) -> None:
    assert text_of(part) == text


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ("One<br>Two", "One Two"),
        ("<p>One</p><p>Two</p>", "One Two"),
        ("<ul><li>One</li><li>Two</li></ul>", "One Two"),
    ],
)
def test_the_lines_of_a_cell_are_parted(cell: str, text: str) -> None:
    assert text_of(f"<table><tr><td>{cell}</td><td>5</td></tr></table>") == f"{text} · 5"


@pytest.mark.parametrize(
    ("quote", "text"),
    [
        ("<p>It rose.</p><p>It fell.</p>", "It rose.\n\nIt fell."),
        ("It rose.<br>It fell.", "It rose.\nIt fell."),
        ("<p>It rose:</p><ul><li>One</li><li>Two</li></ul>", "It rose:\n\n- One\n- Two"),
        ("It\n\nrose.", "It\nrose."),
    ],
)
def test_the_paragraphs_of_a_quotation_are_parted(quote: str, text: str) -> None:
    assert text_of(f"<blockquote>{quote}</blockquote>") == text
