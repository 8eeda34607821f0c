"""From a file or an address to a Document: its text is normalised once and never changes."""

import base64
import errno
import hashlib
import importlib
import os
import re
import stat
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import unquote, urlsplit

from index import apart, chunking, days, scans
from index.data import Document, Heading, Passage, pages_of
from index.errors import InputError, never
from index.formats import code, protection, scanned, text
from index.formats.content import Content
from index.inside import refuse_outside
from index.sentences import sentences

LARGEST_FILE_MB = 50
DEFAULT_LANGUAGE = scanned.DEFAULT
"""Of pages that are pictures."""
PICTURES = (".png", ".jpg", ".jpeg", ".tif", ".tiff")
WITHIN = " › "
"""Between a file's path and the name of a file within it: "mail.eml › report.pdf"."""
_DEEPEST = 4
"""How many such names a path may have: a mail in a mail in a mailbox, with its attachment."""
_MOST_NAMED = 10
_MOST_CHARACTERS = 100_000_000
"""Of a text: a small file may unpack to more."""
_MOST_SENTENCES = 2_000_000
_LONGEST_TITLE = 300
_LONGEST_SHOWN = 200
"""Characters of a path that a message shows."""
_UNKNOWN = "\ufffd"
_NOT_UTF8 = re.compile("[\ud800-\udfff]")
"""What stands for the bytes of a file's name that are no UTF-8."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Raw:
    """The bytes of a file or a page, and what tells how to read them."""

    source: str
    """Absolute path or address."""
    kind: str
    """The format, as a file's suffix: ``.txt``, ``.pdf``…"""
    content: bytes
    language: str = DEFAULT_LANGUAGE
    """That of its pages that are pictures."""
    password: str | None = field(default=None, repr=False)
    """Opens it, and what is within it, where that is protected."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Parted:
    """A document with its sentences, as start and end, and its passages, both in order."""

    document: Document
    sentences: list[tuple[int, int]]
    passages: list[Passage]
    remarks: tuple[str, ...] = ()
    """What could not be read, or was left out, where the user should know."""
    enclosed: tuple[Raw, ...] = ()
    """Files within it, which are documents of their own: a mail's attachments."""


def _html(content: bytes, name: str) -> Content:
    from index.formats.html import read

    return read(content, name)


def _markdown(content: bytes, name: str) -> Content:
    from index.formats.markdown import read

    return read(content, name)


def _word(content: bytes, name: str) -> Content:
    from index.formats.word import read

    return read(content, name)


def _later(module: str, function: str) -> Callable[..., Content]:
    """A reader of a format, imported when it is first needed."""

    def read(*given: Any) -> Content:
        reader = getattr(importlib.import_module(f"index.formats.{module}"), function)
        found: Content = reader(*given)
        return found

    return read


READERS: dict[str, Callable[..., Content]] = {
    ".txt": text.read,
    ".md": _markdown,
    ".markdown": _markdown,
    ".html": _html,
    ".htm": _html,
    ".pdf": _later("pdf", "read"),
    ".docx": _word,
    ".epub": _later("books", "read"),
    ".pptx": _later("slides", "read"),
    ".eml": _later("mail", "read_eml"),
    ".msg": _later("mail", "read_msg"),
    ".mbox": _later("mail", "read_mbox"),
    ".csv": _later("sheets", "read_csv"),
    ".tsv": _later("sheets", "read_csv"),
    ".xlsx": _later("sheets", "read_workbook"),
    ".xls": _later("sheets", "read_workbook"),
    ".ods": _later("sheets", "read_workbook"),
    ".odt": _later("open_text", "read"),
    ".json": _later("keyed", "read_json"),
    ".jsonl": _later("keyed", "read_jsonl"),
    ".xml": _later("keyed", "read_xml"),
    **dict.fromkeys(code.SUFFIXES, code.read),
    **dict.fromkeys(PICTURES, _later("pictures", "read")),
}
"""Each suffix that can be read, with what reads it, from the file's bytes and name.

What tells of ``scans`` is called again with the readings of these pages besides."""


def is_address(source: str) -> bool:
    """Whether this names a web page rather than a file."""
    return source.lower().startswith(("http://", "https://"))


def name_of(source: str) -> str:
    """A file's name, or an address's last part: what a citation shows."""
    if not is_address(source):
        return Path(source).name
    parts = urlsplit(source)
    return unquote(PurePosixPath(parts.path).name) or parts.netloc


def outermost(source: str) -> str:
    """The file or the address that a file within it came with; any other is its own."""
    while WITHIN in source and not os.path.isfile(source):
        source = source.rpartition(WITHIN)[0]
    return source


