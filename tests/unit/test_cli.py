"""The command line with a scripted model: what it prints, where, and every exit code."""

import errno
import json
import os
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from assistant import cli, terminal
from assistant.errors import GateError, ModelError, ModelUnknownError, WeightsError
from assistant.models import DEFAULT_EMBEDDING, DEFAULT_MODEL
from assistant.users import library_of
from index.errors import CitewellError, InputError, LibraryBusyError, StoreError
from tests.fakes import HashEmbedder
from tests.scripted import ScriptedModel
from tests.unit.index.test_protection import PASSWORD, protected_pdf
from tests.unit.models.tiny import write_tiny

SUMMARY_KEYS = [
    "documents",
    "headline",
    "points",
    "sections",
    "withheld",
    "omitted",
    "coverage",
    "model",
    "timings",
    "written",
    "shortened",
    "quoted",
]
COMMANDS = (
    *("index", "reread", "documents", "remove", "search", "ask", "summarize", "verify", "doctor"),
    *("evaluate", "evaluate-support", "golden", "models", "app"),
)
QUESTION = "How many soldiers are estimated to be deployed?"
ANSWER_KEYS = [
    "question",
    "status",
    "form",
    "text",
    "claims",
    "parts",
    "missing",
    "read",
    "refusal",
    "premise",
    "clarification",
    "conflicts",
    "withheld",
    "evidence",
    "answerability",
    "calibrated",
    "model",
    "timings",
]


BOOK_S = 240
"""Seconds in which three hundred pages are added and summarized, on a busy machine."""


def _book(path: Path, *, pages: int) -> Path:
    """A PDF of that many pages, four sentences each."""
    from fpdf import FPDF

    pdf = FPDF()
    pdf.set_font("Helvetica", size=12)
    for page in range(1, pages + 1):
        pdf.add_page()
        pdf.multi_cell(
            0,
            6,
            f"District {page} spent {page * 7} million on roads in 2031. The mayor of district "
            f"{page} said that {page + 3} bridges need repair. Nobody asked who would pay for "
            f"the works in district {page}. The council will vote on them in May.",
        )
    pdf.output(str(path))
    return path


class Outcome:
    """What one command left behind."""

    def __init__(self, code: int, out: str, err: str) -> None:
        self.code = code
        self.out = out
        self.err = err

    @property
    def json(self) -> Any:
        return json.loads(self.out)

    def assert_mendable(self, *words: str) -> None:
        """Exit code 2 and exactly one line, on stderr, with these words and no traceback."""
        assert self.code == 2
        assert self.out == ""
        (line,) = self.err.splitlines()
        for word in words:
            assert word in line


