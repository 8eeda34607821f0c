"""What the model writes for a summary: the bad is caught, the good is shown with all citations."""

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assistant.checking.calibration import Calibration
from assistant.data import Claim, ClaimChecked, Summarized, Summary
from assistant.json_forms import summary_json
from assistant.page.html import digest
from assistant.page.tabs.summary import _so_far
from assistant.prompts import Prompts
from assistant.resources import prompts_folder
from assistant.summarising.claims import Claims
from assistant.summarising.judge import Judge
from assistant.summarising.lengths import words_of
from assistant.summarising.outline import is_readable
from assistant.summarising.stretches import LONGEST, stretches, written
from assistant.summarising.summaries import summarize
from assistant.summarising.wording import fault, may_be_written
from assistant.terminal import SummaryPrinter
from assistant.wording import said, wording
from benchmarks.summary_choice import reading_of
from index import Library
from index.errors import InputError
from tests.fakes import HashEmbedder
from tests.scripted import Call, ScriptedModel

PROMPTS = Prompts.load(prompts_folder())
GOLDEN = Path(__file__).parents[2] / "golden" / "documents"
TEXT = (
    "# The mill\n\n"
    "The council closed the old mill on Monday after cracks were found in two of its walls. "
    "The repair of the two walls of the mill would cost the council some 400,000 crowns in all. "
    "The millers of the valley reportedly want a new mill beside the weir before the harvest. "
    "A barge of sand lay under the arch for most of the week, as barges do in a dry spring. "
    "The school of the valley opened a garden on Friday with eleven sorts of apples and pears. "
    "The road to the pass stays shut until May, and carters take the longer way by the lake.\n"
)
SOURCES = (
    "The council closed the old mill on Monday after cracks were found in two of its walls.",
    "The repair of the two walls of the mill would cost the council some 400,000 crowns in all.",
)
GOOD = (
    "The council closed the mill after cracks were found; repair of its walls would cost 400,000."
)


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with Library.open(tmp_path / "library", embedder=HashEmbedder("hash-2048", 2048)) as opened:
        yield opened


def added(library: Library, folder: Path, text: str) -> str:
    path = folder / "text.md"
    path.write_text(text, encoding="utf-8")
    [result] = library.add(path)
    assert result.document_id, result.message
    return result.document_id


def made(
    library: Library,
    document: str,
    writer: Callable[[str], str],
    *,
    answer: str = "yes",
    length: str = "standard",
) -> Summary:
    """A summary whose writer is given what it is to write anew."""

    def write(call: Call) -> str:
        asked = str(call.messages[-1].content)
        return writer(re.split("\n\n(?:In one sentence|Say the most)", asked)[0])

    model = ScriptedModel(chooser=lambda call: answer, writer=write)
    *_, last = summarize(library, model, PROMPTS, [document], length=length)
    assert isinstance(last, Summarized)
    return last.summary


