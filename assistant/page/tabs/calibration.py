"""The foot of the tab Evaluate: measure how sure the model in use must be, in the background."""

from collections.abc import Callable, Iterator
from typing import Any

import gradio as gr

from assistant.pace import Pace
from assistant.page.failing import explained
from assistant.page.html import markup
from assistant.page.page import Page
from assistant.page.parts import live, on
from assistant.page.serving.jobs import Job
from index.errors import CancelledError, InputError

Updates = dict[Any, Any]
Item = tuple[str, int, int] | str
"""A step, how many are done and of how many; or a line about a result."""


class CalibrationPanel:
    """A button, what it is doing, and how to stop it."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.news = live("calibration-news", value=_invitation())
        with gr.Row(elem_id="calibration-row"):
            self.go = gr.Button("Measure this model", elem_id="calibrate", scale=0)
            self.stop = gr.Button("Stop", elem_id="stop-calibration", scale=0, visible=False)
        on(self.go.click, self.run, None, [self.news, self.go, self.stop])
        on(self.stop.click, self.halt, queue=False)

    def run(self, request: gr.Request) -> Iterator[Updates]:
        """Measure the model that answers now; each result counts from the next question on."""
        yield {
            self.news: markup.progress("Starting", 0, 0, ""),
            self.go: gr.update(visible=False),
            self.stop: gr.update(visible=True),
        }
        pace, told, news = Pace(), "", ""
        try:
            for item in self.page.jobs.run(
                str(request.session_hash), "calibrate", self._work(request)
            ):
                told = item if isinstance(item, str) else told
                if not isinstance(item, str):
                    news = markup.progress(pace.told(*item), *item[1:], item[0])
                yield {self.news: news + (markup.note(told) if told else "")}
            news = markup.note(told)
        except CancelledError:
            news = markup.note(f"Stopped; what was measured is kept. {told}")
        except Exception as error:  # noqa: BLE001 - the page's boundary: shown as a failure
            news = markup.failure(*explained(error))
        yield {
            self.news: _invitation() + news,
            self.go: gr.update(visible=True),
            self.stop: gr.update(visible=False),
        }

    def halt(self, request: gr.Request) -> None:
        self.page.jobs.stop(str(request.session_hash), "calibrate")

    def _work(self, request: gr.Request) -> Callable[[Job[Item]], Iterator[Item]]:
        """Raises InputError where the model is not the asker's to measure: it answers all."""
        from assistant.evaluation import calibrate
        from assistant.evaluation.plan import Surroundings

        if not self.page.assistants.operates(request):
            raise InputError(
                "The model answers all users of this page.", "Ask its operator to measure it."
            )
        model, folder = self.page.model, self.page.library(request).folder

        def work(job: Job[Item]) -> Iterator[Item]:
            around = Surroundings(
                settings=self.page.settings,
                progress=lambda message, done, total: job.tell((message, done, total)),
                notify=job.tell,
                cancelled=job.cancelled,
                model=model,
            )
            plan = calibrate.shipped_plan(folder, model.name)
            learnt = calibrate.calibrate(plan, [], folder / "calibrations.json", around)
            yield f"{model.name} is measured: {calibrate.told(learnt)}"

        return work


def _invitation() -> str:
    return markup.element(
        "div",
        markup.element("h2", "How sure must this model be?"),
        markup.element(
            "p",
            "It is asked 255 questions about twelve documents that come with Citewell. A first "
            "result counts after 40 of them, some ten minutes on a small machine; all takes up to "
            "an hour. It can be stopped and goes on where it was.",
        ),
    )
