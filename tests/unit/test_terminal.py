"""What an answer looks like in a terminal, and that documents cannot send it control sequences."""

import io
import json

import pytest

from assistant import terminal
from assistant.data import Answer, Citation, Claim, Conflict, Withheld
from assistant.standing import events_of, standings
from index.data import Evidence, Passage, Span

FIRST = Citation(span=Span(document_id="d", start=0, end=4), quote="Here", document_name="a.txt")
SECOND = Citation(span=Span(document_id="d", start=5, end=9), quote="Then", document_name="a.txt")


def claim(text: str, *citations: Citation, verbatim: bool = False) -> Claim:
    return Claim(
        text=text,
        citations=citations,
        verdict="verbatim" if verbatim else "verified",
        support=1.0,
    )


def answer(*claims: Claim, status: str = "answered", **more: object) -> Answer:
    return Answer(
        question="?",
        status=status,  # type: ignore[arg-type]
        claims=claims,
        evidence=(),
        model="scripted",
        **more,  # type: ignore[arg-type]
    )


def show(*claims: Claim, **more: object) -> None:
    printer = terminal.AnswerPrinter()
    for standing in standings(events_of(answer(*claims, **more))):
        printer.show(standing)


Captured = pytest.CaptureFixture[str]


def test_sources_are_numbered_as_first_cited(capsys: Captured) -> None:
    show(claim("One.", SECOND), claim("Two.", FIRST, SECOND), claim("Three.", SECOND, SECOND))
    out = capsys.readouterr().out.splitlines()
    assert out[:3] == ["One. [1]", "Two. [2][1]", "Three. [1]"]
    assert out[3:] == ["", "Sources", "[1] a.txt 5-9", "    “Then”", "[2] a.txt 0-4", "    “Here”"]


def test_a_quotation_is_shown_as_one(capsys: Captured) -> None:
    show(claim("Here", FIRST, verbatim=True))
    assert capsys.readouterr().out.startswith("“Here” [1]\n")


def test_a_refusal_says_so_and_has_no_sources(capsys: Captured) -> None:
    show(status="not_in_documents")
    out = capsys.readouterr().out
    assert out.startswith(terminal.REFUSAL)
    assert "Sources" not in out


def test_a_name_that_the_documents_lack_is_said_to_be_lacking(capsys: Captured) -> None:
    show(status="not_in_documents", premise="South Korea")
    assert "Your documents don't mention “South Korea”." in capsys.readouterr().out.splitlines()


def test_what_was_withheld_is_told(capsys: Captured) -> None:
    show(claim("One.", FIRST), withheld=(Withheld(text="Seven.", reason="no such number"),))
    assert "Withheld: Seven. (no such number)" in capsys.readouterr().out


def test_a_conflict_cites_both_sides(capsys: Captured) -> None:
    sides = (claim("Ten died.", FIRST), claim("Twelve died.", SECOND))
    show(claim("Ten died.", FIRST), conflicts=(Conflict(claims=sides, note="numbers differ"),))
    out = capsys.readouterr().out
    assert "Your documents disagree: numbers differ" in out
    assert "Twelve died. [2]" in out


@pytest.mark.parametrize("claims", [[claim("One.", FIRST)], []])
def test_an_uncalibrated_model_is_named_so_on_stderr(capsys: Captured, claims: list[Claim]) -> None:
    status = "answered" if claims else "not_in_documents"
    show(*claims, status=status, calibrated=False)
    written = capsys.readouterr()
    assert "Uncalibrated" in written.err
    assert "ncalibrated" not in written.out


def test_markup_and_control_sequences_are_only_text(capsys: Captured) -> None:
    show(claim("[bold red]A\x1b]0;title\x07\x9b31m[/bold red].", FIRST))
    out = capsys.readouterr().out
    assert "[bold red]A" in out
    assert not set(out) & {"\x1b", "\x07", "\x9b"}


def test_evidence_is_shortened_and_limited(capsys: Captured) -> None:
    passage = Passage(
        id="d:0-900", span=Span(document_id="d", start=0, end=900), text="word " * 180, heading=""
    )
    found = [
        Evidence(label=n, passage=passage, document_name="a.txt", score=1.0, similarity=1.0)
        for n in (1, 2, 3)
    ]
    terminal.show_evidence(found, limit=2, length=20)
    assert capsys.readouterr().out.splitlines() == [
        "  1. a.txt 0-900",
        "     word word word word…",
        "  2. a.txt 0-900",
        "     word word word word…",
    ]


class TestProgress:
    """Where stderr is no terminal."""

    def test_short_work_shows_nothing(self, capsys: Captured) -> None:
        with terminal.progress() as report:
            report("file", 1, 2)
        assert capsys.readouterr().err == ""

    def test_long_work_shows_a_line_now_and_then(
        self, capsys: Captured, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        now = 0.0
        monkeypatch.setattr("assistant.terminal.time.monotonic", lambda: now)
        with terminal.progress(in_bytes=True) as report:
            for now in (1.0, 3.0, 4.0, 9.0):
                report("weights", int(now * 1e6), 10_000_000)
        written = capsys.readouterr()
        assert written.err.splitlines() == [
            "weights: 3.0 MB of 10.0 MB",
            "weights: 9.0 MB of 10.0 MB",
        ]
        assert written.out == ""

    def test_a_bar_in_a_terminal(self, monkeypatch: pytest.MonkeyPatch) -> None:
        screen = io.StringIO()
        screen.isatty = lambda: True  # type: ignore[method-assign]
        monkeypatch.setattr("sys.stderr", screen)
        monkeypatch.setenv("TERM", "xterm")
        now = 0.0
        monkeypatch.setattr("assistant.terminal.time.monotonic", lambda: now)
        with terminal.progress() as report:
            now = 3.0
            report("[b]file", 1, 2)
            report.pause()
        assert "[b]file" in screen.getvalue()
        assert "1/2" in screen.getvalue()


class Screen(io.StringIO):
    """A terminal, or a pipe."""

    def __init__(self, *, is_terminal: bool) -> None:
        super().__init__()
        self._is_terminal = is_terminal

    def isatty(self) -> bool:
        return self._is_terminal


HOSTILE = "a\x1b]0;title\x07b\x9b31mc\x7fd\n"


def test_a_documents_text_is_exact_in_a_pipe_and_harmless_on_a_terminal(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for is_terminal in (False, True):
        screen = Screen(is_terminal=is_terminal)
        monkeypatch.setattr("sys.stdout", screen)
        terminal.write_text(HOSTILE)
        shown = screen.getvalue()
        assert len(shown) == len(HOSTILE)
        assert (shown == HOSTILE) is not is_terminal
        assert any(each in shown for each in "\x1b\x07\x9b\x7f") is not is_terminal


def test_json_has_no_control_characters(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = Screen(is_terminal=True)
    monkeypatch.setattr("sys.stdout", screen)
    terminal.write_json({"text": HOSTILE})
    assert not any(each in screen.getvalue() for each in "\x1b\x07\x9b\x7f")
    assert json.loads(screen.getvalue()) == {"text": HOSTILE}
