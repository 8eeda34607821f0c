"""Hostile mail."""

import random
import struct
from collections.abc import Iterator

from tests.hostile.pages import BILLION
from tests.hostile.sheets import damaged, understated
from tests.unit.index import letters, office

Named = tuple[str, bytes]
HEAD = b"From: a@x.org\nSubject: Plan\n"


def mail_files(*, large: bool) -> Iterator[Named]:
    """Names and bytes of ``.eml .mbox .msg`` files."""
    rows = ("rows.csv", b"Year,Sum\n2021,4.1\n")
    whole = letters.eml("Said.", html="<p>Said.</p>", attached=[rows])
    for suffix, content in (
        ("eml", whole),
        ("mbox", letters.mbox(whole, whole)),
        ("msg", letters.msg("Said.", attached=[rows])),
    ):
        for name, changed in damaged(content):
            yield f"{name}.{suffix}", changed
    for name, content in _messages(large):
        yield f"{name}.eml", content
    for name, content in _mailboxes(large):
        yield f"{name}.mbox", content
    for name, content in _outlook(large):
        yield f"{name}.msg", content


def _messages(large: bool) -> Iterator[Named]:
    size = 20_000_000 if large else 300_000
    deep = 5_000 if large else 300
    yield "no-head", b"words only\n"
    yield "head-only", HEAD
    yield "huge-header", b"From: " + b"a" * size + b"\n\ntext\n"
    yield "many-headers", HEAD + b"X: y\n" * (size // 5) + b"\ntext\n"
    yield "many-people", b"To: " + b"a <a@x.org>, " * (size // 13) + b"\n\ntext\n"
    yield "odd-people", b"From: " + b'"<(' * (size // 300) + b"\n\ntext\n"
    yield "odd-days", b"Date: Thu, 99 Foo 99999 99:99:99 +9999\n" + HEAD + b"\ntext\n"
    yield "encoded-word", b"Subject: " + b"=?utf-8?q?=ff?= " * 999 + b"\n" + HEAD + b"\ntext\n"
    kinds = {
        "no-such-charset": b"text/plain; charset=nonsense",
        "wrong-charset": b"text/plain; charset=utf-16",
        "idna-charset": b"text/plain; charset=idna",
        "no-boundary": b"multipart/mixed",
        "odd-kind": b"////;;;=",
        "encrypted": b"multipart/encrypted; boundary=x",
    }
    for name, kind in kinds.items():
        yield name, HEAD + b"Content-Type: " + kind + b"\n\n\xff\xfe text \x80\n"
    coded = b"Content-Transfer-Encoding: base64\n\n"
    yield "broken-base64", HEAD + coded + b"!!!!" * 999
    yield "odd-base64", HEAD + coded + b"QUJD=" * 999
    nested, mail = b"", b"text\n"
    for number in range(deep):
        nested += b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (number, number)
    yield "nested-parts", HEAD + nested + b"\n\ntext\n"
    for _ in range(60):
        mail = HEAD + b"Content-Type: message/rfc822\n\n" + mail
    yield "nested-mails", mail
    part = b"--x\nContent-Disposition: attachment; filename=a.txt\n\ntext\n"
    many = HEAD + b"Content-Type: multipart/mixed; boundary=x\n\n"
    yield "many-attachments", many + part * (20_000 if large else 1_500) + b"--x--\n"
    for number, name in enumerate(
        (b"../../a.txt", b"/etc/a.txt", b"\x00.txt", b".txt", b"a" * 999)
    ):
        yield f"odd-name-{number}", many + part.replace(b"a.txt", name) + b"--x--\n"
    packed = {
        "laughs.xml": BILLION.encode() + b"<a>&l9;</a>",
        "understated.xlsx": understated(office.xlsx({"A": [["word " * 6_000]] * 20})),
        "repeated.ods": office.open_document(
            "spreadsheet",
            '<office:spreadsheet><table:table table:name="A"><table:table-row'
            ' table:number-rows-repeated="1048576"><table:table-cell office:value-type="string"'
            ' table:number-columns-repeated="16384"><text:p>a</text:p></table:table-cell>'
            "</table:table-row></table:table></office:spreadsheet>",
        ),
        "deep.json": b"[" * size,
        "a.eml \u203a b.txt": b"text",
    }
    for number, (name, content) in enumerate(packed.items()):
        yield f"attached-{number}", letters.eml("See this.", attached=[(name, content)])
    yield "quote-marks", HEAD + b"\n" + b">" * size
    yield "quoted-lines", HEAD + b"\n" + b"> a:\nb:\n" * (size // 80)
    yield "introductions", HEAD + b"\n" + b"wrote 3:\n> a\n\n" * (size // 140)
    yield "heads", HEAD + b"\n" + b"From: a\nTo: b\n\n" * (size // 14)
    page = HEAD + b"Content-Type: text/html\n\n"
    yield "deep-page", page + b"<blockquote type=cite>" * (deep * 10) + b"text"
    yield "quoting-page", page + b"<div class='gmail_quote'>a</div>" * 500


def _mailboxes(large: bool) -> Iterator[Named]:
    line = b"From a Thu May  9 16:40:00 2024\n"
    yield "no-line", b"text\n"
    yield "lines-only", (line + b"\n") * (100_000 if large else 5_200)
    yield "no-heads", (line + b"words\n\n") * 100
    yield "blank-first", b"\n\n" + line + HEAD + b"\ntext\n"
    yield "many", (line + HEAD + b"\nSaid again.\n\n") * (50_000 if large else 1_000)
    yield "noise", line + random.Random(5).randbytes(20_000)


def _outlook(large: bool) -> Iterator[Named]:
    yield "no-properties", office.compound({"__substg1.0_0037001F": b"a\0"})
    yield "short-properties", office.compound({"__properties_version1.0": b"abc"})
    size = 20_000_000 if large else 400_000
    yield "huge-body", letters.msg("word " * (size // 5))
    many = [(f"a{n}.txt", b"text") for n in range(400)]
    yield "many-attachments", letters.msg("text", attached=many)
    yield "odd-page", letters.msg("", html=b"\xff\xfe<p>\x00</p>")
    whole = bytearray(letters.msg("text"))
    struct.pack_into("<I", whole, 48, 0)  # the directory begins in the first sector
    yield "directory-elsewhere", bytes(whole)
    looped = bytearray(letters.msg("text"))
    at = looped.rindex(struct.pack("<I", 0xFFFFFFFD)) // 512 * 512
    looped[at : at + 512] = struct.pack("<128I", *range(128))
    yield "looped", bytes(looped)
