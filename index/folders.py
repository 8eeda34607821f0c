"""Watched folders: what a library keeps in step with, and one step of that.

A step looks at every folder, takes in what is new or has changed, and parts with what is gone. What
it goes by is in the record and in the folders, so a step that was killed is only begun again.
"""

import os
import time
from collections.abc import (
    Callable,
    Iterable,
    Iterator,
    Mapping,
    MutableMapping,
    Sequence,
)
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from itertools import accumulate, islice, takewhile
from pathlib import Path
from typing import Any

from index import loading
from index.data import AddResult
from index.errors import CancelledError, CitewellError, InputError, never
from index.labels import WATCHED
from index.record import Record
from index.record_rows import GONE
from index.sources import Source
from index.watched import KEEP, REMOVE, Step, Unread, WatchedFolder

SETTLED_S = 1.0
"""A file is taken in when nobody has written to it for so long: it may be half written before."""
AT_ONCE = 16
BYTES_AT_ONCE = 2_000_000
"""A step takes in so many files at most, and no other once these are so large together: whoever
else wants the library gets a turn between two steps."""
_UNREAD = "unread"
_LEFT_OUT = "left_out"
"""Kinds of notes: files that could not be read; files whose document the user removed."""
_OUT_OF_REACH = "It cannot be reached, or holds no readable file. Its documents stay as they are."


@dataclass(frozen=True, slots=True, kw_only=True)
class _Seen:
    """What a look at one folder found."""

    wanted: dict[str, os.stat_result]
    """Files to take in."""
    unsettled: int
    """How many files are still being written."""
    sizes: set[int]
    """Of all of these: a renamed file may be among them."""
    gone: list[Source]
    files: int


