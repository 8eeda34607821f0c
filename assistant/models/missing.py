"""What stands for a chat model whose weights are not here, so that the page opens without it."""

from typing import NoReturn

from assistant.errors import WeightsError


class MissingModel:
    """Implements ``assistant.models.protocol.Model`` and what ``ServedModel`` adds.

    Raises:
        WeightsError: from everything that needs the model.
    """

    def __init__(self, name: str, error: WeightsError) -> None:
        self.name = name
        self.digest = "missing"
        self.slots = 1
        self._error = error

    def choose(self, *_: object, **__: object) -> NoReturn:
        raise WeightsError(self._error.message, self._error.hint)

    write = stream = choose

    @property
    def capabilities(self) -> NoReturn:
        self.choose()

    @property
    def model(self) -> NoReturn:
        self.choose()

    def status(self) -> str:
        """What is missing, and how to get it."""
        return str(self._error)

    def warm(self) -> None:
        """There is nothing to start."""

    def close(self) -> None:
        """There is nothing to end."""
