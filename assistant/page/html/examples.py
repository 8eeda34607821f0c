"""Questions for a newcomer, about the document that comes with Citewell."""

from collections.abc import Iterable

EXAMPLES = {
    "000_17afdc1547c6129d.txt": (
        "How many North Korean soldiers are estimated to be deployed?",
        "What did the State Department official say about the deployment?",
        "What does North Korea gain from helping Russia?",
        "How many tanks did North Korea send?",
    ),
}
"""Document name to questions; the last of each is one that the document doesn't answer."""


def for_documents(names: Iterable[str]) -> tuple[str, ...]:
    """The examples of the first of these documents that has any."""
    return next((EXAMPLES[name] for name in names if name in EXAMPLES), ())
