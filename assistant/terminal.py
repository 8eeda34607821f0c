"""How things look in a terminal: results on stdout, progress and complaints on stderr.

All text of documents and models passes through ``printable``, so that it cannot send control
sequences to the terminal, and is never read as markup.
"""

import getpass
import json
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Protocol

from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, MofNCompleteColumn, Progress, TextColumn
from rich.text import Text

from assistant.data import COMPARED, UNSURE, Answer, Citation, Claim, Summary, Withheld, sources
from assistant.standing import Standing, premise_of
from assistant.wording import said, shares, told
from index import days, wording
from index.data import DocumentInfo, Evidence

_PATIENCE = 2.0
"""Seconds of work after which progress is shown."""
_PLAIN_EVERY = 5.0
"""Seconds between two progress lines where there is no terminal to draw a bar in."""
_CONTROLS = dict.fromkeys((*range(32), *range(127, 160)), "�")
_CONTROLS |= {ord("\t"): " ", ord("\n"): "\n"}
_ESCAPED = {code: f"\\u{code:04x}" for code in range(127, 160)}
"""Control characters that JSON may have as they are, and a terminal obeys."""

REFUSAL = "Your documents don't say."
UNCALIBRATED = (
    "Uncalibrated: how sure this model must be was never measured. Measure it: citewell calibrate"
)


class Reporter(Protocol):
    """Told what is being done, how much of it is done, and how much there is (0: unknown)."""

    def __call__(self, message: str, done: int, total: int) -> None: ...

    def pause(self) -> None:
        """Make way for a line of result."""


def printable(text: str) -> str:
    """The text without characters that a terminal would obey."""
    return text.translate(_CONTROLS)


def one_line(text: str) -> str:
    """The text on a single line, without control characters."""
    return printable(" ".join(text.split()))


def shortened(text: str, length: int) -> str:
    """One line of at most ``length`` characters, without control characters."""
    return printable(wording.shortened(text, length))


def say(text: str = "", style: str = "") -> None:
    """One piece of result on stdout; wrapped at the terminal's width, never elsewhere."""
    console = Console(highlight=False)
    console.print(Text(printable(text), style=style), soft_wrap=not console.is_terminal)


def note(text: str) -> None:
    """One line on stderr."""
    sys.stderr.write(one_line(text) + "\n")
    sys.stderr.flush()


def secret(question: str) -> str:
    """What the user types, unseen; empty where nobody sits at a terminal."""
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        return ""
    return getpass.getpass(f"{one_line(question)}: ", sys.stderr)


def write_json(value: Any) -> None:
    """The only thing on stdout when JSON is asked for."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=2).translate(_ESCAPED) + "\n")


def write_text(text: str) -> None:
    """A document's text on stdout, to the letter; to a terminal, without what it would obey."""
    sys.stdout.write(printable(text) if sys.stdout.isatty() else text)


@contextmanager
def progress(*, in_bytes: bool = False) -> Iterator[Reporter]:
    """A reporter of progress on stderr: a bar in a terminal, now and then a line elsewhere."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield _PlainReport(in_bytes)
        return
    amount = DownloadColumn() if in_bytes else MofNCompleteColumn()
    bar = Progress(
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        amount,
        console=console,
        transient=True,
        redirect_stdout=False,
        redirect_stderr=False,
    )
    try:
        yield _BarReport(bar)
    finally:
        bar.stop()


class _BarReport:
    """Draws a bar for each thing that is being done, once the work has taken a while."""

    def __init__(self, bar: Progress) -> None:
        self._bar = bar
        self._task = bar.add_task("", start=False)
        self._started = time.monotonic()

    def __call__(self, message: str, done: int, total: int) -> None:
        self._bar.update(
            self._task,
            description=shortened(message, 48),
            completed=done,
            total=total or None,
        )
        if time.monotonic() - self._started > _PATIENCE:
            self._bar.start()

    def pause(self) -> None:
        self._bar.stop()


class _PlainReport:
    """Writes a line now and then, once the work has taken a while."""

    def __init__(self, in_bytes: bool) -> None:
        self._in_bytes = in_bytes
        self._due = time.monotonic() + _PATIENCE

    def __call__(self, message: str, done: int, total: int) -> None:
        if time.monotonic() < self._due:
            return
        self._due = time.monotonic() + _PLAIN_EVERY
        known = [done, total] if total else [done] if done else []
        amounts = [f"{n / 1e6:.1f} MB" if self._in_bytes else str(n) for n in known]
        note(f"{message}: {' of '.join(amounts)}" if amounts else message)

    def pause(self) -> None:
        """Lines of result and of progress don't get in each other's way."""


def show_documents(documents: Sequence[DocumentInfo]) -> None:
    """The library's list, a document a line."""
    for info in documents:
        pages = f", {info.pages} pages" if info.pages else ""
        gone = ", its file is gone" if info.gone else ""
        facts = f"{info.passages} passages{pages}, {dated(info)}{gone}"
        say(f"{info.id}  {one_line(info.name)}  ({facts})")


def dated(info: DocumentInfo) -> str:
    """A document's day, and where that is from."""
    return f"{info.day} {days.TOLD_BY[info.dated]}"


