"""An answer that stands on an unsure reading says so: in JSON, in a terminal, on the page."""

from dataclasses import replace

import pytest

from assistant import terminal
from assistant.data import Answer, Citation, Claim
from assistant.errors import SettingsError
from assistant.json_forms import answer_from_json, answer_json, citation_json
from assistant.page.html import markup
from assistant.settings import load_settings
from index.data import Span

SURE = Citation(
    span=Span(document_id="d", start=0, end=20), quote="It fell in the year.", document_name="a.tif"
)
UNSURE = replace(SURE, quote="It fell in 1<9O7>.", unsure=("1<9O7>.",))
SAID = "Recognised in a picture, and not for sure: 1<9O7>."


def claim(*citations: Citation) -> Claim:
    return Claim(text="It fell.", citations=citations, verdict="verified", support=0.9)


def test_json_has_the_words_only_where_there_are_some_and_gives_them_back() -> None:
    assert "unsure" not in citation_json(SURE)
    assert citation_json(UNSURE)["unsure"] == ["1<9O7>."]
    answer = Answer(
        question="?", status="answered", claims=(claim(UNSURE),), evidence=(), model="scripted"
    )
    assert answer_from_json(answer_json(answer)).claims == answer.claims


def test_a_terminal_names_them_below_their_source(capsys: pytest.CaptureFixture[str]) -> None:
    sources = terminal.Sources()
    for each in (SURE, UNSURE):
        sources.sentence(claim(each))
    sources.show()
    out = capsys.readouterr().out.splitlines()
    assert [line.strip() for line in out if "Recognised" in line] == [SAID]
    assert out[-1].strip() == SAID


def test_the_page_names_them_each_once() -> None:
    assert markup.unsure([{"citations": [citation_json(SURE)]}]) == ""
    told = markup.unsure([{"citations": [citation_json(UNSURE), citation_json(UNSURE)]}] * 2)
    assert told.count("1&lt;9O7&gt;") == 1
    assert "<9O7>" not in told


def test_a_language_that_no_scan_is_read_in_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    assert load_settings().ocr_language == "en"
    monkeypatch.setenv("CITEWELL_OCR_LANGUAGE", "de")
    assert load_settings().ocr_language == "de"
    monkeypatch.setenv("CITEWELL_OCR_LANGUAGE", "ar")
    with pytest.raises(SettingsError, match=r"CITEWELL_OCR_LANGUAGE is set to 'ar'.* de,.* zh"):
        load_settings()