Run = Callable[..., Outcome]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs a command in this process, with the deterministic embedder."""
    monkeypatch.setattr("assistant.runtime.EmbedderOnDemand", lambda settings: HashEmbedder())
    monkeypatch.setattr("assistant.cli.go_offline", lambda: None)

    def run(*arguments: str | Path) -> Outcome:
        code = cli.main([str(argument) for argument in arguments])
        written = capsys.readouterr()
        return Outcome(code, written.out, written.err)

    return run


@pytest.fixture
def seeded(run: Run, seed_path: Path) -> Run:
    """The same, with the seed document in the library."""
    assert run("index", seed_path).code == 0
    return run


def test_help_is_quick_and_loads_nothing_heavy() -> None:
    heavy = ("torch", "chromadb", "gradio", "langchain_core", "sentence_transformers")
    code = f"import sys, assistant.cli; sys.exit({set(heavy)} & set(sys.modules) or 0)"
    before = os.times()
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    after = os.times()
    assert done.stderr == ""
    assert done.returncode == 0
    spent = after.children_user + after.children_system
    assert spent - before.children_user - before.children_system < 1.5


def test_without_a_command_it_shows_its_commands(run: Run) -> None:
    shown = run()
    assert shown.code == 0
    for command in COMMANDS:
        assert command in shown.out


def test_module_and_script_are_the_same() -> None:
    command = [sys.executable, "-m", "assistant", "frobnicate"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr == "citewell: No such command 'frobnicate'. See: citewell --help\n"


class TestAddingAndListing:
    def test_index_lists_what_it_added(self, run: Run, seed_path: Path) -> None:
        added = run("index", seed_path)
        assert added.code == 0
        assert added.out.startswith(f"added: {seed_path}")

    def test_index_again_costs_nothing(self, seeded: Run, seed_path: Path) -> None:
        assert seeded("index", seed_path).out.startswith("unchanged: ")

    def test_index_json(self, run: Run, seed_path: Path) -> None:
        (result,) = run("index", seed_path, "--json").json
        assert result["status"] == "added"
        assert result["source"] == str(seed_path)
        assert result["passages"] > 3

    def test_documents_json_and_text(self, seeded: Run, seed_path: Path) -> None:
        (info,) = seeded("documents", "--json").json
        assert info["name"] == seed_path.name
        text = seed_path.read_text(encoding="utf-8")
        assert seeded("documents", "--text", info["id"]).out == text
        assert seeded("documents", "--text", info["id"], "--json").json["text"] == text

    def test_sentences_and_headings_are_printed_one_a_line(self, run: Run, tmp_path: Path) -> None:
        path = tmp_path / "mill.md"
        path.write_text(
            "# The mill\n\nIt was built\nin 1810. It burnt down.\n\n## After\n\nNobody knows.\n",
            encoding="utf-8",
        )
        run("index", path)
        assert run("documents", "--headings", "mill.md").out == "The mill\nAfter\n"
        assert run("documents", "--sentences", "mill.md").out.splitlines()[1:3] == [
            "It was built in 1810.",
            "It burnt down.",
        ]
        found = run("documents", "--sentences", "mill.md", "--json").json
        text = run("documents", "--text", "mill.md").out
        assert all(text[each["start"] : each["end"]] == each["text"] for each in found["sentences"])
        (_, after) = run("documents", "--headings", "mill.md", "--json").json["headings"]
        assert (after["level"], after["text"]) == (2, "After")
        run("documents", "--sentences", "mill.md", "--headings", "mill.md").assert_mendable("one")
        run("documents", "--sentences", "mine.md").assert_mendable("mine.md")

    def test_a_protected_file_is_added_with_the_password_of_a_file(
        self, run: Run, tmp_path: Path
    ) -> None:
        (tmp_path / "a.pdf").write_bytes(protected_pdf())
        key = tmp_path / "key.txt"
        run("index", tmp_path / "a.pdf").assert_mendable("a.pdf is protected", "--password-file")
        key.write_text("another\n", encoding="utf-8")
        wrong = run("index", tmp_path / "a.pdf", "--password-file", key)
        wrong.assert_mendable("The password given does not open a.pdf.")
        key.write_text(f"{PASSWORD}\r\nnot this\n", encoding="utf-8")
        added = run("index", tmp_path / "a.pdf", "--password-file", key)
        assert (added.code, added.out[:6]) == (0, "added:")
        for empty in ("\n", ""):
            key.write_text(empty, encoding="utf-8")
            run("index", tmp_path, "--password-file", key).assert_mendable("key.txt is empty")
        run("index", tmp_path, "--password-file", tmp_path).assert_mendable("cannot be read from")

    def test_who_sits_at_a_terminal_is_asked_for_each_password(
        self, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        asked: list[str] = []
        typed = {"a.pdf": "first", "b.pdf": "wrong", "c.pdf": ""}

        def ask(question: str) -> str:
            asked.append(question.split()[2])
            return typed[asked[-1]]

        monkeypatch.setattr("assistant.terminal.secret", ask)
        (tmp_path / "files").mkdir()
        for name, password in (("a", "first"), ("b", "second"), ("c", "third")):
            content = protected_pdf(f"Bridge {name} was closed.", password)
            (tmp_path / "files" / f"{name}.pdf").write_bytes(content)
        found = run("index", tmp_path / "files", "--json")
        assert asked == ["a.pdf", "b.pdf", "c.pdf"]
        assert found.code == 1
        told = {Path(each["source"]).name: each["status"] for each in found.json}
        assert told == {"a.pdf": "added", "b.pdf": "failed", "c.pdf": "failed"}
        assert "does not open b.pdf" in found.err

    def test_nobody_is_asked_where_nobody_sits(self) -> None:
        assert terminal.secret("Password") == ""

    def test_documents_of_an_older_reader_are_told_and_read_anew(
        self, run: Run, tmp_path: Path
    ) -> None:
        files = tmp_path / "files"
        files.mkdir()
        for name in ("a", "b"):
            (files / f"{name}.csv").write_text(f"Plant;Output\n{name};7\n", encoding="utf-8")
        run("index", files)
        assert run("reread").out == "Every document was read by the reader of today.\n"
        connection = sqlite3.connect(tmp_path / "library" / "library.sqlite")
        connection.execute("UPDATE documents SET reader = 1")
        connection.commit()
        connection.close()
        (files / "b.csv").unlink()
        told = "2 documents were read by an older reader; `citewell reread` reads them anew."
        assert told in run("documents").err
        (checked,) = [each for each in run("doctor", "--json").json if each["name"] == "library"]
        assert checked["passed"]
        assert told in checked["detail"]
        assert [each["outdated"] for each in run("documents", "--json").json] == [True, True]
        found = run("reread")
        assert found.code == 0
        assert "unchanged: " in found.out
        assert "b.csv is gone. Its text is kept" in found.err
        assert "1 of them could not be read anew" in found.err
        assert [each["status"] for each in run("reread", "--json").json] == ["gone"]

    def test_documents_in_words(self, seeded: Run, seed_path: Path) -> None:
        assert seed_path.name in seeded("documents").out

    def test_empty_library_says_how_to_begin(self, run: Run) -> None:
        listed = run("documents")
        assert listed.code == 0
        assert listed.out == ""
        assert "citewell index PATH" in listed.err
        assert run("documents", "--json").json == []

    def test_remove_by_name(self, seeded: Run, seed_path: Path) -> None:
        assert seeded("remove", seed_path.name).code == 0
        assert seeded("documents", "--json").json == []

    def test_remove_unknown_removes_nothing(self, seeded: Run, seed_path: Path) -> None:
        seeded("remove", seed_path.name, "nonsense").assert_mendable("nonsense")
        assert len(seeded("documents", "--json").json) == 1

    def test_library_option_before_and_after_the_command(
        self, run: Run, seed_path: Path, tmp_path: Path
    ) -> None:
        elsewhere = tmp_path / "elsewhere"
        assert run("--library", elsewhere, "index", seed_path).code == 0
        assert len(run("documents", "--json", "--library", elsewhere).json) == 1
        assert run("documents", "--json").json == []


class TestFailedFiles:
    def test_some_files_of_a_folder(self, run: Run, seed_path: Path, tmp_path: Path) -> None:
        folder = tmp_path / "papers"
        folder.mkdir()
        (folder / "good.txt").write_bytes(seed_path.read_bytes())
        (folder / "empty.txt").touch()
        done = run("index", folder)
        assert done.code == 1
        assert "empty.txt" in done.err
        assert "good.txt" in done.out
        assert len(run("documents", "--json").json) == 1

    @pytest.mark.parametrize(
        ("name", "content"),
        [
            ("empty.txt", b""),
            ("binary.txt", bytes(range(256)) * 40),
            ("broken.pdf", b"%PDF-1.7\nthis is no PDF"),
            ("broken.docx", b"PK\x03\x04 this is no Word file"),
            ("picture.xyz", b"\x89PNG\r\n\x1a\n\x00\x00"),
        ],
    )
    def test_one_bad_file(self, seeded: Run, tmp_path: Path, name: str, content: bytes) -> None:
        (tmp_path / name).write_bytes(content)
        seeded("index", tmp_path / name).assert_mendable(name)
        assert len(seeded("documents", "--json").json) == 1

    def test_a_folder_with_nothing_readable(self, seeded: Run, tmp_path: Path) -> None:
        folder = tmp_path / "pictures"
        folder.mkdir()
        (folder / "picture.xyz").write_bytes(b"\x89PNG\x00")
        seeded("index", folder).assert_mendable("pictures")

    def test_a_path_that_is_not_there(self, seeded: Run, tmp_path: Path) -> None:
        seeded("index", tmp_path / "nowhere.txt").assert_mendable("nowhere.txt")

    def test_an_unreachable_address(self, seeded: Run) -> None:
        seeded("index", "http://127.0.0.1:9/page.html").assert_mendable("127.0.0.1:9")

    def test_a_file_over_the_limit(
        self, seeded: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("CITEWELL_MAX_FILE_MB", "1")
        (tmp_path / "large.txt").write_bytes(b"A sentence of words. " * 100_000)
        seeded("index", tmp_path / "large.txt").assert_mendable("large.txt", "1 MB")

    def test_a_text_that_is_not_utf8_is_read(self, run: Run, tmp_path: Path) -> None:
        path = tmp_path / "latin.txt"
        text = (
            "Der Bürgermeister von Köln eröffnete gestern die neue Brücke über den Rhein. Die "
            "Kosten waren höher als erwartet, doch die Bürger äußerten sich zufrieden."
        )
        path.write_bytes(text.encode("latin-1"))
        assert run("index", path).code == 0
        (info,) = run("documents", "--json").json
        assert run("documents", "--text", info["id"]).out == text


class TestQuestions:
    @pytest.mark.parametrize("command", ["ask", "search"])
    @pytest.mark.parametrize(
        ("question", "word"), [("   ", "empty"), ("?!", "empty"), ("x" * 50_000, "50,000")]
    )
    def test_that_cannot_be_asked(
        self, seeded: Run, command: str, question: str, word: str
    ) -> None:
        seeded(command, question).assert_mendable(word)

    @pytest.mark.parametrize("command", ["ask", "search"])
    def test_to_an_empty_library(self, run: Run, command: str) -> None:
        run(command, QUESTION).assert_mendable("empty", "citewell index PATH")

    def test_search_json(self, seeded: Run, seed_path: Path) -> None:
        found = seeded("search", QUESTION, "--json").json
        text = seed_path.read_text(encoding="utf-8")
        assert found["question"] == QUESTION
        assert "estimated to be in the hundreds" in " ".join(e["quote"] for e in found["evidence"])
        for evidence in found["evidence"]:
            assert text[evidence["start"] : evidence["end"]] == evidence["quote"]

    def test_search_in_words(self, seeded: Run, seed_path: Path) -> None:
        assert seed_path.name in seeded("search", QUESTION).out

    def test_about_an_unknown_document(self, seeded: Run) -> None:
        seeded("ask", QUESTION, "--document", "nonsense").assert_mendable("nonsense")

    @pytest.mark.parametrize("model", ["gpt-nonsense", "~nosuch/nonsense.gguf"])
    def test_with_an_unknown_model(
        self, seeded: Run, monkeypatch: pytest.MonkeyPatch, model: str
    ) -> None:
        monkeypatch.setenv("CITEWELL_MODEL", model)
        seeded("ask", QUESTION).assert_mendable(model)

    def test_without_the_weights(
        self, seeded: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("CITEWELL_MODELS_DIR", str(tmp_path / "models"))
        done = seeded("ask", QUESTION)
        assert (done.code, done.out) == (3, "")
        assert "citewell models fetch" in done.err


class TestExitCodes:
    """Each kind of failure, at whatever depth, has its exit code and its one line."""

    @pytest.mark.parametrize(
        ("error", "code"),
        [
            (InputError("No such file.", "Name another."), 2),
            (LibraryBusyError("Held by the page at http://127.0.0.1:7860."), 2),
            (ModelUnknownError("No such model."), 2),
            (OSError(errno.ENOSPC, "No space left on device"), 2),
            (PermissionError(errno.EACCES, "Permission denied", "/somewhere"), 2),
            (ModelError("The model process died."), 3),
            (WeightsError("The hash is wrong."), 3),
            (StoreError("The record is damaged."), 3),
            (CitewellError("Something else."), 3),
            (GateError("correct fell from 0.8 to 0.5."), 4),
            (ZeroDivisionError("division by zero"), 3),
            (OSError(errno.EIO, "Input/output error"), 3),
            (KeyboardInterrupt(), 130),
        ],
    )
    def test_of_a_failure(
        self, run: Run, monkeypatch: pytest.MonkeyPatch, error: BaseException, code: int
    ) -> None:
        def fail(*_: object, **__: object) -> None:
            raise error

        monkeypatch.setattr("assistant.runtime.open_library", fail)
        done = run("documents")
        assert done.code == code
        assert done.out == ""
        assert "Traceback" not in done.err
        assert len(done.err.splitlines()) == (0 if code == 130 else 1)

    def test_a_fault_goes_to_the_log(
        self, run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        def fail(*_: object) -> None:
            raise ZeroDivisionError(" ".join(("seven", "by", "nought")))

        monkeypatch.setattr("assistant.runtime.open_library", fail)
        done = run("documents")
        log = tmp_path / "log" / "faults.log"
        assert str(log) in done.err
        assert "seven by nought" in done.err
        written = log.read_text(encoding="utf-8")
        assert "Traceback" in written
        assert "ZeroDivisionError" in written
        assert "seven by nought" not in written, "what it says may quote a document"

    def test_a_library_folder_that_cannot_be_written(self, run: Run, tmp_path: Path) -> None:
        (tmp_path / "file").touch()
        run("documents", "--library", tmp_path / "file" / "library").assert_mendable()

    @pytest.mark.parametrize(
        ("name", "value"),
        [
            ("CITEWELL_PORT", "a door"),
            ("CITEWELL_PORT", "99999"),
            ("CITEWELL_LIBRARY", "~nosuch/x"),
            ("CITEWELL_LOG_DIR", "~nosuch/x"),
            ("CITEWELL_MODELS_DIR", "~nosuch/x"),
        ],
    )
    def test_a_wrong_setting(
        self, run: Run, monkeypatch: pytest.MonkeyPatch, name: str, value: str
    ) -> None:
        monkeypatch.setenv(name, value)
        run("documents").assert_mendable(name, value)

    @pytest.mark.parametrize(
        "arguments", [["ask"], ["remove"], ["index"], ["ask", "a", "--nonsense"], ["models", "x"]]
    )
    def test_a_wrong_command(self, run: Run, arguments: list[str]) -> None:
        run(*arguments).assert_mendable("citewell --help")


class TestSummarizing:
    """``summarize`` with a model that finds everything right and important."""

    @pytest.fixture
    def model(self, monkeypatch: pytest.MonkeyPatch) -> ScriptedModel:
        model = ScriptedModel(chooser=lambda call: call.options[0], writer=lambda call: "No.")
        monkeypatch.setattr("assistant.runtime.open_model", lambda settings: model)
        return model

    def test_as_json(self, seeded: Run, model: ScriptedModel, seed_path: Path) -> None:
        summary = seeded("summarize", seed_path.name, "--length", "brief", "--json").json
        assert list(summary) == SUMMARY_KEYS
        text = seed_path.read_text(encoding="utf-8")
        for claim in [summary["headline"], *summary["points"]]:
            for citation in claim["citations"]:
                assert text[citation["start"] : citation["end"]] == citation["quote"]

    def test_in_words(self, seeded: Run, model: ScriptedModel, seed_path: Path) -> None:
        shown = seeded("summarize", seed_path.name, "--length", "brief").out
        assert shown.index("[1]") < shown.index("Points") < shown.index("Sources")

    def test_an_audience_is_shown_and_in_the_json_only_where_given(
        self, seeded: Run, model: ScriptedModel, seed_path: Path
    ) -> None:
        asked = ("summarize", seed_path.name, "--length", "brief")
        shown = seeded(*asked, "--audience", " the defence committee ").out
        assert shown.startswith("For the defence committee\n")
        told = seeded(*asked, "--audience", "the defence committee", "--json").json
        assert list(told) == [*SUMMARY_KEYS, "audience"]
        assert told["audience"] == "the defence committee"
        assert list(seeded(*asked, "--audience", " ", "--json").json) == SUMMARY_KEYS

    def test_a_topic_is_shown_and_in_the_json_only_where_given(
        self, seeded: Run, model: ScriptedModel, seed_path: Path
    ) -> None:
        asked = ("summarize", seed_path.name, "--length", "brief", "--topic", " sanctions ")
        shown = seeded(*asked).out
        assert shown.startswith("On “sanctions”\n")
        assert "of what carries weight on this topic;" in shown
        told = seeded(*asked, "--json").json
        assert list(told) == [*SUMMARY_KEYS, "topic"]
        assert told["topic"] == "sanctions"

    def test_a_file_that_is_new_is_added(
        self, run: Run, model: ScriptedModel, seed_path: Path
    ) -> None:
        assert run("summarize", seed_path, "--length", "brief").code == 0
        assert len(run("documents", "--json").json) == 1

    def test_of_a_folder_with_a_bad_file(
        self, run: Run, model: ScriptedModel, seed_path: Path, tmp_path: Path
    ) -> None:
        folder = tmp_path / "papers"
        folder.mkdir()
        (folder / "good.txt").write_bytes(seed_path.read_bytes())
        (folder / "empty.txt").touch()
        done = run("summarize", folder, "--length", "brief", "--json")
        assert done.code == 1
        assert len(done.json["documents"]) == 1
        assert done.err.startswith("citewell: empty.txt")

    def test_by_an_uncalibrated_model(
        self, seeded: Run, model: ScriptedModel, seed_path: Path
    ) -> None:
        done = seeded("summarize", seed_path.name, "--length", "brief")
        assert terminal.UNCALIBRATED in done.err
        model.name = DEFAULT_MODEL
        assert seeded("summarize", seed_path.name, "--length", "brief").err == ""

    @pytest.mark.parametrize(
        ("text", "said"),
        [
            ("The bridge opened in May.", "The bridge opened in May."),
            ("| Year | Sales |\n| --- | --- |\n| 2023 | 41 |\n| 2024 | 57 |", "2023"),
            ("Die Brücke wurde im Mai eröffnet. Der Minister hielt eine Rede.", "Brücke"),
            ("会议于星期二举行，讨论明年的预算问题。部长表示支持这个计划和新的方案。", "会议"),
        ],
        ids=["one sentence", "table", "German", "Chinese"],
    )
    def test_of_an_odd_text(
        self, run: Run, model: ScriptedModel, tmp_path: Path, text: str, said: str
    ) -> None:
        path = tmp_path / "odd.txt"
        path.write_text(text, encoding="utf-8")
        done = run("summarize", path, "--json")
        assert done.code == 0, done.err
        assert said in done.json["headline"]["text"]
        [citation] = done.json["headline"]["citations"][-1:]
        assert text[citation["start"] : citation["end"]] == citation["quote"]

    def test_of_an_empty_text(self, run: Run, model: ScriptedModel, tmp_path: Path) -> None:
        (tmp_path / "empty.txt").touch()
        done = run("summarize", tmp_path / "empty.txt")
        assert (done.code, done.out) == (2, "")
        assert "empty.txt" in done.err
        assert "Traceback" not in done.err

    def test_of_three_hundred_pages(self, run: Run, model: ScriptedModel, tmp_path: Path) -> None:
        path = _book(tmp_path / "book.pdf", pages=300)
        began = time.monotonic()
        told = run("summarize", path, "--json").json
        took = time.monotonic() - began
        pages = run("documents", "--json").json[0]["pages"]
        assert pages == 300
        words = sum(len(claim["text"].split()) for claim in [told["headline"], *told["points"]])
        assert 100 < words <= 1.1 * 350
        assert took < BOOK_S
        began = time.monotonic()
        again = run("summarize", path, "--json").json
        assert time.monotonic() - began < took
        assert again["timings"]["total_s"] < told["timings"]["total_s"] / 10

    @pytest.mark.parametrize("reference", ["nonsense", "nonsense.txt"])
    def test_of_an_unknown_document(
        self, seeded: Run, model: ScriptedModel, reference: str
    ) -> None:
        seeded("summarize", reference).assert_mendable(reference)

    def test_a_bundle_verifies_until_it_is_changed(
        self, seeded: Run, model: ScriptedModel, seed_path: Path, tmp_path: Path
    ) -> None:
        bundle = tmp_path / "summary.citewell.zip"
        told = seeded("summarize", seed_path.name, "--length", "brief", "--output", bundle)
        assert told.code == 0
        assert seeded("verify", bundle).out == f"{bundle} holds.\n"
        bundle.write_bytes(bundle.read_bytes().replace(b"hundreds", b"millions"))
        changed = seeded("verify", bundle)
        assert changed.code == 2
        assert len(changed.err.splitlines()) == 1
        assert "does not hold" in changed.err

    def test_an_unknown_kind_of_file(
        self, seeded: Run, model: ScriptedModel, seed_path: Path, tmp_path: Path
    ) -> None:
        told = seeded(
            "summarize", seed_path.name, "--length", "brief", "--json", "--output", "a.xyz"
        )
        told.assert_mendable("a.xyz", ".docx")
        assert not (tmp_path / "a.xyz").exists()


class TestModels:
    def test_list(self, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("CITEWELL_MODELS_DIR", str(tmp_path / "models"))
        listed = {entry["name"]: entry for entry in run("models", "list", "--json").json}
        assert listed["qwen2.5-coder-1.5b"]["bytes"] == 1117320768
        assert listed["all-MiniLM-L6-v2"]["kind"] == "embedding"
        assert not any(entry["fetched"] for entry in listed.values())
        assert "not fetched" in run("models", "list").out

    def test_path_of_what_is_not_there(
        self, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("CITEWELL_MODELS_DIR", str(tmp_path / "models"))
        done = run("models", "path", "smollm2-135m")
        assert done.code == 3
        assert "citewell models fetch smollm2-135m" in done.err

    def test_what_needs_no_fetching_is_said_to(
        self, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        fetched = []
        monkeypatch.setattr("assistant.models.fetch", lambda name, *_: fetched.append(name))
        (tmp_path / "own.gguf").touch()
        for model in ("openai:tiny@http://127.0.0.1:9/v1", str(tmp_path / "own.gguf")):
            monkeypatch.setenv("CITEWELL_MODEL", model)
            done = run("models", "fetch")
            assert done.code == 0
            assert done.out.endswith(": nothing to fetch\n")
        assert fetched == [DEFAULT_EMBEDDING] * 2

    @pytest.mark.parametrize("command", ["path", "fetch"])
    def test_unknown(self, run: Run, command: str) -> None:
        run("models", command, "gpt-nonsense").assert_mendable("gpt-nonsense")


class TestAsking:
    """``ask`` with a model that always finds that a sentence answers, or that none does."""

    @pytest.fixture
    def model(self, monkeypatch: pytest.MonkeyPatch) -> ScriptedModel:
        """Says yes to everything, and writes what the seed says."""
        model = ScriptedModel(
            chooser=lambda call: "yes",
            writer=lambda call: "The deployment is estimated to be in the hundreds.",
        )
        monkeypatch.setattr("assistant.runtime.open_model", lambda settings: model)
        return model

    def test_an_answer_as_json(self, seeded: Run, model: ScriptedModel, seed_path: Path) -> None:
        answer = seeded("ask", QUESTION, "--json").json
        assert list(answer) == ANSWER_KEYS
        assert answer["status"] == "answered"
        assert answer["text"] == " ".join(claim["text"] for claim in answer["claims"])
        text = seed_path.read_text(encoding="utf-8")
        for claim in answer["claims"]:
            assert set(claim) == {"text", "verdict", "support", "citations"}
            for citation in claim["citations"]:
                assert text[citation["start"] : citation["end"]] == citation["quote"]
                assert citation["document"] == seed_path.name

    def test_an_answer_in_words(self, seeded: Run, model: ScriptedModel) -> None:
        shown = seeded("ask", QUESTION)
        assert shown.code == 0
        assert shown.out.index("Evidence found") < shown.out.index("[1]")
        assert shown.out.index("[1]") < shown.out.index("Sources")

    def test_a_refusal_is_done_not_failed(self, seeded: Run, model: ScriptedModel) -> None:
        model.chooser = lambda call: "no"
        refused = seeded("ask", QUESTION, "--json")
        assert refused.code == 0
        assert refused.json["status"] == "not_in_documents"
        assert refused.json["text"] == ""
        assert refused.json["evidence"]
        assert "Your documents don't say." in seeded("ask", QUESTION).out

    def test_a_dead_model_is_a_failure_not_a_refusal(
        self, seeded: Run, model: ScriptedModel
    ) -> None:
        model.enqueue_error("choose", "The model process died.")
        failed = seeded("ask", QUESTION, "--json")
        assert failed.code == 3
        assert failed.out == ""
        assert failed.err == "citewell: The model process died.\n"

    def test_the_model_starts_early_and_is_closed(self, seeded: Run, model: ScriptedModel) -> None:
        seeded("ask", QUESTION)
        assert model.warmed
        assert model.closed

    def test_a_trace_says_what_each_step_did(
        self, seeded: Run, model: ScriptedModel, tmp_path: Path
    ) -> None:
        trace = tmp_path / "trace.jsonl"
        assert seeded("ask", QUESTION, "--trace", trace).code == 0
        steps = [json.loads(line)["step"] for line in trace.read_text("utf-8").splitlines()]
        assert steps

    def test_a_trace_that_cannot_be_written(
        self, seeded: Run, model: ScriptedModel, tmp_path: Path
    ) -> None:
        seeded("ask", QUESTION, "--trace", tmp_path / "no" / "trace").assert_mendable("trace")
        assert model.calls == []


class TestDoctor:
    def test_missing_weights_are_named_with_the_remedy(
        self, seeded: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("CITEWELL_MODELS_DIR", str(tmp_path / "models"))
        found = seeded("doctor")
        assert found.code == 3
        (wrong,) = [line for line in found.out.splitlines() if "embedding model" in line]
        assert wrong.startswith("WRONG")
        assert "citewell models fetch" in wrong

    def test_the_models_threads_are_told(
        self, seeded: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def threads() -> str:
            told = seeded("doctor", "--json").json
            (found,) = [check for check in told if check["name"] == "chat model"]
            assert found["passed"]
            return str(found["detail"])

        write_tiny(tmp_path / "tiny.gguf")
        monkeypatch.setenv("CITEWELL_MODEL", str(tmp_path / "tiny.gguf"))
        assert "thread" in threads()
        monkeypatch.setenv("CITEWELL_THREADS", "3")
        assert threads().endswith(", 3 threads")

    def test_a_lost_vector_is_found_and_repaired(self, seeded: Run, tmp_path: Path) -> None:
        assert library_check(seeded("doctor", "--json"))["passed"]
        misname_a_vector(tmp_path / "library" / "chroma")
        broken = library_check(seeded("doctor", "--json"))
        assert not broken["passed"]
        assert "citewell doctor --repair" in broken["detail"]
        assert library_check(seeded("doctor", "--repair", "--json"))["passed"]
        assert library_check(seeded("doctor", "--json"))["passed"]

    def test_the_libraries_of_users_are_looked_at_too(self, seeded: Run, tmp_path: Path) -> None:
        of_ann = library_of(tmp_path / "library", "ann")
        (tmp_path / "ann.txt").write_text("Herons nest at the weir.", encoding="utf-8")
        assert seeded("index", tmp_path / "ann.txt", "--library", of_ann).code == 0
        (found,) = [
            check
            for check in seeded("doctor", "--json").json
            if check["name"] == f"library of {of_ann.name}"
        ]
        assert found["passed"]


class TestUser:
    def test_a_user_is_told_where_their_library_is_and_what_an_earlier_one_left(
        self, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("typer.prompt", lambda *told, **named: "correct horse")
        monkeypatch.setenv("CITEWELL_USERS", str(tmp_path / "users"))
        folder = library_of(tmp_path / "library", "ann")
        new = run("user", "ann")
        assert (new.code, new.err) == (0, "")
        assert f"ann's library: {folder}" in new.out.replace("\n", "")
        (tmp_path / "users").unlink()
        folder.mkdir(parents=True)
        again = run("user", "ann")
        assert "will find there what an earlier ann left" in again.err
        assert "will find" not in run("user", "ann").err

    def test_without_a_file_for_users_it_says_how_to_name_one(self, run: Run) -> None:
        run("user", "ann").assert_mendable("Set CITEWELL_USERS")


def library_check(outcome: Outcome) -> Any:
    return next(check for check in outcome.json if check["name"] == "library")


def misname_a_vector(folder: Path) -> None:
    """Let Chroma lack one vector and have a strange one, behind the library's back."""
    import chromadb
    from chromadb.config import Settings

    client = chromadb.PersistentClient(str(folder), Settings(anonymized_telemetry=False))
    (collection,) = client.list_collections()
    found = collection.get(limit=1, include=["embeddings"])
    collection.delete(ids=found["ids"])
    collection.add(ids=["strange"], embeddings=found["embeddings"])
    client.close()