def show_models(entries: Sequence[Mapping[str, Any]]) -> None:
    """The catalogue, a model a line."""
    for entry in entries:
        state = "fetched" if entry["fetched"] else "not fetched"
        say(
            f"{entry['name']:20} {entry['kind']:9} {entry['bytes'] / 1e6:7,.0f} MB  "
            f"{entry['licence']}  {state}: {entry['summary']}"
        )


def show_evidence(evidence: Sequence[Evidence], *, limit: int, length: int) -> None:
    """The best ``limit`` passages, each shortened to ``length`` characters."""
    for item in evidence[:limit]:
        span = item.passage.span
        name = wording.source(item.document_name, item.published, item.library)
        say(f"  {item.label}. {one_line(name)} {span.start}-{span.end}", "bold")
        say(f"     {shortened(item.passage.text, length)}")


class Sources:
    """The spans cited so far, numbered in the order in which they were first cited."""

    def __init__(self) -> None:
        self._cited: list[Citation] = []

    def sentence(self, claim: Claim) -> str:
        """The claim's text and the numbers of its citations; a quotation in quotation marks."""
        text = one_line(claim.text)
        for citation in claim.citations:
            if citation not in self._cited:
                self._cited.append(citation)
        numbers = dict.fromkeys(self._cited.index(citation) + 1 for citation in claim.citations)
        shown = f"“{text}”" if claim.verdict == "verbatim" else text
        computed = " (computed)" if claim.verdict == "computed" else ""
        return f"{shown} {''.join(f'[{number}]' for number in numbers)}{computed}"

    def show(self) -> None:
        """Every cited span, with its number, place and exact text."""
        if self._cited:
            say()
            say("Sources", "bold")
        for number, citation in enumerate(self._cited, start=1):
            span = citation.span
            say(f"[{number}] {one_line(citation.source)} {span.start}-{span.end}")
            say(f"    “{one_line(citation.quote)}”")
            if citation.unsure:
                say(f"    {UNSURE}: {one_line(', '.join(citation.unsure))}")


class AnswerPrinter:
    """Prints an answer piece by piece. What is printed stays, so nothing provisional is."""

    def __init__(self) -> None:
        self._sources = Sources()
        self._evidence_shown = False
        self._said: list[Claim] = []

    def show(self, standing: Standing) -> None:
        """Print what has come since the last time."""
        if standing.evidence and not self._evidence_shown:
            say("Evidence found, not yet checked:", "dim")
            show_evidence(standing.evidence, limit=3, length=160)
            say()
        self._evidence_shown = self._evidence_shown or standing.evidence is not None
        if self._said != list(standing.checked[: len(self._said)]):
            say()
            say("The answer changed while it was written. It now says:", "bold")
            self._said, self._sources = [], Sources()
        for claim in standing.checked[len(self._said) :]:
            say(self._sources.sentence(claim))
            self._said.append(claim)
        if standing.answer is not None:
            self._finish(standing.answer)

    def _finish(self, answer: Answer) -> None:
        """What is said after the last sentence: the refusal, the sources, what was withheld."""
        if answer.status == "not_in_documents":
            say(f"{REFUSAL} The passages above are the nearest.", "bold")
        for question in answer.missing:
            say()
            say(f"{REFUSAL} {one_line(question)}", "bold")
        if answer.read and answer.read.of:
            say(f"Read {answer.read.passages} of {answer.read.of} passages.", "dim")
        if answer.clarification:
            say(answer.clarification)
        if premise := premise_of(answer):
            say(premise)
        for conflict in answer.conflicts:
            say(f"Your documents disagree: {conflict.note}")
            for claim in conflict.claims:
                say(self._sources.sentence(claim))
        self._sources.show()
        _show_withheld(answer.withheld)
        if not answer.calibrated:
            note(UNCALIBRATED)


class SummaryPrinter:
    """Prints a summary piece by piece as its events come."""

    def __init__(self, topic: str | None = None, audience: str | None = None) -> None:
        self._sources = Sources()
        self._section = ""
        self._topic = topic
        self._audience = audience

    def claim(self, claim: Claim, section: str) -> None:
        if not self._section:
            self._section = "headline"
            if self._topic:
                say(f"On “{one_line(self._topic)}”", "dim")
            if self._audience:
                say(f"For {one_line(self._audience)}", "dim")
        if section != self._section:
            say()
            say(section.capitalize(), "bold")
            self._section = section
        sentence = self._sources.sentence(claim)
        if section in COMPARED:
            sentence += f" ({one_line('; '.join(sources(claim)))})"
        say(sentence if section == "headline" else f"- {sentence}")

    def finish(self, summary: Summary) -> None:
        """What is said after the last point: the sources, and what the summary leaves out."""
        self._sources.show()
        _show_withheld(summary.withheld)
        say()
        what = "carries weight on this topic" if summary.topic else "carries weight in the text"
        say(f"Covers {summary.coverage:.0%} of what {what}; {told(shares(said(summary)))}.", "dim")


def _show_withheld(withheld: Sequence[Withheld]) -> None:
    for item in withheld:
        say(f"Withheld: {one_line(item.text)} ({item.reason})", "dim")
