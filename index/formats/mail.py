"""Mail: .eml and .mbox by the standard library, .msg by python-oxmsg.

A message is its subject as a heading, a line with sender, recipients and day, what is new in it,
and below, under a heading of their own, the words that it quotes. What is attached is handed back
to be read as documents of their own.
"""

import email
import email.policy
import email.utils
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from email.message import EmailMessage
from typing import Any

from index.data import Page
from index.days import MAIL
from index.errors import InputError
from index.formats import quoting
from index.formats.content import Content, Enclosed, Writer
from index.formats.rows import row_line
from index.formats.text import decoded

MOST_MESSAGES = 5_000
"""Of a mailbox."""
MOST_ENCLOSED = 100
"""Attachments of a file that are handed back."""
_MOST_PARTS = 2_000
_MOST_NAMED = 20
"""Recipients that are written out."""
_LONGEST_NAME = 100
_SEPARATOR = re.compile(rb"(?:\A|\n\r?\n)From [^\n]*\d{2}:\d{2}[^\n]*\n")
"""The line between the messages of a mailbox: it ends in a day and an hour."""
_LONE = re.compile("[\ud800-\udfff]")
"""Half a character, which some encodings allow and no text may hold."""
_UNSAFE = re.compile(r"[\x00-\x1f\x7f/\\›]+")
_MENDING = "Open it in a mail program and save it anew."
_QUOTED = "Quoted text"
_BLANK = re.compile(r"\n[ \t]*\n")
_QUOTED_PARTS = re.compile(r"\n[ \t]*\n|(?<=[:：])\n")
"""Between paragraphs, and after a line that says whose words follow."""
_FULLER = 2.0
"""How many times as many letters as the plain text the other form has, if that is a stub."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """One message."""

    subject: str
    sender: str
    to: str
    copied: str
    sent: datetime | None
    parts: Sequence[quoting.Part]
    enclosed: Sequence[Enclosed] = ()
    remarks: Sequence[str] = field(default=())


def read_eml(content: bytes, name: str) -> Content:
    """One message.

    Raises:
        InputError: it is no message, or encrypted.
    """
    mail = _message(_parsed(content), name)
    if not (mail.sender or mail.to or mail.sent or mail.subject):
        raise InputError(f"{name} is no mail: it says neither sender nor day.", _MENDING)
    return _content([mail], single=True)


def read_mbox(content: bytes, name: str) -> Content:
    """The messages of a mailbox, each a page; what one quotes of another is left out.

    Raises:
        InputError: it is no mailbox.
    """
    starts = [(match.start(), match.end()) for match in _SEPARATOR.finditer(content)]
    if not starts or content[: starts[0][0]].strip():
        raise InputError(f"{name} is no mailbox of the mbox kind.", _MENDING)
    ends = [start for start, _ in starts[1:]] + [len(content)]
    mails: list[Mail] = []
    remarks: list[str] = []
    for (_, start), end in zip(starts[:MOST_MESSAGES], ends, strict=False):
        number = len(mails) + 1
        raw = re.sub(rb"(?m)^>(>*From )", rb"\1", content[start:end])
        try:
            mails.append(_message(_parsed(raw), f"message {number}"))
        except MemoryError:
            raise
        except InputError as error:
            mails.append(_unreadable(_parsed(raw)))
            remarks.append(error.message)
        except Exception:  # noqa: BLE001  # a message made for it makes the parsers raise anything
            mails.append(Mail(subject="", sender="", to="", copied="", sent=None, parts=()))
            remarks.append(f"message {number} is broken and was not read")
    if len(starts) > MOST_MESSAGES:
        remarks.append(
            f"it holds {len(starts):,} messages: only the first {MOST_MESSAGES:,} were read;"
            " split it"
        )
    return _content(mails, remarks)


def read_msg(content: bytes, name: str) -> Content:
    """One message as Outlook saves it.

    Raises:
        InputError: it is no such message, or broken.
    """
    from oxmsg import Message

    try:
        mail = _outlook(Message.load(content))
    except (InputError, MemoryError, RecursionError):
        raise
    except Exception as error:  # a damaged file makes olefile and python-oxmsg raise anything
        raise InputError(f"{name} is broken, or no Outlook message.", _MENDING) from error
    return _content([mail], single=True)


def _content(
    mails: Sequence[Mail], remarks: Iterable[str] = (), *, single: bool = False
) -> Content:
    """The text of messages; of a mailbox, each knows the others."""
    writer = Writer()
    pages = []
    enclosed: list[Enclosed] = []
    told = list(remarks)
    mailbox = set().union(*(quoting.runs(quoting.new(mail.parts)) for mail in mails))
    for number, mail in enumerate(mails, start=1):
        start = writer.end
        _write(mail, writer, frozenset() if single else mailbox)
        pages.append(Page(number=number, start=start, end=writer.end, kind="message"))
        within = "" if single else f"message {number} › "
        enclosed += [
            Enclosed(name=within + each.name, content=each.content) for each in mail.enclosed
        ]
        told += mail.remarks
    if len(enclosed) > MOST_ENCLOSED:
        told.append(f"of {len(enclosed):,} attachments the first {MOST_ENCLOSED} were read")
    return Content(
        text=writer.text,
        title=mails[0].subject if single else "",
        published=mails[0].sent.date().isoformat() if single and mails[0].sent else None,
        dated=MAIL,
        headings=tuple(writer.headings),
        pages=() if single else tuple(pages),
        remarks=tuple(told),
        enclosed=tuple(enclosed[:MOST_ENCLOSED]),
    )


def _write(mail: Mail, writer: Writer, mailbox: set[int] | frozenset[int]) -> None:
    writer.heading(1, mail.subject or "(no subject)")
    sent = ""
    if mail.sent:
        sent = f"{mail.sent:%Y-%m-%d %H:%M}" + (f" ({mail.sent:%z})" if mail.sent.tzinfo else "")
    first = f"From: {mail.sender}" if mail.sender else "Message"
    writer.paragraph(row_line(("", "To", "Copy", "Date"), (first, mail.to, mail.copied, sent)))
    shown = [
        each for each in mail.parts if not each.quoted or not quoting.is_known(each.text, mailbox)
    ]
    last = max((n for n, each in enumerate(shown) if not each.quoted), default=-1)
    for number, part in enumerate(shown):
        if number == last + 1:
            writer.heading(2, _QUOTED)
        label = part.quoted and number < last
        for paragraph in (_QUOTED_PARTS if part.quoted else _BLANK).split(part.text):
            writer.paragraph(f"Quoted: {paragraph}" if label and paragraph.strip() else paragraph)


def _parsed(content: bytes) -> EmailMessage:
    policy = email.policy.default.clone(raise_on_defect=False)
    found = email.message_from_bytes(content, policy=policy)
    assert isinstance(found, EmailMessage)
    return found


def _message(message: EmailMessage, name: str) -> Mail:
    kind = message.get_content_type()
    if kind in ("multipart/encrypted", "application/pkcs7-mime", "application/x-pkcs7-mime"):
        raise InputError(f"{name} is encrypted.", "Open it in your mail program and save its text.")
    plain, marked = "", b""
    enclosed: list[Enclosed] = []
    for part in _leaves(message):
        called = _name_of(part)
        if called or part.get_content_disposition() == "attachment":
            bytes_of = _bytes(part)
            inline = part.get_content_maintype() == "image" and part.get("Content-ID")
            if bytes_of and not inline:
                enclosed.append(Enclosed(name=_safe(called or "attachment"), content=bytes_of))
        elif part.get_content_type() == "text/plain":
            plain += ("\n\n" if plain else "") + _text(part, name)
        elif part.get_content_type() == "text/html":
            marked += _text(part, name).encode()
    return Mail(
        subject=_header(message, "Subject"),
        sender=_people([_header(message, "From")]),
        to=_people([_header(message, "To")]),
        copied=_people([_header(message, "Cc")]),
        sent=_day(_header(message, "Date")),
        parts=_parts(plain, marked),
        enclosed=_apart(enclosed),
    )


def _unreadable(message: EmailMessage) -> Mail:
    """What an encrypted message of a mailbox says to everyone."""
    return Mail(
        subject=_header(message, "Subject"),
        sender=_people([_header(message, "From")]),
        to=_people([_header(message, "To")]),
        copied="",
        sent=_day(_header(message, "Date")),
        parts=(),
    )


def _leaves(message: EmailMessage) -> Iterator[EmailMessage]:
    """The parts that hold something, a forwarded message as one of them."""
    waiting = [message]
    for _ in range(_MOST_PARTS):
        if not waiting:
            return
        part = waiting.pop(0)
        if part.get_content_type() == "message/rfc822" or not part.is_multipart():
            yield part
        else:
            waiting = [
                each for each in part.iter_parts() if isinstance(each, EmailMessage)
            ] + waiting


def _name_of(part: EmailMessage) -> str:
    """What a part is called; a forwarded message by its subject."""
    if part.get_content_type() == "message/rfc822":
        inner = part.get_payload()
        first = inner[0] if isinstance(inner, list) and inner else None
        subject = _header(first, "Subject") if isinstance(first, EmailMessage) else ""
        return f"{subject[:_LONGEST_NAME] or 'message'}.eml"
    try:
        return part.get_filename() or ""
    except (LookupError, ValueError, TypeError):
        return ""


def _bytes(part: EmailMessage) -> bytes:
    if part.get_content_type() == "message/rfc822":
        inner = part.get_payload()
        first = inner[0] if isinstance(inner, list) and inner else None
        return bytes(first) if isinstance(first, EmailMessage) else b""
    found = part.get_payload(decode=True)
    return found if isinstance(found, bytes) else b""


def _text(part: EmailMessage, name: str) -> str:
    """The text in the encoding that the part says, or in one that can be told."""
    content = _bytes(part)
    try:
        found = content.decode(part.get_content_charset("utf-8"))
    except (LookupError, UnicodeError, ValueError):
        try:
            found = decoded(content, name)
        except InputError:
            found = content.decode("utf-8", "replace")
    return _LONE.sub("\ufffd", found)


def _header(message: Any, key: str) -> str:
    try:
        return _LONE.sub("\ufffd", " ".join(str(message.get(key) or "").split()))
    except Exception:  # noqa: BLE001  # a header made for it makes the parser raise anything
        return ""


def _people(headers: Sequence[str]) -> str:
    """Names with addresses, as many as are worth reading."""
    found = [
        (name, address) for name, address in email.utils.getaddresses(headers) if address or name
    ]
    told = [
        f"{name} <{address}>" if name and address else name or address for name, address in found
    ]
    more = len(told) - _MOST_NAMED
    shown = ", ".join(told[:_MOST_NAMED]) + (f" and {more} more" if more > 0 else "")
    return shown or ", ".join(headers).strip()


def _day(told: str) -> datetime | None:
    try:
        return email.utils.parsedate_to_datetime(told) if told else None
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def _parts(plain: str, marked: bytes) -> list[quoting.Part]:
    """The new and the quoted text: of the plain form, unless that is a stub of the other."""
    found: list[quoting.Part] = []
    if marked:
        from index.formats.mail_pages import parted

        found = parted(marked)
    letters = sum(len("".join(each.text.split())) for each in found)
    if letters > _FULLER * len("".join(plain.split())):
        return found
    return quoting.parts(plain)


def _safe(name: str) -> str:
    """A name that is one of a file and no path."""
    bare = " ".join(_UNSAFE.sub(" ", _LONE.sub("\ufffd", name)).split()).strip(". ") or "attachment"
    stem, dot, suffix = bare.rpartition(".")
    return f"{stem[:_LONGEST_NAME]}.{suffix[:10]}" if dot else bare[:_LONGEST_NAME]


def _apart(enclosed: Iterable[Enclosed]) -> list[Enclosed]:
    """Attachments of one name are told apart by their numbers."""
    found: dict[str, Enclosed] = {}
    for each in enclosed:
        name, number = each.name, 2
        while name in found:
            stem, dot, suffix = each.name.rpartition(".")
            name = f"{stem or each.name} ({number}){dot}{suffix if stem else ''}"
            number += 1
        found[name] = Enclosed(name=name, content=each.content)
    return list(found.values())


def _outlook(message: Any) -> Mail:
    headers = email.message_from_string(
        "\n".join(
            f"{key}: {' '.join(value.split())}" for key, value in message.message_headers.items()
        ),
        policy=email.policy.default,
    )
    told = [
        f"{each.name} <{each.email_address}>" if each.name != each.email_address else each.name
        for each in message.recipients
    ]
    enclosed, remarks = [], []
    for each in message.attachments:
        called = each.file_name or "attachment"
        content = each.file_bytes if each.attached_by_value else None
        if content:
            enclosed.append(Enclosed(name=_safe(called), content=content))
        else:
            remarks.append(f"the attachment {called} was not read")
    marked = message.html_body
    return Mail(
        subject=" ".join(message.subject.split()),
        sender=_people([message.sender or ""]),
        to=_people([_header(headers, "To")] if _header(headers, "To") else [", ".join(told)]),
        copied=_people([_header(headers, "Cc")]),
        sent=_day(_header(headers, "Date")) or message.sent_date,
        parts=_parts(message.body or "", (marked or "").encode()),
        enclosed=_apart(enclosed),
        remarks=remarks,
    )
