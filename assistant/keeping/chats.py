"""Saved conversations: each question with what became of it, kept in the library's record."""

import secrets
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, Literal, Protocol

from assistant.data import Turn
from assistant.json_forms import answer_json, as_of_today, claim_json, evidence_json, withheld_json
from assistant.standing import Standing
from index import wording
from index.asides import forget_aside
from index.errors import InputError

State = Literal["waiting", "done", "found", "stopped", "failed"]
Mark = Literal["right", "wrong"]

REFUSAL = "Your documents don't say."
TITLE_LENGTH = 60
UNTITLED = "New conversation"


class Record(Protocol):
    """The part of ``index.Library`` that keeps small JSON values, by kind and key."""

    def put(self, kind: str, key: str, value: Mapping[str, Any]) -> None: ...

    def get(self, kind: str, key: str) -> dict[str, Any] | None: ...

    def delete(self, kind: str, key: str) -> None: ...

    def items(self, kind: str) -> Sequence[tuple[str, Any]]: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """One question and what became of it so far.

    ``answer`` has the form of ``ask --json``; while waiting it holds what is known by then and
    its ``status`` is None. ``found`` means that evidence alone was asked for.
    """

    question: str
    at: str
    state: State = "waiting"
    answer: dict[str, Any] = field(default_factory=dict)
    doing: str = ""
    """What is being done now, while waiting."""
    error: str = ""
    hint: str = ""
    mark: Mark | None = None

    def showing(self, standing: Standing) -> "Exchange":
        """This exchange with what stands of its answer by now."""
        if standing.answer is not None:
            found = answer_json(standing.answer)
            found["standalone_question"] = standing.answer.standalone_question
            return replace(self, state="done", answer=found, doing="")
        return replace(self, answer=_known(standing), doing=standing.doing)

    def failed(self, error: str, hint: str) -> "Exchange":
        """This exchange ended by a failure, which is not an answer."""
        return replace(self, state="failed", error=error, hint=hint, doing="")

    def stopped(self) -> "Exchange":
        return replace(self, state="stopped", doing="")

    def found(self) -> "Exchange":
        return replace(self, state="found", doing="")


@dataclass(frozen=True, slots=True, kw_only=True)
class Chat:
    """A conversation; an empty one has no exchanges and isn't saved."""

    id: str
    title: str = UNTITLED
    updated: str = ""
    exchanges: tuple[Exchange, ...] = ()
    scope: str = ""
    """What it asks: ``collection:NAME``, ``tag:NAME``, or nothing for every document."""

    def having(self, exchange: Exchange) -> "Chat":
        """This conversation with ``exchange`` in place of its last one."""
        return replace(self, exchanges=(*self.exchanges[:-1], exchange), updated=now())

    def asking(self, question: str) -> "Chat":
        """This conversation with one more question, not yet answered."""
        exchange = Exchange(question=question, at=now())
        title = shortened(question) if not self.exchanges else self.title
        return replace(
            self, title=title, exchanges=(*self.exchanges, exchange), updated=exchange.at
        )

    def line(self) -> dict[str, Any]:
        """The conversation as it is listed: ``{"id", "title", "updated", "questions"}``."""
        return {
            "id": self.id,
            "title": self.title,
            "updated": self.updated,
            "questions": len(self.exchanges),
        }

    def turns(self) -> Iterator[Turn]:
        """The answered exchanges as the messages of a conversation, for a follow-up question."""
        for exchange in self.exchanges:
            if exchange.state == "done":
                yield Turn(role="user", content=exchange.question)
                yield Turn(role="assistant", content=exchange.answer["text"] or REFUSAL)


