"""The tab Evaluate: ask a golden file, read the report, compare two reports."""

import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import gradio as gr

from assistant.evaluation.golden.cases import GoldenError
from assistant.keeping.forgetting import EVALUATIONS
from assistant.pace import Pace
from assistant.page.failing import explained
from assistant.page.html import markup
from assistant.page.page import Page
from assistant.page.parts import live, on, own_folder
from assistant.page.serving.jobs import Job
from assistant.page.tabs.calibration import CalibrationPanel
from index.errors import CancelledError
from index.loading import READERS
from index.wording import counted

Updates = dict[Any, Any]
Step = tuple[str, int, int]
"""What is being done, how many steps of it are done, of how many (0: unknown)."""
Work = Callable[[Job[Step | str]], Iterator[Step | str]]
"""Tells its steps, and at the end the name of the report."""
CHAINS = [("Citewell", "citewell"), ("The stock chain", "stock"), ("Both", "both")]
DEFAULT_LIMIT = 20
"""Cases of a run, unless another number is chosen."""
REPORT = "*/report.html"
FORMATS = {"HTML": "report.html", "Markdown": "report.md", "JSON": "report.json"}


class EvaluateTab:
    """Its components and what happens to them."""

    def __init__(self, page: Page) -> None:
        self.page = page
        with gr.Column(elem_id="evaluate-body"):
            self.news = live("evaluation-news", value=_invitation())
            with gr.Row(elem_id="evaluation-files"):
                self.golden = _files("golden", "Golden file", [".jsonl", ".json"])
                self.corpus = _files("corpus", "Documents to ask", list(READERS), "multiple")
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
            with gr.Row(elem_id="evaluate-row"):
                self.go = gr.Button("Evaluate", variant="primary", elem_id="evaluate", scale=0)
                self.stop = gr.Button("Stop", elem_id="stop-evaluation", scale=0, visible=False)
                self.marked = gr.Button("Take the answers I marked", elem_id="use-marks", scale=0)
            with gr.Row(elem_id="reports", visible=False) as self.reports:
                self.first = gr.Dropdown([], label="Report", elem_id="report")
                self.second = gr.Dropdown([], label="Compare with", elem_id="compared")
            self.files = live("report-files")
            self.comparison = gr.HTML(elem_id="comparison")
            self.report = gr.HTML(elem_id="evaluation-report")
            self.calibration = CalibrationPanel(page)
        self._wire()

    def _wire(self) -> None:
        shown = [self.report, self.comparison, self.files]
        changed = [self.news, self.go, self.stop, self.reports, self.first, self.second, *shown]
        inputs = [self.golden, self.corpus, self.limit, self.chain]
        on(self.go.click, self.run, inputs, changed)
        on(self.stop.click, self.halt, queue=False)
        on(self.marked.click, self.use_marks, None, [self.golden, self.news])
        for upload in (self.golden, self.corpus):
            on(upload.upload, self.hold, [upload], queue=False)
        for choice in (self.first, self.second):
            on(choice.input, self.show, [self.first, self.second], shown)

    def choices(self, first: str | None, second: str | None, request: gr.Request) -> Updates:
        """The reports there are, the newest first; a choice stays while its report does."""
        labelled = _labelled(self._folder(request))
        names = [name for _, name in labelled]
        return {
            self.reports: gr.update(visible=bool(names)),
            self.first: gr.Dropdown(choices=labelled, value=first if first in names else None),
            self.second: gr.Dropdown(choices=labelled, value=second if second in names else None),
        }

    def run(
        self,
        golden: str | None,
        corpus: Sequence[str] | None,
        limit: float | None,
        chain: Any,
        request: gr.Request,
    ) -> Iterator[Updates]:
        """Ask the file of its documents, its own articles, or the library; show the report."""
        if not golden:
            yield {self.news: markup.note("Choose a golden file first.")}
            return
        yield {
            self.news: _progress(("Reading", 0, 0), "Reading"),
            self.go: gr.update(visible=False),
            self.stop: gr.update(visible=True),
        }
        pace = Pace()
        name = None
        news = ""
        try:
            most = int(limit) if limit else None
            work = self._work(request, Path(golden), corpus or (), most, chain)
            for item in self.page.jobs.run(str(request.session_hash), "evaluate", work):
                if isinstance(item, str):
                    name = item
                else:
                    yield {self.news: _progress(item, pace.told(*item))}
        except CancelledError:
            news = markup.note("Stopped. Evaluate the same file again to go on.")
        except GoldenError as error:
            news = _problems(error)
        except Exception as error:  # noqa: BLE001 - the page's boundary: shown as a failure
            news = markup.failure(*explained(error))
        yield {
            self.news: news,
            self.go: gr.update(visible=True),
            self.stop: gr.update(visible=False),
            **(self._opened(name, request) if name else {}),
        }

    def halt(self, request: gr.Request) -> None:
        self.page.jobs.stop(str(request.session_hash), "evaluate")

    def hold(self, files: str | Sequence[str] | None, request: gr.Request) -> None:
        """The session's uploads go with it."""
        paths = [files] if isinstance(files, str) else list(files or ())
        self.page.held.hold(str(request.session_hash), paths, request.username or "")

    def use_marks(self, request: gr.Request) -> Updates:
        """A golden file of the answers marked right, and the questions of those marked wrong."""
        from assistant.evaluation.golden.marks import from_marks, write_export

        export = from_marks(self.page.chats(request).marks())
        news = _marked(len(export.cases), export.wrong)
        if not export.cases:
            return {self.golden: gr.skip(), self.news: news}
        path = Path(tempfile.mkdtemp(prefix="marks-", dir=own_folder())) / "marked.jsonl"
        session, owner = str(request.session_hash), request.username or ""
        self.page.held.hold(session, [path], owner, quotes=True)
        write_export(export, path)
        return {self.golden: str(path), self.news: news}

    def show(self, first: str | None, second: str | None, request: gr.Request) -> Updates:
        """The chosen report, and what changed between two."""
        folder = self._folder(request)
        found = _found(folder, first)
        if found is None:
            return self._cleared()
        try:
            shown = self._shown(found, request)
        except Exception as error:  # noqa: BLE001 - the page's boundary: shown as a failure
            return self._cleared() | {self.comparison: markup.failure(*explained(error))}
        return shown | {self.comparison: _comparison(found, _found(folder, second))}

    def _work(
        self,
        request: gr.Request,
        golden: Path,
        corpus: Sequence[str],
        limit: int | None,
        chain: Any,
    ) -> "Work":
        from assistant.evaluation.evaluate import evaluate
        from assistant.evaluation.plan import Plan, Surroundings

        library = self.page.library(request)
        out = self._folder(request) / f"{golden.stem}-{chain}"

        def work(job: Job[Step | str]) -> Iterator[Step | str]:
            around = Surroundings(
                settings=self.page.settings,
                progress=lambda message, done, total: job.tell((message, done, total)),
                cancelled=job.cancelled,
                library=library,
                model=self.page.model,
            )
            with _gathered(corpus) as documents:
                plan = Plan(golden=golden, corpus=documents, out=out, limit=limit, chain=chain)
                evaluate(plan, around)
            yield out.name

        return work

    def _folder(self, request: gr.Request) -> Path:
        """Where the reports of whoever asks are."""
        return self.page.library(request).folder / EVALUATIONS

    def _opened(self, name: str, request: gr.Request) -> Updates:
        return {**self.choices(name, None, request), **self.show(name, None, request)}

    def _shown(self, folder: Path, request: gr.Request) -> Updates:
        """The report in a frame of its own, which may run its script and nothing else."""
        page = (folder / "report.html").read_text(encoding="utf-8")
        title = f"Report of {folder.name}"
        frame = markup.element("iframe", title=title, sandbox="allow-scripts", srcdoc=page)
        place = self.page.downloads.offer(
            request, "report", {name: (folder / name).read_bytes for name in FORMATS.values()}
        )
        return {self.report: frame, self.files: markup.saving(place, FORMATS)}

    def _cleared(self) -> Updates:
        return {self.report: "", self.comparison: "", self.files: ""}


