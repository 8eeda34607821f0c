"""From a question to a checked answer, with a model that says what the test tells it to.

Each promise of the design has a test here that fails without it.
"""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from assistant.answering.assistant import Assistant
from assistant.answering.questions import LONGEST
from assistant.answering.trace import file_trace
from assistant.checking.calibration import Calibration
from assistant.data import (
    Answer,
    Answered,
    ClaimChecked,
    EvidenceFound,
    Progress,
    SentenceWithheld,
    Turn,
)
from assistant.errors import ModelError
from assistant.json_forms import answer_json
from assistant.language.drafts import one_sentence
from assistant.models.protocol import Choice
from assistant.prompts import Prompts
from assistant.resources import prompts_folder
from index import Library
from index.errors import CancelledError, InputError, UnknownDocumentError
from tests.scripted import Call, ScriptedModel, choice

QUESTION = "How many North Korean soldiers are estimated to be deployed?"
SENTENCE = (
    "The deployment of North Korean forces, estimated to be in the hundreds, comes amid growing "
    "concerns over an evolving alliance between Moscow and Pyongyang."
)
PROSE = "The number of North Korean forces is estimated to be in the hundreds."
INVENTED = "An estimated 12,000 North Korean soldiers are deployed."
CALIBRATION = Calibration(support=0.5, answerable=0.5, calibrated=True)


@pytest.fixture(scope="module")
def prompts() -> Prompts:
    return Prompts.load(prompts_folder())


@pytest.fixture
def assistant(
    seed_library: Library, scripted_model: ScriptedModel, prompts: Prompts
) -> Iterator[Assistant]:
    yield Assistant(seed_library, scripted_model, prompts, calibration=CALIBRATION)
    assert scripted_model.pending == 0, "the chain asked the model less than the test foresaw"


def says_where(model: ScriptedModel, sentence: str = SENTENCE) -> None:
    """The model answers yes for ``sentence`` alone, and yes to every support check."""

    def chooser(call):  # type: ignore[no-untyped-def]
        if "state the answer" not in call.text:
            return "yes"
        text = call.text.partition("): ")[2].partition("\n\nQuestion")[0]
        return "yes" if text.endswith(sentence) else "no"

    model.chooser = chooser


def exact(library: Library, answer: Answer) -> bool:
    return all(
        library.document(c.span.document_id).text[c.span.start : c.span.end] == c.quote
        for claim in answer.claims
        for c in claim.citations
    )


@pytest.fixture
def over(
    library: Library, scripted_model: ScriptedModel, prompts: Prompts, tmp_path: Path
) -> Callable[..., Assistant]:
    """Makes an assistant over one small document of this text."""

    def make(text: str, name: str = "note.txt") -> Assistant:
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        list(library.add(path))
        return Assistant(library, scripted_model, prompts, calibration=CALIBRATION)

    return make


@pytest.fixture
def of_herons(over: Callable[..., Assistant]) -> Assistant:
    """An assistant over one small document, which a test may remove."""
    return over("Forty herons nest at the weir. They came in March.\n", "herons.txt")


def test_a_document_removed_meanwhile_is_named_and_no_refusal(
    of_herons: Assistant, library: Library, scripted_model: ScriptedModel
) -> None:
    def chooser(call):  # type: ignore[no-untyped-def]
        for info in library.documents():
            library.remove(info.id)
        return "yes"

    scripted_model.chooser = chooser
    with pytest.raises(UnknownDocumentError) as caught:
        list(of_herons.ask("How many herons nest at the weir?"))
    assert "herons.txt was removed or replaced while this was being answered" in str(caught.value)
    assert "Ask again" in caught.value.hint


def test_a_document_removed_at_the_last_moment_is_not_quoted(
    of_herons: Assistant, library: Library, scripted_model: ScriptedModel
) -> None:
    scripted_model.chooser = lambda call: "yes"
    scripted_model.writer = lambda call: ""
    events = of_herons.ask("How many herons nest at the weir?")
    for event in events:
        if isinstance(event, ClaimChecked) and not event.provisional:
            break
    library.remove(library.documents()[0].id)
    with pytest.raises(UnknownDocumentError):
        next(events)


