"""Which model, its weights, and asking it."""

from assistant.models.chat import ServedModel
from assistant.models.opening import open_model
from assistant.models.weights.catalogue import CATALOGUE, DEFAULT_EMBEDDING, DEFAULT_MODEL, Entry
from assistant.models.weights.fetching import check_weights, fetch, weights_path

__all__ = [
    "CATALOGUE",
    "DEFAULT_EMBEDDING",
    "DEFAULT_MODEL",
    "Entry",
    "ServedModel",
    "check_weights",
    "fetch",
    "open_model",
    "weights_path",
]
