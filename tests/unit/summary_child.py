"""A process that summarizes a long text with a slow scripted judge, to be killed at any moment.

    python -m tests.unit.summary_child LIBRARY FILE LOG

Each claim that is judged is a line of LOG, once though it is asked twice; the last line is
``done``, with the number of points.
"""

import sys
import time
from pathlib import Path

from assistant.data import Summarized
from assistant.prompts import Prompts
from assistant.resources import prompts_folder
from assistant.summarising.summaries import summarize
from index import Library
from tests.fakes import HashEmbedder
from tests.scripted import Call, ScriptedModel

SECONDS_A_CHECK = 0.05


def main(library: Path, file: Path, log: Path) -> None:
    def judged(call: Call) -> str:
        if call.text.index("Claim: ") > call.text.index("Text:"):
            return "yes"
        with log.open("a", encoding="utf-8") as lines:
            lines.write(call.text.rpartition("Claim: ")[2].partition("\n")[0] + "\n")
        time.sleep(SECONDS_A_CHECK)
        return "yes"

    with Library.open(library, embedder=HashEmbedder("hash-512", 512)) as opened:
        [result] = opened.add(file)
        assert result.document_id
        prompts = Prompts.load(prompts_folder())
        model = ScriptedModel(chooser=judged, writer=lambda call: "No.")
        events = summarize(opened, model, prompts, [result.document_id], length="full")
        for event in events:
            if isinstance(event, Summarized):
                with log.open("a", encoding="utf-8") as lines:
                    lines.write(f"done {len(event.summary.points)}\n")


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
