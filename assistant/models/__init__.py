"""Which model, its weights, and asking it."""

from assistant.models.chat import ServedModel
from assistant.models.opening import open_model
from assistant.models.weights.catalogue import CATALOGUE, DEFAULT_EMBEDDING, DEFAULT_MODEL, Entry
from assistant.models.weights.fetching import (
    check_weights,
    fetch,
    opened_weights,
    weights_path,
)

__all__ = [
    "CATALOGUE",
    "DEFAULT_EMBEDDING",
    "DEFAULT_MODEL",
    "Entry",
    "ServedModel",
    "check_weights",
    "fetch",
    "open_model",
    "opened_weights",
    "weights_path",
]
