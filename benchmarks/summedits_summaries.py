"""Golden summary lines from the labelled claims of SummEdits news: an outside check of summaries.

    python -m benchmarks.summedits_summaries DATA OUT
    citewell evaluate OUT/golden.jsonl --corpus OUT/corpus

``DATA`` holds ``claims_summedits_news.jsonl``, which is not part of the repository. Each source of
it is a document (``OUT/corpus``). The reference is the summary that came with it, the claim
``…_og``, which is labelled as supported; its key facts are the names and numbers of that summary
that the source has too. Nothing is chosen by hand.
"""

import argparse
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from assistant.evaluation.summary_cases import says
from assistant.language.names import name_words
from benchmarks.development_sets import Line, read_lines, write_lines

CLAIMS = "claims_summedits_news.jsonl"
_ORIGINAL = "_og"
"""What the id of a summary ends with that nobody has edited."""
_NUMBER = re.compile(r"(?<![\w.,-])[$€£]?\d(?:[\d.,]*\d)?")
_RUN = re.compile(r"[^\W_]+(?:[-'’.&][^\W_]+)*")
_SHORTEST = 4
"""Letters of a name's last word from which it stands for the whole name."""


def golden_lines(claims: Iterable[Line]) -> Iterator[tuple[Line, str]]:
    """Each golden summary line with its document's text; summaries without a fact are left out."""
    for number, claim in enumerate(_originals(claims), start=1):
        facts = list(key_facts(str(claim["claim"]), str(claim["source"])))
        if facts:
            yield (
                {
                    "id": f"summedits-{number:02}",
                    "document": f"summedits-{number:02}.txt",
                    "key_facts": facts,
                    "reference": claim["claim"],
                },
                str(claim["source"]),
            )


def key_facts(summary: str, source: str) -> Iterator[dict[str, Any]]:
    """The names and numbers of a summary that the source has, each with its wordings."""
    facts: dict[str, list[str]] = {}
    for words in names(summary):
        whole, last = " ".join(words), words[-1]
        wordings = [whole, last] if len(words) > 1 and len(last) >= _SHORTEST else [whole]
        facts[whole] = [wording for wording in wordings if says(source, [wording])]
    for number in _NUMBER.findall(summary):
        facts[number] = _with_neighbours(number, source)
    seen = set[str]()
    for name, found in facts.items():
        if found and not seen & set(found):
            seen |= set(found)
            yield {"id": name, "any_of": found}


def _with_neighbours(number: str, source: str) -> list[str]:
    """A number with the word after it, or else before it, wherever the source has it: a bare 35
    would be found in 350 too.
    """
    bare = rf"(?<![\w.,-]){re.escape(number)}(?![\w]|[.,]\d)"
    found = re.findall(rf"{bare}\S*[ ]\S+", source) or re.findall(rf"\S+[ ]{bare}", source)
    return list(dict.fromkeys(found))


def names(text: str) -> Iterator[list[str]]:
    """Runs of words that look like names; a possessive ending is dropped."""
    known = set(name_words(text))
    run: list[str] = []
    end = -1
    for found in _RUN.finditer(text):
        word = re.sub(r"['’]s?\Z", "", found.group())
        if run and (found.group() not in known or text[end : found.start()] != " "):
            yield run
            run = []
        if found.group() in known and not word.isdigit():
            run.append(word)
            end = found.end() if word == found.group() else -1
    if run:
        yield run


def _originals(claims: Iterable[Line]) -> Iterator[Line]:
    """The unedited summary of each source, in the order of the file."""
    sources = set[str]()
    for claim in claims:
        if claim["supported"] and str(claim["id"]).endswith(_ORIGINAL):
            if claim["source"] not in sources:
                yield claim
            sources.add(str(claim["source"]))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("data", type=Path)
    parser.add_argument("out", type=Path)
    told = parser.parse_args()
    made = list(golden_lines(read_lines(told.data / CLAIMS)))
    corpus = told.out / "corpus"
    corpus.mkdir(parents=True, exist_ok=True)
    for line, text in made:
        (corpus / line["document"]).write_text(text, encoding="utf-8", newline="")
    write_lines(told.out / "golden.jsonl", [line for line, _ in made])


if __name__ == "__main__":
    main()
