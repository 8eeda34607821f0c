"""Mail: who, when, what is new, what is quoted, and what is attached."""

import random
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from index import Library, loading
from index.data import Document
from index.errors import InputError
from index.formats import quoting
from tests.unit.index import letters, office
from tests.unit.index.test_generated import SEEDS, found, loaded, paragraphs, told

OUTLOOK = "From: A Ek <a@x.org>\r\nTo: b@x.org\r\nDate: Thu, 9 May 2024 16:40:00 +0200\r\n\r\n"


def read(content: bytes, kind: str = ".eml") -> tuple[Document, tuple[str, ...]]:
    return loaded(content, kind)


@pytest.mark.parametrize("seed", SEEDS)
def test_every_sentence_is_read_whole_whatever_the_format(seed: int) -> None:
    chance = random.Random(seed)
    said = told(chance)
    text = "\n\n".join(paragraphs(said, chance))
    page = "".join(f"<p>{part}</p>" for part in text.split("\n\n"))
    day = "Thu, 9 May 2024 16:40:00 +0200"
    line = "From: A Ek <a@x.org> · To: b@x.org; Date: 2024-05-09 16:40 (+0200)"
    for content, kind in (
        (letters.eml(text, Date=day), ".eml"),
        (letters.eml("", html=f"<html><body>{page}</body></html>", Date=day), ".eml"),
        (letters.msg(text, headers=OUTLOOK), ".msg"),
        (letters.mbox(letters.eml(text, Date=day)), ".mbox"),
    ):
        document, remarks = read(content, kind)
        assert remarks == ()
        assert found(document) == ["Plan", line, *said], kind
        if kind != ".mbox":
            assert (document.title, document.published) == ("Plan", "2024-05-09")


QUOTED = "The old day was the 24th of May, at nine, as we said."
NEW = "The new day is 31 May, at half past seven."


@pytest.mark.parametrize(
    "tail",
    [
        f"On Wed, 8 May 2024 at 11:02, Jo Reuter wrote:\n> {QUOTED}\n",
        f"On Wed, 8 May 2024 at 11:02, Jo Reuter\n<jo@x.org> wrote:\n\n> {QUOTED}\n>\n>> Older.\n",
        f"Am 8. Mai 2024 um 11:02 schrieb Jo Reuter:\n> {QUOTED}\n",
        f"-----Original Message-----\nFrom: Jo\nSent: 8 May\nTo: All\nSubject: Day\n\n{QUOTED}",
        f"________________________________\nVon: Jo\nGesendet: 8. Mai\nAn: Alle\n\n{QUOTED}",
        f"> {QUOTED}\n",
    ],
)
def test_quoted_text_stands_below_under_its_own_heading(tail: str) -> None:
    document, _ = read(letters.eml(f"{NEW}\n\n{tail}"))
    heads = [document.text[each.start : each.end] for each in document.headings]
    assert heads == ["Plan", "Quoted text"]
    new, _, old = document.text.partition("\n\nQuoted text\n\n")
    assert new.endswith(NEW)
    assert QUOTED in old
    assert QUOTED in found(document)
    assert ">" not in old.replace("<jo@x.org>", "")


@pytest.mark.parametrize(
    "around",
    [
        "<div class='gmail_quote'><div>On Wed Jo wrote:</div><p>{}</p></div>",
        "<blockquote type='cite'><p>{}</p></blockquote>",
        "<div id='divRplyFwdMsg'>From: Jo</div><div><p>{}</p></div>",
    ],
)
def test_quoted_text_of_pages_stands_below_too(around: str) -> None:
    html = f"<html><body><p>{NEW}</p>{around.format(QUOTED)}</body></html>"
    new, _, old = read(letters.eml("", html=html))[0].text.partition("\n\nQuoted text\n\n")
    assert new.endswith(NEW)
    assert QUOTED in old


def test_an_answer_between_quoted_lines_keeps_its_place() -> None:
    document, _ = read(letters.eml("Hello,\n\n> Can you come?\n\nYes.\n\n> And Tuesday?\n\nNo.\n"))
    assert document.text.endswith(
        "Hello,\n\nQuoted: Can you come?\n\nYes.\n\nQuoted: And Tuesday?\n\nNo."
    )


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("> one\n>\n> two\n\nanswer", "Quoted: one\n\nQuoted: two\n\nanswer"),
        (
            "On Mon, A wrote:\n> The budget is 5 million.\n\nNo, it is 4.",
            "Quoted: On Mon, A wrote:\n\nQuoted: The budget is 5 million.\n\nNo, it is 4.",
        ),
    ],
)
def test_each_paragraph_of_what_is_quoted_between_is_called_so(text: str, shown: str) -> None:
    assert read(letters.eml(text))[0].text.partition("b@x.org\n\n")[2] == shown


