"""Equations of Word files as a line of text: ``(a+b)/(2)``, ``x^(2)``, ``sqrt(x)``."""

from typing import Any

_MATH = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_PLAIN = ("t", "r")
"""Text and the runs that hold it."""


def linear(element: Any) -> str:
    """What an equation, or a part of one, says in one line.

    Figures of neighbouring runs are one number; a fraction or a power is never joined to a figure.
    """
    text, plain = "", True
    for child in element:
        tag = str(child.tag).removeprefix(_MATH)
        part = _written(child, tag)
        joined = text[-1:].isalnum() and part[:1].isdigit()
        text += f" {part}" if joined and not (plain and tag in _PLAIN) else part
        plain = tag in _PLAIN if part else plain
    return text


def _written(element: Any, tag: str) -> str:
    if tag == "t":
        return element.text or ""
    if tag == "f":
        return f"{_bound(element, 'num')}/{_bound(element, 'den')}"
    if tag in ("sSup", "sSub", "sSubSup"):
        return _part(element, "e") + _scripts(element)
    if tag == "rad":
        degree, inner = _part(element, "deg"), _part(element, "e")
        return f"root({degree}; {inner})" if degree else f"sqrt({inner})"
    if tag == "nary":
        return f"{_sign(element, 'chr', '∫')}{_scripts(element)} {_part(element, 'e')}"
    if tag == "d":
        inner = _sign(element, "sepChr", "|").join(map(linear, element.iterchildren(_MATH + "e")))
        return f"{_sign(element, 'begChr', '(')}{inner}{_sign(element, 'endChr', ')')}"
    if tag in ("mr", "eqArr"):
        return "; ".join(map(linear, element.iterchildren(_MATH + "e"))) + " "
    return "" if tag.endswith("Pr") else linear(element)


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
