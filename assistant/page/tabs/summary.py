"""The tab Summary: an executive summary of one document or of all that are ticked."""

from collections.abc import Collection, Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

import gradio as gr

from assistant.data import Claim, ClaimChecked, Progress, Summarized, Summary, SummaryEvent
from assistant.exporting.files import FORMATS
from assistant.json_forms import claim_json, summary_json
from assistant.page.failing import explained
from assistant.page.html import digest, labels, markup
from assistant.page.page import Page
from assistant.page.parts import live, on
from assistant.page.serving.assistants import library_under
from assistant.page.serving.jobs import Job
from index import Library
from index.errors import CancelledError
from index.wording import shortened

if TYPE_CHECKING:
    from assistant.answering.assistant import Assistant

Updates = dict[Any, Any]

LENGTHS = [("Brief", "brief"), ("Standard", "standard"), ("Full", "full")]
TICKED = "ticked"
LONGEST_LINE = 200
"""Characters of a topic and of an audience."""
LISTED = "Documents that the library pane lists can be chosen: find others there."
"""Said where that does not list all of them."""


class SummaryTab:
    """Its components and what happens to them."""

    def __init__(self, page: Page, unticked: gr.State) -> None:
        self.page = page
        with gr.Row(elem_id="summary-options"):
            self.document = gr.Dropdown(
                [], label="Document", show_label=False, container=False, elem_id="summary-document"
            )
            self.more = live("summary-more")
            self.topic = _line("Topic")
            self.audience = _line("Audience")
            self.length = gr.Radio(
                LENGTHS,
                value="standard",
                label="Length",
                show_label=False,
                container=False,
                elem_id="summary-length",
            )
            self.words = _line("Words", longest=4)
            self.go = gr.Button("Summarize", variant="primary", elem_id="summarize", scale=0)
            self.stop = gr.Button("Stop", elem_id="stop-summary", scale=0, visible=False)
        with gr.Column(elem_id="summary-text"):
            self.text = live("summary", ["open"], value=_invitation())
            self.exports = live("exports")
        inputs = [self.document, self.length, self.topic, self.audience, unticked, self.words]
        on(self.go.click, self.write, inputs, [self.text, self.go, self.stop, self.exports])
        on(self.stop.click, self.halt, queue=False)

    def choices(self, chosen: str | None, request: gr.Request) -> Updates:
        """What to choose from: the documents that the library pane lists just now, all ticked ones,
        collections and tags. A document that was chosen stays while it is in the library."""
        library, listed = self.page.library(request), self.page.listed(request)
        infos = listed.shown
        if chosen in set(listed.ids) - {info.id for info in infos}:
            infos = [*library.listing.infos([str(chosen)]), *infos]
        choices = [(info.title, info.id) for info in infos]
        if len(listed.ids) > 1:
            choices.append(("All ticked documents", TICKED))
        found = library.labels.all()
        choices += [(labels.called(each.kind, each.name), labels.value(each)) for each in found]
        values = [value for _, value in choices]
        first = values[0] if values else None
        return {
            self.document: gr.Dropdown(
                choices=choices, value=chosen if chosen in values else first
            ),
            self.more: markup.note(LISTED) if len(listed.shown) < len(listed.ids) else "",
        }

    def write(
        self,
        chosen: str | None,
        length: str,
        topic: str,
        audience: str,
        unticked: Collection[str],
        words: str,
        request: gr.Request,
    ) -> Iterator[Updates]:
        """Show each sentence of the summary as it passes its check, then the whole.

        ``words``, where something stands there, take the place of ``length``.
        """
        if not chosen:
            yield {self.text: markup.note("Add a document first.")}
            return
        key = f"summary-{request.session_hash}-{shortened(chosen, 20)}"
        yield {
            self.text: digest.writing("", [], key),
            self.go: gr.update(visible=False),
            self.stop: gr.update(visible=True),
            self.exports: "",
        }
        session = str(request.session_hash)
        doing = ""
        estimate = digest.Estimate()
        checked: list[Claim] = []
        quoted: list[Claim] = []
        done: Summary | None = None

        def work(job: Job[SummaryEvent]) -> Iterator[SummaryEvent]:
            focus = (topic.strip() or None, audience.strip() or None)
            size = words.strip() or length
            summarize = partial(_events, assistant, documents, size, *focus, job)
            return self.page.in_turn(session, job.cancelled, summarize)

        try:
            assistant = self.page.assistant(request)
            documents = _documents(library_under(assistant), chosen, unticked)
            for event in self.page.jobs.run(session, "summary", work):
                if isinstance(event, Progress):
                    doing = event.message + estimate.left(event)
                elif isinstance(event, ClaimChecked):
                    (quoted if event.provisional else checked).append(event.claim)
                elif isinstance(event, Summarized):
                    done = event.summary
                yield {self.text: digest.writing(doing, _so_far(checked, quoted), key)}
            end = _shown(assistant, done) if done else markup.failure("The summary broke off.", "")
        except CancelledError:
            end = digest.stopped(_so_far(checked, quoted))
        except Exception as error:  # noqa: BLE001 - the page's boundary: shown as a failure
            end = markup.failure(*explained(error))
        yield {
            self.text: end,
            self.go: gr.update(visible=True),
            self.stop: gr.update(visible=False),
            **(
                {self.exports: self._offered(library_under(assistant), done, request)}
                if done
                else {}
            ),
        }

    def halt(self, request: gr.Request) -> None:
        self.page.jobs.stop(str(request.session_hash), "summary")

    def _offered(self, library: Library, summary: Summary, request: gr.Request) -> str:
        """The summary in every format that can be written, each made when it is saved."""
        files = {f"summary{suffix}": suffix for suffix in FORMATS.values()}
        place = self.page.downloads.offer(
            request,
            "summary",
            {name: partial(_made, library, summary, suffix) for name, suffix in files.items()},
            documents=summary.documents,
        )
        return markup.saving(place, dict(zip(FORMATS, files, strict=True)))


