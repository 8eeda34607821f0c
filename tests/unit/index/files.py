"""Small files of every format, made by hand so that no test needs a binary fixture."""

import io
from collections.abc import Sequence

Line = tuple[float, float, str]
"""Size of the letters, height on the page in points, and the text."""


def pdf(pages: Sequence[Sequence[Line]], *, title: str = "", encrypted: bool = False) -> bytes:
    """A PDF with these lines on its pages; an encrypted one opens with no known password."""
    kids = " ".join(f"{4 + 2 * number} 0 R" for number in range(len(pages)))
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    for number, page in enumerate(pages):
        drawn = "\n".join(
            f"BT /F1 {size} Tf 72 {height} Td ({_escaped(text)}) Tj ET"
            for size, height, text in page
        )
        objects.append(
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792]"
            f" /Resources << /Font << /F1 3 0 R >> >> /Contents {5 + 2 * number} 0 R >>"
        )
        objects.append(f"<< /Length {len(drawn)} >>\nstream\n{drawn}\nendstream")
    objects.append(f"<< /Title ({_escaped(title)}) >>")
    trailer = f"/Root 1 0 R /Info {len(objects)} 0 R"
    if encrypted:
        key = "00" * 32
        objects.append(f"<< /Filter /Standard /V 1 /R 2 /O <{key}> /U <{key}> /P -4 >>")
        trailer += f" /Encrypt {len(objects)} 0 R /ID [<00> <00>]"
    return _assembled(objects, trailer)


def _escaped(text: str) -> str:
    return text.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")


def _assembled(objects: Sequence[str], trailer: str) -> bytes:
    out = b"%PDF-1.4\n"
    places = []
    for number, body in enumerate(objects, start=1):
        places.append(len(out))
        out += f"{number} 0 obj\n{body}\nendobj\n".encode("latin-1")
    table = "".join(f"{place:010d} 00000 n \n" for place in places)
    start = len(out)
    count = len(objects) + 1
    out += f"xref\n0 {count}\n0000000000 65535 f \n{table}".encode("latin-1")
    return out + f"trailer << /Size {count} {trailer} >>\nstartxref\n{start}\n%%EOF\n".encode()


def word() -> bytes:
    """A Word document with a title, headings, a list, a table and a merged cell."""
    import docx

    document = docx.Document()
    document.core_properties.title = "Annual report"
    document.add_heading("Annual report", level=0)
    document.add_paragraph("Sales rose by 3.5 million. The U.S. market grew most.")
    document.add_heading("Outlook", level=1)
    document.add_paragraph("Growth will slow, analysts say.")
    document.add_paragraph("Costs fall", style="List Bullet")
    document.add_paragraph("Prices rise", style="List Number")
    table = document.add_table(rows=2, cols=3)
    for column, text in enumerate(["Year", "Sales", "Costs"]):
        table.cell(0, column).text = text
    table.cell(1, 0).text = "2025"
    table.cell(1, 1).merge(table.cell(1, 2)).text = "unknown"
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def word_of(body: str) -> bytes:
    """A Word document with this XML (prefix ``w``) as its body."""
    import docx
    from docx.oxml import parse_xml
    from docx.oxml.ns import nsdecls

    document = docx.Document()
    element = document.element
    element.replace(element.body, parse_xml(f"<w:body {nsdecls('w')}>{body}</w:body>"))
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


HTML = b"""<!doctype html><html><head><title>Flood hits town</title>
<meta property="article:published_time" content="2024-03-05T10:00:00Z"></head><body>
<nav><a href="/">Home</a><a href="/news">News</a></nav>
<article><h1>Flood hits town</h1>
<p>The river rose by <b>3.5 metres</b> on Monday, officials said. Mr. Smith &amp; others
left the &lt;old&gt; town by boat and car, and many went on foot over the hills.</p>
<h2>What came next</h2>
<p>Many people fled their homes, and the mayor said that help was coming to them all.<br>
Schools stayed shut for the rest of the week, the council announced on Tuesday.</p>
<ul><li>Bring water</li><li>Bring <i>warm</i> clothes</li></ul>
<table><tr><th>Year</th><th>Floods</th></tr><tr><td>2020</td><td>5</td></tr></table>
</article><footer>Copyright of the newspaper</footer><script>alert("no")</script></body></html>"""