def test_bare_text_after_the_head_of_an_earlier_mail_is_quoted() -> None:
    html = (
        "<html><body><p>New words.</p><div id='divRplyFwdMsg'>From: Jo</div>The bare words.<br>"
        "More of them.<p>A paragraph.</p>The end.</body></html>"
    )
    new, _, old = read(letters.eml("", html=html))[0].text.partition("\n\nQuoted text\n\n")
    assert new.endswith("\n\nNew words.")
    assert "".join(old.split()) == "From:JoThebarewords.Moreofthem.Aparagraph.Theend."


def test_what_looks_like_a_head_is_new_where_no_mail_is_quoted() -> None:
    text = "Here is the list:\n\nFrom: the store\nthe rest follows.\n\nNote: all is well.\n"
    assert "Quoted" not in read(letters.eml(text))[0].text


def test_a_mailbox_holds_each_text_once_and_shows_the_message() -> None:
    first = letters.eml(f"{QUOTED}\n", Subject="Day")
    second = letters.eml(
        f"{NEW}\n\nOn Wed, 8 May 2024, A Ek wrote:\n> The old day was the 24th of May,\n"
        "> at nine, as we said.\n\nFrom here on all is new.\n",
        Subject="Re: Day",
    )
    stranger = letters.eml("Mine.\n\n> Words of a mail that is not here at all.\n", Subject="Other")
    document, _ = read(letters.mbox(first, second, stranger), ".mbox")
    assert document.text.count("24th of May") == 1
    assert "From here on all is new." in document.text
    assert "Quoted text\n\nWords of a mail that is not here at all." in document.text
    assert document.place_of(document.text.index(NEW)) == "message 2"
    assert [page.kind for page in document.pages] == ["message"] * 3


def test_attachments_are_documents_of_their_own(
    library: Library, write: Callable[[str, str | bytes], Path]
) -> None:
    inner = letters.eml(
        "Deep words.", attached=[("deep.txt", b"Deepest of all.")], Subject="In/side"
    )
    attached = [
        ("../../rows.csv", b"Year,Sum\n2021,4.1\n"),
        ("same.txt", b"The first text."),
        ("same.txt", b"The second text."),
        ("tool.exe", b"MZ\x00\x01"),
        ("bad.docx", b"no document"),
        ("forward.eml", inner),
    ]
    path = write("mail.eml", letters.eml("See what is attached.", attached=attached))
    results = list(library.add(path))
    told_of = {Path(each.source).name: each.status for each in results}
    assert told_of == {
        "mail.eml": "added",
        "mail.eml › rows.csv": "added",
        "mail.eml › same.txt": "added",
        "mail.eml › same (2).txt": "added",
        "mail.eml › bad.docx": "failed",
        "mail.eml › In side.eml": "added",
        "mail.eml › In side.eml › deep.txt": "added",
    }
    assert "attachments not read: tool.exe" in results[0].message
    assert all(Path(each.source).parent == path.parent for each in results)
    assert library.find("mail.eml › rows.csv").pages == 1
    assert library.search("Deepest of all.")[0].document_name.endswith("deep.txt")
    assert [each.status for each in library.add(path)] == ["unchanged"]
    path.write_bytes(
        letters.eml("See what is new.", attached=[("rows.csv", b"Year,Sum\n2021,5\n")])
    )
    assert [each.status for each in library.add(path)] == ["replaced", "replaced"]
    assert "Sum: 5" in library.text(library.find("mail.eml › rows.csv").id)
    assert library.check() == []


def test_attachments_go_with_their_mail_or_its_former_version(
    library: Library, write: Callable[[str, str | bytes], Path]
) -> None:
    held = letters.eml("Deep.", attached=[("deep.txt", b"Deepest zelkovite.")], Subject="In")
    attached = [
        ("contract.txt", b"The quorvath contract."),
        ("shared.txt", b"Known from elsewhere too."),
        ("forward.eml", held),
        ("kept.txt", b"This stays."),
        ("turns.csv", b"Year,Sum\n2021,4.1\n"),
    ]
    path = write("mail.eml", letters.eml("See it.", attached=attached))
    other = write("z.txt", "Known from elsewhere too.")
    alike = write("mail.eml › apart.txt", "A file that is only called so.")
    for each in (path, other, alike):
        list(library.add(each))

    def names() -> set[str]:
        return {each.name for each in library.documents()}

    contract = library.find("mail.eml › contract.txt").id
    later = [("kept.txt", b"This stays."), ("turns.csv", b"\x00")]
    path.write_bytes(letters.eml("See it again.", attached=later))
    told = [each.status for each in library.add(path)]
    assert told == ["replaced", "unchanged", "failed"]
    assert names() == {"mail.eml", "mail.eml › kept.txt", "z.txt", "mail.eml › apart.txt"}
    mail = library.find(str(path)).id
    assert contract in library.former(mail)
    assert all(each.document_name != "deep.txt" for each in library.search("zelkovite"))
    assert library.check() == []
    assert library.enclosed(mail) == [library.find("mail.eml › kept.txt").id]
    library.remove(mail)
    assert names() == {"z.txt", "mail.eml › apart.txt"}
    assert library.check() == []
    list(library.add(path))
    library.remove(library.find("mail.eml › kept.txt").id)
    assert [each.status for each in library.add(path)] == ["unchanged"]
    assert names() == {"z.txt", "mail.eml › apart.txt", "mail.eml"}