class Folders:
    """The watched folders of one library. Raises as ``Library.add`` does.

    ``add`` takes in several files, as ``Library.add``; ``home`` is the library's own folder.
    """

    def __init__(self, home: Path, record: Record, add: Callable[..., Iterator[AddResult]]) -> None:
        self._home = home
        self._record = record
        self._notes = record.notes
        self._add = add

    def watch(
        self, folder: Path | str, *, ignore: Iterable[str] | None = None, gone: str | None = None
    ) -> WatchedFolder:
        """Keep in step with a folder from the next step on, or do so in another way.

        What is None stays as it was; at first nothing is ignored, and documents are kept.

        Raises:
            InputError: it is no folder, holds the library or is held by it, or ``gone`` is neither
                ``keep`` nor ``remove``.
        """
        path = loading.absolute(folder)
        if not str(folder).strip() or not os.path.isdir(path):
            raise InputError(f"There is no folder {path}.", "Check the spelling of the path.")
        if path == self._home or path.is_relative_to(self._home):
            raise InputError(f"{path} is in the library's own folder.", "Name another folder.")
        if gone not in (None, KEEP, REMOVE):
            raise InputError(f"“{gone}” is unknown.", f"Say {KEEP} or {REMOVE}.")
        known = self._notes.get(WATCHED, str(path)) or {"since": _now(), "ignore": ()}
        if ignore is not None:
            known["ignore"] = [each.strip() for each in ignore if each.strip()]
        watched = _folder(str(path), {**known, "gone": gone or known.get("gone", KEEP)})
        value = {name: each for name, each in asdict(watched).items() if name != "path"}
        self._notes.put(WATCHED, watched.path, value)
        return watched

    def leave(self, folder: Path | str) -> WatchedFolder:
        """Watch a folder no longer; its documents stay.

        Raises:
            InputError: it is not watched.
        """
        path = str(loading.absolute(folder))
        known = self._notes.get(WATCHED, path)
        if known is None:
            raise InputError(f"The folder {path} is not watched.", "See: citewell watch --status")
        self._notes.discard(WATCHED, path)
        for kind in (_UNREAD, _LEFT_OUT):
            for source, _ in self._notes.items(kind):
                if self.of(source) is None:
                    self._notes.discard(kind, source)
        return _folder(path, known)

    def all(self) -> list[WatchedFolder]:
        """Every watched folder, by its path."""
        found = [_folder(path, value) for path, value in self._notes.items(WATCHED)]
        return sorted(found, key=lambda each: each.path)

    def unread(self) -> list[Unread]:
        """Every file of a watched folder that could not be read, by its path."""
        found = [Unread(source=each, **value) for each, value in self._notes.items(_UNREAD)]
        return sorted(found, key=lambda each: each.source)

    def of(self, source: str) -> WatchedFolder | None:
        """The watched folder that a file is in, the innermost of several."""
        around = [each for each in self.all() if source.startswith(each.path + os.sep)]
        return max(around, key=lambda each: len(each.path), default=None)

    def leave_out(self, document_id: str) -> None:
        """Do not take a document's files in again: the user is about to remove it."""
        for source in self._record.sources.of(document_id):
            if self.of(source) is not None and os.path.lexists(source):
                self._notes.put(_LEFT_OUT, source, {})

    def step(
        self,
        remove: Callable[[str], object],
        missing: MutableMapping[str, float],
        cancelled: Callable[[], bool] = never,
    ) -> Step:
        """Look at every folder once, and take in at most ``AT_ONCE`` files.

        ``remove`` removes a document with all that is kept of it. ``missing`` is kept from step to
        step: the files that were not there, and since when (``time.monotonic``). A file counts as
        gone where it is missing twice, for a program may write it anew just then.

        Raises:
            FullDiskError, StoreError, CancelledError: as ``Library.add``; what was finished is
                kept, and the failure is noted with the folders.
        """
        folders = self.all()
        try:
            return self._step(folders, remove, missing, cancelled)
        except CancelledError:
            raise
        except CitewellError as error:
            for each in folders:
                self._note(each, error=str(error))
            raise

    def _step(
        self,
        folders: list[WatchedFolder],
        remove: Callable[[str], object],
        missing: MutableMapping[str, float],
        cancelled: Callable[[], bool],
    ) -> Step:
        looked = {each.path: self._look(each) for each in folders}
        seen = [each for each in looked.values() if each is not None]
        wanted = {source: facts for each in seen for source, facts in each.wanted.items()}
        some = _some(wanted)
        results = list(self._taken_in(some, cancelled))
        more = len(some) < len(wanted)
        waiting = any(each.unsettled for each in seen)
        gone = {source.source: source for each in seen for source in each.gone}
        # A renamed file is taken in under its new name first; until then it may be one of these.
        pending = {size for each in seen for size in each.sizes} if more or waiting else set()
        parted, later = [], False
        for source in _twice_missing(gone, missing):
            if gone[source].size in pending:
                later = True
            elif self._part_with(gone[source], remove):
                parted.append(source)
        self._unmark()
        touched = [*(each.source for each in results if each.status != "unchanged"), *parted]
        for folder in folders:
            self._note_step(folder, looked[folder.path], touched)
        return Step(
            results=tuple(results),
            gone=tuple(parted),
            more=more,
            waiting=waiting or later or bool(missing),
            folders=tuple(each.path for each in folders),
        )

    def _look(self, folder: WatchedFolder) -> _Seen | None:
        """What is to be done in a folder; None where it is out of reach, or all at once empty.

        The folder of a drive that is not there is empty too: nothing is taken for gone then.
        """
        known = {each.source: each for each in self._record.sources.below(folder.path)}
        files = self._files(folder)
        if not os.path.isdir(folder.path) or (known and not files):
            return None
        marked = {each for each, _ in self._notes.items(GONE)} if folder.gone == KEEP else set()
        unread = {each.source: (each.size, each.modified) for each in self.unread()}
        for source in unread:
            if source not in files and self.of(source) == folder:  # it is gone, or ignored
                self._notes.discard(_UNREAD, source)
        left_out = {source for source, _ in self._notes.items(_LEFT_OUT)}
        for source in left_out - files.keys():
            if self.of(source) == folder and _is_gone(source):  # another may come under its name
                self._notes.discard(_LEFT_OUT, source)
        wanted, unsettled, sizes = {}, 0, set()
        for source, facts in files.items():
            stamp = _stamp(facts)
            before = known.get(source)
            if before is not None and source in left_out:  # added again by hand
                self._notes.discard(_LEFT_OUT, source)
            elif source in left_out or unread.get(source) == stamp:
                continue
            if before and (before.size, before.modified) == stamp and _was_settled(before):
                continue
            sizes.add(facts.st_size)
            if _is_settled(facts):
                wanted[source] = facts
            else:
                unsettled += 1
        gone = [
            each
            for each in known.values()
            if each.source not in files and each.document_id not in marked and _is_gone(each.source)
        ]
        return _Seen(wanted=wanted, unsettled=unsettled, sizes=sizes, gone=gone, files=len(files))

    def _files(self, folder: WatchedFolder) -> dict[str, os.stat_result]:
        """The readable files of a folder that are not ignored, with what the system knows."""
        try:
            sources, _ = loading.sources(folder.path)
        except InputError:  # it holds nothing that can be read
            return {}
        home = str(self._home) + os.sep
        found = {}
        for source in sources:
            if not source.startswith(home) and not folder.ignores(source):
                with suppress(OSError):  # it has gone meanwhile, or its name is in no encoding
                    found[source] = os.stat(source)
        return found

    def _taken_in(
        self, sources: Mapping[str, os.stat_result], cancelled: Callable[[], bool]
    ) -> Iterator[AddResult]:
        before = {source: _stamp(facts) for source, facts in sources.items()}
        unread = {source for source, _ in self._notes.items(_UNREAD)}
        around = {source: folder.path for source in sources if (folder := self.of(source))}
        for result in self._add(list(sources), cancelled=cancelled, folder_of=around.get):
            if result.status == "failed" and result.source in before:
                size, modified = before[result.source]
                failed = {"size": size, "modified": modified, "message": result.message}
                self._notes.put(_UNREAD, result.source, failed)
            elif result.source in unread:
                self._notes.discard(_UNREAD, result.source)
            yield self._renamed(result)

    def _renamed(self, result: AddResult) -> AddResult:
        """The result; ``renamed`` where its text is that of files which are no more."""
        if result.status != "duplicate" or result.document_id is None:
            return result
        sources = self._record.sources.of(result.document_id)
        others = [each for each in sources if each != result.source]
        if any(map(_is_there, others)):
            return result
        return replace(result, status="renamed", message=f"was {others[0]}")

    def _part_with(self, source: Source, remove: Callable[[str], object]) -> bool:
        """Do as the folder says with the document of a file that is gone; whether that is new."""
        if not _is_gone(source.source):  # it is back meanwhile
            return False
        others = [
            each for each in self._record.sources.of(source.document_id) if each != source.source
        ]
        if any(map(_is_there, others)):  # renamed: the document stays what it is
            inner = self._record.sources.within(source.source)
            self._record.part_with([source.source, *inner])
            return False
        folder = self.of(source.source)
        if folder is not None and folder.gone == REMOVE:
            remove(source.document_id)
            return True
        if self._notes.get(GONE, source.document_id) is not None:
            return False
        self._record.mark_gone(source.document_id, {"since": _now()})
        return True

    def _unmark(self) -> None:
        """Take the mark from documents that have a file again, and from those that have left."""
        for document_id, _ in self._notes.items(GONE):
            sources = self._record.sources.of(document_id)
            if not sources or any(map(_is_there, sources)):
                self._record.mark_gone(document_id, None)

    def _note_step(
        self, folder: WatchedFolder, found: _Seen | None, touched: Sequence[str]
    ) -> None:
        """Note what a step made of a folder: whether it could look at it, and changed anything."""
        changed = any(each.startswith(folder.path + os.sep) for each in touched)
        self._note(
            folder,
            files=found.files if found else folder.files,
            changed=_now() if changed else folder.changed,
            error="" if found else _OUT_OF_REACH,
        )

    def _note(self, folder: WatchedFolder, **state: object) -> None:
        """Note the state of a folder, unless it is watched no longer; how it is to be watched may
        have been changed meanwhile, and stays so."""
        known = self._notes.get(WATCHED, folder.path)
        if known is not None and known != known | state:
            self._notes.put(WATCHED, folder.path, known | state)


