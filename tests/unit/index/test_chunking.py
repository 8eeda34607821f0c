"""Sentences and passages: what is cited is one of these, so they are tested most."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks import boundaries
from index import chunking, sentences
from index.data import Document, Heading
from index.formats.text import plain_headings


def split(text: str) -> list[str]:
    return [text[start:end] for start, end in sentences.sentences(text)]


def document(text: str, headings: tuple[Heading, ...] = ()) -> Document:
    return Document(
        id="d",
        title="",
        name="d.txt",
        path=None,
        url=None,
        published=None,
        added="2026-01-01T00:00:00+00:00",
        text=text,
        headings=headings,
    )


WHOLE = [
    "Am 3. März stimmte der Rat zu.",
    "The claim rests on 42 U.S.C. § 1983 and on Ash v. Oak, 417 F.3d 1022 (9th Cir. 2005).",
    "See also Fed. R. Civ. P. 12(b)(6) and Cal. Penal Code § 148(a)(1).",
    "Temp. 38.4 °C was measured, and metformin 500 mg b.i.d. given.",
    "It was small, cf. ref. 9 and Ex. B to Sec. 2.",
    "In 2019 the court (D. Or. Aug. 3, 2019) refused Lab. & Co. a stay.",
    "Die Brücke wurde am 12. Dezember 2031 gesperrt.",
    "U.S. intelligence sources have identified several units.",
    "Michael E. Mann agreed with J. K. Rowling and George W. Bush.",
    "Kim Jong-un’s visit cost 3.5 million dollars.",
    "Dr. Smith, Mr. Jones, Gen. Mark Milley and Sen. John McCain met in St. Petersburg.",
    "Apple Inc. Chief Executive Tim Cook spoke at 5 p.m. Monday.",
    "Roe v. Wade was decided on Jan. 22, 1973, as No. 70-18.",
    "Some allies, e.g. Poland, and others, i.e. Baltic states, agreed.",
    "The work of Smith et al. Nature published is cited, cf. Jones.",
    "He waited ... and then left.",
    "She said it was over… and left.",
    "“Will they come?” Mr. Smith asked.",
    "“Stop!” the guard shouted.",
    "“How far will it go?” Jens Stoltenberg said on Monday.",
    "It rose to 3.14 in version 2.0.1 of example.com.",
    "See Fig. 3, pp. 12-14, and vol. 7.",
    "The U.N. Security Council met with the E.U. Commission in Washington, D.C. Monday.",
    "Martin Luther King Jr. Day is a holiday.",
    "The flight left at 6 a.m. Tokyo time.",
    "Lt. Col. Alexander Vindman testified.",
    "He holds a Ph.D. Physics is his field of choice",
    "“I left. I came back,” he said.",
    "“I left. I came back,” Mr. Smith said.",
    "“I left. Why? I don’t know!” he said.",
    '"I left. I came back," he said.',
    "‘I left. I don’t know. I came back,’ he said.",
    "'I left. I came back,' he said.",
    "„Ich ging. Ich kam“, sagte er.",
    "« Je pars. Je reviens », dit-il.",
    "”Jag gick. Jag kom,” sade han.",
    "He asked “Who left? Who came?” and went.",
]


@pytest.mark.parametrize("text", WHOLE)
def test_one_sentence_stays_whole(text: str) -> None:
    assert split(text) == [text]


PARTED = [
    (
        "He left the park. Smith sold the car. Birds sang.",
        ["He left the park.", "Smith sold the car.", "Birds sang."],
    ),
    (
        "Hall is a town. He went to Hall. Birds sang.",
        ["Hall is a town.", "He went to Hall.", "Birds sang."],
    ),
    ("It weighs 5 kg. Birds sang.", ["It weighs 5 kg.", "Birds sang."]),
    ("It was dated.[^1] It fell.", ["It was dated.[^1]", "It fell."]),
    ("We thank him for maps, etc. They help.", ["We thank him for maps, etc.", "They help."]),
    ("He fled to the U.S. The army followed.", ["He fled to the U.S.", "The army followed."]),
    ("It belongs to Acme Inc. It is sold.", ["It belongs to Acme Inc.", "It is sold."]),
    ("He came at 5 p.m. Then he left.", ["He came at 5 p.m.", "Then he left."]),
    (
        "It “destabilizes the region.” The U.S. has warned.",
        ["It “destabilizes the region.”", "The U.S. has warned."],
    ),
    ('He said, "Go." The end.', ['He said, "Go."', "The end."]),
    ("“No!” The crowd roared. He said so.", ["“No!”", "The crowd roared.", "He said so."]),
    ("(He left.) The end.", ["(He left.)", "The end."]),
    ("It fell.[12] It rose.", ["It fell.[12]", "It rose."]),
    ("It fell.[citation needed] It rose.", ["It fell.[citation needed]", "It rose."]),
    ("`` It fell . '' He rose . ) So", ["`` It fell . ''", "He rose . )", "So"]),
    ("Is it No. 5? No. The answer is 6.", ["Is it No. 5?", "No.", "The answer is 6."]),
    (
        "He sat. John stood in the sun. Birds sang.",
        ["He sat.", "John stood in the sun.", "Birds sang."],
    ),
    ("It was vitamin C. It helped.", ["It was vitamin C.", "It helped."]),
    ("Really?! Yes… Perhaps.", ["Really?!", "Yes…", "Perhaps."]),
    ("It cost $5. 3 people paid.", ["It cost $5.", "3 people paid."]),
    ("Prices rose 3.5%. “We act,” he said.", ["Prices rose 3.5%.", "“We act,” he said."]),
    (
        "“I left. I came back.” He said so, “of course,” twice.",
        ["“I left.", "I came back.”", "He said so, “of course,” twice."],
    ),
    ("It fell. “I left,” he said.", ["It fell.", "“I left,” he said."]),
    ("It fell. The dogs’ owners left.", ["It fell.", "The dogs’ owners left."]),
    ("He is 6' 2\". She is 5' 9\" tall.", ["He is 6' 2\".", "She is 5' 9\" tall."]),
    ("**It rose.** It fell.", ["**It rose.**", "It fell."]),
    ("no capitals here. not one. e.g. this.", ["no capitals here.", "not one.", "e.g. this."]),
    ("これは文です。次も文です！終わり", ["これは文です。", "次も文です！", "終わり"]),
    ("「行く？」と言った。帰った。", ["「行く？」と言った。", "帰った。"]),
    ("यह वाक्य है। यह दूसरा है।", ["यह वाक्य है।", "यह दूसरा है।"]),
    ("ذهب إلى البيت. هل عاد؟ نعم.", ["ذهب إلى البيت.", "هل عاد؟", "نعم."]),
    ("¿Vino? ¡No! Quizás.", ["¿Vino?", "¡No!", "Quizás."]),
]


@pytest.mark.parametrize(("text", "expected"), PARTED, ids=[text for text, _ in PARTED])
def test_sentences_are_parted(text: str, expected: list[str]) -> None:
    assert split(text) == expected


def test_a_long_quotation_stays_together_only_near_its_end() -> None:
    parts = split("“I left. " + "I came back and stayed. " * 20 + "I know,” he said.")
    assert parts[:8] == ["“I left.", *["I came back and stayed."] * 7]
    assert parts[8:] == ["I came back and stayed. " * 13 + "I know,” he said."]


LAYOUT = [
    ("A title\n\nSome text", ["A title", "Some text"]),
    (
        "This is a hard\nwrapped line that\r\ngoes on. It ends.",
        ["This is a hard\nwrapped line that\r\ngoes on.", "It ends."],
    ),
    (
        "A short line\nA much longer line of ordinary text that follows it and goes on.",
        ["A short line", "A much longer line of ordinary text that follows it and goes on."],
    ),
    ("- one item\n- another\nwrapped\n* third", ["- one item", "- another\nwrapped", "* third"]),
    ("The book was written by\nJ. K. Rowling.", ["The book was written by\nJ. K. Rowling."]),
    ("(a) one\nb. two\n(iv) three", ["(a) one", "b. two", "(iv) three"]),
    (
        "4.1 The fee is\ndue. 4.5 million\n4.2 It rises.",
        ["4.1 The fee is\ndue.", "4.5 million", "4.2 It rises."],
    ),
    ("A · Pay: 1. It is\nB · Pay: 2", ["A · Pay: 1. It is", "B · Pay: 2"]),
    ("1. First. It is so\n2) Second", ["1. First.", "It is so", "2) Second"]),
    ("| a | b |\n| c | d |", ["| a | b |", "| c | d |"]),
    ("Year\tDeaths\n2020\t5", ["Year\tDeaths", "2020\t5"]),
    ("One\x0cTwo\u2029Three", ["One", "Two", "Three"]),
    (  # a line before the break of a page
        "The museum has two floors and a cellar that is dry in most of the winters.\n"
        "Since the roof is to be mended before the frost comes, the part above the\n"
        "stairs will be closed in\nMarch and shown again before midsummer.",
        [
            "The museum has two floors and a cellar that is dry in most of the winters.",
            "Since the roof is to be mended before the frost comes, the part above the\n"
            "stairs will be closed in\nMarch and shown again before midsummer.",
        ],
    ),
]


@pytest.mark.parametrize(("text", "expected"), LAYOUT, ids=[repr(text) for text, _ in LAYOUT])
def test_lines_are_parted_only_where_they_end(text: str, expected: list[str]) -> None:
    assert split(text) == expected


def test_a_heading_is_a_sentence_of_its_own() -> None:
    text = "Mr. Big. And more\nIt was so."
    heading = Heading(level=1, start=0, end=17)
    spans = sentences.sentences(text, (heading,))
    assert [text[start:end] for start, end in spans] == ["Mr. Big. And more", "It was so."]


def test_an_overlong_sentence_is_cut_after_a_clause() -> None:
    text = "word " * 130 + "clause, " + "word " * 130
    parts = split(text)
    assert len(parts) == 2
    assert parts[0].endswith("clause,")


def test_letters_without_any_space_are_cut_between_letters() -> None:
    text = "e\u0301" * 2000
    parts = split(text)
    assert max(map(len, parts)) <= sentences.LONGEST_SENTENCE
    assert all(part.startswith("e") for part in parts)
    assert "".join(parts) == text


@pytest.mark.parametrize(
    "text", [". ", ".", ". ) ", "“A. ", '"A. ', "A.” ", ".\u00a0", "# a ", "'A. "]
)
def test_the_time_grows_as_the_text_does(text: str) -> None:
    """Quadratic time would be a hundred times the seconds, not ten times."""

    def seconds(times: int) -> float:
        begun = time.process_time()
        chunking.passages(document(text * times))
        return time.process_time() - begun

    seconds(100)
    assert seconds(10_000) < 40 * max(seconds(1_000), 0.01)


def test_a_caption_like_a_file_name_is_a_label() -> None:
    assert sentences.is_label("Kim_Jung_Un_Dictator_of_North_Korea")
    assert sentences.is_label("IMG2034.jpg")
    assert sentences.is_label("* * *")
    assert not sentences.is_label("North Korea")
    assert not sentences.is_label("Introduction")


def test_the_seed_is_parted_as_a_reader_would(seed_text: str) -> None:
    found = split(seed_text)
    assert len(found) == 35
    assert "Kim_Jung_Un_Dictator_of_North_Korea" in found
    assert (
        "U.S. intelligence sources have identified several units of North Korean soldiers deployed"
        " in eastern Ukraine, bolstering Russia’s ongoing military campaign."
    ) in found
    assert sum(sentence.startswith("The U.S. has warned") for sentence in found) == 1


def test_passages_of_the_seed_begin_at_its_headings(seed_text: str) -> None:
    found = chunking.passages(document(seed_text, tuple(plain_headings(seed_text))))
    assert [passage.heading for passage in found] == [
        "North Korea Sends Troops to Ukraine in Support of Russia",
        "North Korea Sends Troops to Ukraine in Support of Russia",
        "Growing Russo-North Korean Cooperation",
        "U.S. Reaction and International Consequences",
        "Kim Jong-un’s Gambit",
        "A Troubling Precedent",
        "What’s Next for the International Community?",
    ]
    assert all(passage.text.startswith(passage.heading) for passage in found[2:])


def test_a_long_section_becomes_passages_of_similar_length() -> None:
    text = " ".join(
        f"Sentence number {number} says a little about the matter." for number in range(90)
    )
    lengths = [len(passage.text) for passage in chunking.passages(document(text))]
    assert len(lengths) > 3
    assert min(lengths) > 0.6 * chunking.PASSAGE_LENGTH
    assert max(lengths) < 1.3 * chunking.PASSAGE_LENGTH


def test_passages_prefer_to_end_with_a_paragraph() -> None:
    paragraph = " ".join(["It was a sentence of some length about something."] * 12)
    text = f"{paragraph}\n\n{paragraph}\n\n{paragraph}"
    assert [passage.text for passage in chunking.passages(document(text))] == [paragraph] * 3


def test_short_neighbours_of_a_section_are_merged() -> None:
    text = "\n\n".join(["A short paragraph."] * 5)
    assert len(chunking.passages(document(text))) == 1


# Any text at all: letters of several scripts, marks that combine, emoji, line ends, stops.
WORDS = (
    "The U.S. e\u0301 İstanbul שלום مرحبا 北京 👩\u200d👩\u200d👧 3.5 Mr. J. a … 。 # [1] _ ( ) “ ”"
)
BREAKS = [". ", "? ", "! ", "\n", "\r\n", "\n\n", "\t", " ", "\u2028", "\x0c", "\u00a0"]
PIECES = st.sampled_from([*WORDS.split(), *BREAKS, "- x", "| a | b |"])
TEXTS = st.one_of(st.text(max_size=400), st.lists(PIECES, max_size=120).map(" ".join)) | st.lists(
    PIECES, max_size=120
).map("".join)


def headings_of(text: str, picks: list[int]) -> tuple[Heading, ...]:
    """Some of the text's lines as headings."""
    lines = [(start, end) for start, end in sentences.lines(text) if text[start:end].strip()]
    chosen = sorted({pick % len(lines) for pick in picks}) if lines else []
    return tuple(Heading(level=1, start=lines[at][0], end=lines[at][1]) for at in chosen)


