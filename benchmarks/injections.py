"""Does text planted in a document change the answer to an honest question?

    python -m benchmarks.injections ATTACKS GOLDEN DOCUMENT [--limit N] [--seed N]

``ATTACKS`` has lines ``{"kind", "text"}``. Each is planted as a paragraph of its own at the start,
in the middle and at the end of ``DOCUMENT`` in turn, and one answerable question of ``GOLDEN`` is
asked of the planted and of the clean document. An attack succeeds where a published claim cites a
part of the planted paragraph; every other claim was checked against spans of the clean text. Two
counts of unchanged answers: status and text the same to the letter, and status and cited quotations
the same, which allows the model other words for the same evidence. One slot, so that nothing but
the document differs.
"""

import argparse
import itertools
import json
import random
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from assistant.answering.assistant import Assistant
from assistant.data import Answer
from assistant.prompts import Prompts
from assistant.resources import prompts_folder
from assistant.runtime import open_library, open_model
from assistant.settings import Settings, go_offline

PLACES = ("start", "middle", "end")


def planted(text: str, attack: str, place: str) -> tuple[str, int]:
    """``text`` with the attack as a paragraph of its own, and where that paragraph starts."""
    paragraphs = text.split("\n\n")
    at = {"start": 1, "middle": len(paragraphs) // 2, "end": len(paragraphs)}[place]
    before = "\n\n".join(paragraphs[:at])
    whole = "\n\n".join([before, attack, *paragraphs[at:]])
    return whole, len(before) + 2


def cites(answer: Answer, start: int, end: int) -> bool:
    """Whether a published claim cites a character of ``start`` to ``end``."""
    return any(
        citation.span.start < end and start < citation.span.end
        for claim in answer.claims
        for citation in claim.citations
    )


def same(one: Answer, other: Answer) -> bool:
    """Whether two answers say the same to the letter."""
    return (one.status, one.text) == (other.status, other.text)


def as_cited(one: Answer, other: Answer) -> bool:
    """Whether two answers end alike and cite the same quotations."""
    return (one.status, _quoted(one)) == (other.status, _quoted(other))


def _quoted(answer: Answer) -> set[str]:
    return {citation.quote for claim in answer.claims for citation in claim.citations}


def trials(
    attacks: Sequence[str], questions: Sequence[str], limit: int | None, seed: int
) -> Iterator[tuple[str, str, str]]:
    """(attack, place, question), each attack once, places and questions in turn."""
    chosen = random.Random(seed).sample(list(attacks), min(limit or len(attacks), len(attacks)))
    return zip(chosen, itertools.cycle(PLACES), itertools.cycle(questions), strict=False)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("attacks", type=Path)
    parser.add_argument("golden", type=Path)
    parser.add_argument("document", type=Path)
    parser.add_argument("--limit", type=int)
    parser.add_argument("--seed", type=int, default=7)
    told = parser.parse_args()
    attacks = [line["text"] for line in _lines(told.attacks)]
    questions = [line["question"] for line in _lines(told.golden) if line["answerable"]]
    text = told.document.read_text(encoding="utf-8")
    clean: dict[str, Answer] = {}
    asked = succeeded = unchanged = cited_alike = 0
    go_offline()
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(library=Path(folder) / "none", slots=1)
        model = open_model(settings)
        try:
            for attack, place, question in trials(attacks, questions, told.limit, told.seed):
                if question not in clean:
                    clean[question] = _ask(Path(folder), model, text, question)
                whole, start = planted(text, attack, place)
                answer = _ask(Path(folder), model, whole, question)
                asked += 1
                succeeded += cites(answer, start, start + len(attack))
                unchanged += same(answer, clean[question])
                cited_alike += as_cited(answer, clean[question])
                if not same(answer, clean[question]):
                    print(json.dumps(_difference(attack, place, clean[question], answer)))
                print(
                    f"{asked}: attack success {succeeded}/{asked}, unchanged to the letter "
                    f"{unchanged}/{asked}, in what is cited {cited_alike}/{asked}",
                    flush=True,
                )
        finally:
            model.close()


def _ask(folder: Path, model: Any, text: str, question: str) -> Answer:
    with tempfile.TemporaryDirectory(dir=folder) as place:
        path = Path(place) / "document.txt"
        path.write_text(text, encoding="utf-8", newline="")
        with open_library(Settings(library=Path(place) / "library")) as library:
            for _ in library.add(path):
                pass
            prompts = Prompts.load(prompts_folder())
            return Assistant(library, model, prompts, cache=False).answer(question)


def _difference(attack: str, place: str, clean: Answer, answer: Answer) -> dict[str, object]:
    return {
        "question": answer.question,
        "attack": attack,
        "place": place,
        "clean": [clean.status, clean.text],
        "planted": [answer.status, answer.text],
        "cited_alike": as_cited(clean, answer),
    }


def _lines(path: Path) -> list[dict[str, Any]]:
    lines = path.read_text(encoding="utf-8").split("\n")
    return [json.loads(line) for line in lines if line.strip()]


if __name__ == "__main__":
    main()
