"""A filled form, by hand: nothing but its fields' values says what was typed."""

from collections.abc import Sequence

from tests.unit.index.files import _assembled, _escaped

Typed = tuple[str, str, tuple[float, float, float, float]]
"""The name of a field, what was typed, and its left, bottom, right and top."""
Ticked = tuple[str, bool, tuple[float, float, float, float]]


def form(
    labels: Sequence[tuple[float, float, str]], typed: Sequence[Typed], ticked: Sequence[Ticked]
) -> bytes:
    """One page with labels and fields; the fields have no looks of their own."""
    count = len(typed) + len(ticked)
    numbers = " ".join(f"{6 + number} 0 R" for number in range(count))
    drawn = "\n".join(f"BT /F1 11 Tf {x} {y} Td ({_escaped(text)}) Tj ET" for x, y, text in labels)
    objects = [
        f"<< /Type /Catalog /Pages 2 0 R /AcroForm << /Fields [{numbers}] >> >>",
        "<< /Type /Pages /Kids [4 0 R] /Count 1 >>",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792]"
        f" /Resources << /Font << /F1 3 0 R >> >> /Contents 5 0 R /Annots [{numbers}] >>",
        f"<< /Length {len(drawn)} >>\nstream\n{drawn}\nendstream",
    ]
    look = f"{6 + count} 0 R"
    for name, value, box in typed:
        objects.append(
            f"<< /Type /Annot /Subtype /Widget /FT /Tx /T ({_escaped(name)}) /V"
            f" ({_escaped(value)}) /Rect [{' '.join(map(str, box))}] /F 4 >>"
        )
    for name, is_on, box in ticked:
        state = "/Yes" if is_on else "/Off"
        objects.append(
            f"<< /Type /Annot /Subtype /Widget /FT /Btn /T ({_escaped(name)}) /V {state}"
            f" /AS {state} /Rect [{' '.join(map(str, box))}] /F 4"
            f" /AP << /N << /Yes {look} /Off {look} >> >> >>"
        )
    objects.append(
        "<< /Type /XObject /Subtype /Form /BBox [0 0 9 9] /Length 0 >>\nstream\n\nendstream"
    )
    return _assembled(objects, "/Root 1 0 R")