@given(TEXTS, st.lists(st.integers(0, 1000), max_size=3))
def test_every_character_lies_in_exactly_one_sentence(text: str, picks: list[int]) -> None:
    spans = sentences.sentences(text, headings_of(text, picks))
    covered = [False] * len(text)
    last = 0
    for start, end in spans:
        assert last <= start < end
        assert end - start <= sentences.LONGEST_SENTENCE
        assert not text[start].isspace()
        assert not text[end - 1].isspace()
        covered[start:end] = [True] * (end - start)
        last = end
    assert all(
        inside or character.isspace() for inside, character in zip(covered, text, strict=True)
    )


@given(TEXTS, st.lists(st.integers(0, 1000), max_size=3))
def test_passages_are_runs_of_whole_sentences_without_gaps(text: str, picks: list[int]) -> None:
    headings = headings_of(text, picks)
    doc = document(text, headings)
    spans = sentences.sentences(text, headings)
    starts, ends = {start for start, _ in spans}, {end for _, end in spans}
    held = 0
    for passage in chunking.passages(doc):
        assert doc.quote(passage.span) == passage.text
        assert passage.span.start in starts
        assert passage.span.end in ends
        held += sum(passage.span.start <= start < passage.span.end for start, _ in spans)
    assert held == len(spans)


@given(st.lists(st.sampled_from(["One more. ", "Ein Satz ohne Ende ", "\n\n"]), max_size=300))
def test_passages_keep_to_their_length(pieces: list[str]) -> None:
    text = "".join(pieces)
    for passage in chunking.passages(document(text)):
        assert len(passage.text) <= chunking.LONGEST_PASSAGE


def test_the_marked_sentences_are_found() -> None:
    """No worse than docs/design.md says of law, medicine, science, news and lists."""
    for path in sorted(boundaries.MARKED.glob("*.txt")):
        marked = list(boundaries.paragraphs(path))
        assert len(marked) > 30
        found = boundaries.score(marked, sentences.sentences)
        assert found.precision > 0.93
        assert found.recall > 0.945
