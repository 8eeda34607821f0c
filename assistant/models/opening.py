"""From a model setting to a model that can be asked."""

import hashlib
import os
from pathlib import Path

from assistant.errors import ModelUnknownError
from assistant.models.chat import EMBEDDED_ADDRESS, REPLY_SECONDS, ServedModel
from assistant.models.embedded.server import EmbeddedServer
from assistant.models.weights.catalogue import Entry
from assistant.models.weights.fetching import weights_path
from assistant.models.weights.references import RemoteModel, fingerprint, parse_reference


def open_model(
    reference: str,
    *,
    models_dir: Path,
    log_dir: Path,
    slots: int = 2,
    threads: int | None = None,
    reply_seconds: float = REPLY_SECONDS,
) -> ServedModel:
    """The model that ``reference`` names. Nothing is loaded or asked before it is needed.

    ``slots`` requests run side by side in an embedded model. One slot gives the same
    probabilities to the last digit for the same requests in the same order. It takes ``threads``,
    or one a physical core. One whole reply may take ``reply_seconds``.

    Raises:
        ModelUnknownError: it names no model, or an embedding model.
        WeightsError: its weights have not been fetched.
    """
    named = parse_reference(reference)
    if isinstance(named, RemoteModel):
        return _remote(named, reply_seconds)
    if isinstance(named, Entry) and named.kind != "chat":
        raise ModelUnknownError(f"{named.name} is an embedding model; it cannot write.")
    weights = weights_path(reference, models_dir)
    if not weights.is_file():
        raise ModelUnknownError(f"{weights} is not a model file.", "Name a .gguf file.")
    name = named.name if isinstance(named, Entry) else weights.stem
    digest = named.digest if isinstance(named, Entry) else fingerprint(weights)
    server = EmbeddedServer(weights, name=name, log_dir=log_dir, slots=slots, threads=threads)
    return ServedModel(
        name=name,
        digest=digest,
        address=EMBEDDED_ADDRESS,
        key=server.key,
        server=server,
        seconds=reply_seconds,
    )


def _remote(remote: RemoteModel, seconds: float) -> ServedModel:
    digest = hashlib.sha256(f"{remote.name}@{remote.url}".encode()).hexdigest()
    key = os.environ.get("CITEWELL_API_KEY") or "none"
    return ServedModel(
        name=remote.name, digest=digest, address=remote.url, key=key, seconds=seconds
    )
