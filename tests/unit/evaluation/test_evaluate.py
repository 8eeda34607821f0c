"""The whole of ``evaluate`` with a scripted model: real library, chain, journal and reports."""

import json
from pathlib import Path
from typing import Any

import pytest
from langchain_core.language_models import FakeListChatModel

from assistant.evaluation.evaluate import evaluate
from assistant.evaluation.golden.cases import GoldenError
from assistant.evaluation.plan import Plan, Surroundings
from assistant.settings import Settings
from index import Library
from index.errors import CitewellError, InputError
from tests.fakes import HashEmbedder
from tests.scripted import Call, ScriptedModel

CORPUS = {
    "pets.txt": "Anna has two cats. Ben has a brown dog. Nobody has a fish.",
    "trees.txt": "The oak is tall. The willow stands by the river. Birches are white.",
}
GOLDEN = [
    {"id": "dog", "question": "Which dog has Ben?", "answers": ["brown dog"], "answerable": True,
     "evidence": [{"document": "pets.txt", "quote": "Ben has a brown dog."}]},
    {"id": "willow", "question": "Where stands the willow?", "answers": ["by the river"],
     "answerable": True,
     "evidence": [{"document": "trees.txt", "quote": "The willow stands by the river."}]},
    {"id": "horse", "question": "Which horse has Carl?", "answers": [], "answerable": False},
]  # fmt: skip


def sensible(call: Call) -> str:
    """Yes to evidence that shares the question's noun; a stand-in for a good model."""
    text = call.text.lower()
    knows = any(word in text for word in ("dog has ben", "willow?")) and "horse" not in text
    wanted = "yes" if knows else "no"
    return wanted if wanted in call.options else call.options[0]