def test_evidence_comes_first_then_the_quotation_then_the_checked_sentence(
    assistant: Assistant, scripted_model: ScriptedModel
) -> None:
    says_where(scripted_model)
    scripted_model.enqueue_text(PROSE)
    events = [e for e in assistant.ask(QUESTION) if not isinstance(e, Progress)]
    assert [type(e) for e in events] == [EvidenceFound, ClaimChecked, ClaimChecked, Answered]
    _, quotation, prose, last = events
    assert isinstance(quotation, ClaimChecked)
    assert quotation.provisional
    assert quotation.claim.verdict == "verbatim"
    assert quotation.claim.text == SENTENCE
    assert isinstance(prose, ClaimChecked)
    assert (prose.claim.text, prose.claim.verdict) == (PROSE, "verified")
    assert isinstance(last, Answered)
    assert last.answer.text == PROSE
    assert last.answer.claims[0].citations[0].quote == SENTENCE
    assert exact(assistant.library, last.answer)


def test_the_evidence_is_there_before_the_model_is_asked(
    assistant: Assistant, scripted_model: ScriptedModel
) -> None:
    events = assistant.ask(QUESTION)
    while not isinstance(event := next(events), EvidenceFound):
        pass
    assert event.evidence
    assert scripted_model.calls == []


def test_a_document_removed_while_it_is_asked_is_no_failure(assistant: Assistant) -> None:
    events = assistant.ask(QUESTION)
    while not isinstance(next(events), EvidenceFound):
        pass
    for info in assistant.library.documents():
        assistant.library.remove(info.id)
    (answer,) = [event.answer for event in events if isinstance(event, Answered)]
    assert answer.status == "not_in_documents"
    assert answer.claims == ()


def test_an_answer_nobody_listens_to_asks_the_model_nothing_more(
    assistant: Assistant, scripted_model: ScriptedModel
) -> None:
    says_where(scripted_model)
    events = assistant.ask(QUESTION)
    while not isinstance(next(events), ClaimChecked):
        pass
    asked = len(scripted_model.calls)
    events.close()  # type: ignore[attr-defined]
    assert len(scripted_model.calls) == asked


def test_an_invented_number_is_withheld_and_the_quotation_stands(
    assistant: Assistant, scripted_model: ScriptedModel
) -> None:
    says_where(scripted_model)
    scripted_model.enqueue_text(INVENTED)
    scripted_model.enqueue_text(INVENTED)  # nor is it better written anew
    events = list(assistant.ask(QUESTION))
    (withheld,) = [e.withheld for e in events if isinstance(e, SentenceWithheld)]
    assert withheld.text == INVENTED
    assert "12000" in withheld.reason
    (answer,) = [e.answer for e in events if isinstance(e, Answered)]
    assert [(c.text, c.verdict) for c in answer.claims] == [(SENTENCE, "verbatim")]
    assert answer.withheld == (withheld,)
    assert INVENTED not in json.dumps(answer_json(answer)["claims"])


def test_a_sentence_the_support_check_doubts_is_withheld(
    assistant: Assistant, scripted_model: ScriptedModel
) -> None:
    scripted_model.enqueue_choice("yes", 0.9)
    for text in ("North Korean forces estimated to be deployed grow.", "Forces estimated grow."):
        scripted_model.enqueue_text(text)
        for _ in range(2):  # each check asks twice
            scripted_model.enqueue_choice("no", 0.9)
    answer = assistant.answer(QUESTION)
    assert [claim.verdict for claim in answer.claims] == ["verbatim"]
    assert "does not say" in answer.withheld[0].reason


def test_a_fallen_sentence_is_written_anew_once_and_stands_if_it_is_borne_out(
    assistant: Assistant, scripted_model: ScriptedModel
) -> None:
    says_where(scripted_model)
    scripted_model.enqueue_text(INVENTED)
    scripted_model.enqueue_text(PROSE)
    answer = assistant.answer(QUESTION)
    assert [claim.verdict for claim in answer.claims] == ["verified"]
    assert [item.text for item in answer.withheld] == [INVENTED]
    anew = scripted_model.calls[-3]
    assert INVENTED in anew.text
    assert "12000 is not in the cited text" in anew.text


def test_a_sentence_written_anew_in_the_words_of_the_text_is_its_quotation(
    assistant: Assistant, scripted_model: ScriptedModel
) -> None:
    says_where(scripted_model)
    scripted_model.enqueue_text(INVENTED)
    scripted_model.enqueue_text(SENTENCE)
    answer = assistant.answer(QUESTION)
    assert [(c.text, c.verdict) for c in answer.claims] == [(SENTENCE, "verbatim")]
    assert scripted_model.calls[-1].kind == "write"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "  ",
        "Hundreds",
        "The text states that.",
        "The text describes hundreds as few.",
        "North Korean soldiers are estimated to be deployed.",
    ],
)
def test_a_draft_that_says_nothing_gives_way_to_the_quotation(
    assistant: Assistant, scripted_model: ScriptedModel, text: str
) -> None:
    says_where(scripted_model)
    scripted_model.enqueue_text(text)
    answer = assistant.answer(QUESTION)
    assert [(c.text, c.verdict) for c in answer.claims] == [(SENTENCE, "verbatim")]
    assert answer.withheld == ()


