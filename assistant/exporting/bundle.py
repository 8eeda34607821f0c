"""The evidence bundle: a summary with all it stands on, which anybody can re-check.

A zip file, uncompressed and without dates, so that equal contents are equal bytes: the summary as
``summarize --json`` prints it, every document's text, and the SHA-256 of each.
"""

import hashlib
import io
import json
import struct
import zipfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from assistant.checking.guards import objections
from assistant.data import Summary
from assistant.json_forms import summary_json
from assistant.language.words import flat
from index.data import Document
from index.errors import InputError

SUFFIX = ".citewell.zip"
_MANIFEST = "summary.json"
_SUMS = "SHA256SUMS"
_DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    OSError,
    RuntimeError,
    ValueError,
    LookupError,
    TypeError,
    AttributeError,
    OverflowError,
    MemoryError,
)
"""What reading a file can raise in which any byte may be wrong."""


def pack(summary: Summary, documents: Sequence[Document]) -> bytes:
    """The bundle's bytes; ``documents`` are those the summary was made of."""
    manifest = {
        "format": "citewell evidence bundle 1",
        "summary": summary_json(summary),
        "documents": [_entry(document) for document in documents],
    }
    files = {_MANIFEST: json.dumps(manifest, ensure_ascii=False, indent=1).encode("utf-8")}
    for document in documents:
        files[_text_name(document.id)] = document.text.encode("utf-8")
    return _zipped(files | {_SUMS: _sums(files)})


def verify(bundle: Path) -> list[str]:
    """What is wrong with a bundle, one line each; empty where all of it holds. Needs no model.

    The bytes are as they were packed, every quotation stands in its text at its offsets, every
    verbatim sentence is its quotation, and no number, name, negation or hedge of a verified
    sentence differs from what it cites.

    Raises:
        InputError: the file cannot be read.
    """
    try:
        raw = bundle.read_bytes()
    except OSError as error:
        raise InputError(
            f"{bundle} cannot be read: {error.strerror}.", "Name a bundle that Citewell wrote."
        ) from error
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            files = {name: archive.read(name) for name in archive.namelist()}
        problems = _changed(raw, files)
        manifest = json.loads(files[_MANIFEST])
        return problems + list(_faults(manifest, files))
    except _DAMAGE as error:
        return [f"{bundle.name} is damaged, or no evidence bundle: {error or 'it ends early'}"]


def _entry(document: Document) -> dict[str, Any]:
    return {
        "id": document.id,
        "name": document.name,
        "title": document.title,
        "url": document.url,
        "published": document.published,
        "text": _text_name(document.id),
        "sha256": hashlib.sha256(document.text.encode("utf-8")).hexdigest(),
        "pages": [[page.number, page.start, page.end] for page in document.pages],
    }


def _text_name(document_id: str) -> str:
    return f"texts/{document_id}.txt"


def _sums(files: Mapping[str, bytes]) -> bytes:
    """As ``sha256sum --check`` reads them."""
    lines = [
        f"{hashlib.sha256(files[name]).hexdigest()}  {name}\n"
        for name in sorted(files)
        if name != _SUMS
    ]
    return "".join(lines).encode("utf-8")


def _zipped(files: Mapping[str, bytes]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
        for name in sorted(files):
            info = zipfile.ZipInfo(name)
            info.create_system = 3
            archive.writestr(info, files[name])
    return target.getvalue()


def _changed(raw: bytes, files: Mapping[str, bytes]) -> list[str]:
    problems = []
    if files[_SUMS] != _sums(files):
        problems.append("The contents are not those the SHA-256 sums were taken of.")
    if raw != _zipped(files):
        problems.append("The file is not, byte for byte, as it was packed.")
    return problems


def _faults(manifest: Mapping[str, Any], files: Mapping[str, bytes]) -> Iterator[str]:
    texts: dict[str, str] = {}
    for entry in manifest["documents"]:
        content = files[entry["text"]]
        texts[entry["id"]] = content.decode("utf-8")
        if hashlib.sha256(content).hexdigest() != entry["sha256"]:
            yield f"The text of {entry['name']} is not the one that was summarized."
    titles = [entry["title"] for entry in manifest["documents"]]
    summary = manifest["summary"]
    for citation in summary["omitted"]:
        yield from _misquoted(citation, texts)
    for claim in _claims(summary):
        for citation in claim["citations"]:
            yield from _misquoted(citation, texts)
        yield from _unsupported(claim, titles)


def _claims(summary: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    yield summary["headline"]
    yield from summary["points"]
    for section in summary["sections"]:
        yield from section["items"]


def _misquoted(citation: Mapping[str, Any], texts: Mapping[str, str]) -> Iterator[str]:
    start, end = citation["start"], citation["end"]
    if texts[citation["document_id"]][start:end] != citation["quote"]:
        yield f"The text does not have “{citation['quote']}” at {start}–{end}."


def _unsupported(claim: Mapping[str, Any], titles: Sequence[str]) -> Iterator[str]:
    quotes = [citation["quote"] for citation in claim["citations"]]
    if not quotes:
        yield f"“{claim['text']}” cites nothing."
    elif claim["verdict"] == "verbatim":
        if claim["text"] != " ".join(flat(quote) for quote in quotes):
            yield f"“{claim['text']}” is not its quotation."
    else:
        for reason in objections(claim["text"], quotes, context=titles):
            yield f"“{claim['text']}”: {reason}."
