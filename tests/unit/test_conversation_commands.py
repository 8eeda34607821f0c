"""``citewell chat`` and ``citewell conversations``: one conversation, kept, found, saved."""

import io
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from assistant import cli
from assistant.exporting import bundle
from tests.fakes import HashEmbedder
from tests.scripted import ScriptedModel

Run = Callable[..., tuple[int, str, str]]
FIRST, SECOND = "Which bridge is open?", "Is the harbour closed?"


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Run:
    """Runs a command in this process over a library of one text; ``typed`` are lines of stdin."""
    model = ScriptedModel(
        chooser=lambda call: "yes", writer=lambda call: "The Lune bridge is open."
    )
    monkeypatch.setattr("assistant.runtime.EmbedderOnDemand", lambda settings: HashEmbedder())
    monkeypatch.setattr("assistant.runtime.open_model", lambda settings: model)
    monkeypatch.setattr("assistant.cli.go_offline", lambda: None)

    def run(*arguments: str | Path, typed: tuple[str, ...] = ()) -> tuple[int, str, str]:
        monkeypatch.setattr("sys.stdin", io.StringIO("".join(f"{line}\n" for line in typed)))
        code = cli.main([str(argument) for argument in arguments])
        written = capsys.readouterr()
        return code, written.out, written.err

    text = "The Lune bridge is open. The harbour is closed."
    (tmp_path / "notice.txt").write_text(text, encoding="utf-8")
    assert run("index", tmp_path / "notice.txt")[0] == 0
    return run


def listed(run: Run, *options: str) -> list[tuple[str, int]]:
    out = run("conversations", "list", "--json", *options)[1]
    return [(each["title"], each["questions"]) for each in json.loads(out)]


def test_a_conversation_in_the_terminal_is_kept_and_goes_on(run: Run) -> None:
    code, out, err = run("chat", typed=(FIRST, "", "w" * 4_001))
    assert code == 0
    assert "The Lune bridge is open." in out
    assert "4,000 are the most" in err
    assert listed(run) == [(FIRST, 1)]
    code, _, err = run("chat", "--last", typed=(SECOND,))
    assert code == 0
    assert f"Going on with “{FIRST}”." in err
    assert listed(run) == [(FIRST, 2)]
    run("chat", typed=(SECOND,))
    assert listed(run) == [(SECOND, 1), (FIRST, 2)]
    assert listed(run, "--search", "BRIDGE which") == [(FIRST, 2)]
    assert "1 question)" in run("conversations", "list")[1]
    assert "these words" in run("conversations", "list", "--search", "tortoise")[2]


@pytest.mark.parametrize("suffix", [".md", ".docx", bundle.SUFFIX])
def test_a_conversation_is_saved(run: Run, tmp_path: Path, suffix: str) -> None:
    run("chat", typed=(FIRST,))
    path = tmp_path / f"talk{suffix}"
    assert run("conversations", "export", FIRST, path)[0] == 0
    if suffix == ".md":
        assert "[^1]: “The Lune bridge is open.” notice.txt" in path.read_text(encoding="utf-8")
    if suffix == bundle.SUFFIX:
        assert run("verify", path)[1].endswith("holds.\n")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["chat", "nowhere"], "No conversation is called “nowhere”."),
        (["chat", "nowhere", "--last"], "are given at once"),
        (["chat", "--tag", "none"], "No tag is called"),
        (["conversations", "export", "nowhere", "talk.md"], "No conversation is called"),
        (["conversations", "export", "nowhere", "talk.txt"], "cannot be written as talk.txt"),
    ],
)
def test_a_mistake_is_one_line(run: Run, arguments: list[str], said: str) -> None:
    code, out, err = run(*arguments, typed=(FIRST,))
    assert (code, out) == (2, "")
    assert said in err
    assert len(err.splitlines()) == 1
