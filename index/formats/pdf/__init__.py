"""PDF: the text layer as pdfium finds it, put in the order in which the page is read."""

from index.formats.pdf.reading import picture, placed, read

__all__ = ["picture", "placed", "read"]