def halves(text: str) -> str:
    """Two sentences after the other joined by their first halves: a stand-in that writes."""
    lines = [each.rstrip(".").split() for each in re.split(r"(?<=\.)\s+", text)]
    short = [" ".join(line[: max(6, 2 * len(line) // 3)]) for line in lines]
    return " ".join(f"{'; '.join(short[at : at + 2])}." for at in range(0, len(short), 2))


def cited(claim: Claim) -> list[str]:
    return [citation.quote for citation in claim.citations]


def test_what_is_written_well_stands_with_all_its_citations(
    library: Library, tmp_path: Path
) -> None:
    seen: list[str] = []

    def write(sentences: str) -> str:
        seen.append(sentences)
        return halves(sentences)

    summary = made(library, added(library, tmp_path, TEXT), write)
    joint = [claim for claim in summary.points if len(claim.citations) > 1]
    assert joint
    pieces = {piece for each in seen for piece in re.split(r"(?<=\.)\s+", halves(each))}
    for claim in joint:
        assert claim.verdict == "verified"
        assert wording(claim) in ("written", "shortened")
        assert claim.text in pieces
        first, second = claim.text.rstrip(".").split("; ")
        assert cited(claim)[0].startswith(first)
        assert cited(claim)[1].startswith(second)


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        (GOOD.replace("400,000", "900,000"), "number"),
        (GOOD.replace("The council closed", "Mayor Ostrander closed"), "not in the words"),
        (GOOD.replace("closed the mill", "closed the Ostrander mill"), "ostrander"),
        (GOOD.replace("closed the mill", "plans to close the mill"), "“plans”"),
        (GOOD.replace("closed", "did not close"), "denies"),
        (GOOD.replace("closed the mill", "closed the mill in April"), "april"),
        (f"An alarming decay: {GOOD[0].lower()}{GOOD[1:]}", "not in the words"),
        (GOOD.replace("closed the mill", "closed the disastrous mill"), "disastrous"),
    ],
)
def test_what_is_written_badly_is_caught(
    library: Library, tmp_path: Path, bad: str, reason: str
) -> None:
    reading = reading_of(library, added(library, tmp_path, TEXT))
    sources = [each for each in reading.sentences if each.text in SOURCES]
    claims = claims_of(library, lambda _: "")
    assert claims.checked(bad, sources) is None
    [withheld] = claims.withheld
    assert withheld.text == bad
    assert reason in withheld.reason
    stands = claims.checked(GOOD, sources)
    assert stands is not None
    assert (stands.text, stands.verdict, cited(stands)) == (GOOD, "verified", list(SOURCES))
    quoted = claims.checked(SOURCES[1], sources)
    assert quoted is not None
    assert (quoted.verdict, cited(quoted)) == ("verbatim", [SOURCES[1]])


def test_what_the_model_finds_unsupported_is_not_shown(library: Library, tmp_path: Path) -> None:
    document = added(library, tmp_path, TEXT)
    summary = made(library, document, halves, answer="no")
    assert {claim.verdict for claim in said(summary)} == {"verbatim"}
    assert summary.withheld
    shares = summary_json(summary)
    assert (shares["written"], shares["shortened"], shares["quoted"]) == (0, 0, 1)


def test_of_several_sources_each_keeps_its_hedge() -> None:
    sources = ("The council closed the mill.", "The millers reportedly want a new weir.")
    assert (
        fault("The council closed the mill and the millers reportedly want a weir.", sources) == ""
    )
    assert "how sure" in fault("The council closed the mill and the millers want a weir.", sources)
    spoken = ("The harbour fell silent.", "Officials said the ferry sank.")
    assert "who says" in fault("The harbour fell silent and the ferry sank.", spoken)


def test_only_a_model_that_composes_may_use_words_of_its_own() -> None:
    sources = ("The decision to close the mill is seen as a blow.",)
    said = "Plans to close the mill are seen as a blow."
    assert "not in the words" in fault(said, sources)
    said = "The mill's planned closing is seen as a blow."
    assert "planned" in fault(said, sources)
    assert fault(said, sources, own_words=True) == ""


def test_a_stretch_is_written_once_and_what_falls_is_told_once(
    library: Library, tmp_path: Path
) -> None:
    memo = (GOLDEN / "grid-memo.txt").read_text(encoding="utf-8")
    summary = made(library, added(library, tmp_path, memo), halves, length="full")
    withheld = [each.text for each in summary.withheld]
    assert withheld
    assert len({*withheld}) == len(withheld)


def claims_of(library: Library, writer: Callable[[Call], str]) -> Claims:
    model = ScriptedModel(chooser=lambda _: "yes", writer=writer)
    return Claims(
        judge=Judge(
            library=library,
            model=model,
            prompts=PROMPTS,
            calibration=Calibration(),
            go_on=lambda: None,
        )
    )


def test_a_written_sentence_cites_what_it_is_from_and_no_more(
    library: Library, tmp_path: Path
) -> None:
    reading = reading_of(library, added(library, tmp_path, TEXT))
    texts = [each.text for each in reading.sentences]
    stretch = [texts.index(SOURCES[0]), texts.index(SOURCES[1])]
    shorter = "The council closed the old mill on Monday after cracks were found."
    claims = claims_of(library, lambda _: f"{GOOD} {shorter} The end. {SOURCES[1]}")
    told = list(written(claims, reading, stretch))
    assert [each.claim.text for each in told] == [GOOD, shorter, SOURCES[1]]
    assert [cited(each.claim) for each in told] == [list(SOURCES), [SOURCES[0]], [SOURCES[1]]]
    assert [each.claim.verdict for each in told] == ["verified", "verified", "verbatim"]
    assert [each.numbers for each in told] == [stretch, stretch[:1], stretch[1:]]


def test_stretches_hold_all_statements_in_order_and_are_not_long(
    library: Library, tmp_path: Path
) -> None:
    text = "\n\n".join(f"# Part {part}\n\n{TEXT.partition('mill')[2]}" for part in range(9))
    reading = reading_of(library, added(library, tmp_path, text))
    found = stretches(reading)
    statements = [n for n, each in enumerate(reading.sentences) if each.kind == "statement"]
    assert [number for stretch in found for number in stretch] == statements
    assert len(found) > 4
    for stretch in found:
        words = sum(len(reading.sentences[number].text.split()) for number in stretch)
        assert words <= LONGEST


@pytest.mark.parametrize(
    "sources",
    [
        ("I will write to the customers.", "The list is ready."),
        ("It would add 420 megawatts to the grid.", "The agency agreed."),
    ],
)
def test_what_would_be_misread_in_other_words_is_quoted(sources: tuple[str, ...]) -> None:
    assert not may_be_written(sources)


@pytest.mark.parametrize(
    ("length", "source", "expected"),
    [
        ("brief", 1000, 90),
        ("brief", 100, 60),
        ("standard", 100, 60),
        ("standard", 676, 237),
        ("standard", 20000, 350),
        ("full", 500, 385),
        ("full", 20000, 900),
        ("120", 2000, 120),
        ("full", 20, 20),
    ],
)
def test_how_many_words_a_length_is(length: str, source: int, expected: int) -> None:
    assert words_of(length, source) == expected


@pytest.mark.parametrize("length", ["huge", "", "-5", "12", "99999", "1.5"])
def test_another_length_is_one_clear_line(length: str) -> None:
    with pytest.raises(InputError, match="no length"):
        words_of(length, 100)


SENTENCES = st.lists(
    st.lists(
        st.sampled_from(
            "the of a in and was to mill council river bridge repair ferry market Ghent garden "
            "school opened closed sold bought built painted early late stone iron 12 40".split()
        ),
        min_size=5,
        max_size=10,
    ).map(lambda words: " ".join(words).capitalize() + "."),
    min_size=40,
    max_size=70,
    unique=True,
)


@settings(
    max_examples=5, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(sentences=SENTENCES, length=st.sampled_from(["brief", "standard", "full", "100"]))
def test_the_length_is_kept_within_a_tenth(
    library: Library, tmp_path: Path, sentences: list[str], length: str
) -> None:
    document = added(library, tmp_path, " ".join(sentences))
    for answer in ("yes", "no"):
        summary = made(library, document, halves, answer=answer, length=length)
        source = len(" ".join(sentences).split())
        wanted = words_of(length, source)
        names = [section.name for section in summary.sections]
        words = sum(len(text.split()) for text in [*(c.text for c in said(summary)), *names])
        assert 0.9 * wanted <= words <= 1.1 * wanted


def test_terminal_page_and_json_tell_the_shares(
    library: Library, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    summary = made(library, added(library, tmp_path, TEXT), halves)
    told = summary_json(summary)
    shares = [told[name] for name in ("written", "shortened", "quoted")]
    assert sum(shares) == pytest.approx(1)
    assert min(shares[1:]) < 1
    assert summary_json(summary) == json.loads(json.dumps(told))
    line = f"{shares[0]:.0%} written, {shares[1]:.0%} shortened, {shares[2]:.0%} quoted"
    SummaryPrinter().finish(summary)
    assert line in capsys.readouterr().out
    assert line in re.sub("<[^>]+>", "", digest.finished(told, "The mill"))


def test_the_page_shows_the_quoted_version_until_the_written_one_is_checked(
    library: Library, tmp_path: Path
) -> None:
    model = ScriptedModel(chooser=lambda _: "yes", writer=lambda _: "No.")
    document = added(library, tmp_path, TEXT)
    events = summarize(library, model, PROMPTS, [document])
    checked = [event for event in events if isinstance(event, ClaimChecked)]
    quoted = [event.claim for event in checked if event.provisional]
    assert [each["text"] for each in _so_far([], quoted)] == [each.text for each in quoted]
    shown = [each["text"] for each in _so_far(quoted[:1], quoted)]
    assert shown == [each.text for each in quoted]
    all_of_it = _so_far([event.claim for event in checked if not event.provisional], quoted)
    assert len({each["text"] for each in all_of_it}) == len(all_of_it)


@pytest.mark.parametrize(
    "text",
    [
        "Der Rat schloss die alte Mühle am Montag, weil zwei Wände Risse hatten. Die Müller "
        "wollen bis zur Ernte eine neue Mühle am Wehr. „Wir warten seit Jahren darauf“, sagte "
        "der Obermüller am Dienstag. Die Reparatur kostet 400.000 Kronen, teilte der Rat mit.",
        "Le conseil a fermé le vieux moulin lundi, car deux murs étaient fissurés. Les meuniers "
        "veulent un nouveau moulin avant la récolte. « Nous attendons depuis des années », a dit "
        "leur doyen mardi. La réparation coûte 400 000 couronnes, selon le conseil.",
        "El consejo cerró el viejo molino el lunes porque dos muros tenían grietas. Los molineros "
        "quieren un molino nuevo antes de la cosecha. «Esperamos desde hace años», dijo el decano "
        "el martes. La reparación cuesta 400.000 coronas, según el consejo.",
    ],
)
def test_other_languages_are_quoted_with_fewer_sections(
    library: Library, tmp_path: Path, text: str
) -> None:
    document = added(library, tmp_path, text)
    assert not is_readable(reading_of(library, document))
    summary = made(library, document, lambda _: "The council closed it.")
    assert {claim.verdict for claim in said(summary)} == {"verbatim"}
    assert {section.name for section in summary.sections} <= {"Numbers and dates"}
