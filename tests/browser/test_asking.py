"""Asking on the real page with the real model: answers, citations, refusals, failures."""

import re

from playwright.sync_api import expect

from tests.browser.conftest import ANSWER_MS, Visitor
from tests.browser.serving import Served

HOW_MANY = "How many North Korean soldiers are estimated to be deployed?"
TANKS = "How many tanks did North Korea send?"


def test_evidence_first_then_a_cited_answer(visitor: Visitor) -> None:
    page = visitor.page
    page.get_by_role("button", name=HOW_MANY).click()
    expect(page.locator("#current .card").first).to_be_visible(timeout=ANSWER_MS)
    expect(page.locator("#current")).to_contain_text("not yet an answer")
    expect(page.locator("#current .clock")).to_have_text(re.compile(r"\d+ s"))
    expect(page.locator("#stop")).to_be_visible()
    answer = page.locator("#history .answer")
    expect(answer).to_be_visible(timeout=ANSWER_MS)
    expect(answer.locator(".sentences")).to_contain_text("hundreds")
    expect(answer.locator(".verdict")).to_have_text(re.compile("verified|quotation"))
    expect(page.locator("#stop")).to_be_hidden()
    expect(page.locator("#send")).to_be_visible()


def test_a_citation_opens_its_exact_span_in_view(visitor: Visitor) -> None:
    page = visitor.page
    visitor.ask(HOW_MANY)
    cite = page.locator("#history .cite").first
    cite.click()
    mark = page.locator("#source mark")
    expect(mark.first).to_be_in_viewport()
    start, end = (int(str(cite.get_attribute(f"data-{edge}"))) for edge in ("start", "end"))
    expect(page.locator("#source .document")).to_have_attribute(
        "data-at", f"{cite.get_attribute('data-document')}:{start}:{end}"
    )
    shown = "".join(mark.all_inner_texts())
    assert "hundreds" in shown
    assert len("".join(shown.split())) <= end - start
    assert shown.split() == quoted(str(cite.get_attribute("title"))).split()
    expect(cite).to_have_attribute("aria-current", "location")


def quoted(title: str) -> str:
    """The quotation in a citation's title."""
    return title.split("“", 1)[1].removesuffix("”")


def test_a_refusal_shows_the_nearest_passages_and_is_no_answer(visitor: Visitor) -> None:
    page = visitor.page
    visitor.ask(TANKS)
    refusal = page.locator(visitor.last(".refusal"))
    expect(refusal.get_by_role("heading")).to_have_text("Your documents don't say")
    expect(page.locator("#history .answer")).to_have_count(0)
    expect(page.locator("#history .failure")).to_have_count(0)
    refusal.locator(".card").first.click()
    expect(page.locator("#source mark").first).to_be_in_viewport()


def test_a_follow_up_is_understood_and_a_reload_brings_all_back(visitor: Visitor) -> None:
    page = visitor.page
    visitor.ask(HOW_MANY)
    visitor.ask(TANKS)
    expect(page).to_have_url(re.compile("chat=[0-9a-f]+"))
    shown = page.locator("#history .exchange").all_inner_texts()
    visitor.reload()
    expect(page.locator("#history .exchange")).to_have_count(2)
    assert page.locator("#history .exchange").all_inner_texts() == shown
    page.locator("#history .cite").first.click()
    expect(page.locator("#source mark").first).to_be_in_viewport()


def test_passages_alone_need_no_model(visitor: Visitor) -> None:
    page = visitor.page
    page.get_by_role("radio", name="Passages only").check()
    visitor.ask("artillery shells")
    found = page.locator(visitor.last(".found"))
    expect(found).to_contain_text("evidence, not an answer")
    expect(found.locator(".card").first).to_contain_text("artillery")


def test_stop_is_heard_at_once(visitor: Visitor) -> None:
    page = visitor.page
    page.locator("#question textarea").fill("What did NATO members decide at their last meeting?")
    page.keyboard.press("Enter")
    expect(page.locator("#stop")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator(visitor.last(".note"))).to_contain_text("Stopped", timeout=5_000)
    expect(page.locator("#send")).to_be_visible()
    page.get_by_role("radio", name="Passages only").check()
    visitor.ask("sanctions")
    expect(page.locator(visitor.last(".found"))).to_be_visible()


def test_a_blank_question_is_not_asked(visitor: Visitor) -> None:
    visitor.page.locator("#question textarea").fill("   ")
    visitor.page.keyboard.press("Enter")
    visitor.page.wait_for_timeout(700)
    expect(visitor.page.locator("#history .welcome")).to_be_visible()


def test_a_question_too_long_is_an_error_with_advice(visitor: Visitor) -> None:
    visitor.ask("why " * 1500)
    failure = visitor.page.locator(visitor.last(".failure"))
    expect(failure).to_contain_text("4,000 are the most")


def test_a_killed_model_is_never_a_refusal(visitor: Visitor, site: Served) -> None:
    page = visitor.page
    pids = site.model_pids()
    assert pids, "the model does not run"
    page.locator("#question textarea").fill("What has the United States warned of?")
    page.keyboard.press("Enter")
    expect(page.locator("#current .card").first).to_be_visible(timeout=ANSWER_MS)
    site.kill_model()
    expect(page.locator("#history .exchange")).to_have_count(1, timeout=ANSWER_MS)
    expect(page.locator("#history .refusal")).to_have_count(0)
    expect(page.locator("#history :is(.answer, .failure)")).to_have_count(1)
    visitor.ask(HOW_MANY + " ")
    expect(page.locator(visitor.last(".answer"))).to_be_visible()


def test_a_model_that_cannot_be_reached_is_an_error_box(visitor: Visitor, site: Served) -> None:
    page = visitor.page
    own = page.locator("#model input").input_value()
    choose_model(visitor, "openai:nobody@http://127.0.0.1:9/v1")
    expect(page.locator("#status .model")).to_have_text("nobody")
    visitor.ask("What does NATO plan?")
    failure = page.locator(visitor.last(".failure"))
    expect(failure.get_by_role("heading")).to_contain_text("127.0.0.1:9")
    expect(page.locator("#history .refusal")).to_have_count(0)
    choose_model(visitor, own)
    expect(page.locator("#status .model")).to_have_text(own)
    expect(page.locator("#status .status")).to_have_attribute(
        "data-state", "ready", timeout=ANSWER_MS
    )


def test_an_unknown_model_changes_nothing(visitor: Visitor) -> None:
    page = visitor.page
    before = page.locator("#status .model").inner_text()
    choose_model(visitor, "no-such-model")
    expect(page.locator("#model-news .failure")).to_be_visible()
    expect(page.locator("#status .model")).to_have_text(before)


def choose_model(visitor: Visitor, name: str) -> None:
    field = visitor.page.locator("#model input")
    field.fill(name)
    field.press("Enter")


def test_marks_are_kept_for_evaluation(visitor: Visitor) -> None:
    page = visitor.page
    visitor.ask(HOW_MANY)
    right = page.get_by_role("button", name="Right")
    right.click()
    expect(right).to_have_attribute("aria-pressed", "true")
    visitor.reload()
    expect(page.get_by_role("button", name="Right")).to_have_attribute("aria-pressed", "true")


def test_copying_brings_the_footnotes(visitor: Visitor) -> None:
    page = visitor.page
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    visitor.ask(HOW_MANY)
    page.get_by_role("button", name="Copy").click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    copied = str(page.evaluate("navigator.clipboard.readText()"))
    assert re.search(r"hundreds.*\[1\]\n\n\[1\] “.+” 000_17afdc1547c6129d\.txt", copied, re.DOTALL)
