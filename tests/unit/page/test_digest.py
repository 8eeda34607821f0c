"""How a summary looks."""

from assistant.data import Progress
from assistant.page.html import digest
from tests.unit.page.reading import read
from tests.unit.page.samples import NASTY, citation, claim

SUMMARY = {
    "documents": ["d1"],
    "headline": claim("Soldiers came.", "verified", citation(0)),
    "points": [
        claim("Ten left.", "verbatim", citation(40)),
        claim("Two.", "verified", citation(0)),
    ],
    "sections": [{"name": NASTY, "items": [claim(NASTY, "verified", citation(80))]}],
    "withheld": [{"text": "A hundred left.", "reason": "no support"}],
    "omitted": [{"document_id": "d1", "quote": NASTY, "start": 100, "end": 120}],
    "coverage": 0.625,
    "model": "m",
    "timings": {"first_sentence_s": 1.0, "total_s": 21.0},
}


def test_a_summary_shows_all_its_parts_with_one_numbering() -> None:
    root = read(digest.finished(SUMMARY, "news.txt"))
    assert root.all("h2")[0].text == "Soldiers came.1"
    assert [item.text for item in root.all("ul")[0].all("li")] == ["“Ten left.”2", "Two.1"]
    assert "3 of 4 sentences verified, 1 quoted" in root.text
    assert "covers 62% of what matters" in root.text
    assert "1 withheld" in root.text
    assert "1 important sentence left out" in root.text
    assert not root.tags() & {"img", "script"}


def test_an_uncalibrated_model_is_called_so() -> None:
    assert "uncalibrated" in digest.finished(SUMMARY, "news.txt", calibrated=False)
    assert "uncalibrated" not in digest.finished(SUMMARY, "news.txt")
    on_topic = digest.finished({**SUMMARY, "topic": "the <dam>"}, "news.txt")
    assert "On “the &lt;dam&gt;”" in on_topic
    assert "of what matters on this topic" in on_topic


def test_a_summary_in_the_making_shows_what_has_passed() -> None:
    root = read(digest.writing("Choosing sentences", [claim("Ten left.")], "k"))
    assert root.all("p", role="status")[0].text == "Choosing sentences"
    assert root.all("li")[0].text == "Ten left.1"


def test_what_had_passed_stays_when_a_summary_is_stopped() -> None:
    root = read(digest.stopped([claim("Ten left.")]))
    assert root.all("p")[0].text == "Stopped. Summarize again to go on from here."
    assert root.all("li")[0].text == "Ten left.1"


def test_the_time_left_is_told_once_it_can_be() -> None:
    now = 0.0
    estimate = digest.Estimate(lambda: now)

    def told(done: int, total: int, at: float) -> str:
        nonlocal now
        now = at
        return estimate.left(Progress(message="Checking", done=done, total=total))

    assert told(0, 0, 0) == ""
    assert told(0, 12, 1) == ", 0 of 12"
    assert told(1, 12, 3) == ", 1 of 12"
    assert told(2, 12, 5) == ", 2 of 12, about 20 s left"
    assert told(11, 12, 23) == ", 11 of 12"
    assert told(0, 100, 30) == ", 0 of 100"
    assert told(2, 100, 40) == ", 2 of 100, about 8 min left"


def test_several_quotations_each_have_their_number() -> None:
    first, second = citation(0), citation(40)
    text = f"{first['quote']} {second['quote']}"
    root = read(
        digest.finished({**SUMMARY, "points": [claim(text, "verbatim", first, second)]}, "n")
    )
    point = root.all("ul")[0].all("li")[0]
    assert [quote.text for quote in point.all("q")] == [
        f"“{first['quote']}”1",
        f"“{second['quote']}”2",
    ]
