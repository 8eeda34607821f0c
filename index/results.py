"""What is told of a source that was added. Pure."""

from collections.abc import Sequence

from index.data import AddResult, DocumentInfo, Page
from index.wording import counted

_MOST_NAMED = 20
"""Numbers of pages that a message names."""


def result(
    source: str, info: DocumentInfo, status: str, remarks: Sequence[str], pages: Sequence[Page]
) -> AddResult:
    """The result for a source that stands for a document now.

    ``remarks`` are what there is to say of how it was read; ``pages`` are those of the document.
    """
    made = "; ".join([f"{counted(info.passages, 'passage')}{_unread(info, pages)}", *remarks])
    message = {
        "added": made,
        "replaced": f"{made}, in place of the former version",
        "unchanged": "not changed since it was added",
        "duplicate": f"the same text as {info.path or info.url}",
    }[status]
    return AddResult(
        source=source,
        status=status,
        document_id=info.id,
        passages=info.passages,
        message=message,
    )


def _unread(info: DocumentInfo, pages: Sequence[Page]) -> str:
    """A warning about pages that are only pictures."""
    empty = [str(page.number) for page in pages if page.start == page.end]
    if not empty:
        return ""
    named = ", ".join(empty[:_MOST_NAMED]) + (", …" if len(empty) > _MOST_NAMED else "")
    return f"; {len(empty)} of {info.pages} {info.parts}s have no text (pictures?): {named}"
