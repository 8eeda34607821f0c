"""Commands while the page is open: they go through it, since it holds the library."""

import io
import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest

from assistant import cli
from assistant.exporting import bundle
from index import Library

QUESTION = "How many soldiers are estimated to be deployed?"
Run = Callable[..., tuple[int, str, str]]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("open") / "library"


@pytest.fixture(scope="module")
def page(folder: Path) -> Iterator[str]:
    """The address of a running page that holds the library of ``folder``."""
    command = [sys.executable, "-m", "tests.ui.standin_page", folder]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        yield process.stdout.readline().strip().rstrip("/")
        process.terminate()


@pytest.fixture
def run(page: str, folder: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs a command while the page is open."""

    def run(*arguments: str | Path) -> tuple[int, str, str]:
        code = cli.main([str(argument) for argument in (*arguments, "--library", folder)])
        written = capsys.readouterr()
        return code, written.out, written.err

    return run


def test_documents_and_their_text(run: Run, seed_path: Path) -> None:
    code, out, _ = run("documents", "--json")
    assert code == 0
    (info,) = json.loads(out)
    assert info["name"] == seed_path.name
    assert run("documents", "--text", info["id"])[1] == seed_path.read_text(encoding="utf-8")


def test_marks_are_taken_from_the_page(run: Run, tmp_path: Path) -> None:
    code, _, err = run("golden", "export", "--out", tmp_path / "mine.jsonl")
    assert code == 2
    assert "No answer in this library has been marked." in err


def test_search(run: Run, seed_path: Path) -> None:
    code, out, _ = run("search", QUESTION, "--json")
    assert code == 0
    text = seed_path.read_text(encoding="utf-8")
    for evidence in json.loads(out)["evidence"]:
        assert text[evidence["start"] : evidence["end"]] == evidence["quote"]


def test_ask(run: Run, seed_path: Path) -> None:
    code, out, _ = run("ask", QUESTION, "--json", "--document", seed_path.name)
    answer = json.loads(out)
    assert code == 0
    assert answer["status"] == "answered"
    assert answer["question"] == QUESTION
    assert "Sources" in run("ask", QUESTION)[1]


def test_a_trace_needs_the_library_itself(run: Run, page: str, tmp_path: Path) -> None:
    code, out, err = run("ask", QUESTION, "--trace", tmp_path / "trace")
    assert (code, out) == (2, "")
    assert page in err


def test_a_dead_model_is_a_failure_here_too(run: Run) -> None:
    told = (3, "", "citewell: The model process died.\n")
    assert run("ask", "Why did it crash?", "--json") == told


def test_add_and_remove(run: Run, tmp_path: Path) -> None:
    (tmp_path / "note.txt").write_text("The bridge was closed in May.", encoding="utf-8")
    assert run("index", tmp_path / "note.txt")[0] == 0
    assert len(json.loads(run("documents", "--json")[1])) == 2
    assert run("remove", "note.txt")[0] == 0
    assert len(json.loads(run("documents", "--json")[1])) == 1


def test_the_page_keeps_folders_in_step(run: Run, tmp_path: Path) -> None:
    """The stand-in page has nobody who does so by itself: each step is asked of it."""
    (tmp_path / "note.txt").write_text("The bridge was closed in June.", encoding="utf-8")
    code, out, _ = run("watch", tmp_path, "--once", "--gone", "remove")
    assert (code, "added:" in out) == (0, True)
    state = json.loads(run("watch", "--status", "--json")[1])
    assert [(each["path"], each["gone"]) for each in state["folders"]] == [
        (str(tmp_path), "remove")
    ]
    (tmp_path / "note.txt").rename(tmp_path / "other.txt")
    out = run("watch", "--once")[1]
    assert out == f"renamed: {tmp_path / 'other.txt'} (was {tmp_path / 'note.txt'})\n"
    assert "other.txt" in run("documents")[1]
    assert run("watch", tmp_path, "--stop")[0] == 0
    assert run("watch", tmp_path, "--stop")[0] == 2
    assert run("remove", "other.txt")[0] == 0


def test_collections_and_tags_are_kept_by_the_page(run: Run, seed_path: Path) -> None:
    assert run("tag", "korea", seed_path.name)[:2] == (0, "korea  (1 document)\n")
    assert run("collect", "all", seed_path.name)[0] == 0
    assert json.loads(run("search", QUESTION, "--json", "--tag", "korea")[1])["evidence"]
    code, out, _ = run("ask", QUESTION, "--json", "--tag", "korea", "--collection", "all")
    assert (code, json.loads(out)["status"]) == (0, "answered")
    assert [each["name"] for each in json.loads(run("tag", "--json")[1])] == ["korea"]
    assert len(json.loads(run("documents", "--json", "--tag", "korea")[1])) == 1
    code, out, err = run("search", QUESTION, "--tag", "none")
    assert (code, out) == (2, "")
    assert "There are: korea." in err
    for kind, name in (("tag", "korea"), ("collect", "all")):
        assert "no more" in run(kind, name, "--out")[1]


def test_the_users_mistake_is_told_as_such(run: Run, tmp_path: Path) -> None:
    (tmp_path / "empty.txt").touch()
    code, out, err = run("index", tmp_path / "empty.txt")
    assert (code, out) == (2, "")
    assert "empty.txt" in err
    assert len(err.splitlines()) == 1


def test_a_page_that_died_without_a_word(seed_library: Library) -> None:
    """The note of an address that does not answer: the lock is held, so the library is busy."""
    seed_library.announce("http://127.0.0.1:9")
    assert cli.main(["documents"]) == 2


def called(page: str, endpoint: str, values: list[Any]) -> tuple[bool, Any]:
    """Whether a call of the HTTP API succeeds, as a program makes it, and what comes of it."""
    call = f"{page}/gradio_api/call/{endpoint}"
    with httpx2.Client(trust_env=False, timeout=60) as client:
        event = client.post(call, json={"data": values}).json()["event_id"]
        told = client.get(f"{call}/{event}").text.splitlines()
    end = next(n for n, line in enumerate(told) if line in ("event: complete", "event: error"))
    said = json.loads(told[end + 1].removeprefix("data: "))
    return told[end] == "event: complete", said


def test_callers_of_before_go_on(page: str, seed_path: Path, tmp_path: Path) -> None:
    """As many values as 0.1.0 took, endpoint by endpoint: Gradio fails where there are fewer."""
    seed, note = seed_path.name, tmp_path / "note.txt"
    note.write_text("The bridge was closed in July.", encoding="utf-8")
    calls: list[tuple[str, list[Any]]] = [
        ("ask", [QUESTION, None]),
        ("converse", [QUESTION, [seed], [], "", False]),
        ("search", [QUESTION, None, 3]),
        ("summarize", [[seed], "brief", "", ""]),
        ("documents", []),
        ("marks", []),
        *((each, [seed]) for each in ("text", "sentences", "headings")),
        ("add", [str(note)]),
        ("remove", ["note.txt"]),
    ]
    assert [(endpoint, called(page, endpoint, values)[0]) for endpoint, values in calls] == [
        (endpoint, True) for endpoint, _ in calls
    ]


def test_collections_and_tags_are_named_among_documents(
    page: str, seed_path: Path, tmp_path: Path
) -> None:
    """Where a document is called so, and no tag is, the document is meant, as before."""
    sharp = tmp_path / "#bridge"
    sharp.mkdir()
    (sharp / "#bridge.txt").write_text("The bridge was closed in August.", encoding="utf-8")
    assert called(page, "add", [str(sharp / "#bridge.txt")])[0]
    called(page, "label", ["collection", "war", [seed_path.name], False])
    called(page, "label", ["tag", "roads", ["#bridge.txt"], False])

    def found(*named: str) -> set[str] | str:
        done, said = called(page, "search", ["What was closed?", list(named), 9])
        return {each["document"] for each in said[0]} if done else str(said)

    assert found("@war") == {seed_path.name}
    assert found("#roads") == found("#bridge.txt") == {"#bridge.txt"}
    assert found("@war", seed_path.name) == {seed_path.name}
    assert "all that is named" in found("@war", "#roads")
    assert "There are: war." in found("@peace")
    assert called(page, "converse", [QUESTION, ["@war"], [], "", False])[0]
    assert called(page, "summarize", [["@war"], "brief", "", ""])[0]
    called(page, "label", ["tag", "bridge.txt", [seed_path.name], False])
    assert found("#bridge.txt") == {seed_path.name}
    assert called(page, "remove", ["#bridge.txt"])[0]
    for kind, name in (("collection", "war"), ("tag", "bridge.txt")):
        assert called(page, "label", [kind, name, [], True])[0]


def test_another_site_cannot_use_the_page(page: str) -> None:
    """The real server: a form of another site, and a name that was made to lead here."""
    call, body = f"{page}/gradio_api/call/documents", {"data": []}
    with httpx2.Client(trust_env=False, timeout=60) as client:
        assert client.post(call, json=body).status_code == 200
        assert client.post(call, json=body, headers={"Origin": page}).status_code == 200
        for headers in ({"Origin": "https://evil.example"}, {"Origin": "null"}):
            assert client.post(call, json=body, headers=headers).status_code == 403
        renamed = client.post(call, json=body, headers={"Host": "evil.example"})
        assert renamed.status_code == 421
        alive = client.get(f"{page}/health")
    assert alive.json() == {"status": "ok"}
    assert len(alive.headers["x-request-id"]) == 12


def test_days_and_types_are_known_to_the_page(run: Run, seed_path: Path) -> None:
    assert "2019-05 as you say" in run("date", seed_path.name, "2019-05")[1]
    narrowed = ("--until", "2019", "--type", "text")
    assert json.loads(run("search", QUESTION, "--json", *narrowed)[1])["evidence"]
    assert json.loads(run("ask", QUESTION, "--json", *narrowed)[1])["status"] == "answered"
    assert len(json.loads(run("documents", "--json", *narrowed)[1])) == 1
    assert "No document is of these days" in run("ask", QUESTION, "--since", "2020")[2]
    assert "as you say" not in run("date", seed_path.name, "--own")[1]


def test_each_document_is_summarized_by_the_page(run: Run, seed_path: Path) -> None:
    code, out, _ = run("summarize", "--type", "text", "--each", "--length", "brief", "--json")
    (summary,) = json.loads(out)
    assert (code, len(summary["documents"])) == (0, 1)
    assert seed_path.name in run("summarize", seed_path.name, "--each", "--length", "brief")[1]
    code, _, err = run("summarize", seed_path.name, "--ray")
    assert code == 2
    assert "--ray needs the library itself" in err


def test_a_conversation_goes_on_through_the_page(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(2):
        monkeypatch.setattr("sys.stdin", io.StringIO(f"{QUESTION}\n"))
        code, out, _ = run("chat", "--last")
        assert (code, "in the hundreds" in out) == (0, True)
    (known,) = json.loads(run("conversations", "list", "--json", "--search", "hundreds")[1])
    assert known["questions"] == 2
    path = tmp_path / "talk.citewell.zip"
    assert run("conversations", "export", known["id"], path)[0] == 0
    assert bundle.verify(path) == []
    assert "No conversation is called" in run("conversations", "export", "nowhere", path)[2]