@pytest.mark.parametrize(
    ("draft", "published"),
    [
        ("U. S. intelligence speaks of hundreds.", "U.S. intelligence speaks of hundreds."),
        ("The text states that hundreds are there.", "Hundreds are there."),
        ("Hundreds are there. And more follow.", "Hundreds are there."),
        ("“Hundreds are there.”", "Hundreds are there."),
        ("She called it a “reckless provocation.”", "She called it a “reckless provocation.”"),
        ('"Yes" and "no" were "heard"', '"Yes" and "no" were "heard"'),
    ],
)
def test_a_draft_is_tidied_before_its_check(draft: str, published: str) -> None:
    assert one_sentence(draft) == published


ASKS_FOR_NAME = "Which North Korean general commands the forces?"


@pytest.mark.parametrize(
    ("question", "draft", "reason"),
    [
        (ASKS_FOR_NAME, "General Kim Jong Il commands them.", "Kim Jong Il"),
        (QUESTION, "The text does not mention how many there are.", "does not give it"),
        (ASKS_FOR_NAME, "The name of the general is not specified.", "does not give it"),
    ],
)
def test_a_model_that_makes_a_name_up_or_finds_none_shows_that_the_sentence_does_not_answer(
    assistant: Assistant, scripted_model: ScriptedModel, question: str, draft: str, reason: str
) -> None:
    says_where(scripted_model)
    scripted_model.enqueue_text(draft)
    events = list(assistant.ask(question))
    (answer,) = [e.answer for e in events if isinstance(e, Answered)]
    assert answer.status == "not_in_documents"
    assert answer.claims == ()
    assert answer.refusal is not None
    assert answer.refusal.kind == "unsupported"
    assert reason in answer.refusal.text
    assert answer.timings.first_sentence_s is None
    (withheld,) = answer.withheld
    assert withheld.text == draft
    assert reason in withheld.reason
    assert [e.withheld for e in events if isinstance(e, SentenceWithheld)] == [withheld]


@pytest.mark.parametrize(("checked", "status"), [(0.9, "answered"), (0.2, "not_in_documents")])
def test_in_doubt_the_check_of_the_draft_decides_and_nothing_is_shown_before(
    seed_library: Library,
    scripted_model: ScriptedModel,
    prompts: Prompts,
    checked: float,
    status: str,
) -> None:
    calibration = Calibration(support=0.5, answerable=0.95, doubtful=0.5, calibrated=True)
    assistant = Assistant(seed_library, scripted_model, prompts, calibration=calibration)
    scripted_model.enqueue_choice("yes", 0.8)
    scripted_model.enqueue_text(PROSE)
    for _ in range(2):  # each check asks twice
        scripted_model.enqueue_choice("yes", checked)
    events = list(assistant.ask(QUESTION))
    (answer,) = [e.answer for e in events if isinstance(e, Answered)]
    assert answer.status == status
    assert not [e for e in events if isinstance(e, ClaimChecked) and e.provisional]
    assert [c.verdict for c in answer.claims] == (["verified"] if status == "answered" else [])
    assert (answer.timings.first_sentence_s is None) == (status != "answered")
    assert len(answer.withheld) == (status != "answered")


def test_in_doubt_a_draft_in_the_words_of_the_sentence_needs_no_check(
    seed_library: Library, scripted_model: ScriptedModel, prompts: Prompts
) -> None:
    calibration = Calibration(support=0.5, answerable=0.95, doubtful=0.5, calibrated=True)
    assistant = Assistant(seed_library, scripted_model, prompts, calibration=calibration)
    scripted_model.enqueue_choice("yes", 0.8)
    scripted_model.enqueue_text(SENTENCE)
    answer = assistant.answer(QUESTION)
    assert [(c.text, c.verdict) for c in answer.claims] == [(SENTENCE, "verbatim")]