def _folder(path: str, value: Mapping[str, Any]) -> WatchedFolder:
    return WatchedFolder(path=path, **{**value, "ignore": tuple(value["ignore"])})


def _some(wanted: Mapping[str, os.stat_result]) -> dict[str, os.stat_result]:
    """The first of the files: as many as one step takes in, at least one."""
    sizes = accumulate((facts.st_size for facts in wanted.values()), initial=0)
    small = takewhile(lambda each: each[1] < BYTES_AT_ONCE, zip(wanted, sizes, strict=False))
    return {source: wanted[source] for source, _ in islice(small, AT_ONCE)}


def _stamp(facts: os.stat_result) -> tuple[int, int]:
    return facts.st_size, facts.st_mtime_ns


def _is_settled(facts: os.stat_result) -> bool:
    """Whether nobody has written to a file of late; one of the future is not waited for."""
    age = time.time() - max(facts.st_mtime, facts.st_ctime)
    return not 0 <= age < SETTLED_S


def _was_settled(source: Source) -> bool:
    """Whether the file was old enough when it was read that a later change must show."""
    return source.noted - source.modified > SETTLED_S * 1e9


def _is_gone(source: str) -> bool:
    """Whether there is no such file: not merely that it cannot be looked at."""
    try:
        os.lstat(source)
    except (FileNotFoundError, NotADirectoryError):
        return True
    except OSError:
        return False
    return False


def _is_there(source: str) -> bool:
    """Whether a source can be read again, as far as one sees: a page, a file, a file's part."""
    return loading.is_address(source) or not _is_gone(loading.outermost(source))


def _twice_missing(gone: Iterable[str], missing: MutableMapping[str, float]) -> list[str]:
    """Those that were missing ``SETTLED_S`` ago too; ``missing`` has the others afterwards."""
    now = time.monotonic()
    since = {source: missing.get(source, now) for source in gone}
    missing.clear()
    missing.update({each: first for each, first in since.items() if now - first < SETTLED_S})
    return [each for each, first in since.items() if now - first >= SETTLED_S]


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