@pytest.fixture(autouse=True)
def deterministic_embedder(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("assistant.runtime", "assistant.evaluation.evaluate"):
        monkeypatch.setattr(f"{module}.EmbedderOnDemand", lambda settings: HashEmbedder())


@pytest.fixture
def plan(tmp_path: Path) -> Plan:
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    for name, text in CORPUS.items():
        (corpus / name).write_text(text, encoding="utf-8")
    return Plan(golden=write_golden(tmp_path, GOLDEN), corpus=corpus, out=tmp_path / "out")


def write_golden(folder: Path, records: list[dict[str, Any]]) -> Path:
    path = folder / "golden.jsonl"
    path.write_text("\n".join(map(json.dumps, records)), encoding="utf-8")
    return path


def model(chooser: Any = sensible) -> ScriptedModel:
    return ScriptedModel(chooser=chooser, writer=lambda call: "")


def around(lent: ScriptedModel, said: list[str] | None = None, **fields: Any) -> Surroundings:
    notify = said.append if said is not None else (lambda message: None)
    return Surroundings(settings=Settings(), model=lent, notify=notify, **fields)  # type: ignore[arg-type]


def replaced(plan: Plan, **fields: Any) -> Plan:
    from dataclasses import replace

    return replace(plan, **fields)


def test_a_run_gives_figures_and_three_reports(plan: Plan) -> None:
    report = evaluate(plan, around(model()))
    assert (report["n"], report["failures"]) == (3, 0)
    assert report["answerable"]["correct"] == 1.0
    assert report["unanswerable"]["refused_rate"] == 1.0
    assert report["citations"]["exact_offsets"] == 1.0
    assert report["citations"]["recall"] == 1.0
    assert report["retrieval"]["recall@10"] == 1.0
    assert report["settings"]["golden"] == "golden.jsonl"
    assert report["model"] == "scripted"
    assert set(report["prompts"]) >= {"stock", "support"}
    assert json.loads((plan.out / "report.json").read_bytes())["n"] == 3
    assert (plan.out / "report.html").exists()
    assert not (Settings().library).exists()


def test_the_same_run_again_asks_nothing(plan: Plan) -> None:
    evaluate(plan, around(model()))
    again = ScriptedModel()
    said: list[str] = []
    report = evaluate(plan, around(again, said))
    assert again.calls == []
    assert report["answerable"]["correct"] == 1.0
    assert report["run"]["asked"] == 0
    assert said == [f"Resuming the run in {plan.out}."]


def test_another_model_starts_afresh(plan: Plan) -> None:
    evaluate(plan, around(model()))
    said: list[str] = []
    other = ScriptedModel("other", chooser=sensible, writer=lambda call: "")
    evaluate(plan, around(other, said))
    assert other.calls
    assert "model" in said[0].partition(" differs in ")[2].partition(":")[0]


def test_wrong_lines_and_wrong_quotes_are_reported_together_before_the_model(
    plan: Plan, tmp_path: Path
) -> None:
    wrong = GOLDEN[0] | {"evidence": [{"document": "pets.txt", "quote": "Ben has a green dog."}]}
    lost = GOLDEN[1] | {"evidence": [{"document": "gone.txt", "quote": "x"}]}
    golden = write_golden(tmp_path, [wrong, lost, GOLDEN[2] | {"answers": ["x"]}])
    lent = ScriptedModel()
    with pytest.raises(GoldenError) as caught:
        evaluate(replaced(plan, golden=golden), around(lent))
    assert [problem.where for problem in caught.value.problems] == ["line 3", "line 1", "line 2"]
    assert "does not occur in pets.txt" in str(caught.value)
    assert not lent.warmed
    assert not plan.out.exists()


def test_squad_is_asked_of_its_own_articles(plan: Plan, tmp_path: Path) -> None:
    context = CORPUS["pets.txt"]
    answer = {"text": "a brown dog", "answer_start": context.index("a brown dog")}
    question = {"id": "1", "question": "Which dog has Ben?", "answers": [answer]}
    article = {"title": "Pets", "paragraphs": [{"context": context, "qas": [question]}]}
    golden = tmp_path / "squad.json"
    golden.write_text(json.dumps({"data": [article]}), encoding="utf-8")
    report = evaluate(replaced(plan, golden=golden, corpus=None), around(model()))
    assert report["answerable"]["correct"] == 1.0
    assert report["cases"][0]["citations"][0][0]["document"] == "Pets.txt"


def test_without_a_corpus_the_library_is_asked_and_left_as_it_is(
    plan: Plan, library: Library
) -> None:
    assert plan.corpus is not None
    list(library.add(plan.corpus))
    revision = library.revision
    report = evaluate(replaced(plan, corpus=None), around(model(), library=library))
    assert report["answerable"]["correct"] == 1.0
    assert library.revision == revision


def test_an_empty_library_without_a_corpus_is_an_error(plan: Plan, library: Library) -> None:
    with pytest.raises(InputError, match="library is empty"):
        evaluate(replaced(plan, corpus=None), around(model(), library=library))


def test_duplicate_documents_count_by_either_name(plan: Plan, tmp_path: Path) -> None:
    assert plan.corpus is not None
    (plan.corpus / "same.txt").write_text(CORPUS["pets.txt"], encoding="utf-8")
    evidence = [{"document": "same.txt", "quote": "Ben has a brown dog."}]
    golden = write_golden(tmp_path, [GOLDEN[0] | {"evidence": evidence}])
    report = evaluate(replaced(plan, golden=golden), around(model()))
    assert report["citations"]["recall"] == 1.0


def test_a_sample_is_asked_in_the_files_order(plan: Plan) -> None:
    report = evaluate(replaced(plan, limit=2, seed=3), around(model()))
    assert report["answerable"]["n"] == report["unanswerable"]["n"] == 1
    assert report["cases"][-1]["id"] == "horse"


def test_a_model_that_always_fails_is_an_error_and_the_rows_are_kept(plan: Plan) -> None:
    def dead(call: Call) -> str:
        raise ConnectionError("no server")

    with pytest.raises(CitewellError, match="Every case of citewell failed") as caught:
        evaluate(plan, around(model(dead)))
    assert caught.value.exit_code == 3
    report = json.loads((plan.out / "report.json").read_bytes())
    assert (report["failures"], report["unanswerable"]["refused_rate"]) == (3, 0.0)


def test_ablation_finds_that_the_citations_are_the_reason(plan: Plan) -> None:
    def reads_the_evidence(call: Call) -> str:
        return "yes" if "brown dog" in call.text or "by the river" in call.text else "no"

    report = evaluate(replaced(plan, ablate=True), around(model(reads_the_evidence)))
    assert report["ablation"]["n"] >= 2
    assert report["ablation"]["changed_share"] == 1.0
    assert "With the cited spans deleted" in (plan.out / "report.md").read_text(encoding="utf-8")


def test_a_line_asks_the_documents_it_names_and_no_others(plan: Plan, tmp_path: Path) -> None:
    dog = {"id": "dog", "question": "Which dog has Ben?", "answers": ["brown dog"]}
    lines = [
        dog | {"id": name, "answerable": True, "documents": [f"{name}.txt"]}
        for name in ("pets", "trees")
    ]
    golden = write_golden(tmp_path, lines)
    report = evaluate(replaced(plan, golden=golden, ablate=True), around(model()))
    pets, trees = report["cases"]
    assert {item["document"] for item in pets["retrieved"]} == {"pets.txt"}
    assert {item["document"] for item in trees["retrieved"]} == {"trees.txt"}
    assert pets["verdict"] == "correct"
    assert report["ablation"]["failures"] == 0


def test_a_document_to_ask_that_the_corpus_has_not_is_told_before_the_model(
    plan: Plan, tmp_path: Path
) -> None:
    golden = write_golden(tmp_path, [GOLDEN[0] | {"documents": ["pets.txt", "gone.txt"]}])
    lent = ScriptedModel()
    with pytest.raises(GoldenError, match=r"no document 'gone.txt' to ask"):
        evaluate(replaced(plan, golden=golden), around(lent))
    assert not lent.warmed


def test_the_stock_chain_is_asked_as_it_is_and_at_length_in_one_folder(plan: Plan) -> None:
    lent = model()
    chat = FakeListChatModel(responses=["A brown dog."])
    lent.model = chat  # type: ignore[attr-defined]
    both = evaluate(replaced(plan, chain="both"), around(lent))
    assert both["stock"]["chain"] == "stock"
    assert both["ratios"]["both_answered"] > 0
    said: list[str] = []
    long = evaluate(replaced(plan, chain="stock-long"), around(lent, said))
    assert said == [f"Resuming the run in {plan.out}."]
    assert (long["chain"], long["run"]["asked"]) == ("stock-long", 3)
    assert long["citations"]["precision"] is None
    again = evaluate(replaced(plan, chain="both"), around(lent))
    assert again["run"]["asked"] == 0
    with pytest.raises(InputError, match="cites nothing"):
        evaluate(replaced(plan, chain="stock-long", ablate=True), around(lent))


def test_a_collection_is_asked_alone(plan: Plan, library: Library, tmp_path: Path) -> None:
    assert plan.corpus is not None
    list(library.add(plan.corpus))
    library.labels.give("collection", "animals", [library.find("pets.txt").id])
    asked = write_golden(tmp_path, [GOLDEN[0], GOLDEN[2]])
    own = replaced(plan, corpus=None, golden=asked, collections=("animals",))
    report = evaluate(own, around(model(), library=library))
    assert report["answerable"]["correct"] == 1.0
    rows = [json.loads(line) for line in (plan.out / "cases.jsonl").read_text().splitlines()]
    found = {each["document"] for row in rows for each in row.get("retrieved", ())}
    assert found == {"pets.txt"}
    with pytest.raises(InputError, match="No tag is called"):
        evaluate(replaced(own, tags=("none",)), around(model(), library=library))
    with pytest.raises(InputError, match="Leave out --collection"):
        evaluate(replaced(own, corpus=plan.corpus), around(model(), library=library))
