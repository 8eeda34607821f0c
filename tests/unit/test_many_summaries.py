"""``summarize --each`` as it is typed, and what ``--ray`` refuses; the model is scripted."""

import json
import pickle
import sys
from pathlib import Path

import pytest

from assistant import cli
from assistant.errors import ModelError
from assistant.many_summaries import Wanted, Wish, _kept, _made
from assistant.runtime import open_assistant, open_library
from assistant.settings import Settings
from index.crew import Lost
from tests.fakes import HashEmbedder
from tests.scripted import Call, ScriptedModel

TEXTS = {
    "ferry.txt": "The ferry sank in May. Nobody was hurt. The council will raise it.",
    "mill.txt": "The mill burnt down in June. It was built in 1810. The owner will rebuild it.",
    "pool.txt": "The pool opens in July. It has three slides. The mayor paid for it.",
}


@pytest.fixture
def model(monkeypatch: pytest.MonkeyPatch) -> ScriptedModel:
    """Finds everything right but the mill, and writes nothing that stands."""

    def writes(call: Call) -> str:
        if "mill burnt" in call.text:
            raise ModelError("The model process died.", "Try again.")
        return "No."

    model = ScriptedModel(chooser=lambda call: call.options[0], writer=writes)
    monkeypatch.setattr("assistant.runtime.open_model", lambda settings: model)
    monkeypatch.setattr("assistant.runtime.EmbedderOnDemand", lambda settings: HashEmbedder())
    monkeypatch.setattr("assistant.cli.go_offline", lambda: None)
    return model


@pytest.fixture
def papers(tmp_path: Path) -> Path:
    folder = tmp_path / "papers"
    folder.mkdir()
    for name, text in TEXTS.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def test_each_document_has_a_summary_and_one_that_fails_holds_up_no_other(
    papers: Path, tmp_path: Path, model: ScriptedModel, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out" / "summaries"
    asked = ["summarize", str(papers), "--each", "--output", str(out)]
    assert cli.main([*asked, "--json"]) == 1
    told = capsys.readouterr()
    rows = json.loads(told.out)
    (failed,) = [row for row in rows if "error" in row]
    made = [row for row in rows if row != failed]
    assert failed["error"] == "The model process died. Try again."
    assert all(len(row["documents"]) == 1 for row in rows)
    cited = {row["headline"]["citations"][0]["document"] for row in made}
    assert cited == {"ferry.txt", "pool.txt"}
    assert "citewell: mill.txt: The model process died." in told.err
    assert sorted(path.name.split(".")[0] for path in out.iterdir()) == ["ferry", "pool"]
    assert cli.main([*asked, "--length", "brief"]) == 1
    said = capsys.readouterr().out.splitlines()
    assert {"ferry.txt", "pool.txt"} == {line for line in said if line.endswith(".txt")}
    assert cli.main(["summarize", "mill.txt", "--each"]) == 3, "where all fail, as the first does"


def test_kept_summaries_are_found_again(
    papers: Path, model: ScriptedModel, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = ["summarize", str(papers / "ferry.txt"), str(papers / "pool.txt"), "--each", "--json"]
    assert cli.main(asked) == 0
    first, calls = json.loads(capsys.readouterr().out), len(model.calls)
    assert cli.main(asked) == 0
    again = json.loads(capsys.readouterr().out)
    assert len(model.calls) == calls
    assert [row | {"timings": None} for row in again] == [row | {"timings": None} for row in first]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["summarize", "--each"], "Nothing to summarize is named."),
        (["summarize", "a.txt", "--each", "--output", "all.pdf"], "Name a folder."),
        (["evaluate", "a.jsonl", "b.jsonl"], "One golden file is evaluated at a time."),
        (["evaluate", "a.jsonl", "--ray", "127.0.0.1:1"], "No Ray cluster answers at 127.0.0.1:1"),
        (["summarize", "--ray", "auto", "local"], "auto and local name two clusters."),
        (["evaluate", "a.jsonl", "--ray", "--ablate"], "Run with --ray first"),
    ],
)
def test_what_cannot_be_is_one_clear_line(
    arguments: list[str], said: str, model: ScriptedModel, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(arguments) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert said in line


@pytest.mark.parametrize("command", ["evaluate", "summarize", "index"])
def test_without_ray_it_says_how_to_install_it(
    command: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "ray", None)
    assert cli.main([command, "a.txt", "--ray"]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert "pip install 'citewell[ray]'" in line


def test_what_a_worker_made_is_kept_here_once_and_its_failure_is_told(
    papers: Path, tmp_path: Path, model: ScriptedModel
) -> None:
    with (
        open_library(Settings()) as here,
        open_library(Settings(library=tmp_path / "there")) as there,
    ):
        for library in (here, there):
            list(library.add(papers))
        worker, assistant = (open_assistant(Settings(), each) for each in (there, here))
        ferry, mill = (here.find(f"{name}.txt").id for name in ("ferry", "mill"))
        made = pickle.loads(pickle.dumps(_made(worker, Wanted(document=ferry, wish=Wish()))))
        assert there.items("summary") == [], "sent once, and not with each that follows"
        assert not assistant.has_summary([ferry])
        assert _kept(here, ferry, made) is None
        assert assistant.has_summary([ferry])
        assert not assistant.has_summary([ferry], length="brief")
        failed = pickle.loads(pickle.dumps(_made(worker, Wanted(document=mill, wish=Wish()))))
        told = _kept(here, mill, failed)
        assert told is not None
        assert (str(told), told.exit_code) == ("The model process died. Try again.", 3)
        assert "died" in str(_kept(here, mill, Lost()))
        assert not assistant.has_summary([mill])
        here.remove(ferry)
        here.delete("summary", here.items("summary")[0][0])
        _kept(here, ferry, made)
        assert here.items("summary") == [], "of a removed document nothing is kept"
