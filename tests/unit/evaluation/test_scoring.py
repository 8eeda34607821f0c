"""Figures of single cases and of reports, against values worked out by hand."""

from typing import Any

import pytest

from assistant.evaluation.case_report import verdict
from assistant.evaluation.golden.cases import Fact, GoldQuote
from assistant.evaluation.reports.figures import chain_figures, ratios
from assistant.evaluation.reports.results import CaseScore, CitationScore, Outcome
from assistant.evaluation.scoring import score
from tests.unit.evaluation.builders import DOCUMENTS, SENTENCES, case, failure, quoted, result

PASSAGES = {"d1": [(0, 33), (34, 78)], "d2": [(0, 13)]}


def scored(golden: Any, outcome: Outcome) -> CaseScore:
    return score(golden, outcome, DOCUMENTS, PASSAGES.__getitem__)


def test_a_right_answer() -> None:
    found = scored(case(), result())
    assert (found.correct, found.answered, found.refused, found.failed) == (
        True,
        True,
        False,
        False,
    )
    assert found.f1 == pytest.approx(2 / 4)  # gold: dog; answer: ben has dog
    assert found.token_recall == 1.0
    assert found.words == 4
    assert found.prose is True
    assert found.citations == CitationScore(cited=1, gold=1, both=1)
    assert found.exact_offsets == (1, 1)
    assert found.retrieval is not None
    assert found.retrieval.recall == {1: 1.0, 5: 1.0, 10: 1.0}


def test_a_refusal_is_wrong_for_an_answerable_and_right_for_an_unanswerable_case() -> None:
    wrong = scored(case(), result(text=""))
    assert (wrong.correct, wrong.refused, wrong.f1, wrong.words) == (False, True, 0.0, None)
    assert wrong.citations == CitationScore(cited=0, gold=1, both=0)
    right = scored(case(answers=()), result(text=""))
    assert (right.refused, right.retrieval, right.citations) == (True, None, None)


def test_a_refusals_own_words_are_no_answer() -> None:
    stock = result(
        text="I don't know if Ben has a dog.",
        status="not_in_documents",
        chain="stock",
        verdicts=None,
        citations=None,
    )
    found = scored(case(), stock)
    assert (found.correct, found.f1, found.citations, found.exact_offsets) == (
        False,
        0.0,
        None,
        None,
    )


def test_a_question_back_is_neither_answer_nor_refusal() -> None:
    found = scored(case(answers=()), result(text="", status="needs_clarification"))
    assert (found.answered, found.refused) == (False, False)


def test_a_failure_is_wrong_and_never_a_refusal() -> None:
    found = scored(case(answers=()), failure())
    assert (found.failed, found.refused, found.answered) == (True, False, False)
    assert scored(case(), failure()).citations == CitationScore(cited=0, gold=1, both=0)


def test_a_failure_of_the_stock_chain_has_no_citations_either() -> None:
    assert scored(case(), failure(chain="stock")).citations is None


def test_sentences_count_where_half_of_the_shorter_is_shared() -> None:
    # Anna's whole sentence and the first 8 of the 14 characters of Ben's.
    assert DOCUMENTS.sentences_of([("d1", 0, 27)]) == {("d1", 0), ("d1", 19)}
    # Anna's sentence and 5 of the 14: too few.
    assert DOCUMENTS.sentences_of([("d1", 0, 24)]) == {("d1", 0)}
    # Three characters in the middle of a sentence are all of the shorter text.
    assert DOCUMENTS.sentences_of([("d1", 38, 41)]) == {("d1", 34)}
    assert DOCUMENTS.sentences_of([("d1", *SENTENCES[3])]) == {("d1", 60)}
    assert DOCUMENTS.sentences_of([("gone", 0, 5)]) == set()


def test_citation_precision_and_recall_count_sentences() -> None:
    golden = case(
        evidence=(
            GoldQuote(document="pets.txt", quote="Ben has a dog."),
            GoldQuote(document="pets.txt", quote="The dog is old and brown."),
        )
    )
    cited = result(citations=((quoted(0, 33),), (quoted(19, 33),)))
    assert scored(golden, cited).citations == CitationScore(cited=2, gold=2, both=1)


def test_a_citation_whose_words_are_elsewhere_is_not_exact() -> None:
    moved = result(citations=((quoted(19, 33), quoted(18, 32, quote="Ben has a dog.")),))
    assert scored(case(), moved).exact_offsets == (1, 2)
    unknown = result(citations=((quoted(0, 3, quote="Ann"), quoted(0, 0, quote="")),))
    assert scored(case(), unknown).exact_offsets == (1, 2)


