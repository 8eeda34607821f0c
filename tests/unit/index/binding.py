"""Small books, made by hand."""

from collections.abc import Mapping

from tests.unit.index import office


def epub(
    chapters: Mapping[str, str],
    *,
    spine: list[str] | None = None,
    title: str = "A Book",
    date: str = "2024-03-05",
    more: Mapping[str, bytes | str] | None = None,
) -> bytes:
    """A book of these chapters, by name and the XHTML of their bodies; ``spine`` is their order."""
    items = "".join(
        f'<item id="{name}" href="text/{name}.xhtml" media-type="application/xhtml+xml"/>'
        for name in chapters
    )
    places = "".join(f'<itemref idref="{name}"/>' for name in spine or chapters)
    package = (
        '<package xmlns="http://www.idpf.org/2007/opf" version="3.0"><metadata '
        f'xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>{title}</dc:title>'
        f"<dc:date>{date}</dc:date></metadata><manifest>{items}</manifest>"
        f"<spine>{places}</spine></package>"
    )
    container = (
        '<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>'
        '<rootfile full-path="OPS/package.opf"/></rootfiles></container>'
    )
    pages = {
        f"OPS/text/{name}.xhtml": "<?xml version='1.0' encoding='utf-8'?><html "
        'xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops"><head>'
        f"<title/></head><body>{body}</body></html>"
        for name, body in chapters.items()
    }
    first: dict[str, bytes | str] = {"mimetype": "application/epub+zip"}
    first |= {"META-INF/container.xml": container, "OPS/package.opf": package}
    return office.packed({**first, **pages, **(more or {})})
