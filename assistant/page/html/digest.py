"""How a summary looks: headline, points, sections, and what was left out."""

from collections.abc import Callable, Sequence
from typing import get_args

from assistant.data import COMPARED, Progress
from assistant.pace import Pace, words
from assistant.page.html import markup
from assistant.page.html.markup import Json, element, escape
from assistant.wording import Wording, told
from index.wording import counted

_STEPS = 2
"""Steps after which the time left is told."""
_SHORT_S = 3
"""Below this no time left is told."""


class Estimate:
    """How long a summary in the making will take yet, from how long its steps took so far."""

    def __init__(self, clock: Callable[[], float] | None = None) -> None:
        self._pace = Pace(steps=_STEPS, clock=clock)

    def left(self, event: Progress) -> str:
        """``", 3 of 17, about 20 s left"``, as far as can be told, to go behind a message."""
        if not event.total:
            return ""
        shown = f", {event.done} of {event.total}"
        seconds = self._pace.left_s(str(event.total), event.done, event.total)
        if seconds is None or seconds < _SHORT_S:
            return shown
        return f"{shown}, about {words(seconds)} left"


def writing(doing: str, checked: Sequence[Json], key: str) -> str:
    """A summary in the making: what is being done, and the sentences that have passed."""
    return element(
        "p",
        element("span", escape(doing or "Reading"), class_="doing"),
        element("span", "", class_="clock", data_clock=key),
        class_="progress",
        role="status",
    ) + _so_far(checked)


def stopped(checked: Sequence[Json]) -> str:
    """A summary that was stopped: what had passed its check stays."""
    return markup.note("Stopped. Summarize again to go on from here.") + _so_far(checked)


def _so_far(checked: Sequence[Json]) -> str:
    numbers = markup.numbered(checked)
    items = (element("li", markup.claim(item, numbers)) for item in checked)
    return element("ul", *items, class_="points", data_group="summary")


def finished(summary: Json, title: str, *, calibrated: bool = True) -> str:
    """The whole summary; ``summary`` has the form of ``summarize --json``.

    ``calibrated`` says whether its model has thresholds of its own.
    """
    sections = summary["sections"]
    items = [item for section in sections for item in section["items"]]
    numbers = markup.numbered([summary["headline"], *summary["points"], *items])
    return element(
        "article",
        element("p", escape(title), class_="note"),
        _note("On", f"“{summary['topic']}”" if summary.get("topic") else ""),
        _note("For", summary.get("audience", "")),
        element("h2", markup.claim(summary["headline"], numbers)),
        element("ul", *(_item(p, numbers) for p in summary["points"]), class_="points"),
        *(_section(section, numbers) for section in sections),
        markup.unsure([summary["headline"], *summary["points"], *items]),
        _footer(summary, calibrated),
        class_="summary",
        data_group="summary",
    )


def _note(said: str, words: str) -> str:
    return element("p", escape(f"{said} {words}"), class_="note") if words else ""


def _section(section: Json, numbers: dict[tuple[str, int, int], int]) -> str:
    return element("h3", escape(section["name"])) + element(
        "ul",
        *(_item(item, numbers, section["name"] in COMPARED) for item in section["items"]),
        class_="points",
    )


def _item(item: Json, numbers: dict[tuple[str, int, int], int], with_sources: bool = False) -> str:
    """One sentence; ``with_sources`` names its documents and their dates beside it."""
    named = [", ".join(filter(None, _source(cited))) for cited in item["citations"]]
    beside = escape("; ".join(dict.fromkeys(named)))
    said = markup.claim(item, numbers)
    return element("li", said, element("small", " " + beside) if with_sources else "")


def _source(citation: Json) -> tuple[str, str | None]:
    return citation["document"], citation.get("published")


def _footer(summary: Json, calibrated: bool) -> str:
    sentences = [summary["headline"], *summary["points"]]
    sentences += [item for section in summary["sections"] for item in section["items"]]
    state = element("span", escape(markup.verdict(sentences)), class_="verdict")
    matters = "matters on this topic" if summary.get("topic") else "matters in the source"
    covered = element(
        "span",
        f"covers {summary['coverage']:.0%} of what {matters}",
        title="Share of the source's sentences, weighted by salience, that a cited span covers",
    )
    seconds = element("span", f"made in {words(summary['timings']['total_s'])}")
    shares = element(
        "span",
        told({name: summary.get(name, 0.0) for name in get_args(Wording)}),
        title="Shares of the sentences: written from their sources, shortened, or quoted",
    )
    return (
        element("footer", state, markup.uncalibrated(calibrated), shares, covered, seconds)
        + markup.withheld(summary["withheld"], "summary")
        + _omitted(summary["omitted"])
    )


def _omitted(items: Sequence[Json]) -> str:
    if not items:
        return ""
    cards = (
        markup.button(
            element("span", escape(item["quote"]), class_="card-text"),
            "open",
            class_="card",
            data_document=item["document_id"],
            data_start=item["start"],
            data_end=item["end"],
        )
        for item in items
    )
    return element(
        "details",
        element("summary", f"{counted(len(items), 'important sentence')} left out"),
        element("div", *cards, class_="cards", data_group="omitted"),
    )
