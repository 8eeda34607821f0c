"""The encoding of a text file is told from its bytes, or the file is refused: never guessed."""

import random

import pytest

from index.errors import InputError
from index.formats.text import decoded

WESTERN = [
    "The pound fell to £1.20 against the dollar today.",
    "São Paulo",
    "Münster",
    "“I’m here,” he said – it cost 5 €.",
    "Le président a déclaré à Paris que l’été serait chaud.",
    "Smørrebrød på gården i Århus",
    "El presidente dijo: «¿Qué pasará mañana?»",
    "Forsætisráðherra sagði að það væri ekki rétt.",
    "At 25 °C it is 5 m² of Müller® tiles.",
]


@pytest.mark.parametrize("text", WESTERN)
def test_western_text_is_cp1252(text: str) -> None:
    assert decoded(text.encode("cp1252"), "a.txt") == text


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("Президент заявил, что войска останутся на своих позициях до весны.", "cp1251"),
        ("Президент заявил, что войска останутся на своих позициях до весны.", "koi8-r"),
        ("Ο πρόεδρος είπε ότι τα στρατεύματα θα παραμείνουν στις θέσεις τους.", "cp1253"),
        ("Prezident řekl, že vláda se sejde v pondělí večer v Praze.", "cp1250"),
        ("Prezydent powiedział, że wojska pozostaną na swoich pozycjach.", "cp1250"),
        ("Başbakan dün bir açıklama yaptı ve görüşmelerin süreceğini söyledi.", "cp1254"),
        ("大統領は月曜日に、軍隊は春まで陣地にとどまると述べた。ニュースです。", "shift_jis"),
    ],
)
def test_other_text_is_told_by_its_language(text: str, encoding: str) -> None:
    assert decoded(text.encode(encoding), "a.txt") == text


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("text", ["How are you?\r\n", "Привет, мир", "大統領は 一 Hello\n"])
def test_utf16_needs_no_mark(text: str, encoding: str) -> None:
    assert decoded(text.encode(encoding), "a.txt") == text


@pytest.mark.parametrize(
    "content",
    [
        "The town of Köln, “Cologne”, is naïve.".encode() + b"\xc3",
        "The capital is Москва.".encode("cp1251"),
        "Report on 北京 in the year".encode("gbk"),
    ],
    ids=["damaged UTF-8", "a Russian word", "a Chinese word"],
)
def test_what_cannot_be_told_is_refused(content: bytes) -> None:
    with pytest.raises(InputError, match="The encoding of"):
        decoded(content, "a.txt")


@pytest.mark.parametrize("seed", range(10))
def test_bytes_of_no_text_are_refused(seed: int) -> None:
    content = random.Random(seed).randbytes(1000)
    for each in (content, content.replace(b"\x00", b"")):
        with pytest.raises(InputError, match=r"not text|cannot be told"):
            decoded(each, "a.txt")
