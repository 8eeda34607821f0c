"""Summaries with a scripted judge: exact citations, nothing unsupported, nothing twice."""

import json
from bisect import bisect_right
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assistant.checking.citations import is_exact
from assistant.data import (
    Claim,
    ClaimChecked,
    Progress,
    SentenceWithheld,
    Summarized,
    Summary,
    SummaryEvent,
    sources,
)
from assistant.exporting.memo import memo
from assistant.json_forms import summary_json
from assistant.language.disagreement import differ
from assistant.language.words import flat
from assistant.page.html import digest
from assistant.prompts import Prompts
from assistant.resources import prompts_folder
from assistant.summarising.outline import SECTIONS
from assistant.summarising.summaries import summarize
from assistant.terminal import SummaryPrinter
from index import Library
from index.errors import CancelledError, InputError
from tests.fakes import HashEmbedder
from tests.golden.long_documents import write
from tests.scripted import ScriptedModel
from tests.seed import SEED

PROMPTS = Prompts.load(prompts_folder())
Add = Callable[[str, str], str]


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    embedder = HashEmbedder("hash-2048", 2048)  # few collisions: a strange word is like nothing
    with Library.open(tmp_path / "library", embedder=embedder) as opened:
        yield opened


@pytest.fixture
def add(library: Library, tmp_path: Path) -> Add:
    """Adds a text under a name; gives its id."""

    def added(name: str, text: str) -> str:
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        [result] = library.add(path)
        assert result.document_id, result.message
        return result.document_id

    return added


@pytest.fixture
def seed(add: Add) -> str:
    return add(SEED.name, SEED.read_text(encoding="utf-8"))


def judge(answer: str = "yes", name: str = "scripted") -> ScriptedModel:
    """A model that judges so, and writes nothing that is a sentence."""
    return ScriptedModel(name, chooser=lambda call: answer, writer=lambda call: "No.")


def summary_of(events: Iterator[SummaryEvent]) -> Summary:
    *_, last = events
    assert isinstance(last, Summarized)
    return last.summary


def claims(summary: Summary) -> list[Claim]:
    items = [item for section in summary.sections for item in section.items]
    return [summary.headline, *summary.points, *items]


def check_promises(library: Library, summary: Summary) -> None:
    for claim in claims(summary):
        assert claim.citations
        for citation in claim.citations:
            assert is_exact(citation, library.document(citation.span.document_id))
        if claim.verdict == "verbatim":
            assert claim.text == " ".join(flat(citation.quote) for citation in claim.citations)
    for omission in summary.omitted:
        citation = omission.citation
        assert is_exact(citation, library.document(citation.span.document_id))
        assert all(citation not in claim.citations for claim in claims(summary))
    assert 0 < summary.coverage <= 1


@pytest.mark.parametrize("length", ["brief", "standard", "full"])
@pytest.mark.parametrize("answer", ["yes", "no"])
def test_the_seed_at_every_length(library: Library, seed: str, length: str, answer: str) -> None:
    summary = summary_of(summarize(library, judge(answer), PROMPTS, [seed], length=length))
    check_promises(library, summary)
    assert len(summary.points) >= 2
    assert {section.name for section in summary.sections} <= set(SECTIONS)
    assert bool(summary.sections) == (length != "brief")
    texts = [claim.text for claim in claims(summary)]
    assert len(set(texts)) == len(texts)


@pytest.mark.parametrize("name", ["ferry-suspended.txt", "fire-gazette.md", "fire-courier.md"])
def test_a_short_text_is_not_repeated_almost_whole(library: Library, name: str) -> None:
    [added] = library.add(SEED.parents[1] / "tests" / "golden" / "documents" / name)
    assert added.document_id
    told = {}
    for length in ("brief", "standard", "full"):
        summary = summary_of(
            summarize(library, judge(), PROMPTS, [added.document_id], length=length)
        )
        check_promises(library, summary)
        told[length] = sum(len(claim.text.split()) for claim in claims(summary))
    words = len(library.document(added.document_id).text.split())
    assert told["brief"] <= 1.1 * 90
    assert told["brief"] <= told["standard"] <= 1.1 * 0.35 * words
    assert told["standard"] < told["full"] <= 1.1 * 0.77 * words