def test_a_draft_cut_short_is_never_published(
    assistant: Assistant, scripted_model: ScriptedModel
) -> None:
    says_where(scripted_model)
    scripted_model.enqueue_text("The number of North Korean forces is", finished=False)
    assert assistant.answer(QUESTION).claims[0].verdict == "verbatim"


def test_the_documents_not_saying_is_a_refusal_with_passages_and_no_claims(
    assistant: Assistant, scripted_model: ScriptedModel
) -> None:
    scripted_model.chooser = lambda call: "no"
    scripted_model.writer = lambda call: "none"
    answer = assistant.answer("How many tanks did North Korea send?")
    assert answer.status == "not_in_documents"
    assert answer.claims == ()
    assert answer.text == ""
    assert answer.evidence
    assert [call.kind for call in scripted_model.calls] == ["choose", "write"]


def test_in_doubt_the_better_of_the_nearest_and_of_what_an_answer_points_at_is_taken(
    over: Callable[..., Assistant], scripted_model: ScriptedModel
) -> None:
    near = "The ferry broke down off Kirk Point, and the ferry was late."
    right = "A tug named Bram, from the yard at Sund, towed it in before dawn."

    def choose(call: Call) -> Choice:
        return choice(
            "yes",
            0.5 if near in call.text and right not in call.text else 0.9,
            options=call.options,
        )

    scripted_model.chooser = choose
    scripted_model.enqueue_text("The tug Bram towed it in before dawn.")
    scripted_model.enqueue_text("The tug Bram towed it in.")
    assistant = over(f"{near} The mayor came. {right} The crew slept. Nobody was hurt.")
    answer = assistant.answer("Which vessel rescued the ferry?")
    assert "Bram" in answer.text
    assert any(right in citation.quote for citation in answer.claims[0].citations)


def test_a_false_premise_is_named(assistant: Assistant, scripted_model: ScriptedModel) -> None:
    scripted_model.chooser = lambda call: "no"
    scripted_model.writer = lambda call: "none"
    answer = assistant.answer("When did South Korea send troops?")
    assert (answer.status, answer.premise) == ("not_in_documents", "South Korea")


def test_an_answer_in_words_of_its_own_is_replaced_by_the_quotation(
    assistant: Assistant, scripted_model: ScriptedModel
) -> None:
    says_where(scripted_model)
    for _ in range(2):
        scripted_model.enqueue_text("There would be a significant and lasting impact.")
    answer = assistant.answer(QUESTION)
    assert [claim.verdict for claim in answer.claims] == ["verbatim"]
    (withheld,) = answer.withheld
    assert "significant, lasting, impact" in withheld.reason


def test_a_premise_that_the_nearest_sentence_contradicts_is_a_refusal_that_says_so(
    assistant: Assistant, scripted_model: ScriptedModel
) -> None:
    says_where(scripted_model)
    answer = assistant.answer("How many North Korean soldiers are not estimated to be deployed?")
    assert answer.status == "not_in_documents"
    (withheld,) = answer.withheld
    assert "North Korean forces" in withheld.text
    assert withheld.reason == "the question denies what this sentence does not deny"
    assert not any(call.kind == "write" for call in scripted_model.calls)


@pytest.mark.parametrize("kind", ["choose", "write"])
def test_a_model_failure_is_an_error_and_never_a_refusal(
    assistant: Assistant, scripted_model: ScriptedModel, kind: str
) -> None:
    says_where(scripted_model)
    scripted_model.enqueue_error(kind)
    with pytest.raises(ModelError):
        assistant.answer(QUESTION)


@pytest.mark.parametrize("question", ["", "  \n\t", "\x00", "w" * (LONGEST + 1)])
def test_a_bad_question_is_one_clear_line(assistant: Assistant, question: str) -> None:
    with pytest.raises(InputError) as caught:
        assistant.answer(question)
    assert "\n" not in str(caught.value)
    assert caught.value.hint


def test_an_empty_library_is_a_mistake_and_no_refusal(
    library: Library, scripted_model: ScriptedModel, prompts: Prompts
) -> None:
    with pytest.raises(InputError, match="library is empty"):
        Assistant(library, scripted_model, prompts).answer(QUESTION)
    assert scripted_model.calls == []


def test_no_document_chosen_is_a_mistake_and_no_refusal(
    assistant: Assistant, scripted_model: ScriptedModel
) -> None:
    with pytest.raises(InputError, match="No document is chosen"):
        assistant.answer(QUESTION, documents=[])
    assert scripted_model.calls == []


