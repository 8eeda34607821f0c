"""How often the rule on contradicted premises objects to questions of a SQuAD 2.0 file (no model).

    python -m benchmarks.premises SQUAD.json [--without GOLDEN.jsonl]

Each question is held against the sentence that has its answer; an unanswerable one against that of
its plausible answer, where the file names one. ``--without`` leaves out the questions that a golden
file has.
"""

import argparse
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from assistant.answering.premises import contradiction
from index.sentences import sentences


def questions(squad: dict[str, Any]) -> Iterator[tuple[str, str, bool, str]]:
    """(id, question, whether it can be answered, sentence) of each question with a place."""
    for article in squad["data"]:
        for paragraph in article["paragraphs"]:
            text = paragraph["context"]
            spans = list(sentences(text))
            for item in paragraph["qas"]:
                answerable = not item.get("is_impossible", False)
                for answer in item["answers" if answerable else "plausible_answers"][:1]:
                    place = answer["answer_start"]
                    start, end = next(span for span in spans if span[0] <= place < span[1])
                    yield item["id"], item["question"], answerable, text[start:end]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("squad", type=Path)
    parser.add_argument("--without", type=Path)
    told = parser.parse_args()
    left_out = set()
    if told.without:
        lines = told.without.read_text(encoding="utf-8").split("\n")
        left_out = {json.loads(line)["id"] for line in lines if line}
    asked = {True: 0, False: 0}
    objected = {True: 0, False: 0}
    for name, question, answerable, sentence in questions(json.loads(told.squad.read_bytes())):
        if name not in left_out:
            asked[answerable] += 1
            objected[answerable] += bool(contradiction(question, sentence))
    for answerable, kind in ((True, "answerable"), (False, "unanswerable")):
        share = objected[answerable] / max(asked[answerable], 1)
        print(f"{kind}: {objected[answerable]} of {asked[answerable]} = {share:.3f}")


if __name__ == "__main__":
    main()
