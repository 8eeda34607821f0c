"""The tab Evaluate: ask a golden file, read the report, compare two reports."""

import html
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import gradio as gr

from assistant.evaluation.pace import Pace
from assistant.page import markup
from assistant.page.jobs import Job
from assistant.page.page import Page, explained
from assistant.page.parts import live, on
from index.errors import CancelledError

Updates = dict[Any, Any]
Step = tuple[str, int, int]
"""What is being done, how many steps of it are done, of how many (0: unknown)."""
CHAINS = [("Citewell", "citewell"), ("The stock chain", "stock"), ("Both", "both")]
DEFAULT_LIMIT = 20


class EvaluateTab:
    """Its components and what happens to them."""

    def __init__(self, page: Page) -> None:
        self.page = page
        with gr.Column(elem_id="evaluate-body"):
            self.news = live("evaluation-news", value=_invitation())
            self.golden = gr.File(
                label="Golden file (.jsonl, or SQuAD .json)",
                file_types=[".jsonl", ".json"],
                show_label=False,
                container=False,
                elem_id="golden",
                height=84,
            )
            with gr.Row(elem_id="evaluate-options"):
                self.chain = gr.Radio(
                    CHAINS,
                    value="citewell",
                    label="Ask",
                    show_label=False,
                    container=False,
                    elem_id="chain",
                )
                self.limit = gr.Number(
                    DEFAULT_LIMIT,
                    label="Questions at most",
                    minimum=1,
                    precision=0,
                    elem_id="limit",
                )
                self.go = gr.Button("Evaluate", variant="primary", elem_id="evaluate", scale=0)
                self.stop = gr.Button("Stop", elem_id="stop-evaluation", scale=0, visible=False)
            with gr.Row(elem_id="reports"):
                self.first = gr.Dropdown([], label="Report", elem_id="report")
                self.second = gr.Dropdown([], label="Compare with", elem_id="compared")
            self.comparison = gr.HTML(elem_id="comparison")
            self.report = gr.HTML(elem_id="evaluation-report")
        self._wire()

    def _wire(self) -> None:
        shown = [self.report, self.comparison]
        changed = [self.news, self.go, self.stop, self.first, self.second, *shown]
        on(self.go.click, self.run, [self.golden, self.limit, self.chain], changed)
        on(self.stop.click, self.halt, queue=False)
        for choice in (self.first, self.second):
            on(choice.input, self.show, [self.first, self.second], shown)

    def choices(self, first: str | None, second: str | None) -> tuple[Any, Any]:
        """The reports there are, the newest first; a choice stays while its report does."""
        names = self._names()
        return (
            gr.Dropdown(choices=names, value=first if first in names else None),
            gr.Dropdown(choices=names, value=second if second in names else None),
        )

    def run(
        self, golden: str | None, limit: float | None, chain: Any, request: gr.Request
    ) -> Iterator[Updates]:
        """Ask the file of the library, or of its own articles, and show the report."""
        if not golden:
            yield {self.news: markup.note("Choose a golden file first.")}
            return
        yield {self.go: gr.update(visible=False), self.stop: gr.update(visible=True)}
        pace = Pace()
        name = None
        news = ""
        try:
            work = self._work(Path(golden), int(limit) if limit else None, chain)
            for item in self.page.jobs.run(str(request.session_hash), "evaluate", work):
                if isinstance(item, str):
                    name = item
                else:
                    yield {self.news: _progress(item, pace.told(*item))}
        except CancelledError:
            news = markup.note("Stopped. Evaluate the same file again to go on.")
        except Exception as error:  # noqa: BLE001 - the page's boundary: shown as a failure
            news = markup.failure(*explained(error))
        yield {
            self.news: news,
            self.go: gr.update(visible=True),
            self.stop: gr.update(visible=False),
            **(self._opened(name) if name else {}),
        }

    def halt(self, request: gr.Request) -> None:
        self.page.jobs.stop(str(request.session_hash), "evaluate")

    def show(self, first: str | None, second: str | None) -> tuple[str, str]:
        """The chosen report, and what changed between two."""
        try:
            frame = self._frame(first)
        except Exception as error:  # noqa: BLE001 - the page's boundary: shown as a failure
            return "", markup.failure(*explained(error))
        try:
            return frame, self._compared(first, second)
        except Exception as error:  # noqa: BLE001 - the same; the report itself can be read
            return frame, markup.failure(*explained(error))

    def _work(self, golden: Path, limit: int | None, chain: Any) -> Any:
        from assistant.evaluation.evaluate import Plan, Surroundings, evaluate

        out = self._folder / f"{golden.stem}-{chain}"

        def work(job: Job[Step | str]) -> Iterator[Step | str]:
            around = Surroundings(
                settings=self.page.settings,
                progress=lambda message, done, total: job.tell((message, done, total)),
                cancelled=job.cancelled,
                library=self.page.library,
                model=self.page.model,
            )
            evaluate(Plan(golden=golden, out=out, limit=limit, chain=chain), around)
            yield out.name

        return work

    @property
    def _folder(self) -> Path:
        return self.page.library.folder / "evaluations"

    def _names(self) -> list[str]:
        found = sorted(
            self._folder.glob("*/report.html"), key=lambda path: path.stat().st_mtime, reverse=True
        )
        return [path.parent.name for path in found]

    def _opened(self, name: str) -> Updates:
        names = self._names()
        return {
            self.first: gr.Dropdown(choices=names, value=name),
            self.second: gr.Dropdown(choices=names, value=None),
            self.report: self._frame(name),
            self.comparison: "",
        }

    def _frame(self, name: str | None) -> str:
        """The report in a frame of its own, which may run its script and nothing else."""
        if name not in self._names():
            return ""
        page = (self._folder / str(name) / "report.html").read_text(encoding="utf-8")
        return markup.element(
            "iframe", title=f"Report of {name}", sandbox="allow-scripts", srcdoc=page
        )

    def _compared(self, first: str | None, second: str | None) -> str:
        names = self._names()
        if first not in names or second not in names or first == second:
            return ""
        from assistant.evaluation.baseline import compare, read_report

        now, before = (
            read_report(self._folder / str(name) / "report.json") for name in (first, second)
        )
        rows = "".join(
            f"<tr{' class=fell' if c.fell else ''}><th scope='row'>{html.escape(c.chain)} "
            f"{html.escape(c.metric.replace('_', ' '))}</th><td>{c.before:.3f}</td>"
            f"<td>{c.now:.3f}</td><td>{c.pairs}</td><td>{c.p_value:.3f}</td></tr>"
            for c in compare(now, before)
        )
        head = "".join(
            f"<th scope='col'>{html.escape(cell)}</th>"
            for cell in ("", str(second), str(first), "pairs", "p that it fell by chance")
        )
        return (
            f"<table class='comparison'><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"
        )


def _progress(step: Step, told: str) -> str:
    """One line, with a bar; ``told`` is what is being done and the time left."""
    message, done, total = step
    counted = f", {done} of {total}" if total else ""
    bar = markup.element("progress", max=total, value=done, aria_label=message) if total else ""
    line = markup.element("p", markup.escape(told + counted))
    return markup.element("div", line, bar, class_="adding", role="status")


def _invitation() -> str:
    return markup.element(
        "div",
        markup.element("h1", "Evaluate"),
        markup.element(
            "p",
            "Questions with known answers, asked of your library (a SQuAD file: of its own "
            "articles). Every figure is computed from what people marked; no model judges.",
        ),
        class_="welcome",
    )
