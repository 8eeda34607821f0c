"""What Prometheus reads of a page: counts and seconds, and no text."""

import re
from collections.abc import Iterator

import pytest

from assistant.answering.assistant import Assistant
from assistant.data import Answer, Answered, AnswerEvent, Claim, Refusal, Timings, Withheld
from assistant.page.page import Page
from assistant.page.serving.assistants import Assistants
from assistant.page.serving.metrics import FAMILIES, Metrics
from assistant.prompts import Prompts
from assistant.resources import prompts_folder
from assistant.settings import Settings
from index import Library
from index.errors import CancelledError, InputError, never
from tests.scripted import ScriptedModel

LINE = re.compile(
    r"(?:# (?:HELP|TYPE) [a-z_]+ .+|[a-z_]+(?:\{[a-z_]+=\"[^\"\n]*\"(?:,[a-z_]+=\"[^\"\n]*\")*\})? "
    r"[0-9.e+-]+)"
)
SECRET = "What did Ms Orrin say of the purse?"


@pytest.fixture
def page(library: Library, scripted_model: ScriptedModel) -> Page:
    assistant = Assistant(library, scripted_model, Prompts.load(prompts_folder()))
    return Page(settings=Settings(), assistants=Assistants(Settings(), assistant))


def answer(**changes: object) -> Answer:
    given: dict[str, object] = {
        "question": SECRET,
        "status": "answered",
        "claims": (Claim(text=SECRET, citations=(), verdict="verified", support=0.9),),
        "evidence": (),
        "model": "small",
        "withheld": (Withheld(text=SECRET, reason="the check"),),
        "timings": Timings(
            first_evidence_s=0.5,
            first_sentence_s=2.0,
            total_s=4.0,
            prompt_tokens=300,
            completion_tokens=20,
        ),
    }
    return Answer(**(given | changes))  # type: ignore[arg-type]


def told(metrics: Metrics) -> str:
    return metrics.text(waiting=3, running=1)


def test_answers_refusals_and_seconds_are_counted() -> None:
    metrics = Metrics()
    metrics.saw(Answered(answer=answer()))
    refused = answer(
        status="not_in_documents",
        claims=(),
        refusal=Refusal(kind="not_stated", text=SECRET),
    )
    metrics.saw(Answered(answer=refused))
    metrics.failed(InputError("No."))
    lines = told(metrics).splitlines()
    assert {
        'citewell_answers_total{status="answered"} 1',
        'citewell_answers_total{status="not_in_documents"} 1',
        'citewell_refusals_total{kind="not_stated"} 1',
        'citewell_sentences_total{verdict="verified"} 1',
        "citewell_sentences_withheld_total 2",
        'citewell_answer_seconds_sum{step="whole_answer"} 8',
        'citewell_answer_seconds_count{step="whole_answer"} 2',
        'citewell_tokens_total{direction="read"} 600',
        'citewell_errors_total{kind="InputError"} 1',
        "citewell_questions_waiting 3",
        "citewell_questions_running 1",
    } <= set(lines)


def test_every_line_is_in_the_format_and_no_text_is_told() -> None:
    metrics = Metrics()
    metrics.saw(Answered(answer=answer()))
    text = told(metrics)
    assert text.endswith("\n")
    assert all(LINE.fullmatch(line) for line in text.splitlines())
    assert "purse" not in text
    types = re.findall(r"# TYPE (\w+) (\w+)", text)
    assert dict(types) == {name: kind for name, (kind, _) in FAMILIES.items()}


def test_what_goes_through_a_turn_is_counted(page: Page) -> None:
    def works() -> Iterator[AnswerEvent]:
        yield Answered(answer=answer())

    def breaks() -> Iterator[AnswerEvent]:
        raise InputError("No.")
        yield

    def stops() -> Iterator[AnswerEvent]:
        raise CancelledError("Stopped.")
        yield

    list(page.in_turn("anna", never, works))
    for broken in (breaks, stops):
        with pytest.raises((InputError, CancelledError)):
            list(page.in_turn("anna", never, broken))
    lines = page.measured().splitlines()
    assert 'citewell_answers_total{status="answered"} 1' in lines
    assert [line for line in lines if line.startswith("citewell_errors")] == [
        'citewell_errors_total{kind="InputError"} 1'
    ]
    assert "citewell_questions_running 0" in lines
