"""Small mails, mailboxes and Outlook messages, made by hand."""

import struct
from collections.abc import Mapping, Sequence
from email.message import EmailMessage

from tests.unit.index import office

Attached = tuple[str, bytes]


def eml(
    text: str,
    *,
    html: str = "",
    attached: Sequence[Attached] = (),
    **headers: str,
) -> bytes:
    """One message."""
    message = EmailMessage()
    known = {"From": "A Ek <a@x.org>", "To": "b@x.org", "Subject": "Plan"}
    for key, value in (known | headers).items():
        if value:
            message[key] = value
    if text or not html:
        message.set_content(text)
        if html:
            message.add_alternative(html, subtype="html")
    else:
        message.set_content(html, subtype="html")
    for name, content in attached:
        if name.endswith(".eml"):
            from email import message_from_bytes, policy

            message.add_attachment(message_from_bytes(content, policy=policy.default))
        else:
            message.add_attachment(
                content, maintype="application", subtype="octet-stream", filename=name
            )
    return message.as_bytes()


def mbox(*messages: bytes) -> bytes:
    """A mailbox of these messages."""
    line = b"From a@x.org Thu May  9 16:40:00 2024\n"
    return b"\n".join(line + each.replace(b"\nFrom ", b"\n>From ") + b"\n" for each in messages)


def msg(
    text: str, *, html: bytes = b"", headers: str = "", attached: Sequence[Attached] = ()
) -> bytes:
    """A message as Outlook saves it; what is said of it comes out of its headers."""
    streams = _properties(
        {0x0037: "Plan", 0x1000: text, 0x007D: headers, 0x0C1A: "A Ek"},
        {0x1013: html} if html else {},
        head=struct.pack("<8x4I8x", 0, len(attached), 0, len(attached)),
    )
    for number, (name, content) in enumerate(attached):
        inner = _properties({0x3707: name}, {0x3701: content}, {0x3705: 1}, head=bytes(8))
        folder = f"__attach_version1.0_#{number:08X}"
        streams |= {f"{folder}/{key}": value for key, value in inner.items()}
    return office.compound(streams)


def _properties(
    texts: Mapping[int, str],
    binary: Mapping[int, bytes],
    numbers: Mapping[int, int] | None = None,
    *,
    head: bytes,
) -> dict[str, bytes]:
    streams, table = {}, head
    parts = [(key, 0x001F, value.encode("utf-16-le")) for key, value in texts.items() if value]
    parts += [(key, 0x0102, value) for key, value in binary.items()]
    for key, kind, content in parts:
        streams[f"__substg1.0_{key:04X}{kind:04X}"] = content
        size = len(content) + (2 if kind == 0x001F else 0)
        table += struct.pack("<HHIII", kind, key, 6, size, 0)
    for key, value in (numbers or {}).items():
        table += struct.pack("<HHIII", 0x0003, key, 6, value, 0)
    return {"__properties_version1.0": table, **streams}
