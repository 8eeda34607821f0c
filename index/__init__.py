"""From files to passages you can search."""

from index import errors
from index.data import AddResult, Document, DocumentInfo, Evidence, Passage, Span
from index.library import Library

__all__ = [
    "AddResult",
    "Document",
    "DocumentInfo",
    "Evidence",
    "Library",
    "Passage",
    "Span",
    "errors",
]
