"""What an evaluation asks: a library made for the run, or the user's own."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from assistant.evaluation.golden.cases import GoldenSet
from assistant.evaluation.plan import Plan, Progress
from assistant.evaluation.scoring import Documents
from assistant.runtime import open_library
from assistant.settings import Settings
from index import Library, loading
from index.errors import InputError


@dataclass(frozen=True, slots=True, kw_only=True)
class Corpus:
    """An open library and the file names by which golden lines call its documents."""

    library: Library
    ids: Mapping[str, str]
    """File name, and path within the corpus folder, to document id."""
    only: Sequence[str] | None = None
    """The ids of the documents that are asked; None for all."""

    def id_of(self, name: str) -> str:
        """The id of a document by the name that golden lines have for it."""
        return self.ids[name]

    def documents(self) -> Documents:
        """Texts and sentences of all documents, for scoring."""
        texts = {info.id: self.library.document(info.id).text for info in self.library.documents()}
        sentences = {
            document: [(span.start, span.end) for span in self.library.sentences(document)]
            for document in texts
        }
        return Documents(texts=texts, sentences=sentences, ids=self.ids)


def corpus_texts(folder: Path, max_file_mb: int = loading.LARGEST_FILE_MB) -> dict[str, str]:
    """File name, and path within ``folder``, to the text that the library will have.

    No model is needed: it serves to check the golden quotes beforehand.

    Raises:
        InputError: the folder holds nothing readable, or files that cannot be read, all named.
    """
    texts: dict[str, str] = {}
    failed = []
    for path in corpus_files(folder):
        try:
            text = loading.load(loading.read_file(path, max_file_mb)).text
        except InputError as error:
            failed.append(f"{path}: {error.message}")
            continue
        for name in _names(path, folder):
            texts.setdefault(name, text)
    _refuse(failed)
    return texts


def _refuse(failed: Sequence[str]) -> None:
    if failed:
        raise InputError(
            "The corpus cannot be read whole: " + "; ".join(failed), "Mend or remove these."
        )


def corpus_files(folder: Path) -> list[Path]:
    """The readable files of a corpus, or the corpus itself where it is a file."""
    return [Path(source) for source in loading.sources(folder)[0]]


def _names(path: Path, folder: Path) -> tuple[str, ...]:
    if not folder.is_dir():
        return (path.name,)
    return (path.relative_to(folder.absolute()).as_posix(), path.name)


def write_contexts(golden: GoldenSet, folder: Path) -> Path:
    """Write the file's own contexts as a corpus; what is there already is left alone."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in golden.contexts.items():
        data = text.encode()
        if not (folder / name).exists() or (folder / name).read_bytes() != data:
            (folder / name).write_bytes(data)
    return folder


@contextmanager
def isolated(
    settings: Settings,
    corpus: Path,
    home: Path,
    report: Progress,
    cancelled: Callable[[], bool] = lambda: False,
) -> Iterator[Corpus]:
    """A library in ``home`` that holds exactly ``corpus``; it is closed on leaving.

    Raises:
        InputError: a file of the corpus cannot be read, all of them named.
        CancelledError: the user stopped.
    """
    alone = settings.model_copy(update={"library": home, "chroma_url": None, "record_url": None})
    with open_library(alone, owner="citewell evaluate") as library:
        yield Corpus(library=library, ids=fill(library, corpus, report, cancelled))


def fill(
    library: Library,
    corpus: Path,
    report: Progress,
    cancelled: Callable[[], bool] = lambda: False,
) -> dict[str, str]:
    """Add a corpus to a library; file name, and path within the corpus, to document id."""
    ids: dict[str, str] = {}
    failed = []
    for result in library.add(corpus, progress=report, cancelled=cancelled):
        if result.document_id is None or result.status == "failed":
            failed.append(f"{result.source}: {result.message}")
            continue
        for name in _names(Path(result.source), corpus):
            ids.setdefault(name, result.document_id)
    _refuse(failed)
    return ids


@contextmanager
def own_library(plan: Plan, settings: Settings) -> Iterator[Corpus]:
    """The user's own library, only read."""
    with open_library(settings, owner="citewell evaluate") as library:
        yield as_corpus(plan, library)


def as_corpus(plan: Plan, library: Library) -> Corpus:
    """A library that is open already, or the collections and tags of it that the plan names.

    Raises:
        InputError: there is no such collection or tag.
    """
    only = library.labels.chosen(plan.collections, plan.tags)
    ids: dict[str, str] = {}
    for info in library.documents():
        if only is None or info.id in only:
            ids.setdefault(info.name, info.id)
    return Corpus(library=library, ids=ids, only=only)
