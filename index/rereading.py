"""Reading documents anew that were read by an older reader, from the files where they still are."""

import os
from collections.abc import Callable, Iterator
from dataclasses import replace

from index.adding import KEPT, Adding, Progress
from index.data import AddResult, DocumentInfo
from index.errors import FullDiskError, InputError
from index.loading import is_address, name_of, outermost
from index.record import Record


def reread(
    record: Record,
    adding: Adding,
    progress: Progress | None,
    cancelled: Callable[[], bool],
) -> Iterator[AddResult]:
    """Read what is outdated anew, one result as each file is done; nothing is lost.

    A file within another is read with that one. Web pages are left to whoever wants them fetched.
    Raises as ``Library.add``; a file that cannot be read any more is a ``failed`` result.
    """
    places: dict[str, DocumentInfo] = {}
    for info in record.infos():
        if info.outdated:
            places |= dict.fromkeys(map(outermost, record.sources.of(info.id)), info)
    for source, info in places.items():
        if is_address(source):
            told = f"{KEPT} To fetch the page and read it anew: citewell index {source}"
            yield _left("kept", source, info, told)
        elif not os.path.exists(source):
            yield _left("gone", source, info, f"{name_of(source)} is gone. {KEPT}")
        else:
            try:
                yield from adding.add(
                    source,
                    workers=None,
                    progress=progress,
                    cancelled=cancelled,
                    password=None,
                    anew=True,
                )
            except FullDiskError:
                raise
            except InputError as error:
                failed = AddResult.failed(source, error)
                yield replace(failed, message=f"{error} {KEPT}")


def _left(status: str, source: str, info: DocumentInfo, message: str) -> AddResult:
    return AddResult(
        source=source,
        status=status,
        document_id=info.id,
        passages=info.passages,
        message=message,
    )
