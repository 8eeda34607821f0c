"""Equations of Word files as a line of text: ``(a+b)/(2)``, ``x^(2)``, ``sqrt(x)``."""

from collections.abc import Iterator
from typing import Any

_MATH = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
EQUATION = _MATH + "oMath"


def linear(element: Any) -> str:
    """What an equation, or a part of one, says in one line."""
    return "".join(_parts(element))


def _parts(element: Any) -> Iterator[str]:
    for child in element:
        tag = str(child.tag).removeprefix(_MATH)
        if tag == "t":
            yield child.text or ""
        elif tag == "f":
            yield f"{_bound(child, 'num')}/{_bound(child, 'den')}"
        elif tag in ("sSup", "sSub", "sSubSup"):
            yield _part(child, "e") + _scripts(child)
        elif tag == "rad":
            degree = _part(child, "deg")
            yield f"root({degree}; {_part(child, 'e')})" if degree else f"sqrt({_part(child, 'e')})"
        elif tag == "nary":
            yield f"{_sign(child, 'chr', '∫')}{_scripts(child)} {_part(child, 'e')}"
        elif tag == "d":
            inner = _sign(child, "sepChr", "|").join(
                linear(each) for each in child.iterchildren(_MATH + "e")
            )
            yield f"{_sign(child, 'begChr', '(')}{inner}{_sign(child, 'endChr', ')')}"
        elif tag in ("mr", "eqArr"):
            yield "; ".join(linear(each) for each in child.iterchildren(_MATH + "e")) + " "
        elif not tag.endswith("Pr"):
            yield linear(child)


def _part(element: Any, tag: str) -> str:
    child = element.find(_MATH + tag)
    return linear(child).strip() if child is not None else ""


def _bound(element: Any, tag: str) -> str:
    """A part, in parentheses if it is more than one sign or number."""
    text = _part(element, tag)
    return text if text.replace(".", "").isalnum() else f"({text})"


def _scripts(element: Any) -> str:
    below, above = _part(element, "sub"), _part(element, "sup")
    return (f"_({below})" if below else "") + (f"^({above})" if above else "")


def _sign(element: Any, tag: str, usual: str) -> str:
    """A sign that the equation's properties name."""
    found = element.find(f"{_MATH}{element.tag.removeprefix(_MATH)}Pr/{_MATH}{tag}")
    return str(found.get(_MATH + "val") or "") if found is not None else usual
