"""What is wrong with a library: whether its record is sound and Chroma agrees with it."""

from collections.abc import Sequence

from index.data import Document, Passage
from index.record import Record
from index.vectors import PassageVectors
from index.wording import counted


def problems(record: Record, vectors: PassageVectors) -> list[str]:
    """One line each; empty when record and Chroma agree."""
    found = record.problems()
    for info in record.infos():
        document = record.document(info.id)
        found += _misplaced(document, record.passages(info.id)) if document else []
    missing, strange = vectors.difference()
    if missing:
        found.append(f"Chroma lacks the vectors of {counted(len(missing), 'passage')}.")
    if strange:
        found.append(f"Chroma has {counted(len(strange), 'vector')} of no passage.")
    return found


def _misplaced(document: Document, passages: Sequence[Passage]) -> list[str]:
    """Passages whose text is not what stands at their place."""
    return [
        f"Passage {passage.id} of {document.name} is not what its document says there."
        for passage in passages
        if document.quote(passage.span) != passage.text
    ]