def absolute(source: Path | str) -> Path:
    """The path from the root; a ``~`` of a user that there is none of is a name like others."""
    return Path(os.path.expanduser(source)).absolute()


def sources(source: Path | str) -> tuple[list[str], bool]:
    """The files or the address that are meant, and whether they were found in a folder.

    Hidden files, files of other formats, and links that lead out of the folder are passed over.

    Raises:
        InputError: nothing is named, or the folder holds nothing that can be read.
    """
    if not str(source).strip():
        raise InputError("Nothing is named.", "Name a file, folder or address.")
    if is_address(str(source)):
        return [str(source)], False
    path = absolute(source)
    if not os.path.isdir(path):  # Path.is_dir raises what it does not know
        return [_named(path)], False
    found = [_named(each) for each in _files(path)]
    if not found:
        raise InputError(
            f"The folder {path} holds nothing that can be read.",
            f"Readable are: {', '.join(READERS)}.",
        )
    return found, True


def stamp(path: Path, max_file_mb: int) -> tuple[int, int]:
    """A file's size in bytes and modification time in nanoseconds.

    Raises:
        InputError: it is missing, no plain file, of no known format, empty, or over the limit.
    """
    try:
        facts = path.stat()
    except (OSError, ValueError) as error:
        raise _unreadable(path, error) from error
    if path.suffix.lower() not in READERS:
        raise InputError(
            f"{path.name} is of a format that cannot be read.",
            f"Readable are: {', '.join(READERS)}.",
        )
    if not stat.S_ISREG(facts.st_mode):
        raise InputError(f"{path} is not a file.", "Name a file, a folder or a web address.")
    if facts.st_size == 0:
        raise empty(path.name)
    if facts.st_size > max_file_mb * 1_000_000:
        raise InputError(
            f"{path.name} has {facts.st_size / 1e6:,.0f} MB; the limit is {max_file_mb} MB.",
            "Split it, or raise CITEWELL_MAX_FILE_MB.",
        )
    return facts.st_size, facts.st_mtime_ns


def read_file(path: Path, max_file_mb: int, within: str | None = None) -> Raw:
    """The bytes of a file; ``within`` is the folder in which it was found, if it was in one.

    Raises:
        InputError: as ``stamp``, or the file may not be read, or lies elsewhere by now.
    """
    size, _ = stamp(path, max_file_mb)
    try:
        with path.open("rb") as file:
            refuse_outside(file, path, within)
            content = file.read(size)
    except OSError as error:
        raise _unreadable(path, error) from error
    return Raw(source=str(path), kind=path.suffix.lower(), content=content)


def load(raw: Raw) -> Document:
    """The document that a file or a page holds.

    For ``.txt`` the text is the file's own, decoded and otherwise untouched (only a byte-order mark
    is dropped), so offsets count the file's characters, line ends included.

    Raises:
        InputError: it holds no text, is broken, encrypted, or no file of its format; or reading
            it takes more time or memory than a document may.
        ProtectedError: it is of a format that can be opened with a password, and needs another.
    """
    return part(raw).document


def part(raw: Raw, cancelled: Callable[[], bool] = never, tell: scans.Tell | None = None) -> Parted:
    """The document with its sentences and passages; all of it is made in a process apart.

    ``tell`` hears which page is being recognised where pages are pictures.

    Raises:
        InputError: as ``load``.
        CancelledError: ``cancelled()`` said so; it is heard at any moment.
    """
    name = name_of(raw.source)
    told = (raw.content, name, raw.source, raw.kind, raw.password)
    ask = partial(apart.CHILD.call, _part, *told)
    found = ask(None, cancelled=cancelled)
    if pages := found.get("scans"):
        readings, failure = scans.readings(
            raw.content,
            name,
            raw.kind,
            pages,
            raw.language,
            password=raw.password,
            tell=tell,
            cancelled=cancelled,
        )
        try:
            found = ask(readings, cancelled=cancelled)
        except InputError:
            if failure and not readings:
                raise failure from None
            raise
    known = found["document"]
    known["pages"] = pages_of(known["pages"])
    known["headings"] = tuple(Heading(**heading) for heading in known["headings"])
    document = Document(**known)
    return Parted(
        document=document,
        sentences=[(start, end) for start, end in found["sentences"]],
        passages=[chunking.passage(document, *each) for each in found["passages"]],
        remarks=tuple(found["remarks"]),
        enclosed=tuple(
            Raw(
                source=raw.source + WITHIN + inner,
                kind=kind,
                content=base64.b64decode(packed),
                language=raw.language,
                password=raw.password,
            )
            for inner, kind, packed in found["enclosed"]
        ),
    )