def _made(library: Library, summary: Summary, suffix: str) -> bytes:
    """The summary in one format.

    Raises:
        UnknownDocumentError: a document of it was removed.
        SettingsError: the installation lacks the fonts of PDF.
    """
    from assistant.exporting import files as export

    return export.made(summary, [library.document(each) for each in summary.documents], suffix)


def _documents(library: Library, chosen: str, unticked: Collection[str]) -> list[str]:
    if ":" in chosen:
        return library.labels.documents(*labels.parted(chosen))
    if chosen != TICKED:
        return [chosen]
    return library.listing.ids(without=unticked)


def _events(
    assistant: "Assistant",
    documents: list[str],
    length: str,
    topic: str | None,
    audience: str | None,
    job: Job[SummaryEvent],
) -> Iterator[SummaryEvent]:
    return assistant.summarize(
        documents, length=length, topic=topic, audience=audience, cancelled=job.cancelled
    )


def _shown(assistant: "Assistant", summary: Summary) -> str:
    names = [assistant.library.document(each).name for each in summary.documents]
    known = assistant.calibration_of(summary.model)
    return digest.finished(summary_json(summary), ", ".join(names), calibrated=known.calibrated)


def _so_far(checked: Sequence[Claim], quoted: Sequence[Claim]) -> list[dict[str, Any]]:
    """What is checked, and the quotations that stand for what is not yet written."""
    left = (claim for claim in quoted if not any(each.cites_all_of(claim) for each in checked))
    return [claim_json(claim) for claim in (*checked, *left)]


def _line(what: str, longest: int = LONGEST_LINE) -> gr.Textbox:
    """One line that may stay empty."""
    return gr.Textbox(
        placeholder=f"{what} (optional)" if longest == LONGEST_LINE else what,
        label=what,
        show_label=False,
        container=False,
        max_lines=1,
        max_length=longest,
        elem_id=f"summary-{what.lower()}",
    )


def _invitation() -> str:
    return markup.element(
        "div",
        markup.element("h1", "Summarize a document"),
        markup.element(
            "p",
            "An executive summary: each sentence is checked against the source or quoted from it.",
        ),
        class_="welcome",
    )