@dataclass(frozen=True, slots=True)
class Chats:
    """The saved conversations of one library."""

    record: Record

    def all(self) -> list[Chat]:
        """Every saved conversation, the last used first."""
        chats = [_chat(value) for _, value in self.record.items("chat")]
        return sorted(chats, key=lambda chat: chat.updated, reverse=True)

    def find(self, words: str) -> list[Chat]:
        """Those whose title, questions or answers have all of these words, the last used first."""
        wanted = words.casefold().split()
        return [chat for chat in self.all() if all(word in _said(chat) for word in wanted)]

    def meant(self, reference: str) -> Chat:
        """The conversation of an id, the beginning of an id, or a title.

        Raises:
            InputError: none is meant, or several.
        """
        found = [
            chat for chat in self.all() if chat.id.startswith(reference) or chat.title == reference
        ]
        if len(found) != 1 or not reference:
            which = "Several conversations are" if len(found) > 1 else "No conversation is"
            raise InputError(
                f"{which} called “{shortened(reference)}”.", "See: citewell conversations list"
            )
        return _settled(found[0])

    def open(self, chat_id: str) -> Chat | None:
        """A saved conversation; a question that was never answered counts as stopped."""
        value = self.record.get("chat", chat_id)
        return None if value is None else _settled(_chat(value))

    def save(self, chat: Chat) -> None:
        self.record.put("chat", chat.id, asdict(chat))

    def asking(self, chat: Chat, question: str) -> Chat:
        """Save the conversation with one more question, behind all that was asked meanwhile."""
        value = self.record.get("chat", chat.id)
        asked = (chat if value is None else _chat(value)).asking(question)
        self.save(asked)
        return asked

    def conclude(self, chat: Chat, exchange: Exchange) -> Chat:
        """The conversation with ``exchange`` in place of the last one of ``chat``.

        What was changed in it meanwhile stays; one that was deleted meanwhile stays deleted.
        """
        value = self.record.get("chat", chat.id)
        if value is None:
            return chat.having(exchange)
        number = len(chat.exchanges) - 1
        saved = _chat(value)
        exchanges = (*saved.exchanges[:number], exchange, *saved.exchanges[number + 1 :])
        concluded = replace(saved, exchanges=exchanges, updated=now())
        self.save(concluded)
        return concluded

    def rename(self, chat_id: str, title: str) -> Chat:
        """
        Raises:
            InputError: there is no such conversation, or the title is blank.
        """
        chat = self.open(chat_id)
        if chat is None:
            raise InputError("That conversation no longer exists.", "Start a new one.")
        if not title.strip():
            raise InputError("A conversation needs a name.", "Type one and press Enter.")
        renamed = replace(chat, title=shortened(title))
        self.save(renamed)
        return renamed

    def choose(self, chat: Chat, scope: str) -> Chat:
        """The conversation with something else to ask, kept if it is."""
        chosen = replace(chat, scope=scope)
        if chat.exchanges:
            saved = self.open(chat.id) or chat
            self.save(replace(saved, scope=scope))
        return chosen

    def delete(self, chat_id: str) -> None:
        self.record.delete("chat", chat_id)
        forget_aside(self.record, "chat", chat_id)

    def marks(self) -> list[dict[str, Any]]:
        """Every mark: ``{"question", "history", "answer", "mark", "at"}``."""
        return [mark for _, mark in self.record.items("mark")]

    def mark(self, chat: Chat, number: int, mark: Mark) -> Chat:
        """The same mark again takes it back. Marks feed ``citewell golden``."""
        exchange = chat.exchanges[number]
        marked = replace(exchange, mark=None if exchange.mark == mark else mark)
        before = replace(chat, exchanges=chat.exchanges[:number])
        key = f"{chat.id}:{number}"
        if marked.mark is None:
            self.record.delete("mark", key)
        else:
            self.record.put(
                "mark",
                key,
                {
                    "question": exchange.question,
                    "history": [asdict(turn) for turn in before.turns()],
                    "answer": exchange.answer,
                    "mark": marked.mark,
                    "at": now(),
                },
            )
        exchanges = (*chat.exchanges[:number], marked, *chat.exchanges[number + 1 :])
        changed = replace(chat, exchanges=exchanges)
        self.save(changed)
        return changed


def _said(chat: Chat) -> str:
    """All that is said in a conversation, case folded."""
    told = [chat.title]
    for exchange in chat.exchanges:
        claims = exchange.answer.get("claims", ())
        told += [exchange.question, *(claim["text"] for claim in claims)]
    return " ".join(told).casefold()


def _known(standing: Standing) -> dict[str, Any]:
    """The JSON form of an unfinished answer: its claims say whether they are provisional."""
    claims = [{**claim_json(claim), "provisional": False} for claim in standing.checked]
    if standing.provisional is not None:
        claims.append({**claim_json(standing.provisional), "provisional": True})
    return {
        "evidence": evidence_json(standing.evidence or ()),
        "claims": claims,
        "withheld": withheld_json(standing.withheld),
    }


def new_chat() -> Chat:
    return Chat(id=secrets.token_hex(6))


def now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


def shortened(title: str) -> str:
    """A title on one line of at most ``TITLE_LENGTH`` characters."""
    return wording.shortened(title, TITLE_LENGTH)


def _chat(value: dict[str, Any]) -> Chat:
    exchanges = tuple(Exchange(**exchange) for exchange in value["exchanges"])
    known = {name: each for name, each in value.items() if name != "owner"}  # was noted once
    return Chat(**{**known, "exchanges": exchanges})


def _settled(chat: Chat) -> Chat:
    return replace(chat, exchanges=tuple(map(_of_today, chat.exchanges)))


def _of_today(exchange: Exchange) -> Exchange:
    """The exchange with every key that an answer has today; what waits has been stopped."""
    if exchange.state == "done":
        return replace(exchange, answer=as_of_today(exchange.answer))
    return exchange.stopped() if exchange.state == "waiting" else exchange
