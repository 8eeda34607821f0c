"""Files that the page offers to save: made when they are asked for, and not kept on the disk.

What is offered belongs to the visit and the user it was shown to; whoever else knows the address
has nothing of it. It goes with its session, with any of its documents, and with the page.
"""

import secrets
import threading
from collections import OrderedDict
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import gradio as gr

from assistant.page.failing import note_fault
from index.errors import CitewellError

VISIT = "citewell-visit"
"""The cookie by which a browser is known again; it says nothing of who uses it."""
BACKUP = "backup"
"""The kind of offer that lies on the disk while it is sent."""
MOST_OFFERS = 1_000
"""Offers that are remembered; the oldest go first."""
Make = Callable[[], bytes | Path]
"""Makes the content; or a file for what may be too large for memory, deleted once it is sent."""


@dataclass(frozen=True, slots=True)
class Visitor:
    """Whose download it is."""

    user: str
    visit: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """A file, or why there is none: ``status`` is that of HTTP."""

    status: int = 200
    content: bytes | Path = b""
    error: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Offer:
    visitor: Visitor
    session: str
    kind: str
    documents: frozenset[str]
    files: Mapping[str, Make]


class Downloads:
    """What the sessions of one page are offered to save."""

    def __init__(self) -> None:
        self._turn = threading.Lock()
        self._offers: OrderedDict[str, _Offer] = OrderedDict()

    def offer(
        self,
        request: gr.Request,
        kind: str,
        files: Mapping[str, Make],
        documents: Collection[str] = (),
    ) -> str:
        """The address, without the file's name, at which ``files`` can be had.

        It takes the place of what the session was offered of this kind before. ``documents`` are
        the ids of those it quotes: where one is removed, so is the offer.
        """
        token = secrets.token_urlsafe(24)
        session = str(request.session_hash)
        offer = _Offer(
            visitor=visitor(request.username, request.cookies),
            session=session,
            kind=kind,
            documents=frozenset(documents),
            files=dict(files),
        )
        with self._turn:
            self._drop(lambda each: (each.session, each.kind) == (session, kind))
            self._offers[token] = offer
            if len(self._offers) > MOST_OFFERS:
                self._offers.popitem(last=False)
        return f"save/{token}"

    def made(self, token: str, name: str, asking: Visitor) -> Made:
        """The file of that name. Takes a while: it is made now."""
        with self._turn:
            offer = self._offers.get(token)
        make = offer.files.get(name) if offer and offer.visitor == asking else None
        if make is None or not asking.visit:
            return Made(status=404, error="This file is offered no longer. Make it again.")
        try:
            return Made(content=make())
        except CitewellError as error:
            return Made(status=409, error=str(error))
        except Exception as error:  # noqa: BLE001 - the boundary: told in place of the file
            note_fault(error)
            return Made(
                status=500,
                error=f"{name} could not be made ({type(error).__name__}). "
                "What is shown stays; save it in another format, and report this with the log.",
            )

    def kind(self, token: str) -> str:
        """What kind of offer it is; empty where there is none."""
        with self._turn:
            offer = self._offers.get(token)
        return offer.kind if offer else ""

    def withdraw(self, session: str) -> None:
        """The session has ended."""
        with self._turn:
            self._drop(lambda each: each.session == session)

    def forget(self, document_id: str) -> None:
        """The document has been removed."""
        with self._turn:
            self._drop(lambda each: document_id in each.documents)

    def _drop(self, unwanted: Callable[[_Offer], bool]) -> None:
        for token in [token for token, offer in self._offers.items() if unwanted(offer)]:
            del self._offers[token]


def visitor(user: str | None, cookies: Mapping[str, Any]) -> Visitor:
    """Whoever sends a request with these cookies."""
    return Visitor(user or "", str(cookies.get(VISIT) or ""))