def test_retrieval_by_overlap_with_quotes() -> None:
    late = result(retrieved=(quoted(34, 78), quoted(0, 33)))
    found = scored(case(), late).retrieval
    assert found is not None
    assert found.recall == {1: 0.0, 5: 1.0, 10: 1.0}
    assert found.reciprocal_rank == 0.5
    assert found.ndcg == pytest.approx(0.63093, abs=1e-5)  # 1 / log2(3)


def test_retrieval_without_quotes_goes_by_the_answers_words() -> None:
    found = scored(case(evidence=()), result(retrieved=(quoted(34, 78), quoted(0, 33)))).retrieval
    assert found is not None
    # "dog" is in both of the passages that there are.
    assert found.recall[1] == 1.0
    assert found.ndcg == 1.0


def report_of(*pairs: tuple[Any, Outcome], depth: int = 10) -> dict[str, Any]:
    scores = [scored(golden, outcome) for golden, outcome in pairs]
    return chain_figures(scores, [outcome for _, outcome in pairs], depth=depth)


def test_the_report_has_every_key_of_the_interface() -> None:
    report = report_of((case(), result()), (case("q2", answers=()), result("q2", text="")))
    assert {"n", "failures", "answerability_auroc", "intervals"} < report.keys()
    assert {
        "n", "answered_rate", "correct", "f1", "answer_token_recall", "median_words", "prose_share"
    } < report["answerable"].keys()  # fmt: skip
    assert {"n", "refused_rate"} < report["unanswerable"].keys()
    assert {"recall@1", "recall@5", "recall@10", "mrr"} < report["retrieval"].keys()
    assert report["citations"].keys() == {"precision", "recall", "exact_offsets", "per_claim"}
    assert {"p50", "p95", "first_evidence_p50", "first_sentence_p50"} < report["latency_s"].keys()


def test_rates_by_hand() -> None:
    report = report_of(
        (case("q1"), result("q1")),
        (case("q2"), result("q2", text="Anna has two cats.", citations=((quoted(0, 18),),))),
        (case("q3"), result("q3", text="")),
        (case("q4"), failure("q4")),
        (case("q5", answers=(), kind="absent"), result("q5", text="")),
        (case("q6", answers=()), result("q6")),
        (case("q7", answers=()), failure("q7")),
    )
    assert (report["n"], report["failures"]) == (7, 2)
    assert report["answerable"]["n"] == 4
    assert report["answerable"]["answered_rate"] == 0.5
    assert report["answerable"]["correct"] == 0.25
    assert report["unanswerable"]["refused_rate"] == pytest.approx(1 / 3)
    assert report["unanswerable"]["kinds"] == {"absent": {"n": 1, "refused_rate": 1.0}}
    assert report["citations"]["precision"] == 0.5
    assert report["citations"]["recall"] == 0.25
    assert report["citations"]["per_claim"] == 1.0
    # 0.9, 0.9, 0.1 answerable against 0.1, 0.9: wins 1 + 1, ties 0.5 * (1 + 1 + 1), of 6.
    assert report["answerability_auroc"] == pytest.approx(3.5 / 6)
    low, high = report["intervals"]["answerable.correct"]
    assert 0.0 <= low <= 0.25 <= high <= 1.0


def test_figures_that_a_chain_cannot_have_are_null() -> None:
    stock = result(chain="stock", verdicts=None, citations=None, withheld=None, answerability=None)
    report = report_of((case(), stock), depth=4)
    assert report["citations"] == {
        "precision": None, "recall": None, "exact_offsets": None, "per_claim": None
    }  # fmt: skip
    assert report["answerable"]["prose_share"] is None
    assert report["answerability_auroc"] is None
    assert report["withheld"] is None
    assert report["retrieval"]["recall@1"] == 1.0
    assert report["retrieval"]["recall@5"] is None
    assert report["retrieval"]["recall@10"] is None


def test_ratios_are_of_the_cases_both_answered() -> None:
    quick, slow = result(total_s=2.0, first_sentence_s=1.0), result("q2", text="", total_s=9.0)
    stock = [result(chain="stock", total_s=4.0), result("q2", chain="stock", total_s=100.0)]
    goldens = [case(), case("q2")]
    left = report_of(*zip(goldens, [quick, slow], strict=True))
    right = report_of(*zip(goldens, stock, strict=True))
    found = ratios(left, right, list(zip([quick, slow], stock, strict=True)))
    assert found["both_answered"] == 1
    assert found["total_to_stock_total_p50"] == 0.5
    assert found["first_checked_sentence_to_stock_total_p50"] == 0.25
    assert found["correct_difference"] == -0.5