@pytest.mark.parametrize("answer", ["yes", "no"])
def test_caption_headings_and_questions_are_no_facts(
    library: Library, seed: str, answer: str
) -> None:
    summary = summary_of(summarize(library, judge(answer), PROMPTS, [seed], length="full"))
    said = json.dumps(summary_json(summary), ensure_ascii=False)
    assert "Dictator" not in said
    assert "How far will" not in said
    assert "Gambit" not in said
    assert "Officials Confirm" not in said


def test_a_shortened_sentence_that_fails_is_withheld_and_quoted(
    library: Library, seed: str
) -> None:
    events = list(summarize(library, judge("no"), PROMPTS, [seed]))
    withheld = [event.withheld for event in events if isinstance(event, SentenceWithheld)]
    summary = summary_of(iter(events))
    assert withheld
    assert tuple(withheld) == summary.withheld
    assert all(each.reason for each in withheld)
    assert {claim.verdict for claim in claims(summary)} == {"verbatim"}


def test_events_come_in_reading_order_and_are_the_summary(library: Library, seed: str) -> None:
    events = list(summarize(library, judge(), PROMPTS, [seed]))
    assert isinstance(events[0], Progress)
    checked = [event for event in events if isinstance(event, ClaimChecked)]
    summary = summary_of(iter(events))
    standing = [event.claim for event in checked if not event.provisional]
    assert sorted(standing, key=str) == sorted(claims(summary), key=str)
    assert standing[0] == summary.headline
    quoted = [event for event in checked if event.provisional]
    assert checked[: len(quoted)] == quoted, "the quoted version stands first"
    assert {event.claim.verdict for event in quoted} == {"verbatim"}
    assert [event.section for event in quoted[:2]] == ["headline", "points"]


def test_a_second_summary_asks_the_model_nothing(library: Library, seed: str) -> None:
    model = judge()
    first = summary_of(summarize(library, model, PROMPTS, [seed]))
    asked = len(model.calls)
    again = list(summarize(library, model, PROMPTS, [seed]))
    second = summary_of(iter(again))
    assert asked > 0
    assert len(model.calls) == asked
    assert claims(second) == claims(first)
    spans = [[each.citation.span for each in made.omitted] for made in (first, second)]
    assert spans[0]
    assert spans[0] == spans[1]
    assert second.coverage == first.coverage
    assert [each.claim for each in again if isinstance(each, ClaimChecked)] == claims(first)


def test_a_stopped_summary_keeps_its_checks(library: Library, seed: str) -> None:
    model = judge()
    with pytest.raises(CancelledError):
        list(summarize(library, model, PROMPTS, [seed], cancelled=lambda: len(model.calls) >= 3))
    assert len(model.calls) == 3
    summary_of(summarize(library, model, PROMPTS, [seed]))
    asked = [call.text for call in model.calls]
    assert len(set(asked)) == len(asked)


def test_another_model_checks_anew(library: Library, seed: str) -> None:
    summary_of(summarize(library, judge("yes"), PROMPTS, [seed]))
    other = judge("no", "other")
    summary = summary_of(summarize(library, other, PROMPTS, [seed]))
    assert other.calls
    assert summary.withheld
    assert summary.model == "other"


def test_documents_that_agree_are_cited_together(library: Library, add: Add) -> None:
    first = add("a.txt", "The harbour bridge opened in May after ten years. A cat sat there.")
    second = add("b.txt", "Rain fell. The harbour bridge opened in May after ten years of work.")
    summary = summary_of(summarize(library, judge(), PROMPTS, [first, second]))
    check_promises(library, summary)
    [shared] = [claim for claim in claims(summary) if "harbour" in claim.text]
    assert {citation.document_name for citation in shared.citations} == {"a.txt", "b.txt"}
    alone = summary_of(summarize(library, judge("no", "no"), PROMPTS, [first, second]))
    for claim in claims(alone):
        assert len({citation.document_name for citation in claim.citations}) == 1


