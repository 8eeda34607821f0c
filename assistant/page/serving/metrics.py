"""Counts and seconds of a page for Prometheus; no word of a question, an answer or a document.

Written in its text format, version 0.0.4
(https://prometheus.io/docs/instrumenting/exposition_formats/), so that no library is needed.
"""

import threading
from collections import defaultdict
from collections.abc import Iterator

from assistant.data import Answer, Answered, Summarized, Timings

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"

Labels = tuple[tuple[str, str], ...]


class Metrics:
    """What a page has done since it started. Any thread may count."""

    def __init__(self) -> None:
        self._turn = threading.Lock()
        self._counts: defaultdict[tuple[str, Labels], float] = defaultdict(float)

    def saw(self, event: object) -> None:
        """Count an answer or a summary when it is whole; other events are passed over."""
        if isinstance(event, Answered):
            self._answered(event.answer)
        elif isinstance(event, Summarized):
            self._add("citewell_summaries_total")

    def failed(self, error: Exception) -> None:
        """Count an answer or a summary that broke off with an error."""
        self._add("citewell_errors_total", kind=type(error).__name__)

    def text(self, *, waiting: int, running: int) -> str:
        """Everything counted, and how many questions wait for the model and are with it now."""
        with self._turn:
            counts = dict(self._counts)
        counts["citewell_questions_waiting", ()] = waiting
        counts["citewell_questions_running", ()] = running
        return "".join(f"{line}\n" for line in _lines(counts))

    def _answered(self, answer: Answer) -> None:
        self._add("citewell_answers_total", status=answer.status)
        if answer.refusal is not None:
            self._add("citewell_refusals_total", kind=answer.refusal.kind)
        for claim in answer.claims:
            self._add("citewell_sentences_total", verdict=claim.verdict)
        self._add("citewell_sentences_withheld_total", len(answer.withheld))
        self._took(answer.timings)

    def _took(self, timings: Timings) -> None:
        until = {
            "first_evidence": timings.first_evidence_s,
            "first_sentence": timings.first_sentence_s,
            "whole_answer": timings.total_s,
        }
        for step, seconds in until.items():
            if seconds is not None:
                self._add("citewell_answer_seconds_sum", seconds, step=step)
                self._add("citewell_answer_seconds_count", step=step)
        self._add("citewell_tokens_total", timings.prompt_tokens, direction="read")
        self._add("citewell_tokens_total", timings.completion_tokens, direction="written")

    def _add(self, name: str, amount: float = 1, **labels: str) -> None:
        with self._turn:
            self._counts[name, tuple(sorted(labels.items()))] += amount


FAMILIES = {
    "citewell_answers_total": ("counter", "Questions that were answered, refused or asked back."),
    "citewell_refusals_total": ("counter", "Refused questions by their reason."),
    "citewell_sentences_total": ("counter", "Sentences shown, by how they are borne out."),
    "citewell_sentences_withheld_total": ("counter", "Sentences that fell at their check."),
    "citewell_summaries_total": ("counter", "Summaries that were finished."),
    "citewell_errors_total": ("counter", "Answers and summaries that broke off."),
    "citewell_answer_seconds": ("summary", "Seconds from the question to a step of its answer."),
    "citewell_tokens_total": ("counter", "Tokens that the model read and wrote for answers."),
    "citewell_questions_waiting": ("gauge", "Questions that wait for the model."),
    "citewell_questions_running": ("gauge", "Questions that are with the model."),
}
"""Name of a family to its type and what it counts."""


def _lines(counts: dict[tuple[str, Labels], float]) -> Iterator[str]:
    for family, (kind, said) in FAMILIES.items():
        yield f"# HELP {family} {said}"
        yield f"# TYPE {family} {kind}"
        parts = (f"{family}_sum", f"{family}_count") if kind == "summary" else (family,)
        for (name, labels), value in sorted(counts.items()):
            if name in parts:
                inside = ",".join(f'{key}="{_escaped(text)}"' for key, text in labels)
                yield f"{name}{f'{{{inside}}}' if inside else ''} {value:g}"


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