def _files(elem_id: str, label: str, types: list[str], count: Any = "single") -> gr.File:
    return gr.File(
        label=label,
        file_types=types,
        file_count=count,
        show_label=False,
        container=False,
        elem_id=elem_id,
        height=84,
    )


@contextmanager
def _gathered(uploads: Sequence[str]) -> Iterator[Path | None]:
    """A folder of the dropped files for as long as they are asked; None where there are none."""
    if not uploads:
        yield None
        return
    with tempfile.TemporaryDirectory(prefix="corpus-", dir=own_folder()) as folder:
        documents = Path(folder) / "documents"
        for number, upload in enumerate(map(Path, uploads)):
            place = documents / upload.name
            if place.exists():
                place = documents / str(number) / upload.name
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(upload, place)
        yield documents


def _labelled(folder: Path) -> list[tuple[str, str]]:
    """Label and name of every report, the newest first."""
    found = [(path.stat().st_mtime, path.parent.name) for path in folder.glob(REPORT)]
    return [(_label(name, at), name) for at, name in sorted(found, reverse=True)]


def _found(folder: Path, name: str | None) -> Path | None:
    """The folder of a report that is there."""
    found = (path.parent for path in folder.glob(REPORT))
    return next((each for each in found if each.name == name), None)


def _comparison(report: Path, before: Path | None) -> str:
    if before is None or before == report:
        return ""
    from assistant.page.html.comparison import compared

    try:
        return compared(report / "report.json", before / "report.json")
    except Exception as error:  # noqa: BLE001 - the page's boundary: shown as a failure
        return markup.failure(*explained(error))


def _label(name: str, at: float) -> str:
    """The report's name and the time of its last run."""
    return f"{name.partition('.before-')[0]}, {datetime.fromtimestamp(at):%d %b %Y %H:%M}"


def _problems(error: GoldenError) -> str:
    """Everything that is wrong with a golden file, a line each."""
    count = counted(len(error.problems), "problem")
    rows = (
        markup.element("li", markup.escape(f"{problem.where}: {problem.reason}"))
        for problem in error.problems
    )
    return markup.element(
        "div",
        markup.element("h3", f"The golden file has {count}"),
        markup.element("ul", *rows),
        markup.element("p", "Mend these and drop it again; nothing was asked yet."),
        class_="failure",
        role="alert",
    )


def _marked(count: int, wrong: Sequence[str]) -> str:
    """What there is of marked answers."""
    if not count and not wrong:
        return markup.note("No answer is marked yet: Right and Wrong stand under each one.")
    made = f"{counted(count, 'answer')} marked right, as a golden file below." if count else ""
    left = [markup.element("li", markup.escape(question)) for question in wrong]
    head = "Marked wrong, so without a right answer; write golden lines of your own for:"
    return markup.note(made) + (markup.note(head) + markup.element("ul", *left) if left else "")


def _progress(step: Step, told: str) -> str:
    message, done, total = step
    return markup.progress(told, done, total, message)


def _invitation() -> str:
    return markup.element(
        "div",
        markup.element("h1", "Evaluate"),
        markup.element(
            "p",
            "Questions with known answers, asked of the documents you drop beside them, else of "
            "the file's own articles (SQuAD), else of your library. Every figure is computed from "
            "what people marked; no model judges.",
        ),
        class_="welcome",
    )
