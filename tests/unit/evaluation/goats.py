"""A golden file and its corpus that a scripted model answers rightly by saying yes."""

import json
from pathlib import Path
from typing import Any

FARMERS = ("Abel", "Birk", "Cole", "Dunn", "Eady", "Finn", "Gray", "Hale", "Ives", "Judd")
SENTENCES = {
    name: f"Farmer {name} keeps {number} brown goats near the old mill."
    for number, name in enumerate(FARMERS, start=11)
}


def lines(count: int) -> list[dict[str, Any]]:
    """``count`` golden lines; the farmers take turns."""
    found = []
    for number in range(count):
        name = FARMERS[number % len(FARMERS)]
        found.append(
            {
                "id": f"g{number}",
                "question": f"How many goats does farmer {name} keep?",
                "answers": [SENTENCES[name].split()[3]],
                "answerable": True,
                "evidence": [{"document": "goats.txt", "quote": SENTENCES[name]}],
            }
        )
    return found


def write(folder: Path, count: int) -> tuple[Path, Path]:
    """The golden file and the corpus folder, in ``folder``."""
    corpus = folder / "corpus"
    corpus.mkdir()
    (corpus / "goats.txt").write_text(" ".join(SENTENCES.values()), encoding="utf-8")
    golden = folder / "golden.jsonl"
    golden.write_text("\n".join(map(json.dumps, lines(count))), encoding="utf-8")
    return golden, corpus