def test_a_model_chosen_meanwhile_answers_the_next_question_only(
    assistant: Assistant, scripted_model: ScriptedModel
) -> None:
    says_where(scripted_model)
    scripted_model.enqueue_text(PROSE)
    other = ScriptedModel()
    for event in assistant.ask(QUESTION):
        assistant.model = other
        if isinstance(event, Answered):
            assert event.answer.text == PROSE
    assert other.calls == []


def test_the_same_question_is_answered_from_memory_until_the_library_changes(
    assistant: Assistant, scripted_model: ScriptedModel, tmp_path: Path
) -> None:
    says_where(scripted_model)
    scripted_model.enqueue_text(PROSE)
    first = assistant.answer(QUESTION)
    asked = len(scripted_model.calls)
    again = assistant.answer(QUESTION)
    assert again.claims == first.claims
    assert len(scripted_model.calls) == asked
    more = tmp_path / "more.txt"
    more.write_text("Something else entirely happened at sea.", encoding="utf-8")
    assert [r.status for r in assistant.library.add(more)] == ["added"]
    scripted_model.enqueue_text(PROSE)
    assistant.answer(QUESTION)
    assert len(scripted_model.calls) > asked


def test_a_stopped_answer_publishes_nothing_more(
    assistant: Assistant, scripted_model: ScriptedModel
) -> None:
    says_where(scripted_model)
    stop = []
    events = assistant.ask(QUESTION, cancelled=lambda: bool(stop))
    while not isinstance(next(events), EvidenceFound):
        pass
    stop.append(True)
    with pytest.raises(CancelledError):
        list(events)
    assert scripted_model.calls == []


def test_only_the_chosen_documents_are_asked(
    assistant: Assistant, scripted_model: ScriptedModel, tmp_path: Path
) -> None:
    scripted_model.chooser = lambda call: "no"
    scripted_model.writer = lambda call: "none"
    other = tmp_path / "other.txt"
    other.write_text("The harvest was good. Apples were cheap.", encoding="utf-8")
    (added,) = assistant.library.add(other)
    answer = assistant.answer(QUESTION, documents=[str(added.document_id)])
    assert {e.passage.span.document_id for e in answer.evidence} == {added.document_id}


def test_a_follow_up_is_made_standalone_and_earlier_answers_are_no_evidence(
    assistant: Assistant, scripted_model: ScriptedModel
) -> None:
    scripted_model.chooser = lambda call: "no"
    scripted_model.enqueue_text("What did Kim Jong-un hope to secure?")
    scripted_model.enqueue_text("none")
    history = [
        Turn(role="user", content="Who is Kim Jong-un?"),
        Turn(role="assistant", content="Kim Jong-un collects purple umbrellas."),
    ]
    answer = assistant.answer("What did he hope to secure?", history=history)
    assert answer.standalone_question == "What did Kim Jong-un hope to secure?"
    judged = scripted_model.calls[1:]
    assert [call.kind for call in judged] == ["choose", "write"]
    assert not any("umbrellas" in call.text for call in judged)


def test_a_langchain_callback_sees_the_chain(
    assistant: Assistant, scripted_model: ScriptedModel
) -> None:
    from langchain_core.callbacks import BaseCallbackHandler

    names: list[str] = []

    class Watch(BaseCallbackHandler):
        def on_chain_start(self, serialized, inputs, **kwargs):  # type: ignore[no-untyped-def]
            names.append(kwargs.get("name", ""))

    scripted_model.chooser = lambda call: "no"
    scripted_model.writer = lambda call: "none"
    list(assistant.ask(QUESTION, config={"callbacks": [Watch()]}))
    steps = ["understand", "retrieve", "judge", "draft", "verify", "conclude"]
    assert [name for name in names if name in steps] == steps


def test_a_trace_holds_every_step(
    assistant: Assistant, scripted_model: ScriptedModel, tmp_path: Path
) -> None:
    says_where(scripted_model)
    scripted_model.enqueue_text(PROSE)
    path = tmp_path / "trace.jsonl"
    assistant.answer(QUESTION, trace=file_trace(path))
    steps = [json.loads(line)["step"] for line in path.read_text(encoding="utf-8").splitlines()]
    assert steps == ["understand", "retrieve", "judge", "draft", "verify"]


