"""Failures of the assistant: the model, the settings, the evaluation gate."""

from index.errors import CitewellError, InputError


class ModelError(CitewellError):
    """The model could not be reached, died, or gave no usable output."""

    exit_code = 3


class ModelUnknownError(InputError):
    """The named model is not in the catalogue and is no file, hub reference or server."""


class WeightsError(ModelError):
    """Weights could not be fetched, or their hash is not the official release's."""


class SettingsError(InputError):
    """A setting has a value that cannot be used."""


class GateError(CitewellError):
    """An evaluation metric fell significantly below its baseline."""

    exit_code = 4