def _part(
    content: bytes,
    name: str,
    source: str,
    kind: str,
    password: str | None,
    readings: list[Any] | None,
) -> dict[str, Any]:
    """A ``Parted`` as JSON, or the numbers of the pages that must be recognised first."""
    if password:
        content = protection.opened(content, name, kind, password)
    raw = Raw(source=source, kind=kind, content=content)
    read = READERS[kind](content, name, *([] if readings is None else [readings]))
    if read.scans:
        return {"scans": read.scans}
    document = _of(read, raw, name)
    enclosed, remarks = _enclosed(read, source.count(WITHIN))
    spans = sentences(document.text, document.headings)
    if len(spans) > _MOST_SENTENCES:
        raise InputError(f"{name} has more than {_MOST_SENTENCES:,} sentences.", "Split it.")
    passages = chunking.passages(document, spans)
    return {
        "document": asdict(document),
        "sentences": spans,
        "passages": [[each.span.start, each.span.end, each.heading] for each in passages],
        "remarks": [*read.remarks, *remarks],
        "enclosed": enclosed,
    }


def _enclosed(content: Content, depth: int) -> tuple[list[list[str]], list[str]]:
    """The files within a file that can be read, and a word on those that cannot."""
    found, unread = [], []
    for each in content.enclosed:
        kind = PurePosixPath(each.name).suffix.lower()
        if kind in READERS and depth < _DEEPEST:
            found.append([each.name, kind, base64.b64encode(each.content).decode("ascii")])
        else:
            unread.append(each.name)
    named = ", ".join(unread[:_MOST_NAMED]) + (", …" if len(unread) > _MOST_NAMED else "")
    return found, [f"attachments not read: {named}"] if unread else []


def _of(content: Content, raw: Raw, name: str) -> Document:
    """The document of what its reader gave."""
    if not content.text.strip():
        raise empty(name)
    if len(content.text) > _MOST_CHARACTERS:
        raise InputError(f"{name} has more than {_MOST_CHARACTERS:,} characters.", "Split it.")
    web = is_address(raw.source)
    day = days.own(content.published, content.dated, content.text, name)
    return Document(
        id=hashlib.sha256(content.text.encode("utf-8")).hexdigest()[:16],
        title=" ".join(content.title.split())[:_LONGEST_TITLE] or Path(name).stem,
        name=name,
        path=None if web else raw.source,
        url=raw.source if web else None,
        published=day[0],
        added=datetime.now(UTC).isoformat(timespec="seconds"),
        text=content.text,
        pages=content.pages,
        headings=content.headings,
        dated=day[1],
    )


def empty(name: str) -> InputError:
    """The error for a file without text."""
    return InputError(f"{name} is empty.", "Add a file that has text in it.")


def _files(folder: Path) -> list[Path]:
    """The readable files below a folder, sorted; links are followed only within the folder.

    A link that leads to itself is among them: reading it tells what is wrong. Pictures are not,
    where they cannot be recognised: nearly every folder has some.
    """
    kinds = READERS.keys() if scanned.is_installed() else READERS.keys() - set(PICTURES)
    home = os.path.realpath(folder)
    found = []
    for place, folders, names in os.walk(folder):
        folders[:] = sorted(each for each in folders if not each.startswith("."))
        for name in sorted(names):
            path = Path(place, name)
            known = path.suffix.lower() in kinds and not name.startswith(".")
            if known and Path(os.path.realpath(path)).is_relative_to(home):
                found.append(path)
    return found


def _named(path: Path) -> str:
    """The path as text that can be kept and shown: a name may be in no encoding."""
    return _NOT_UTF8.sub(_UNKNOWN, str(path))


def _unreadable(path: Path, error: OSError | ValueError) -> InputError:
    shown = str(path)
    if len(shown) > _LONGEST_SHOWN:
        shown = f"{shown[:_LONGEST_SHOWN]}…"
    if _UNKNOWN in shown:
        return InputError(f"The name of {shown} is not in UTF-8.", "Rename it.")
    if isinstance(error, FileNotFoundError | NotADirectoryError | ValueError):
        return InputError(f"There is no file {shown}.", "Check the spelling of the path.")
    if isinstance(error, PermissionError):
        return InputError(f"{shown} may not be read.", "Give yourself permission to read it.")
    if error.errno == errno.ENAMETOOLONG:
        return InputError(f"The path {shown} is too long.", "Check the spelling of the path.")
    if error.errno == errno.ELOOP:
        return InputError(f"{shown} is a link that leads to itself.", "Name the file it stood for.")
    return InputError(f"{shown} cannot be read ({error.strerror or error}).", "Check the disk.")