def test_a_topic_limits_the_summary(library: Library, seed: str) -> None:
    summary = summary_of(summarize(library, judge(), PROMPTS, [seed], topic="sanctions"))
    check_promises(library, summary)
    assert "sanctions" in summary.headline.text
    with pytest.raises(InputError, match="Nothing in these documents is about"):
        list(summarize(library, judge(), PROMPTS, [seed], topic="zzyzx"))


def test_an_audience_lifts_what_it_cares_about(library: Library, add: Add) -> None:
    text = (
        "Schools opened early on Monday in Ghent. Bridges need new paint by autumn. "
        "Markets close at noon during winter. Towers lean further each dry year. "
        "Harbours fill with sand after storms. Libraries lend maps to young readers. "
        "Museums hang old pictures very low. Stations lose clocks whenever thieves come. "
        "Theatres sell seats through two shops."
    )
    document = add("town.txt", text)
    for audience, expected in (
        (None, False),
        ("harbours fill with sand", True),
    ):
        for _ in ("made", "kept"):
            events = summarize(
                library, judge(), PROMPTS, [document], length="30", audience=audience
            )
            summary = summary_of(events)
            assert any("Harbours" in claim.text for claim in claims(summary)) == expected
            assert summary.audience == audience


@pytest.mark.parametrize(
    "text",
    [
        "The bridge opened in May.",
        "| Year | Sales |\n| --- | --- |\n| 2023 | 41 |\n| 2024 | 57 |",
        "Die Brücke wurde im Mai eröffnet. Der Minister hielt eine Rede. Es regnete am Tag.",
        "会议于星期二举行，讨论明年的预算问题。部长表示支持这个计划和新的方案。",
        "Map_of_the_Region",
        "?",
    ],
)
def test_odd_documents_give_a_useful_result(library: Library, add: Add, text: str) -> None:
    summary = summary_of(summarize(library, judge(), PROMPTS, [add("odd.txt", text)]))
    check_promises(library, summary)
    assert summary.headline.citations[0].quote in text


def test_no_document_or_length_is_one_clear_line(library: Library, seed: str) -> None:
    with pytest.raises(InputError, match="No document is chosen"):
        list(summarize(library, judge(), PROMPTS, []))
    with pytest.raises(InputError, match="no length “huge”"):
        list(summarize(library, judge(), PROMPTS, [seed], length="huge"))
    with pytest.raises(InputError):
        list(summarize(library, judge(), PROMPTS, ["0" * 16]))


WORDS = st.sampled_from(
    "The minister said reportedly could not 12 May, which closing “we go” However, may.".split()
)


@settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(text=st.lists(WORDS, min_size=3, max_size=60).map(" ".join))
def test_any_text_keeps_the_promises(library: Library, tmp_path: Path, text: str) -> None:
    path = tmp_path / "any.txt"
    path.write_text(text, encoding="utf-8")
    [result] = library.add(path)
    assert result.document_id
    summary = summary_of(summarize(library, judge(), PROMPTS, [result.document_id], length="full"))
    check_promises(library, summary)


def test_documents_that_disagree_are_shown_side_by_side(
    library: Library, add: Add, capsys: pytest.CaptureFixture[str]
) -> None:
    first = add(
        "a.md",
        "---\ndate: 2031-08-04\n---\n\n"
        "The council approved 4.2 million for the bridge. A cat sat there.",
    )
    second = add("b.txt", "Rain fell all day. The council approved 5.1 million for the bridge.")
    summary = summary_of(summarize(library, judge("no"), PROMPTS, [first, second]))
    check_promises(library, summary)
    section = summary.sections[0]
    assert section.name == "Where the documents disagree"
    assert {sources(item)[0] for item in section.items} == {"a.md, 2031-08-04", "b.txt"}
    told = summary_json(summary)["sections"][0]["items"]
    dates = {each["citations"][0].get("published") for each in told}
    assert dates == {"2031-08-04", None}
    shown = digest.finished(summary_json(summary), "two")
    assert "<small> a.md, 2031-08-04</small>" in shown
    part = memo(
        summary, [library.document(each) for each in (first, second)], date(2031, 9, 1)
    ).parts[1]
    assert part.column == "Document"
    assert ("a.md, 2031-08-04",) in [item.figures for item in part.items]
    printer = SummaryPrinter()
    for item in section.items:
        printer.claim(item, section.name)
    assert "(a.md, 2031-08-04)" in capsys.readouterr().out
    alone = summary_of(summarize(library, judge("no"), PROMPTS, [first]))
    assert section.name not in {each.name for each in alone.sections}


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ("The bridge opens in May 2025.", "The bridge opens in September 2025.", True),
        ("It killed 12 people in Ghent.", "It killed 15 people in Ghent.", True),
        ("It killed twelve people.", "It killed 12 people.", False),
        ("It killed 12 people in Ghent.", "It killed people in Ghent.", False),
        ("The tax rises by 4 percent.", "A dog bit 12 boys in Rome.", False),
    ],
)
def test_only_other_figures_on_one_matter_disagree(first: str, second: str, expected: bool) -> None:
    assert differ(first, second) is expected