def test_attachments_of_outlook_and_of_mailboxes_are_named_after_them() -> None:
    rows = ("rows.csv", b"Year,Sum\n2021,4.1\n")
    for content, kind, name in (
        (letters.msg("See it.", headers=OUTLOOK, attached=[rows]), ".msg", "rows.csv"),
        (letters.mbox(letters.eml("See it.", attached=[rows])), ".mbox", "message 1 › rows.csv"),
    ):
        parted = loading.part(loading.Raw(source=f"/a{kind}", kind=kind, content=content))
        (raw,) = parted.enclosed
        assert raw == loading.Raw(source=f"/a{kind} › {name}", kind=".csv", content=rows[1])


def test_what_is_nested_too_deeply_is_told_and_not_read() -> None:
    content = letters.eml("Inmost.")
    for _ in range(8):
        content = letters.eml("Around it.", attached=[("a.eml", content)])
    raw, depth = loading.Raw(source="/a.eml", kind=".eml", content=content), 0
    while enclosed := loading.part(raw).enclosed:
        (raw,), depth = enclosed, depth + 1
    assert depth == 4
    assert loading.part(raw).remarks == ("attachments not read: Plan.eml",)


def test_encrypted_and_broken_mail_is_one_clear_error() -> None:
    sealed = b"From: a@x.org\nContent-Type: multipart/encrypted; boundary=x\n\n--x--\n"
    with pytest.raises(InputError, match=r"a\.eml is encrypted\. Open it in your mail program"):
        read(sealed)
    with pytest.raises(InputError, match=r"a\.eml is no mail"):
        read(b"Just words.\n")
    with pytest.raises(InputError, match=r"a\.mbox is no mailbox"):
        read(b"Just words.\n", ".mbox")
    for content in (b"words", office.compound({"Other": b"x"})):
        with pytest.raises(InputError, match=r"a\.msg is (broken|empty)"):
            read(content, ".msg")
    document, remarks = read(letters.mbox(sealed, letters.eml("Open.")), ".mbox")
    assert remarks == ("message 1 is encrypted.",)
    assert "Open." in document.text


def test_no_line_of_a_mail_is_lost() -> None:
    chance = random.Random(0)
    bits = [
        "> a b",
        ">> c",
        "",
        "On 3 May, A wrote:",
        "text here",
        "From: x",
        "To: y",
        "Date: 3",
        "--",
    ]
    for _ in range(300):
        text = "\n".join(chance.choices(bits, k=12))
        kept = "".join(each.text for each in quoting.parts(text))
        assert "".join(kept.split()).replace(">", "") == "".join(text.split()).replace(">", "")


def test_one_odd_message_loses_no_mailbox() -> None:
    head = "From: a@x.org\nSubject: Odd\nContent-Type: text/{}; charset=utf-7\n\n{}\n"
    half = "Half +2AE- of it."
    odd = [
        head.format("plain", half),
        head.format("html", f"<html><body><p>{half}</p></body></html>"),
    ]
    named = letters.eml("Known.", attached=[("a.txt", b"Held.")]).replace(
        b'filename="a.txt"', b"filename*=utf-7''%2B2AE-.txt"
    )  # the standard library cannot take it
    document, remarks = read(
        letters.mbox(*map(str.encode, odd), named, letters.eml("The end.")), ".mbox"
    )
    assert document.text.count("Half \ufffd of it.") == 2
    assert remarks == ("message 3 is broken and was not read",)
    assert document.page_of(document.text.index("The end.")) == 4


def test_encoded_headers_of_outlook_are_read() -> None:
    headers = "From: A <a@x.org>\r\nTo: =?utf-8?q?J=C3=B6rg?= <j@x.org>\r\n"
    headers += "Cc: =?utf-8?b?w4U=?= <c@x.org>\r\n\r\n"
    text = read(letters.msg("See it.", headers=headers), ".msg")[0].text
    assert "To: Jörg <j@x.org>; Copy: Å <c@x.org>" in text


@pytest.mark.parametrize(
    "text",
    [
        "a\n" + "\n" * 60_000 + "> b\n" + "\n" * 60_000 + "c\n",
        "> a\n" + "\n" * 60_000 + "> b",
        "words\n" + "-" * 30_000 + "x" + " " * 30_000 + "y\nFrom: a\nTo: b\nDate: c\n",
        "words\n- " + " " * 60_000 + "-x\nFrom: a\nTo: b\nDate: c\n",
    ],
)
def test_a_mail_costs_what_it_is_long(text: str) -> None:
    began = time.process_time()
    kept = "".join(each.text for each in quoting.parts(text))
    assert time.process_time() - began < 2
    assert "".join(kept.split()) == "".join(text.split()).replace(">", "")
