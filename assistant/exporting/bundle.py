"""The evidence bundle: a summary or answers with all they stand on, which anybody can re-check.

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
from typing import Any, get_args

from pydantic import ValidationError

from assistant.checking.guards import objections
from assistant.data import Claim, Summary
from assistant.exporting.manifest import (
    FORMATS,
    Cited,
    Conversation,
    Manifest,
    Quoted,
    Sentence,
    Source,
    read,
    told,
)
from assistant.json_forms import claim_from_json, claim_json, summary_from_json, summary_json
from assistant.language.words import flat
from assistant.wording import Wording
from index.data import Document
from index.errors import InputError

SUFFIX = ".citewell.zip"
_MANIFEST = "summary.json"
_SUMS = "SHA256SUMS"
LARGEST = 500_000_000
"""Bytes of a bundle that is read."""
LARGEST_MANIFEST = 5_000_000
"""Bytes of its ``summary.json``, which takes many times as much memory when it is read."""
_DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    OSError,
    RuntimeError,
    ValueError,
    LookupError,
    OverflowError,
    MemoryError,
)
"""What reading a file can raise in which any byte may be wrong."""


def pack(summary: Summary, documents: Sequence[Document]) -> bytes:
    """The bundle's bytes; ``documents`` are those the summary was made of."""
    return _bundle(FORMATS[1], "summary", summary_json(summary), documents)


def pack_conversation(
    title: str,
    answers: Sequence[tuple[str, str, Sequence[Claim]]],
    documents: Mapping[str, Document],
) -> bytes:
    """A bundle of answers: question, when it was asked, and the claims; ``documents`` by id."""
    told = [
        {"question": question, "at": at, "claims": [claim_json(claim) for claim in each]}
        for question, at, each in answers
    ]
    cited = {
        c.span.document_id for *_, claims in answers for claim in claims for c in claim.citations
    }
    return _bundle(
        FORMATS[2],
        "conversation",
        {"title": title, "answers": told},
        [document for document in documents.values() if document.id in cited],
    )


def _bundle(form: str, kind: str, content: Any, documents: Sequence[Document]) -> bytes:
    unsealed = {
        "format": form,
        kind: content,
        "documents": [_entry(document) for document in documents],
    }
    files = {_MANIFEST: _written({**unsealed, "seal": _seal(unsealed)})}
    for document in documents:
        files[_text_name(document.id)] = document.text.encode("utf-8")
    return _zipped(files | {_SUMS: _sums(files)})


def verify(bundle: Path) -> list[str]:
    """What is wrong with a bundle, one line each; empty where all of it holds. Needs no model.

    The bytes are as they were packed, every field holds what it may, every document's id is the
    digest of its text, every quotation stands there at its offsets, every verbatim sentence is its
    quotation, and no number, name, negation or hedge of a verified sentence differs from what it
    cites. What no text can prove (the coverage, the model, times, titles, addresses and what was
    withheld) is as it was packed, by the seal: whoever makes another bundle can say otherwise.

    Raises:
        InputError: the file cannot be read, or is larger than ``LARGEST``.
    """
    try:
        if bundle.stat().st_size > LARGEST:
            raise InputError(
                f"{bundle} is larger than {LARGEST // 1_000_000} MB.",
                "It is no bundle of Citewell's.",
            )
        raw = bundle.read_bytes()
    except OSError as error:
        raise InputError(
            f"{bundle} cannot be read: {error.strerror}.", "Name a bundle that Citewell wrote."
        ) from error
    try:
        files = _unpacked(raw)
        return [*_changed(raw, files), *_faults(files)]
    except ValidationError as error:
        return [told(dict(each)) for each in error.errors()[:20]]
    except _DAMAGE as error:
        return [f"{bundle.name} is damaged, or no evidence bundle: {error or 'it ends early'}"]


def _unpacked(raw: bytes) -> dict[str, bytes]:
    """The files of a bundle, which are stored as they are: together no larger than it.

    Raises:
        zipfile.BadZipFile, ValueError: it is none.
    """
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        listed = archive.infolist()
        if any(each.compress_type != zipfile.ZIP_STORED for each in listed):
            raise ValueError("its files are packed, which those of a bundle never are")
        if sum(each.file_size for each in listed) > len(raw):
            raise ValueError("its files are larger than it is")
        if len({each.filename for each in listed}) != len(listed):
            raise ValueError("it has two files of one name")
        return {each.filename: archive.read(each) for each in listed}


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