def test_several_documents_have_a_timeline_by_days(library: Library, add: Add) -> None:
    first = add(
        "first.md",
        "---\ndate: 2031-03-20\n---\n\n# The bridge\n\n"
        "The mayor said that the bridge was safe for walkers. Engineers closed the bridge on 18 "
        "March after a crack was found. The union said that nobody had been asked about the crack. "
        "A barge of sand lay under the arch all week.",
    )
    second = add(
        "second.md",
        "---\ndate: 2031-04-05\n---\n\n# The crossing\n\n"
        "Traders lost a third of their custom in town. The ferry began to run on 2 February with "
        "forty seats. The mayor said that no money was left for paint. Fares rise on 9 May for "
        "all who cross.",
    )
    summary = summary_of(summarize(library, judge(), PROMPTS, [first, second]))
    check_promises(library, summary)
    sections = {section.name: [item.text for item in section.items] for section in summary.sections}
    order = ["2 February", "18 March", "9 May"]
    days = [day for text in sections["Timeline"] for day in order if day in text]
    assert len(days) == len(sections["Timeline"]) >= 2
    assert days == sorted(days, key=order.index)
    assert "Who said what" not in sections


def test_rows_of_a_table_become_items_that_cite_the_names_of_its_columns(
    library: Library, add: Add
) -> None:
    text = (
        "# Costs\n\nThe board met in Ghent on Monday to hear what the works had cost. It approved "
        "the accounts of the works without a vote. Nobody from the town spoke against them.\n\n"
        "The chair thanked the firm for its work in the spring. Members asked for a copy each.\n\n"
        "| | 2029 (million) | 2030 (million) |\n| --- | --- | --- |\n"
        "| Pay | 12.5 | 14.5 |\n| Total | 20.5 | 31.5 |\n"
    )
    summary = summary_of(summarize(library, judge(), PROMPTS, [add("costs.md", text)]))
    check_promises(library, summary)
    [row] = [claim for claim in claims(summary) if claim.text.startswith("Total")]
    assert row.text == "Total: 2029 (million) 20.5; 2030 (million) 31.5"
    assert [citation.quote for citation in row.citations] == [
        "· 2029 (million); 2030 (million)",
        "Total · 2029 (million): 20.5; 2030 (million): 31.5",
    ]


def test_a_long_report_is_covered_by_chapters(library: Library, tmp_path: Path) -> None:
    path = next(each for each in write(tmp_path / "golden") if each.name == "inquiry.md")
    [result] = library.add(path)
    assert result.document_id
    summary = summary_of(summarize(library, judge(), PROMPTS, [result.document_id]))
    check_promises(library, summary)
    document = library.document(result.document_id)
    starts = [each.start for each in document.headings if each.level == 2]
    cited = {
        bisect_right(starts, citation.span.start)
        for claim in summary.points
        for citation in claim.citations
    }
    assert len(cited) >= 5
    assert all(len(claim.citations) <= 5 for claim in summary.points)
    assert sum(len(claim.text.split()) for claim in claims(summary)) <= 1.1 * 350
