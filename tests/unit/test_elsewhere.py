"""What is lent to a worker, and what it opens of it."""

import dataclasses
import tempfile
from pathlib import Path

import pytest
from filelock import FileLock

from assistant.elsewhere import Lent, borrowed, lend, refuse_difference
from assistant.evaluation.corpus import Corpus
from assistant.evaluation.plan import Plan, Surroundings
from assistant.evaluation.reports.results import CaseFailure
from assistant.evaluation.runner import Waiting
from assistant.evaluation.spread import LOST, Workers, spread
from assistant.settings import Settings
from index import Library
from index.crew import Lost
from index.engines import Address
from index.errors import InputError
from tests.fakes import HashEmbedder
from tests.scripted import ScriptedModel
from tests.unit.evaluation.builders import case

QUESTION = "How many soldiers are deployed?"


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder for what does not last."""
    (tmp_path / "tmp").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "tmp"))
    monkeypatch.setattr("assistant.runtime.EmbedderOnDemand", lambda settings: HashEmbedder())
    monkeypatch.setattr("assistant.elsewhere.go_offline", lambda: None)
    return tmp_path / "tmp"


@pytest.fixture
def lent(seed_library: Library, scripted_model: ScriptedModel) -> tuple[Lent, bytes]:
    seed_library.put("chat", "1", {"title": "a secret"})
    (seed_library.folder / "calibrations.json").write_text("{}", encoding="utf-8")
    return lend(Settings(), seed_library, scripted_model)  # type: ignore[arg-type]


def test_a_copy_finds_what_the_library_finds_and_has_no_conversations(
    lent: tuple[Lent, bytes], seed_library: Library, here: Path
) -> None:
    with borrowed(*lent) as (settings, copy):
        assert copy.search(QUESTION) == seed_library.search(QUESTION)
        assert copy.documents() == seed_library.documents()
        assert copy.check() == []
        assert copy.items("chat") == []
        assert (settings.library / "calibrations.json").read_text(encoding="utf-8") == "{}"
    assert list(here.iterdir()) == []
    assert b"a secret" not in lent[1]


def test_the_folder_of_a_worker_that_is_no_more_goes_and_that_of_another_stays(
    lent: tuple[Lent, bytes], here: Path
) -> None:
    for name in ("citewell-worker-dead", "citewell-worker-alive"):
        (here / name).mkdir()
        (here / f"{name}.lock").touch()
    with FileLock(here / "citewell-worker-alive.lock"), borrowed(*lent):
        assert not (here / "citewell-worker-dead").exists()
    assert {path.name for path in here.iterdir()} == {
        "citewell-worker-alive",
        "citewell-worker-alive.lock",
    }


def test_a_machine_where_anything_differs_is_refused(
    lent: tuple[Lent, bytes], scripted_model: ScriptedModel
) -> None:
    with borrowed(*lent) as (settings, _):
        refuse_difference(lent[0], settings, scripted_model)  # type: ignore[arg-type]
        older = {**lent[0].fingerprint, "code": "another"}
        with pytest.raises(InputError, match="differs in code from"):
            refuse_difference(
                dataclasses.replace(lent[0], fingerprint=older),
                settings,
                scripted_model,  # type: ignore[arg-type]
            )


def test_the_evaluation_of_a_record_in_a_database_is_refused(
    seed_library: Library, scripted_model: ScriptedModel, tmp_path: Path
) -> None:
    seed_library._place = Address(url="postgresql://h/d")
    corpus = Corpus(library=seed_library, ids={})
    plan = Plan(golden=tmp_path / "golden", out=tmp_path / "out")
    around = Surroundings(settings=Settings())
    with (
        pytest.raises(InputError, match="Give the documents with --corpus"),
        spread("local", plan, corpus, scripted_model, around),  # type: ignore[arg-type]
    ):
        pass


def test_a_case_whose_workers_died_is_a_failure_of_each_chain_and_no_refusal(
    seed_library: Library, scripted_model: ScriptedModel, tmp_path: Path
) -> None:
    class Dying:
        def done(self, jobs: object, stop: object) -> list[tuple[int, Lost]]:
            return [(0, Lost())]

    corpus = Corpus(library=seed_library, ids={})
    plan = Plan(golden=tmp_path / "golden", out=tmp_path / "out")
    around = Surroundings(settings=Settings())
    with spread("local", plan, corpus, scripted_model, around) as workers:  # type: ignore[arg-type]
        assert isinstance(workers, Workers)
        assert list(workers.answers([])) == [], "nothing to ask: no cluster is joined"
        workers._crew = Dying()  # type: ignore[assignment]
        first, second = workers.answers([Waiting(case=case(), chains=("citewell", "stock"))])
    assert isinstance(first, CaseFailure)
    assert (first.error, first.chain, second.chain) == (LOST, "citewell", "stock")
