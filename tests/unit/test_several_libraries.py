"""Asking several libraries on the command line: which are asked, what is said of them, refusals."""

import io
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from assistant import cli
from assistant.errors import SettingsError
from assistant.exporting import bundle
from assistant.groups import folders_of, read_groups
from assistant.json_forms import answer_from_json, answer_json, evidence_from_json, evidence_json
from index import Library
from index.errors import InputError
from tests.chroma import chroma
from tests.fakes import HashEmbedder
from tests.scripted import Call, ScriptedModel

Run = Callable[..., tuple[int, str, str]]
BRIDGE = "The Lune bridge is open in winter."
HARBOUR = "The Lune harbour is closed in winter."
QUESTION = "Which parts of the Lune are open or closed in winter?"


@pytest.fixture
def bare(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Run:
    """Runs a command in this process, in a folder without libraries."""
    model = ScriptedModel(chooser=lambda call: "yes", writer=said)
    monkeypatch.setattr("assistant.runtime.EmbedderOnDemand", lambda settings: HashEmbedder())
    monkeypatch.setattr("assistant.runtime.open_model", lambda settings: model)
    monkeypatch.setattr("assistant.cli.go_offline", lambda: None)
    monkeypatch.setenv("CITEWELL_EMBEDDING", HashEmbedder().name)
    monkeypatch.chdir(tmp_path)

    def run(*arguments: str | Path, typed: tuple[str, ...] = ()) -> tuple[int, str, str]:
        monkeypatch.setattr("sys.stdin", io.StringIO("".join(f"{line}\n" for line in typed)))
        code = cli.main([str(argument) for argument in arguments])
        written = capsys.readouterr()
        return code, written.out, written.err

    return run


@pytest.fixture
def run(bare: Run) -> Run:
    """The same where there are the libraries ``roads`` and ``ports``."""
    fill(bare)
    return bare


def fill(run: Run) -> None:
    for name, text in (("roads", BRIDGE), ("ports", HARBOUR)):
        Path(f"{name}.txt").write_text(text, encoding="utf-8")
        assert run("index", f"{name}.txt", "--library", name)[0] == 0


def said(call: Call) -> str:
    """What a model would write that has read the passages: both sentences, if both are there."""
    return " ".join(each for each in (BRIDGE, HARBOUR) if each in call.text) or BRIDGE


BOTH = ("--library", "roads", "--library", "ports")


def test_evidence_of_several_says_its_library(run: Run) -> None:
    code, out, _ = run("search", QUESTION, *BOTH, "--json")
    assert code == 0
    found = json.loads(out)["evidence"]
    assert {each["library"]: each["quote"] for each in found} == {"roads": BRIDGE, "ports": HARBOUR}
    assert evidence_json(evidence_from_json(found)) == found
    printed = run("search", QUESTION, *BOTH)[1]
    assert "roads.txt, in roads 0-34" in printed
    assert "ports.txt, in ports 0-37" in printed
    before = run("--library", "roads", "--library", "ports", "search", QUESTION, "--json")
    assert before[1] == out


def test_an_answer_cites_from_two_libraries(run: Run, tmp_path: Path) -> None:
    code, out, _ = run("ask", QUESTION, *BOTH, "--json", "--exhaustive")
    assert code == 0
    told = json.loads(out)
    cited = [each for claim in told["claims"] for each in claim["citations"]]
    assert {each["library"] for each in cited} == {"roads", "ports"}
    for each in cited:
        text = (tmp_path / f"{each['library']}.txt").read_text(encoding="utf-8")
        assert text[each["start"] : each["end"]] == each["quote"]
    assert answer_json(answer_from_json(told)) == told
    printed = run("ask", QUESTION, *BOTH, "--exhaustive")[1].partition("Sources")[2]
    assert "roads.txt, in roads 0-34" in printed
    assert "ports.txt, in ports 0-37" in printed


def test_one_library_is_told_as_before(run: Run) -> None:
    for command in ("search", "ask"):
        alone = json.loads(run(command, QUESTION, "--library", "roads", "--json")[1])
        twice = run(command, QUESTION, "--library", "roads", "--library", "./roads", "--json")[1]
        told = json.loads(twice)
        if command == "ask":
            assert told.pop("timings").keys() == alone.pop("timings").keys()
        assert told == alone
        assert '"library"' not in twice
    assert "in roads" not in run("ask", QUESTION, "--library", "roads")[1]


def test_a_group_is_asked_by_its_name(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    Path("groups.txt").write_text("[town]\nroads\nports\n", encoding="utf-8")
    monkeypatch.setenv("CITEWELL_LIBRARIES", "groups.txt")
    by_name = run("search", QUESTION, "--library", "group:town", "--json")
    assert by_name == run("search", QUESTION, *BOTH, "--json")
    code, out, err = run("search", QUESTION, "--library", "group:city")
    assert (code, out) == (2, "")
    assert err.strip() == "citewell: No group in groups.txt is called “city”. There are: town."
    monkeypatch.delenv("CITEWELL_LIBRARIES")
    code, _, err = run("search", QUESTION, "--library", "group:town")
    assert code == 2
    assert "Set CITEWELL_LIBRARIES" in err


@pytest.mark.parametrize(
    "command",
    [
        ["index", "roads.txt"],
        ["remove", "roads.txt"],
        ["tag", "river", "roads.txt"],
        ["date", "roads.txt", "2024"],
        ["watch", "--status"],
        ["reread"],
        ["doctor", "--repair"],
        ["documents"],
        ["conversations", "list"],
        ["backup", "all.zip"],
        ["move", "--to", "postgresql://nowhere/none"],
    ],
)
def test_what_takes_one_library_refuses_several(bare: Run, command: list[str]) -> None:
    code, out, err = bare(*command, *BOTH)
    assert (code, out) == (2, "")
    (line,) = err.splitlines()
    assert "takes one library, and 2 are named" in line
    assert not list(Path().iterdir())


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["chat", "--last"], "A kept conversation is one library's"),
        (["search", "lune", "--library", "nowhere"], "There is no library in nowhere."),
        (["summarize", "new.txt"], "No document is called “new.txt”."),
        (["search", "lune", "--tag", "none"], "No tag is called “none” in any of these libraries."),
    ],
)
def test_mistakes_end_in_one_line(run: Run, arguments: list[str], told: str) -> None:
    Path("new.txt").write_text("Not in a library.", encoding="utf-8")
    code, out, err = run(*arguments, *BOTH)
    assert (code, out) == (2, "")
    assert told in err.splitlines()[-1]
    assert not Path("nowhere").exists()