def _faults(files: Mapping[str, bytes]) -> Iterator[str]:
    content = files[_MANIFEST]
    if len(content) > LARGEST_MANIFEST:
        raise ValueError(f"its {_MANIFEST} is larger than {LARGEST_MANIFEST // 1_000_000} MB")
    manifest = read(content)
    plain = json.loads(content)
    if _written(plain) != content:
        yield f"The {_MANIFEST} is not written as Citewell writes it."
    sealed = plain.pop("seal", None)
    if sealed is not None and sealed != _seal(plain):
        yield f"The {_MANIFEST} is not the one that was sealed."
    texts: dict[str, str] = {}
    for source in manifest.documents:
        if source.id in texts:
            yield f"Two documents have the id {source.id}."
        texts[source.id] = files[_text_name(source.id)].decode("utf-8")
        yield from _altered(source, files[_text_name(source.id)], texts[source.id])
    if {_MANIFEST, _SUMS, *map(_text_name, texts)} != set(files):
        yield "There are files in it that no bundle has."
    sources = {source.id: source for source in manifest.documents}
    if manifest.summary is not None:
        if sorted(manifest.summary.documents) != sorted(texts):
            yield "The summary is of other documents than the bundle has."
        for omission in manifest.summary.omitted:
            yield from _misquoted(omission, texts)
        yield from _misreckoned(plain["summary"])
    for sentence in _sentences(manifest):
        for citation in sentence.citations:
            yield from _misquoted(citation, texts)
            yield from _misnamed(citation, sources)
    titles = [source.title for source in manifest.documents]
    for sentence in manifest.summary.sentences if manifest.summary else ():
        yield from _unsupported(sentence, titles)
    if manifest.conversation is not None:
        yield from _unanswered(manifest.conversation, titles, texts)


def _sentences(manifest: Manifest) -> Sequence[Sentence]:
    if manifest.conversation is None:
        return manifest.summary.sentences if manifest.summary else ()
    return [each for answer in manifest.conversation.answers for each in answer.claims]


def _unanswered(
    talk: Conversation, titles: Sequence[str], texts: Mapping[str, str]
) -> Iterator[str]:
    """What does not hold of answers; the question and the texts around may lend them names."""
    cited: set[str] = set()
    for answer in talk.answers:
        for sentence in answer.claims:
            ids = {citation.document_id for citation in sentence.citations}
            cited |= ids
            quotes = " ".join(flat(citation.quote) for citation in sentence.citations)
            if sentence.verdict == "verbatim" and flat(sentence.text) not in quotes:
                yield f"“{sentence.text}” is not in its quotation."
            elif sentence.verdict == "verified":
                lent = [*titles, answer.question, *(texts.get(each, "") for each in ids)]
                for reason in objections(sentence.text, [quotes], context=lent):
                    yield f"“{sentence.text}”: {reason}."
            try:
                claim_from_json(sentence.model_dump(mode="json"))
            except ValueError:
                yield f"“{sentence.text}” is not what its figures come to."
    if cited != set(texts):
        yield "The answers cite other documents than the bundle has."


def _altered(source: Source, content: bytes, text: str) -> Iterator[str]:
    digest = hashlib.sha256(content).hexdigest()
    if digest != source.sha256 or not digest.startswith(source.id):
        yield f"The text of {source.name} is not the one that was read."
    if source.text != _text_name(source.id):
        yield f"The text of {source.name} is said to be elsewhere."
    if source.pages and source.pages[-1][2] > len(text):
        yield f"The pages of {source.name} go beyond its text."


def _misreckoned(summary: Mapping[str, Any]) -> Iterator[str]:
    """Shares that are not those of the sentences; bundles of older versions have none."""
    names = get_args(Wording)
    if any(name in summary for name in names):
        told = summary_json(summary_from_json(summary))
        if any(summary.get(name) != told[name] for name in names):
            yield "The shares written, shortened and quoted are not those of its sentences."


def _misquoted(citation: Quoted, texts: Mapping[str, str]) -> Iterator[str]:
    text = texts.get(citation.document_id)
    if text is None:
        yield f"“{citation.quote}” is quoted from a document that the bundle has not."
    elif text[citation.start : citation.end] != citation.quote:
        yield f"The text does not have “{citation.quote}” at {citation.start}–{citation.end}."


def _misnamed(citation: Cited, sources: Mapping[str, Source]) -> Iterator[str]:
    source = sources.get(citation.document_id)
    if source and (citation.document, citation.published) != (source.name, source.published):
        yield f"“{citation.quote}” is said to be of another document or date than it is."


def _unsupported(sentence: Sentence, titles: Sequence[str]) -> Iterator[str]:
    quotes = [citation.quote for citation in sentence.citations]
    if sentence.verdict == "verbatim":
        if sentence.text != " ".join(flat(quote) for quote in quotes):
            yield f"“{sentence.text}” is not its quotation."
    else:
        for reason in objections(sentence.text, quotes, context=titles):
            yield f"“{sentence.text}”: {reason}."


def _written(value: Mapping[str, Any]) -> bytes:
    """JSON as a bundle has it."""
    return json.dumps(value, ensure_ascii=False, indent=1).encode("utf-8")


def _seal(unsealed: Mapping[str, Any]) -> str:
    """The digest of a manifest without its seal."""
    return hashlib.sha256(_written(unsealed)).hexdigest()
