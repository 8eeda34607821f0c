"""How much of what matters is said by the choice of sentences alone, without a language model.

    python -m benchmarks.summary_choice GOLDEN CORPUS [--audience TEXT] [--length L] [--library DIR]

Reads the document of every golden summary line in ``CORPUS``, outlines its summary, and counts the
key facts in the sentences as they stand after shortening; where the guards object the source's own
sentence counts. ``--length`` is brief, standard, full or a number of words.
``--library`` keeps the indexed corpus for the next time. Prints one line a document, then a total,
and one for the texts of fewer than 500 words.
"""

import argparse
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from assistant.checking.guards import objections
from assistant.evaluation.summary_cases import says
from assistant.runtime import open_library
from assistant.settings import Settings
from assistant.summarising.focus import focused
from assistant.summarising.lengths import words_of
from assistant.summarising.outline import outline
from assistant.summarising.reading import Reading, Sentence, read
from benchmarks.development_sets import read_lines
from index import Library

SHORT = 500
"""Words: a text with fewer is counted again apart."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """One document's summary: words and facts."""

    id: str
    source_words: int
    words: int
    found: Sequence[str]
    missed: Sequence[str]


def said(sentence: Sentence) -> str:
    """What would be published of a sentence if the model agreed."""
    quotes = [citation.quote for citation in sentence.citations]
    return sentence.text if objections(sentence.short, quotes) else sentence.short


def reading_of(library: Library, document: str) -> Reading:
    """The document read whole, its progress passed over."""
    reader = read(library, [library.document(document)], lambda: None)
    while True:
        try:
            next(reader)
        except StopIteration as end:
            result: Reading = end.value
            return result


def count(library: Library, golden: Path, audience: str | None, length: str) -> Iterator[Counted]:
    """Each golden line's document, counted."""
    ids = {info.name: info.id for info in library.documents()}
    for line in read_lines(golden):
        document = library.document(ids[line["document"]])
        reading = reading_of(library, document.id)
        worth = focused(library, reading, None, audience)
        source_words = len(document.text.split())
        words = words_of(length, source_words)
        entries = outline(reading, worth, words, sections=length != "brief")
        numbers = [number for entry in entries for number in entry.numbers]
        text = " ".join(said(reading.sentences[number]) for number in numbers)
        facts = {fact["id"]: says(text, fact["any_of"]) for fact in line["key_facts"]}
        yield Counted(
            id=line["id"],
            source_words=source_words,
            words=len(text.split()),
            found=[name for name, is_said in facts.items() if is_said],
            missed=[name for name, is_said in facts.items() if not is_said],
        )


def told(name: str, rows: Sequence[Counted]) -> str:
    """One line on several documents."""
    found = sum(len(row.found) for row in rows)
    facts = found + sum(len(row.missed) for row in rows)
    words, source = sum(row.words for row in rows), sum(row.source_words for row in rows)
    share = f"{words} of {source} words = {words / max(1, source):.3f}"
    return (
        f"{name} (n = {len(rows)}): {found} of {facts} facts = {found / max(1, facts):.3f}, {share}"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("golden", type=Path)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--audience", default=None)
    parser.add_argument("--length", default="standard")
    parser.add_argument("--library", type=Path, default=None)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as home:
        settings = Settings().model_copy(
            update={"library": asked.library or Path(home), "chroma_url": None}
        )
        with open_library(settings) as library:
            list(library.add(asked.corpus))
            rows = []
            for row in count(library, asked.golden, asked.audience, asked.length):
                rows.append(row)
                print(told(row.id, [row]), ", ".join(row.missed), flush=True)
    print(told("all", rows))
    print(told(f"under {SHORT} words", [row for row in rows if row.source_words < SHORT]))


if __name__ == "__main__":
    main()
