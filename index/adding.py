"""Taking files, folders and web pages into a library: seen, read, embedded, written.

What has not changed is left alone. Each file is whole in the library, or not at all.
"""

import hashlib
import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from index import loading
from index.data import AddResult, Document
from index.embedding import Vectors
from index.errors import CancelledError, CitewellError, FullDiskError, InputError
from index.loading import Raw
from index.lock import Writing
from index.naming import unknown
from index.record import Record
from index.record_rows import Kept
from index.results import result
from index.sources import Source
from index.vectors import PassageVectors, key_of
from index.workers import Look, Prepared, Workers, prepared

Progress = Callable[[str, int, int], None]
"""Told what is being done, in a few words, and how many of how many steps of it are done."""
Fetch = Callable[[str, int], Raw]
"""Fetches the page at an address, of at most so many megabytes."""

_CLOCK_TICK = 2_000_000_000
"""Nanoseconds within which a file may change without its modification time showing it."""
_AROUND = (".eml", ".msg", ".mbox")
"""Files that hold others."""
KEPT = "Its text is kept as it was read before."
BACK = "it was removed, and is back as it was"
_TAKEN_IN_AT_ONCE = 256
"""Passages of a folder's files, at least, that are embedded in the order of their length and
written together, so that short files cost no more than long ones."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Read:
    """A source that was read and awaits being taken in."""

    source: Source
    document: Document
    sentences: list[tuple[int, int]]
    passages: list[Kept]
    vectors: Mapping[str, Vectors]
    """Those that workers made, by key."""
    label: str
    """What messages call it."""
    remarks: tuple[str, ...]
    """What there is to say of how it was read."""
    enclosed: tuple[Raw, ...] = ()
    """Files within it."""


class Adding:
    """What ``Library.add`` does; it raises what that raises."""

    def __init__(
        self,
        *,
        record: Record,
        vectors: PassageVectors,
        embedder: str,
        writing: Writing,
        max_file_mb: int,
        language: str,
        fetch: Fetch,
    ) -> None:
        self._record = record
        self._vectors = vectors
        self._embedder = embedder
        self._writing = writing
        self._max_file_mb = max_file_mb
        self._language = language
        self._fetch = fetch
        self.stale = False
        """Whether former versions of changed files may still stand in the record's files."""

    def add(
        self,
        source: Path | str | Sequence[str],
        *,
        workers: Workers | None,
        progress: Progress | None,
        cancelled: Callable[[], bool],
        password: str | None,
        anew: bool = False,
        folder_of: Callable[[str], str | None] = lambda _: None,
    ) -> Iterator[AddResult]:
        """Take in what ``source`` names, or files of folders: one result as each file is done.

        ``anew``: files that have not changed are read too. ``folder_of`` says of files in which
        folder they were found: one that lies elsewhere by now is not read.
        """
        report = progress or (lambda *_: None)
        if isinstance(source, Path | str):
            found, in_folder = loading.sources(source)
            if in_folder:
                folder_of = dict.fromkeys(found, str(loading.absolute(source))).get
        else:
            found, in_folder = list(source), True
        anew = anew or password is not None
        look = partial(self._look, password=password, anew=anew, folder_of=folder_of)
        ahead = self._prepared(found, workers, look, cancelled) if workers else None
        waiting: list[_Read | AddResult] = []
        passages = 0
        for number, each in enumerate(found, start=1):
            name = loading.name_of(each)
            label = f"{name} ({number} of {len(found)})" if in_folder else name
            _stop_if(cancelled)
            report(f"Reading {label}", number - 1, len(found))
            try:
                made = _no_failure(next(ahead)) if ahead else None
                read = made or Prepared(look=look(each))
                seen = self._see(each, read, label, report, cancelled)
            except FullDiskError:
                raise
            except InputError as error:
                if not in_folder:
                    raise
                seen = AddResult.failed(each, error)
            for one in [seen, *self._within(seen, anew, report, cancelled)]:
                waiting.append(one)
                passages += len(one.passages) if isinstance(one, _Read) else 0
            if passages >= _TAKEN_IN_AT_ONCE or not passages or number == len(found):
                yield from self._taken_in(waiting, report, cancelled)
                waiting, passages = [], 0

    def _prepared(
        self,
        sources: Sequence[str],
        workers: Workers,
        look: Callable[[str], Look],
        cancelled: Callable[[], bool],
    ) -> Iterator[Prepared | InputError]:
        return prepared(
            sources,
            workers,
            look=look,
            known=lambda keys: self._record.vectors.of(self._embedder, keys),
            stop=lambda: _stop_if(cancelled),
        )

    def _look(
        self,
        source: str,
        password: str | None,
        anew: bool,
        folder_of: Callable[[str], str | None],
    ) -> Look:
        """Find out whether a source has changed, and read it if so; the library is not changed.

        With a password it is read anyway: what is attached to a mail may have been without it. So
        is a web page that was read by an older reader.
        """
        known = self._record.sources.get(source)
        size, modified = self._stamp(source)
        anew = anew or (loading.is_address(source) and self._outdated(known))
        same = known and (known.size, known.modified) == (size, modified) and _settled(known)
        if known and same and not anew:
            return Look(source=known, raw=None)
        raw = self._read(source, password, folder_of(source))
        fresh = Source(
            source=source,
            document_id=known.document_id if known else "",
            digest=hashlib.sha256(raw.content).hexdigest(),
            size=size,
            modified=modified,
            noted=time.time_ns(),
        )
        same = known is not None and known.digest == fresh.digest
        return Look(source=fresh, raw=None if same and not anew else raw)

    def _see(
        self,
        source: str,
        made: Prepared,
        label: str,
        report: Progress,
        cancelled: Callable[[], bool],
    ) -> _Read | AddResult:
        """Find out what has become of a source that was looked at, and read it if need be.

        ``made`` is what was found there, and what workers have made of it.
        """
        look = made.look
        if look.raw is None:
            with self._writing:
                if look.source != self._record.sources.get(source):
                    self._record.point(look.source)
                return self._done(look.source, "unchanged")

        def tell(page: str) -> None:
            report(f"Reading {label}{page}", 0, 0)

        parted = made.parted or loading.part(look.raw, cancelled, tell)
        document = parted.document
        return _Read(
            source=replace(look.source, document_id=document.id),
            document=document,
            sentences=parted.sentences,
            passages=[
                Kept(passage=passage, key=key_of(passage), document_name=document.name)
                for passage in parted.passages
            ],
            vectors=made.vectors,
            label=label,
            remarks=parted.remarks,
            enclosed=parted.enclosed,
        )

    def _within(
        self,
        seen: _Read | AddResult,
        anew: bool,
        report: Progress,
        cancelled: Callable[[], bool],
    ) -> Iterator[_Read | AddResult]:
        """What becomes of the files within a file that was read, and of those within them.

        One that cannot be read is a ``failed`` result: the file around it was read. ``anew``: what
        holds files itself is read although it has not changed.
        """
        for raw in seen.enclosed if isinstance(seen, _Read) else ():
            _stop_if(cancelled)
            source = Source(
                source=raw.source,
                document_id="",
                digest=hashlib.sha256(raw.content).hexdigest(),
                size=len(raw.content),
                modified=0,
                noted=time.time_ns(),
            )
            known = self._record.sources.get(raw.source)
            same = known is not None and known.digest == source.digest
            if known and same and not (self._outdated(known) or (anew and raw.kind in _AROUND)):
                yield self._done(known, "unchanged")
                continue
            try:
                made = Prepared(look=Look(source=source, raw=raw))
                name = loading.name_of(raw.source)
                inner = self._see(raw.source, made, name, report, cancelled)
            except FullDiskError:
                raise
            except InputError as error:
                yield self._unread_again(known, source, error)
                continue
            yield inner
            yield from self._within(inner, anew, report, cancelled)

    def _unread_again(self, known: Source | None, source: Source, error: InputError) -> AddResult:
        """What becomes of a file within another that cannot be read: what was read of it before,
        with its password or by an older reader, is kept."""
        failed = AddResult.failed(source.source, error)
        if known is None or known.digest != source.digest:
            return failed
        kept = self._done(known, "unchanged")
        return replace(kept, message=f"{error} {KEPT}", protected=failed.protected)

    def _taken_in(
        self,
        waiting: Sequence[_Read | AddResult],
        report: Progress,
        cancelled: Callable[[], bool],
    ) -> list[AddResult]:
        """The results in order, once what was read is in the library.

        Vectors first, then the record in one transaction, then the former versions' vectors.
        """
        read = [each for each in waiting if isinstance(each, _Read)]

        def step(done: int, total: int) -> None:
            _stop_if(cancelled)
            report(f"Embedding {read[-1].label}", done, total)

        with self._writing:
            new = {
                each.document.id: each.passages
                for each in read
                if self._record.info(each.document.id) is None
            }
            renewed = {each.document.id: each for each in read if self._renews(each)}
            passages = new | {each: one.passages for each, one in renewed.items()}
            made = {key: vector for each in read for key, vector in each.vectors.items()}
            back = self._record.removed.returning(each.source for each in read)
            returned = {each: kept for one in back for each, kept in one.to_embed().items()}
            new |= returned
            passages |= new
            try:
                if passages:
                    self._vectors.write(passages, made, step)
                with self._record.at_once():
                    for whole in back:
                        self._record.removed.put_back(whole)
                    settled = {each.source.source: self._settle(each, returned) for each in read}
                    gone = [each for one in read for each in self._gone(one, waiting)]
                    stale = [
                        each
                        for one in renewed.values()
                        for each in self._record.renew(one.document, one.sentences, one.passages)
                    ]
            except CitewellError:
                with suppress(CitewellError):  # else it is done when the library is next opened
                    self._vectors.forget(list(new))
                raise
            replaced = any(status == "replaced" for status, _ in settled.values())
            self.stale = self.stale or replaced or bool(gone)
            gone += [former for _, former in settled.values() if former is not None]
            self._vectors.forget(gone)
            self._vectors.discard(stale)
            return [
                each
                if isinstance(each, AddResult)
                else self._done(
                    each.source,
                    settled[each.source.source][0],
                    (*each.remarks, *([BACK] if each.document.id in returned else [])),
                )
                for each in waiting
            ]

    def _settle(self, read: _Read, returned: Collection[str]) -> tuple[str, str | None]:
        """Let the record know what was read: the status, and the id of a document that has gone.

        ``returned`` are documents that have just come back from among the removed.
        """
        known = self._record.sources.get(read.source.source)
        if self._record.info(read.document.id) is None:
            former = self._record.save(read.document, read.sentences, read.passages, read.source)
            return "replaced" if known else "added", former
        same = known is not None and known.document_id == read.document.id
        status = "unchanged" if same else "duplicate"
        first = known or not self._record.sources.of(read.document.id)
        if first and read.document.id in returned:
            status = "replaced" if known and not same else "added"
        return status, self._record.point(read.source)

    def _renews(self, read: _Read) -> bool:
        """Whether an older reader gave the same text: pages and passages of it may be others."""
        known = self._record.sources.get(read.source.source)
        same = known is not None and known.document_id == read.document.id
        return same and self._outdated(known)

    def _outdated(self, source: Source | None) -> bool:
        info = self._record.info(source.document_id) if source else None
        return info is not None and info.outdated

    def _gone(self, read: _Read, results: Sequence[_Read | AddResult]) -> list[str]:
        """Part with what a former version of a file enclosed, and this one does not or not
        readably; returns the ids of the documents that have gone with it."""
        ended = [each for each in results if isinstance(each, AddResult)]
        failed = {each.source for each in ended if each.status == "failed"}
        kept = {each.source for each in read.enclosed} - failed
        around = tuple(each + loading.WITHIN for each in kept)
        known = self._record.sources.within(read.source.source)
        gone = [each for each in known if each not in kept and not each.startswith(around)]
        return self._record.part_with(gone, read.document.id)

    def _stamp(self, source: str) -> tuple[int, int]:
        """Size and modification time; an address tells neither."""
        if loading.is_address(source):
            return 0, 0
        return loading.stamp(Path(source), self._max_file_mb)

    def _read(self, source: str, password: str | None, within: str | None) -> Raw:
        if loading.is_address(source):
            raw = self._fetch(source, self._max_file_mb)
        else:
            raw = loading.read_file(Path(source), self._max_file_mb, within)
        return replace(raw, language=self._language, password=password)

    def _done(self, source: Source, status: str, remarks: Sequence[str] = ()) -> AddResult:
        info = self._record.info(source.document_id)
        if info is None:
            raise unknown(source.document_id, self._record.infos())
        document = self._record.document(info.id) if info.pages else None
        return result(source.source, info, status, remarks, document.pages if document else ())


def _no_failure(made: Prepared | InputError) -> Prepared:
    if isinstance(made, InputError):
        raise made
    return made


def _settled(source: Source) -> bool:
    """Whether the file was old enough when it was read that a later change must show."""
    return source.modified > 0 and source.noted - source.modified > _CLOCK_TICK


def _stop_if(cancelled: Callable[[], bool]) -> None:
    if cancelled():
        raise CancelledError("Adding was stopped.", "What was finished is kept.")
