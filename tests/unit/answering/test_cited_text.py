"""Sentences and their numbers, read from a reply that is still being written."""

import json

import pytest

from assistant.answering.cited_text import CitedSentence, cited_sentences, schema, without_marks

LINES = "The weir broke in March. [3]\n- Forty herons left [1][2].\nNobody was hurt there.\n"
JSON = json.dumps(
    {
        "sentences": [
            {"text": "The weir broke in March.", "sources": [3]},
            {"text": "Forty herons left.", "sources": [1, 2]},
            {"text": "Nobody was hurt there.", "sources": []},
        ]
    }
)
READ = [
    CitedSentence(text="The weir broke in March.", numbers=(3,)),
    CitedSentence(text="Forty herons left.", numbers=(1, 2)),
    CitedSentence(text="Nobody was hurt there.", numbers=()),
]


@pytest.mark.parametrize("reply", [LINES, JSON, f"```json\n{JSON}\n```"])
def test_what_is_read_early_stays_as_it_is(reply: str) -> None:
    assert cited_sentences(reply, ended=True) == READ
    for end in range(len(reply)):
        early = cited_sentences(reply[:end], ended=False)
        assert early == READ[: len(early)], reply[:end]


@pytest.mark.parametrize("reply", [LINES, JSON])
def test_a_sentence_is_there_before_the_reply_ends(reply: str) -> None:
    assert cited_sentences(reply[: reply.index("Nobody")], ended=False)[0] == READ[0]


@pytest.mark.parametrize(
    ("reply", "numbers"),
    [
        ("The weir broke in March [3, 4].", (3, 4)),
        ("The weir broke in March. [3] [4]", (3, 4)),
        ("The weir broke in March. [3][3]", (3,)),
        ("The weir broke in March. [99]", (99,)),
        ('{"sentences": [{"text": "The weir broke in March.", "sources": 3}]}', (3,)),
        ('{"sentences": [{"text": "The weir broke in March. [7]", "sources": [3]}]}', (3,)),
        ('{"sentences": [{"text": "The weir broke in March.", "sources": ["3", null]}]}', ()),
        ('{"sentences": [{"text": "The weir broke in March."}]}', ()),
    ],
)
def test_numbers_in_every_form(reply: str, numbers: tuple[int, ...]) -> None:
    assert cited_sentences(reply, ended=True) == [
        CitedSentence(text="The weir broke in March.", numbers=numbers)
    ]


def test_each_sentence_of_a_line_has_the_numbers_after_it() -> None:
    found = cited_sentences(
        "It broke in March. The herons left. [1] Nobody cared much. [2]", ended=True
    )
    assert [each.numbers for each in found] == [(1,), (1,), (2,)]


@pytest.mark.parametrize("reply", ["", "   ", "{}", "{", "[1]", '{"sentences": 3}', "\n\n\n"])
def test_nothing_is_read_from_nothing(reply: str) -> None:
    assert cited_sentences(reply, ended=True) == []


def test_notes_of_a_document_are_no_numbers() -> None:
    assert without_marks("The weir[12] broke in March.[3][4]") == "The weir broke in March."


def test_the_schema_allows_only_the_numbers_there_are() -> None:
    sentence = schema(2)["properties"]["sentences"]["items"]
    assert sentence["properties"]["sources"]["items"]["enum"] == [1, 2]


def test_a_number_within_a_sentence_does_not_cut_it() -> None:
    found = cited_sentences(
        "The weir broke [1] because of heavy rain [2]. Nobody cared much. [3]", ended=True
    )
    assert [(each.text, each.numbers) for each in found] == [
        ("The weir broke because of heavy rain.", (1, 2)),
        ("Nobody cared much.", (3,)),
    ]
