"""Everything shown from documents and models is text, never markup."""

from hypothesis import given
from hypothesis import strategies as st

from assistant.page.html import markup
from tests.unit.page.reading import read
from tests.unit.page.samples import NASTY, citation, claim

printable = st.text(st.characters(exclude_categories=["Cs", "Cc"]))


@given(printable)
def test_escaped_text_reads_back_as_itself(text: str) -> None:
    root = read(f"<p>{markup.escape(text)}</p>")
    assert root.text == text
    assert root.tags() == {"p"}


@given(printable)
def test_an_attribute_reads_back_as_itself(text: str) -> None:
    (button,) = read(markup.button("Go", "open", data_text=text)).all("button")
    assert button.attributes == {"type": "button", "data-do": "open", "data-text": text}


def test_attributes_without_a_value_are_left_out() -> None:
    assert markup.attributes(class_="a", title=None, data_x=0) == ' class="a" data-x="0"'


def test_a_claim_with_a_hostile_text_name_and_quote_stays_text() -> None:
    hostile = claim(NASTY, "verbatim", citation(quote=NASTY, name=NASTY))
    root = read(markup.claim(hostile, markup.numbered([hostile])))
    assert root.tags() == {"span", "q", "button"}
    assert root.text == f"{NASTY}1"


def test_a_quotation_stands_in_marks_unless_it_has_its_own() -> None:
    for text, shown in (("Ten came.", "“Ten came.”1"), ("“Ten,” he said.", "“Ten,” he said.1")):
        item = claim(text, "verbatim")
        assert read(markup.claim(item, markup.numbered([item]))).text == shown


def test_a_number_stays_with_the_last_word_unless_that_is_endless() -> None:
    for text, endings in (("Ten came.", ["came.1"]), ("A " + "x" * 50, [])):
        item = claim(text)
        root = read(markup.claim(item, markup.numbered([item])))
        assert [node.text for node in root.all("span", **{"class": "ending"})] == endings
        assert root.text == text + "1"


def test_a_span_has_one_number_however_often_it_is_cited() -> None:
    first, second = citation(0), citation(40)
    items = [claim("A.", "verified", first), claim("B.", "verified", second, first)]
    numbers = markup.numbered(items)
    assert list(numbers.values()) == [1, 2]
    shown = read(markup.claims(items, numbers)).all("button")
    assert [button.text for button in shown] == ["1", "2", "1"]


def test_a_citation_number_says_where_it_leads() -> None:
    (button,) = read(markup.cite_button(citation(7), 3)).all("button")
    assert (button.attributes["data-start"], button.attributes["data-end"]) == ("7", "21")
    assert button.attributes["aria-label"] == "Citation 3, open news.txt at it"


def test_the_verdict_in_words() -> None:
    verified, quoted = claim(), claim(verdict="verbatim")
    assert markup.verdict([verified]) == "1 of 1 sentence verified"
    assert markup.verdict([verified, verified]) == "2 of 2 sentences verified"
    assert markup.verdict([verified, quoted]) == "1 of 2 sentences verified, 1 quoted"
    assert markup.verdict([quoted]) == "quotation"
    assert markup.verdict([quoted, quoted]) == "2 quotations"


def test_a_failure_is_an_alert_and_says_what_to_do() -> None:
    (box,) = read(markup.failure("The model stopped.", "Ask again.")).all("div")
    assert box.attributes["role"] == "alert"
    assert box.text == "The model stopped.Ask again."


def test_withheld_sentences_are_counted_and_explained() -> None:
    assert markup.withheld([]) == ""
    (fold,) = read(markup.withheld([{"text": NASTY, "reason": "no support"}])).all("details")
    assert fold.all("summary")[0].text == "1 withheld: show"
    assert fold.all("li")[0].text == NASTY + "no support"
