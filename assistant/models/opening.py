"""From a model setting to a model that can be asked."""

import hashlib
import os
from pathlib import Path
from urllib.parse import urlsplit

from assistant.errors import ModelUnknownError
from assistant.models.chat import EMBEDDED_ADDRESS, REPLY_SECONDS, ServedModel
from assistant.models.embedded.server import EmbeddedServer
from assistant.models.weights.catalogue import Entry
from assistant.models.weights.fetching import opened_weights
from assistant.models.weights.references import RemoteModel, fingerprint, parse_reference


def open_model(
    reference: str,
    *,
    models_dir: Path,
    log_dir: Path,
    slots: int = 2,
    threads: int | None = None,
    reply_seconds: float = REPLY_SECONDS,
    home: str | None = None,
) -> ServedModel:
    """The model that ``reference`` names. Nothing is loaded or asked before it is needed.

    ``slots`` requests run side by side in an embedded model. One slot gives the same
    probabilities to the last digit for the same requests in the same order. It takes ``threads``,
    or one a physical core. One whole reply may take ``reply_seconds``. ``home`` is the model that
    the settings name, where ``reference`` may be another: the key of ``CITEWELL_API_KEY`` goes to
    its server and to no other one.

    Raises:
        ModelUnknownError: it names no model, or an embedding model.
        WeightsError: its weights have not been fetched, or are not the released ones any more.
    """
    named = parse_reference(reference)
    if isinstance(named, RemoteModel):
        return _remote(named, reply_seconds, home or reference)
    if isinstance(named, Entry) and named.kind != "chat":
        raise ModelUnknownError(f"{named.name} is an embedding model; it cannot write.")
    weights = opened_weights(reference, models_dir)
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


def _remote(remote: RemoteModel, seconds: float, home: str) -> ServedModel:
    digest = hashlib.sha256(f"{remote.name}@{remote.url}".encode()).hexdigest()
    own = _server(remote.url) == _server(home.rpartition("@")[2].strip())
    key = (own and os.environ.get("CITEWELL_API_KEY")) or "none"
    return ServedModel(
        name=remote.name, digest=digest, address=remote.url, key=key, seconds=seconds
    )


def _server(url: str) -> tuple[str, str | None, int | None] | None:
    """Scheme, host and port: the same where it is the same server; None where it is none."""
    try:
        parts = urlsplit(url)
        port = parts.port or {"http": 80, "https": 443}.get(parts.scheme)
    except ValueError:
        return None
    return (parts.scheme, parts.hostname, port) if parts.hostname else None
