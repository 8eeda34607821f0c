"""``@name`` in a question: which collection or tag it names. Pure."""

import re
from collections.abc import Sequence

from index.labels import Label


def mentioned(question: str, found: Sequence[Label]) -> tuple[str, Label | None]:
    """The question without its ``@name``, and the collection or tag of that name.

    Names may have spaces: the longest one that stands there is meant, and a collection before a
    tag. An ``@`` before anything else stays what it is.
    """
    for label in sorted(found, key=lambda each: (-len(each.name), each.kind)):
        written = rf"(?<!\S)@{re.escape(label.name)}(?!\w)"
        if match := re.search(written, question, re.IGNORECASE):
            before = question[: match.start()].rstrip()
            after = question[match.end() :].lstrip(" ,;:" if not before else " ")
            return f"{before} {after}".strip(), label
    return question, None
