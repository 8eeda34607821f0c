"""What to evaluate, what the caller lends to it, and all that its answers depend on."""

import hashlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from assistant.evaluation.journal import code_digest, file_digest
from assistant.models import open_model
from assistant.resources import prompts_folder
from assistant.settings import Settings

if TYPE_CHECKING:
    from assistant.evaluation.corpus import Corpus
    from assistant.evaluation.runner import Asker
    from assistant.models import ServedModel
    from index import Library

    Spread = Callable[["Plan", Corpus, ServedModel, "Surroundings"], AbstractContextManager[Asker]]

ChainChoice = Literal["citewell", "stock", "stock-long", "both"]
"""``both``: Citewell, and the stock chain as it is."""
WITH_CITEWELL = ("citewell", "both")
Progress = Callable[[str, int, int], None]
"""Told what is being done, how much of it is done, and how much there is."""
_CHANGES_ANSWERS = {"model", "embedding"}
"""Named one by one, so that no secret of the settings gets into a report."""
_CHANGING_ANSWERS = (
    "chromadb",
    "langchain-core",
    "langchain-text-splitters",
    "sentence-transformers",
    "torch",
    "xllamacpp",
)
"""Libraries whose versions can change an answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What to evaluate, and where the run is kept."""

    golden: Path
    out: Path
    corpus: Path | None = None
    """Documents to ask of; without it the golden file's own contexts, else the library."""
    collections: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    """Of the user's own library, only documents of these are asked."""
    limit: int | None = None
    seed: int = 7
    chain: ChainChoice = "citewell"
    baseline: Path | None = None
    ablate: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What the caller lends to a run, and how it is told of it."""

    settings: Settings
    progress: Progress = lambda message, done, total: None
    notify: Callable[[str], None] = lambda message: None
    cancelled: Callable[[], bool] = lambda: False
    library: "Library | None" = None
    """The user's library where it is open already; only read."""
    model: "ServedModel | None" = None
    """A model that is open already; it is left open."""
    spread: "Spread | None" = None
    """Gives others who ask in the place of this process."""


def default_out(golden: Path) -> Path:
    """Where a run is kept that is given no folder."""
    return Path("reports") / golden.stem


@contextmanager
def lent_model(around: Surroundings) -> "Iterator[ServedModel]":
    """The caller's model, left open, or the settings' one with one slot, closed on leaving."""
    if around.model is not None:
        yield around.model
        return
    settings = around.settings
    model = open_model(
        settings.model,
        models_dir=settings.models_dir,
        log_dir=settings.log_dir,
        slots=1,
        reply_seconds=settings.reply_seconds,
    )
    try:
        yield model
    finally:
        model.close()


def make_fingerprint(
    plan: Plan, texts: Mapping[str, str], settings: Settings, model: "ServedModel"
) -> dict[str, Any]:
    """Everything that could change an answer: a run is resumed only where all of it is the same.

    The sample's size and seed and the choice of chains are not in it: they say which cases are
    asked, not what the answers are.
    """
    return {
        "golden": file_digest(plan.golden),
        "corpus": _texts_digest(texts),
        **surroundings_fingerprint(settings, model),
    }


def surroundings_fingerprint(settings: Settings, model: "ServedModel") -> dict[str, Any]:
    """The settings, model, prompts, thresholds and code that answers depend on."""
    from assistant.checking.calibration import load
    from assistant.prompts import Prompts

    package = Path(__file__).resolve().parents[1]
    roots = {
        "assistant": package,
        "index": package.parent / "index",
        "prompts": prompts_folder(),
    }
    return {
        "settings": settings.model_dump(mode="json", include=_CHANGES_ANSWERS),
        "model": {"name": model.name, "digest": model.digest},
        "prompts": Prompts.load(prompts_folder()).digests,
        "calibration": asdict(load(model.name, settings.library / "calibrations.json")),
        "code": code_digest(roots),
        "libraries": {name: version(name) for name in _CHANGING_ANSWERS},
    }


def _texts_digest(texts: Mapping[str, str]) -> str:
    digest = hashlib.sha256()
    for name, text in sorted(texts.items()):
        digest.update(f"{name}\0{text}\0".encode())
    return digest.hexdigest()
