"""``citewell collect`` and ``tag``, and what other commands do with their names."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from assistant import cli
from tests.fakes import HashEmbedder

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Run:
    """Runs a command in this process over a library of two texts, harbour and bridge."""
    monkeypatch.setattr("assistant.runtime.EmbedderOnDemand", lambda settings: HashEmbedder())
    monkeypatch.setattr("assistant.cli.go_offline", lambda: None)

    def run(*arguments: str | Path) -> tuple[int, str, str]:
        code = cli.main([str(argument) for argument in arguments])
        written = capsys.readouterr()
        return code, written.out, written.err

    for name in ("harbour", "bridge"):
        (tmp_path / f"{name}.txt").write_text(f"The {name} was closed.", encoding="utf-8")
        assert run("index", tmp_path / f"{name}.txt")[0] == 0
    return run


def found(out: str) -> set[str]:
    return {each["document"] for each in json.loads(out)["evidence"]}


def test_a_collection_and_a_tag_limit_what_is_searched_and_listed(run: Run) -> None:
    assert run("collect", "Water works", "harbour.txt")[:2] == (
        0,
        "Water works  (1 document)\n",
    )
    assert run("tag", "closed", "harbour.txt", "bridge.txt")[0] == 0
    assert found(run("search", "closed", "--json")[1]) == {"harbour.txt", "bridge.txt"}
    named = ("--collection", "Water works")
    assert found(run("search", "closed", "--json", *named)[1]) == {"harbour.txt"}
    assert found(run("search", "closed", "--json", "--tag", "closed")[1]) == {
        "harbour.txt",
        "bridge.txt",
    }
    listed = json.loads(run("documents", "--json", *named, "--tag", "closed")[1])
    assert [each["name"] for each in listed] == ["harbour.txt"]
    kinds = [json.loads(run(command, "--json")[1]) for command in ("collect", "tag")]
    assert [[each["name"] for each in kind] for kind in kinds] == [["Water works"], ["closed"]]
    assert "no more" in run("collect", "Water works", "--out")[1]
    assert "There is no collection yet" in run("collect")[2]
    assert "closed  (1 document)" in run("tag", "closed", "bridge.txt", "--out")[1]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["search", "closed", "--tag", "none"], "No tag is called “none”. There is no tag yet."),
        (["documents", "--collection", "none"], "No collection is called “none”."),
        (["ask", "Which was closed?", "--collection", "none"], "No collection"),
        (["summarize", "--tag", "none"], "No tag"),
        (["summarize"], "Nothing to summarize is named."),
        (["tag", "x"], "No document for the tag is named."),
        (["tag", "x", "nowhere.txt"], "No document is called"),
        (["collect", " ", "bridge.txt"], "needs a name"),
        (["collect", "x", "--out"], "No collection is called “x”"),
        (["search", "closed", "--since", "soon"], "“soon” is no day."),
        (["ask", "Which was closed?", "--type", "leaflet"], "“leaflet” is no type."),
        (["documents", "--until", "1970"], "No document is of these days"),
        (["date", "harbour.txt", "31.12.2024"], "is no day"),
        (["date", "harbour.txt", "2024", "--own"], "given at once"),
    ],
)
def test_a_mistake_is_one_line(run: Run, arguments: list[str], said: str) -> None:
    code, out, err = run(*arguments)
    assert (code, out) == (2, "")
    assert said in err
    assert len(err.splitlines()) == 1


def names(out: str) -> list[str]:
    return [each["name"] for each in json.loads(out)]


def test_a_day_is_shown_corrected_and_limits_what_is_searched(run: Run) -> None:
    assert run("date", "harbour.txt", "2019-05")[1] == "harbour.txt  2019-05 as you say\n"
    assert "2019-05 as you say" in run("documents")[1]
    until = ("--until", "2019")
    assert names(run("documents", "--json", *until, "--type", "text")[1]) == ["harbour.txt"]
    assert found(run("search", "closed", "--json", *until)[1]) == {"harbour.txt"}
    assert found(run("search", "closed", "--json", "--since", "2020")[1]) == {"bridge.txt"}
    assert "harbour.txt, 2019-05" in run("search", "closed", *until)[1]
    assert "by its file's time" in run("date", "harbour.txt", "--own")[1]
    assert json.loads(run("date", "harbour.txt", "--json")[1])["dated"] == "file"
