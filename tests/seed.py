"""The example document, for tests that read it."""

from assistant.resources import seeds_folder
from index.sentences import sentences

SEED = seeds_folder() / "000_17afdc1547c6129d.txt"


def seed_text() -> str:
    return SEED.read_text(encoding="utf-8")


def seed_sentences() -> list[str]:
    text = seed_text()
    return [text[start:end] for start, end in sentences(text)]
