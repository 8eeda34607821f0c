"""What a model setting may say: a catalogue name, a GGUF file, a hub file, or a server."""

import hashlib
import os
import re
from dataclasses import dataclass
from pathlib import Path

from assistant.errors import ModelUnknownError
from assistant.models.weights.catalogue import CATALOGUE, Entry

_HUB = re.compile(
    r"(?:hf:)?(?P<repository>[\w.-]+/[\w.-]+)/(?P<file>[\w./-]+\.gguf)(?:@(?P<rev>\S+))?"
)
_SERVER = re.compile(r"openai:(?P<name>.+)@(?P<url>https?://[^\s@]+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalFile:
    """A GGUF file, or an embedding's folder, that is here already."""

    path: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class HubFile:
    """A GGUF file on the model hub."""

    repository: str
    file: str
    revision: str

    def folder(self, models_dir: Path) -> Path:
        repository = self.repository.replace("/", "--")
        return models_dir / "hub" / repository / self.revision.replace("/", "--")

    def path(self, models_dir: Path) -> Path:
        """Where it belongs once it is fetched."""
        return self.folder(models_dir) / self.file


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoteModel:
    """A model that an OpenAI-compatible server runs."""

    name: str
    url: str


Reference = Entry | LocalFile | HubFile | RemoteModel


def parse_reference(reference: str) -> Reference:
    """What ``reference`` names.

    Raises:
        ModelUnknownError: it is nothing of the four, or names a file that does not exist.
    """
    reference = reference.strip()
    if reference in CATALOGUE:
        return CATALOGUE[reference]
    if server := _SERVER.fullmatch(reference):
        return RemoteModel(name=server["name"], url=server["url"].rstrip("/"))
    path = Path(os.path.expanduser(reference))  # as it is where there is no such user
    if reference and not reference.startswith(("hf:", "openai:")) and path.exists():
        return LocalFile(path=path.resolve())
    hub = _HUB.fullmatch(reference)
    if hub and ".." not in hub["file"].split("/"):
        return HubFile(
            repository=hub["repository"], file=hub["file"], revision=hub["rev"] or "main"
        )
    raise _unknown(reference)


def _unknown(reference: str) -> ModelUnknownError:
    if reference.endswith(".gguf") and not reference.startswith("hf:"):
        return ModelUnknownError(f"There is no model file {reference}.", "Check the path.")
    chat = ", ".join(name for name, entry in CATALOGUE.items() if entry.kind == "chat")
    return ModelUnknownError(
        f"The model {reference!r} is not known.",
        f"Use one of {chat}; a .gguf file; hf:OWNER/REPOSITORY/FILE.gguf; or openai:NAME@URL.",
    )


def fingerprint(path: Path) -> str:
    """Identifies a large file without reading it all: SHA-256 of its size and 256 samples."""
    size = path.stat().st_size
    digest = hashlib.sha256(str(size).encode())
    with path.open("rb") as file:
        for number in range(256):
            file.seek(number * size // 256)
            digest.update(file.read(65536))
    return digest.hexdigest()
