"""The model of the settings as a server of its own, for pages elsewhere."""

import os
import threading
from collections.abc import Callable

from assistant.errors import ModelError, ModelUnknownError, SettingsError
from assistant.models.embedded.serve import ServeSettings, started
from assistant.models.embedded.server import physical_cores
from assistant.models.weights.fetching import opened_weights
from assistant.settings import Settings

SLOTS = 2
"""Answers at once unless the settings say how many, as of a model beside its page."""


def serve_alone(settings: Settings, say: Callable[[str], None]) -> None:
    """Serve the model at the settings' address until Ctrl-C; ``say`` is told the address.

    Raises:
        SettingsError: no key is set.
        ModelUnknownError, WeightsError: there is no such model here.
        ModelError: it does not load, or the port is taken.
    """
    key = os.environ.get("CITEWELL_API_KEY")
    if not key:
        raise SettingsError(
            "A model server needs a key, and there is none.",
            "Set CITEWELL_API_KEY, here and for the page.",
        )
    weights = opened_weights(settings.model, settings.models_dir)
    if not weights.is_file():
        raise ModelUnknownError(f"{settings.model} is not a chat model.", "Set CITEWELL_MODEL.")
    told = ServeSettings(
        model=str(weights),
        name=settings.model,
        key=key,
        slots=settings.slots or SLOTS,
        threads=settings.threads or physical_cores(),
        host=settings.host,
        port=settings.port,
    )
    try:
        server = started(told)
    except RuntimeError as error:
        raise ModelError(
            f"The model server did not start: {str(error).rstrip('.')}.",
            "See above; CITEWELL_PORT may be taken.",
        ) from error
    except ImportError as error:
        raise ModelError(
            f"llama.cpp cannot be loaded: {error}.", "Debian: apt-get install libgomp1"
        ) from error
    say(f"{settings.model} is served at {server.listening_address}/v1 (Ctrl-C stops it)")
    threading.Event().wait()