def test_a_name_the_sentence_only_points_to_brings_in_the_sentence_before(
    over: Callable[..., Assistant], scripted_model: ScriptedModel
) -> None:
    text = "Ada Lovelace met Charles Babbage in 1833. She wrote the first program in 1843."
    scripted_model.chooser = lambda call: (
        "yes" if "state the answer" not in call.text or "first program in" in call.text else "no"
    )
    scripted_model.enqueue_text("Ada Lovelace wrote the first program in 1843.")
    answer = over(text).answer("When did she write the first program?")
    (claim,) = answer.claims
    assert claim.verdict == "verified"
    assert [c.quote for c in claim.citations] == [text]


@pytest.mark.parametrize("supported", [True, False])
def test_a_draft_from_the_sentence_before_cites_that_sentence_if_it_is_supported_else_both_stand(
    over: Callable[..., Assistant], scripted_model: ScriptedModel, supported: bool
) -> None:
    eats = "The cell eats what it meets as a means of acquiring nutrients."
    oldest = "Eating is the oldest defence of a cell."

    def choose(call: Call) -> str:
        checks = "supports a claim" in call.text
        return "yes" if (supported if checks else oldest in call.text) else "no"

    scripted_model.chooser = choose
    for _ in range(2):  # a draft, and the same written anew
        scripted_model.enqueue_text("Eating is a means of acquiring nutrients.")
    both = f"{eats} {oldest}"
    (claim,) = over(both).answer("What is eating a means of?").claims
    assert claim.verdict == ("verified" if supported else "verbatim")
    assert [c.quote for c in claim.citations] == [eats if supported else both]
    assert supported or claim.text == both


def test_the_text_s_own_name_is_used_for_the_question_s(
    over: Callable[..., Assistant], scripted_model: ScriptedModel
) -> None:
    assistant = over("The help for Ukraine is meant to counter new troops.")
    scripted_model.chooser = lambda call: "yes"
    scripted_model.enqueue_text("The help for Kyiv should counter new troops.")
    answer = assistant.answer("What should the help for Kyiv counter?")
    assert [c.text for c in answer.claims] == ["The help for Ukraine should counter new troops."]
    assert answer.withheld == ()


def test_a_quotation_that_opens_with_a_pronoun_cites_the_sentence_before(
    over: Callable[..., Assistant], scripted_model: ScriptedModel
) -> None:
    text = "Ada Lovelace met Charles Babbage in 1833. She wrote the first program in 1843."
    scripted_model.chooser = lambda call: "yes" if "program in 1843." in call.text else "no"
    scripted_model.enqueue_text("")
    (claim,) = over(text).answer("When was the first program written?").claims
    assert (claim.verdict, claim.text) == ("verbatim", "She wrote the first program in 1843.")
    assert [c.quote for c in claim.citations] == [text]


def test_the_json_form_has_exactly_the_keys_of_the_interface(
    assistant: Assistant, scripted_model: ScriptedModel
) -> None:
    says_where(scripted_model)
    scripted_model.enqueue_text(PROSE)
    shape = answer_json(assistant.answer(QUESTION))
    assert set(shape) == {
        "question", "status", "form", "text", "claims", "parts", "missing", "read", "refusal",
        "premise", "clarification", "conflicts", "withheld", "evidence", "answerability",
        "calibrated", "model", "timings",
    }  # fmt: skip
    assert set(shape["claims"][0]) == {"text", "verdict", "support", "citations"}
    assert set(shape["claims"][0]["citations"][0]) == {
        "document_id", "document", "start", "end", "quote",
    }  # fmt: skip
    assert set(shape["evidence"][0]) == {
        "document_id", "document", "start", "end", "quote", "score",
    }  # fmt: skip
    assert set(shape["timings"]) == {
        "first_evidence_s", "first_sentence_s", "total_s", "prompt_tokens", "completion_tokens",
    }  # fmt: skip
    assert shape["text"] == " ".join(claim["text"] for claim in shape["claims"])


def test_what_a_cited_sentence_points_to_is_cited_with_it(
    over: Callable[..., Assistant], scripted_model: ScriptedModel
) -> None:
    """Else "it" would be what the next sentence names, and the check would read it so."""
    text = "The Orla canal was dug in 1874. It is 48 km long. The Brenn canal was dug in 1891.\n"
    says_where(scripted_model, "The Brenn canal was dug in 1891.")
    scripted_model.writer = lambda call: "The Brenn canal is 48 km long."
    answer = over(text).answer("How long is the Brenn canal?")
    checked = [call.text for call in scripted_model.calls if "Claim:" in call.text]
    assert "The Orla canal was dug in 1874. It is 48 km long." in checked[0]
    assert answer.claims[0].citations[0].quote == text.strip()
