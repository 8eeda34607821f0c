"""Equations of Word files as a line of text."""

import pytest
from docx.oxml import parse_xml

from index.formats.equations import linear

MATH = "http://schemas.openxmlformats.org/officeDocument/2006/math"


def run(text: str) -> str:
    return f"<m:r><m:t>{text}</m:t></m:r>"


def part(tag: str, **parts: str) -> str:
    inner = "".join(f"<m:{name}>{each}</m:{name}>" for name, each in parts.items())
    return f"<m:{tag}>{inner}</m:{tag}>"


POWER = part("sSup", e=run("10"), sup=run("6"))
HALF = part("f", num=run("1"), den=run("2"))


@pytest.mark.parametrize(
    ("content", "text"),
    [
        (POWER, "10^(6)"),
        (HALF + POWER, "1/2 10^(6)"),
        (run("3") + HALF, "3 1/2"),
        (run("4") + run("2"), "42"),
        (part("f", num=run("x+1"), den=run("2")), "(x+1)/2"),
        (part("rad", e=run("x")), "sqrt(x)"),
        (part("rad", deg=run("3"), e=run("x")), "root(3; x)"),
        (run("2") + part("d", e=run("a+b")), "2(a+b)"),
    ],
)
def test_no_figure_joins_another(content: str, text: str) -> None:
    assert linear(parse_xml(f'<m:oMath xmlns:m="{MATH}">{content}</m:oMath>')) == text
