"""A question within a kept conversation: asked with what was said before, and kept with its end."""

from collections.abc import Generator, Sequence
from typing import TYPE_CHECKING

from assistant.keeping.chats import Chat, Chats
from assistant.keeping.forgetting import conclude
from assistant.standing import Standing, standings
from index.errors import CitewellError

if TYPE_CHECKING:
    from assistant.answering.assistant import Assistant


def converse(
    assistant: "Assistant", chat: Chat, question: str, documents: Sequence[str] | None = None
) -> Generator[Standing, None, Chat]:
    """What stands of the answer as it is made, and in the end the conversation with it.

    What fails or is broken off is kept as that.

    Raises:
        CitewellError: as ``Assistant.ask``.
    """
    library = assistant.library
    history = list(chat.turns())
    chat = Chats(library).asking(chat, question)
    exchange = chat.exchanges[-1]
    try:
        for standing in standings(assistant.ask(question, history=history, documents=documents)):
            exchange = exchange.showing(standing)
            yield standing
    except CitewellError as error:
        conclude(library, chat, exchange.failed(error.message, error.hint))
        raise
    except (KeyboardInterrupt, GeneratorExit):
        conclude(library, chat, exchange.stopped())
        raise
    return conclude(library, chat, exchange)