PETS = (
    Fact(id="dog", any_of=("dog",)),
    Fact(id="cats", any_of=(r"2 cats", r"two\s+cats")),
)


def broad(id: str = "q1", **fields: Any) -> Any:
    """A question without gold answers, which facts judge."""
    return case(id, answers=(), answerable=True, facts=PETS, never=("dogs", "fish"), **fields)


def test_facts_are_looked_for_in_answers_alone() -> None:
    half = scored(broad(), result(text="Ben has a DOG and dogs."))
    assert half.facts == (("dog", True), ("cats", False))
    assert (half.fact_recall, half.never) == (0.5, ("dogs",))
    assert scored(broad(), result(text="Two\ncats, a dog.")).fact_recall == 1.0
    refusal = result(text="No dog.", status="not_in_documents")
    assert (scored(broad(), refusal).fact_recall, scored(broad(), refusal).never) == (0.0, ())
    assert scored(broad(), failure()).fact_recall == 0.0
    assert (scored(case(), result()).fact_recall, scored(case(), result()).never) == (None, None)


def test_without_gold_answers_what_needs_them_is_null_and_the_rest_is_there() -> None:
    report = report_of((broad(), result()), (broad("q2"), result("q2", text="")))
    for name in ("correct", "exact_match", "f1", "answer_token_recall", "rouge_l"):
        assert report["answerable"][name] is None
    assert report["answerable"]["fact_recall"] == 0.25
    assert report["answerable"]["answered_rate"] == 0.5
    assert report["retrieval"]["mrr"] is None
    assert report["selective"]["aurc"] is None


def test_whole_answers_by_hand() -> None:
    both = result(
        text="Ben has a dog. Nobody has a fish.",
        verdicts=("verified", "verbatim"),
        citations=((quoted(19, 33),), (quoted(60, 78), quoted(0, 13, "d2"), quoted(0, 18))),
    )
    report = report_of(
        (broad(), both),
        (broad("q2"), result("q2")),
        (broad("q3"), result("q3", text="")),
        (case("q4", answers=(), never=("dog",)), result("q4")),
    )
    assert report["answerable"]["claims_per_answer"] == 1.5
    assert report["answerable"]["documents_cited"] == 1.5
    assert report["answerable"]["median_words"] == (8 + 4) / 2
    # "fish" in the first answer, "dog" in the one that should have been a refusal.
    assert report["answerable"]["never_said"] == 2
    assert report["answerable"]["fact_recall"] == pytest.approx((0.5 + 0.5 + 0) / 3)
    assert report["citations"]["per_claim"] == 6 / 4
    assert {f"answerable.{name}" for name in (
        "claims_per_answer", "documents_cited", "median_words", "never_said", "fact_recall"
    )} < report["intervals"].keys()  # fmt: skip


def test_a_chain_without_claims_has_no_claims_an_answer() -> None:
    stock = result(chain="stock", verdicts=None, citations=None, withheld=None, answerability=None)
    report = report_of((broad(), stock), depth=4)
    assert report["answerable"]["claims_per_answer"] is None
    assert report["answerable"]["documents_cited"] is None
    assert report["answerable"]["fact_recall"] == 0.5


def test_intervals_are_by_conversation() -> None:
    pairs = [
        (case(f"{n}-{turn}", group=str(n)), result(f"{n}-{turn}", text="" if n < 3 else "a dog"))
        for n in range(10)
        for turn in range(4)
    ]
    alone = [(case(f"{n}-0"), result(f"{n}-0", text="" if n < 3 else "a dog")) for n in range(10)]
    for number, (golden, _) in enumerate(alone):
        assert golden.group == ""
        alone[number] = (case(golden.id, group=golden.id), alone[number][1])
    name = "answerable.correct"
    assert report_of(*pairs)["intervals"][name] == report_of(*alone)["intervals"][name]


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("A dog and two cats.", "correct"),
        ("A dog.", "wrong"),
        ("A dog, two cats, a fish.", "wrong"),
        ("", "refused"),
    ],
)
def test_facts_decide_where_there_is_no_gold_answer(text: str, word: str) -> None:
    assert verdict(scored(broad(), result(text=text))) == word
