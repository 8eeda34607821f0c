"""Are the citations the real reason? Delete the cited spans from the documents and ask again.

An answer that stays the same without what it cites had another reason. For each answered case
the documents it cites lose exactly the cited spans (in a copy of the library made of the
documents' plain texts), the question is asked again, and the documents are put back.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assistant.evaluation.chains import Chain
from assistant.evaluation.golden.cases import GoldenCase
from assistant.evaluation.journal import Journal, read_rows
from assistant.evaluation.reports.metrics import normalise, share
from assistant.evaluation.reports.resampling import bootstrap_interval
from assistant.evaluation.reports.results import CaseFailure, CaseResult, Outcome
from assistant.evaluation.runner import attempt
from index import Library
from index.errors import CancelledError

if TYPE_CHECKING:
    from assistant.evaluation.plan import Surroundings

Range = tuple[int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ablated:
    """One case asked again without what it had cited."""

    id: str
    changed: bool
    refused: bool
    before: str
    after: str
    error: str = ""


def without(text: str, spans: Iterable[Range]) -> str:
    """The text without these ranges, which may overlap."""
    kept, position = [], 0
    for start, end in sorted(spans):
        kept.append(text[position : max(start, position)])
        position = max(position, end)
    return "".join([*kept, text[position:]])


class Copy:
    """The documents of a library as plain text files, each of which can lack spans for a while."""

    def __init__(self, library: Library, folder: Path) -> None:
        self.folder = folder
        self._texts: dict[str, str] = {}
        self._paths: dict[str, Path] = {}
        for info in library.documents():
            self._texts[info.id] = library.document(info.id).text
            self._paths[info.id] = folder / info.id / f"{Path(info.name).stem}.txt"
            self._write(info.id, self._texts[info.id])

    def _write(self, document: str, text: str) -> None:
        path, data = self._paths[document], text.encode()
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.exists() or path.read_bytes() != data:
            path.write_bytes(data)

    @contextmanager
    def lacking(self, library: Library, spans: Mapping[str, Sequence[Range]]) -> Iterator[None]:
        """While inside, ``library``, made of this copy, lacks these spans of these documents."""
        try:
            for document, ranges in spans.items():
                self._put(library, document, without(self._texts[document], ranges))
            yield
        finally:
            for document in spans:
                self._put(library, document, self._texts[document])

    def id_in(self, library: Library, document: str) -> str:
        """The id that a document has in ``library``, made of this copy, as it is now.

        Raises:
            UnknownDocumentError: all of its text is left out just now.
        """
        return library.find(str(self._paths[document])).id

    def _put(self, library: Library, document: str, text: str) -> None:
        if not text.strip():
            library.remove(self.id_in(library, document))
            return
        self._write(document, text)
        for _ in library.add(self._paths[document]):
            pass


def cited_spans(answer: CaseResult) -> dict[str, list[Range]]:
    """Document id to the ranges that the answer cites."""
    spans: dict[str, list[Range]] = {}
    for cited in answer.citations or ():
        for item in cited:
            spans.setdefault(item.document_id, []).append((item.start, item.end))
    return spans


def ablate(
    cases: Sequence[GoldenCase],
    answers: Mapping[str, CaseResult],
    chain: Chain,
    copy: Copy,
    library: Library,
    journal: Path,
    around: "Surroundings",
) -> dict[str, Any]:
    """Ask every case of ``answers`` (case id to its answer) again without what it cites.

    ``chain`` asks ``library``, which holds ``copy``. Rows that ``journal`` holds are kept.

    Raises:
        CancelledError: the user stopped; the finished rows are kept.
    """
    done = {row["id"]: Ablated(**row) for row in read_rows(journal)}
    waiting = [case for case in cases if case.id in answers]
    with Journal(journal) as rows:
        for number, case in enumerate(waiting):
            if around.cancelled():
                raise CancelledError("Stopped; run the same command to go on.")
            around.progress("Asking without the cited text", number, len(waiting))
            if case.id not in done or done[case.id].error:
                with copy.lacking(library, cited_spans(answers[case.id])):
                    after = attempt(case, chain)
                done[case.id] = compared(answers[case.id], after)
                rows.append(asdict(done[case.id]))
    return ablation_figures([done[case.id] for case in waiting])


def compared(before: CaseResult, after: Outcome) -> Ablated:
    """Whether an answer changed: in status or, by SQuAD's normal form, in words."""
    if isinstance(after, CaseFailure):
        return Ablated(
            id=before.id,
            changed=False,
            refused=False,
            before=before.text,
            after="",
            error=f"{after.error}: {after.message}",
        )
    same = after.status == before.status and normalise(after.text) == normalise(before.text)
    return Ablated(
        id=before.id,
        changed=not same,
        refused=after.status == "not_in_documents",
        before=before.text,
        after=after.text,
    )


def ablation_figures(rows: Sequence[Ablated]) -> dict[str, Any]:
    """The part of ``report.json``; failures are counted apart and are neither kind."""
    told = [row for row in rows if not row.error]
    return {
        "n": len(told),
        "failures": len(rows) - len(told),
        "changed": sum(row.changed for row in told),
        "refused": sum(row.refused for row in told),
        "changed_share": share([row.changed for row in told]),
        "interval": bootstrap_interval(told, lambda some: share([row.changed for row in some])),
        "cases": [asdict(row) for row in rows],
    }