def test_differing_embedding_models_are_refused(run: Run, tmp_path: Path) -> None:
    with Library.open(tmp_path / "old", embedder=HashEmbedder("hash-old")) as old:
        list(old.add(tmp_path / "roads.txt"))
    code, out, err = run("ask", QUESTION, *BOTH, "--library", "old")
    assert (code, out) == (2, "")
    (line,) = err.splitlines()
    assert "hash-old" in line
    assert "hash-64" in line


def test_a_library_that_a_page_holds_is_refused_among_several(run: Run, tmp_path: Path) -> None:
    with Library.open(tmp_path / "ports", embedder=HashEmbedder(), owner="page") as held:
        held.announce("http://127.0.0.1:7")
        code, out, err = run("search", QUESTION, *BOTH)
        assert (code, out) == (2, "")
        (line,) = err.splitlines()
        assert "The page at http://127.0.0.1:7 holds the library" in line
        assert run("search", QUESTION, "--library", "roads")[0] == 0


def test_libraries_that_are_shared_are_asked_while_a_page_has_them(
    bare: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with chroma(tmp_path / "server") as address:
        monkeypatch.setenv("CITEWELL_CHROMA_URL", address)
        fill(bare)
        mine = HashEmbedder()
        with Library.open(tmp_path / "ports", embedder=mine, chroma_url=address, owner="page"):
            code, out, _ = bare("search", QUESTION, *BOTH, "--json")
        assert code == 0
        assert {each["library"] for each in json.loads(out)["evidence"]} == {"roads", "ports"}


def test_one_record_for_all_folders_is_refused(bare: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CITEWELL_RECORD_URL", "postgresql://nowhere/none")
    code, _, err = bare("search", QUESTION, *BOTH)
    assert code == 2
    assert "CITEWELL_RECORD_URL is set" in err


def test_a_conversation_with_several_is_not_kept(run: Run) -> None:
    code, out, err = run("chat", *BOTH, typed=(QUESTION,))
    assert code == 0
    assert "A conversation with several libraries is not kept." in err
    assert "roads.txt, in roads" in out
    assert json.loads(run("conversations", "list", "--library", "roads", "--json")[1]) == []


def test_a_summary_of_documents_of_two_libraries(run: Run) -> None:
    output = f"both{bundle.SUFFIX}"
    names = ("roads.txt", "ports.txt")
    code, out, _ = run("summarize", *names, *BOTH, "--output", output, "--json")
    assert code == 0
    told = json.loads(out)
    claims = [told["headline"], *told["points"]]
    cited = {each["library"] for claim in claims for each in claim["citations"]}
    assert cited == {"roads", "ports"}
    assert run("verify", output)[1].endswith("holds.\n")


def test_a_groups_file_takes_paths_as_they_are(tmp_path: Path) -> None:
    path = tmp_path / "groups"
    path.write_text(
        '# of the office\n\n[law]\nC:\\new\\team=a:b; "c"\n  sub/dir  \n# gone\n[press]\n'
        f"{tmp_path / 'x'}\n[law]\nmore\n",
        encoding="utf-8",
    )
    assert read_groups(path) == {
        "law": [tmp_path / 'C:\\new\\team=a:b; "c"', tmp_path / "sub/dir", tmp_path / "more"],
        "press": [tmp_path / "x"],
    }
    assert folders_of("group:press", path) == [tmp_path / "x"]
    assert folders_of("./group:press", path) == [Path("group:press")]
    with pytest.raises(InputError, match="There are: law, press"):
        folders_of("group:", path)


@pytest.mark.parametrize("text", ["roads\n[town]\n", None])
def test_a_groups_file_that_cannot_be_used_is_told(tmp_path: Path, text: str | None) -> None:
    path = tmp_path / "groups"
    if text is not None:
        path.write_text(text, encoding="utf-8")
    with pytest.raises(SettingsError, match="groups' file"):
        read_groups(path)
