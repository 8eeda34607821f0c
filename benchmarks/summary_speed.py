"""How long a checked summary takes beside a plain one-prompt summary, in one run on one model.

    python -m benchmarks.summary_speed FILE [--runs N] [--words N]

The plain summary is what a chat asks for: the whole text and "write an executive summary", as long
as ours comes out (``--words`` sets another length). Each run summarizes in an empty library; then
ours is asked for once more, on unchanged text. Prints the medians and their ratios as JSON.
"""

import argparse
import json
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import Any

from langchain_core.messages import HumanMessage

from assistant.data import ClaimChecked, Summarized, Summary
from assistant.models import ServedModel
from assistant.prompts import Prompts
from assistant.resources import prompts_folder
from assistant.runtime import open_library, open_model
from assistant.settings import Settings
from assistant.summarising.summaries import summarize
from benchmarks.figures import peak_memory_mb
from index import Library

_TOKENS_A_WORD = 1.5
_ASKED = (
    "Write an executive summary of the following document: a headline, then key points as a list, "
    "about {words} words in all.\n\n{text}"
)


def checked(
    library: Library, model: ServedModel, document: str
) -> tuple[dict[str, float], Summary]:
    """Seconds to the first checked sentence and to the end, and the summary."""
    start = time.perf_counter()
    first = 0.0
    for event in summarize(library, model, Prompts.load(prompts_folder()), [document]):
        if isinstance(event, ClaimChecked) and not first:
            first = time.perf_counter() - start
        if isinstance(event, Summarized):
            return {"first_s": first, "total_s": time.perf_counter() - start}, event.summary
    raise AssertionError("the summary broke off")


def plain(model: ServedModel, text: str, words: int) -> float:
    """Seconds of a summary in one prompt."""
    start = time.perf_counter()
    message = HumanMessage(_ASKED.format(words=words, text=text))
    model.write([message], max_tokens=int(words * _TOKENS_A_WORD))
    return time.perf_counter() - start


def measure(file: Path, runs: int, words: int | None) -> dict[str, Any]:
    """The medians of ``runs`` runs, and their ratios."""
    settings = Settings()
    model = open_model(settings)
    ours, again, one_prompt = [], [], []
    try:
        model.warm()
        for _ in range(runs):
            with tempfile.TemporaryDirectory() as home:
                alone = settings.model_copy(update={"library": Path(home), "chroma_url": None})
                with open_library(alone) as library:
                    [added] = library.add(file)
                    assert added.document_id, added.message
                    text = library.text(added.document_id)
                    taken, summary = checked(library, model, added.document_id)
                    ours.append(taken)
                    again.append(checked(library, model, added.document_id)[0]["total_s"])
            length = words or sum(len(claim.text.split()) for claim in summary.points)
            one_prompt.append(plain(model, text, length))
    finally:
        model.close()
    total, first = (median(each[key] for each in ours) for key in ("total_s", "first_s"))
    single = median(one_prompt)
    return {
        "file": file.name,
        "source_words": len(text.split()),
        "runs": runs,
        "model": model.name,
        "plain_s": single,
        "first_s": first,
        "total_s": total,
        "again_s": median(again),
        "total_over_plain": total / single,
        "first_over_plain": first / single,
        "times_faster_again": total / median(again),
        "peak_memory_mb": peak_memory_mb(),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("file", type=Path)
    parser.add_argument("--runs", type=int, default=1)
    parser.add_argument("--words", type=int, default=None, help="of the plain summary")
    told = parser.parse_args()
    print(json.dumps(measure(told.file, told.runs, told.words), indent=1))


if __name__ == "__main__":
    main()
