"""The stock chain: what a user would otherwise have, on the same model and embedding.

It is the plain chain that LangChain's own retrieval tutorial leads to: a recursive splitter of
1,000 characters with an overlap of 200, Chroma, the top 4 chunks stuffed into one prompt, and
``prompts/stock.md``. A conversation is used as LangChain's tutorial on conversations does: a
follow-up is made standalone by ``prompts/stock_condense.md`` before it is retrieved, and answered
as it was asked, after the conversation's messages. Asked at length (``stock-long``) it is the same
chain with ``prompts/stock_long.md``, which has no limit of three sentences.

Its "I don't know" counts as a refusal where the first sentence of the reply, in lower case and
with straight apostrophes, has one of the phrases of ``REFUSALS``. A reply that gives an answer
first and doubts it in a later sentence is an answer.
"""

import re
import time
import uuid
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

from langchain_core.callbacks import UsageMetadataCallbackHandler
from langchain_core.documents import Document as Chunk
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, BaseMessage, HumanMessage
from langchain_core.output_parsers import StrOutputParser
from langchain_core.runnables import (
    Runnable,
    RunnableBranch,
    RunnableLambda,
    RunnableParallel,
    RunnablePassthrough,
)

from assistant.data import Turn
from assistant.evaluation.golden.cases import GoldenCase
from assistant.evaluation.reports.results import CaseResult, ChainName, Quoted
from assistant.prompts import Prompts
from index.data import Document
from index.embedding import Embedder

CHUNK_CHARACTERS = 1_000
CHUNK_OVERLAP = 200
TOP = 4
LONGEST_REPLY = 512
"""Tokens, some 380 words: only a reply run wild meets it."""

StockName = Literal["stock", "stock-long"]
_PROMPTS: dict[StockName, str] = {"stock": "stock", "stock-long": "stock_long"}

_SOURCE = r"\b(context|text|passages?|documents?|articles?|excerpts?|sources?|information)\b"
_NOT_SAID = r"(mentioned|provided|stated|specified|given|known|available|found|discussed|explained)"
REFUSALS = (
    r"\b(don't|do not) know\b",
    r"\bi('m| am) not (sure|certain|aware)\b",
    r"\b(don't|do not) have\b.*\b(information|context|answer|details)\b",
    # the text as subject: "the context does not mention"
    _SOURCE + r".{0,40}?\b(does|do|did)(n't| not) (\w+ ){0,2}(mention|provide|state|specify|contain"
    r"|include|say|indicate|give|discuss|explain|have|address|describe|reveal|offer)\b",
    # what was asked for as subject: "is not stated", "is not found in the text", and no more
    rf"\b(is|are|was|were)(n't| not) (\w+ ){{0,2}}{_NOT_SAID}"
    rf"( (in|by|from|within)\b.*{_SOURCE}.*|\W*$)",
    r"\b(no|not enough|insufficient|isn't any|not any|isn't enough) (\w+ ){0,2}"
    r"(information|mention|context|details?|answer)\b",
    r"\b(i|we|one)\b.{0,20}\b(cannot|can't|can not|could not|couldn't|unable to) (\w+ ){0,2}"
    r"(answer|determine|find|say|tell|provide|identify)\b",
    r"^\W*(it is |it's )?(unable|impossible|not possible) to (\w+ )?"
    r"(answer|determine|find|say|tell|provide|identify)\b",
    r"\b(question|answer|it|this|that)\b.{0,60}\b(cannot|can't|can not|could not|couldn't) be "
    r"(answered|determined|found|told|identified)\b",
    r"^\W*unknown\b",
    r"\b(answer|it|this)\b.{0,40}\b(is|remains|are) (unknown|unclear|uncertain)\b",
)
_REFUSAL = re.compile("|".join(REFUSALS))
_SENTENCE_END = re.compile(r"(?<=[.!?])[\"'”’)]*\s")


def refuses(reply: str) -> bool:
    """Whether a reply counts as a refusal, by the rule above; an empty reply does."""
    straight = reply.strip().lower().replace("’", "'")
    return not straight or bool(_REFUSAL.search(first_sentence(straight)))


def first_sentence(text: str) -> str:
    """The text up to the first sentence end that is followed by white space."""
    return _SENTENCE_END.split(text, maxsplit=1)[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """What the chain is given: as much of a golden case as anyone would know who asks."""

    question: str
    history: tuple[BaseMessage, ...]
    documents: tuple[str, ...]
    """Ids of the documents to ask; all where there is none."""


def _message(turn: Turn) -> BaseMessage:
    return (HumanMessage if turn.role == "user" else AIMessage)(turn.content)


class StockChain:
    """``{"context": condense | retriever | join, …} | prompt | model | StrOutputParser()``."""

    depth = TOP

    def __init__(
        self,
        documents: Iterable[Document],
        embedder: Embedder,
        model: BaseChatModel,
        prompts: Prompts,
        find: Callable[[str], str],
        name: StockName = "stock",
    ) -> None:
        """``find`` gives the id of a document by the name that golden lines have for it."""
        self.name: ChainName = name
        self._find = find
        self._names: dict[str, str] = {}
        self._spans: dict[str, list[tuple[int, int]]] = {}
        self._found: list[Chunk] = []
        self._embedder = embedder
        self._chunks = list(self._split(documents))
        self._pipe = self._build(model, prompts, _PROMPTS[name])

    @cached_property
    def _retriever(self) -> "_Chunks":
        """The chunks embedded, at the first need: who only counts them needs no vectors."""
        return _Chunks(self._embedder, self._chunks)

    def _split(self, documents: Iterable[Document]) -> Iterable[Chunk]:
        from langchain_text_splitters import RecursiveCharacterTextSplitter

        splitter = RecursiveCharacterTextSplitter(
            chunk_size=CHUNK_CHARACTERS, chunk_overlap=CHUNK_OVERLAP, add_start_index=True
        )
        for document in documents:
            self._names[document.id] = document.name
            source = Chunk(page_content=document.text, metadata={"document_id": document.id})
            chunks = splitter.split_documents([source])
            self._spans[document.id] = [_span(chunk) for chunk in chunks]
            yield from chunks

    def _build(self, model: BaseChatModel, prompts: Prompts, prompt: str) -> Runnable[_Asked, str]:
        def contextualize(asked: _Asked) -> list[BaseMessage]:
            system, question = prompts.messages("stock_condense", question=asked.question)
            return [system, *asked.history, question]

        def fill(values: dict[str, Any]) -> list[BaseMessage]:
            asked: _Asked = values["asked"]
            filled = prompts.messages(prompt, question=asked.question, context=values["context"])
            return [*asked.history, *filled]

        reply = model.bind(max_tokens=LONGEST_REPLY) | StrOutputParser()
        alone: Runnable[_Asked, str] = RunnableBranch(
            (lambda asked: bool(asked.history), RunnableLambda(contextualize) | reply),
            lambda asked: asked.question,
        )
        found = RunnableParallel(alone=alone, asked=RunnablePassthrough[_Asked]()) | self._retrieve
        values = RunnableParallel(context=found | _join, asked=RunnablePassthrough[_Asked]())
        return values | fill | reply

    def _retrieve(self, values: dict[str, Any]) -> list[Chunk]:
        self._found = self._retriever.search(values["alone"], values["asked"].documents)
        return self._found

    def ask(self, case: GoldenCase) -> CaseResult:
        """Ask a case's documents with its history, streamed so that first words can be timed.

        Raises:
            ModelError: the model could not be reached or gave no reply.
        """
        from assistant.models.failures import translated

        usage = UsageMetadataCallbackHandler()
        asked = _Asked(
            question=case.question,
            history=tuple(map(_message, case.history)),
            documents=tuple(map(self._find, case.documents)),
        )
        _ = self._retriever  # made now, if it was not: that is no part of an answer's time
        start = time.perf_counter()
        pieces: list[tuple[float, str]] = []
        with translated("The model", "Ask again."):
            for piece in self._pipe.stream(asked, config={"callbacks": [usage]}):
                pieces.append((time.perf_counter() - start, piece))
        return self._result(case, pieces, time.perf_counter() - start, usage)

    def _result(
        self,
        case: GoldenCase,
        pieces: Sequence[tuple[float, str]],
        seconds: float,
        usage: UsageMetadataCallbackHandler,
    ) -> CaseResult:
        text = "".join(piece for _, piece in pieces).strip()
        counts = usage.usage_metadata.values()
        return CaseResult(
            id=case.id,
            chain=self.name,
            status="not_in_documents" if refuses(text) else "answered",
            text=text,
            verdicts=None,
            citations=None,
            retrieved=tuple(map(self._quoted, self._found)),
            withheld=None,
            answerability=None,
            first_evidence_s=None,
            first_token_s=next((at for at, piece in pieces if piece.strip()), None),
            first_sentence_s=_first_sentence_at(pieces),
            total_s=seconds,
            prompt_tokens=sum(count["input_tokens"] for count in counts),
            completion_tokens=sum(count["output_tokens"] for count in counts),
        )

    def _quoted(self, chunk: Chunk) -> Quoted:
        start, end = _span(chunk)
        document = chunk.metadata["document_id"]
        return Quoted(
            document_id=document,
            document=self._names[document],
            start=start,
            end=end,
            quote=chunk.page_content,
        )

    def passages(self, document_id: str) -> Sequence[tuple[int, int]]:
        return self._spans.get(document_id, [])


class _Chunks:
    """Chunks in an in-memory Chroma collection of their own."""

    def __init__(self, embedder: Embedder, chunks: Sequence[Chunk]) -> None:
        import chromadb
        from chromadb.config import Settings

        self._embedder = embedder
        self._chunks = chunks
        client = chromadb.EphemeralClient(Settings(anonymized_telemetry=False))
        self._collection = client.create_collection(
            f"stock-{uuid.uuid4().hex}", embedding_function=None
        )
        batch = client.get_max_batch_size()
        for start in range(0, len(chunks), batch):
            texts = [chunk.page_content for chunk in chunks[start : start + batch]]
            self._collection.add(
                ids=[str(number) for number in range(start, start + len(texts))],
                embeddings=embedder.encode(texts),
                metadatas=[
                    {"document_id": chunk.metadata["document_id"]}
                    for chunk in chunks[start : start + len(texts)]
                ],
            )

    def search(self, question: str, documents: Sequence[str] = ()) -> list[Chunk]:
        """The best chunks for a question, of these documents alone where any are named."""
        within: dict[str, Any] = {"document_id": {"$in": [*documents]}}
        found = self._collection.query(
            query_embeddings=self._embedder.encode([question]),
            n_results=min(TOP, len(self._chunks)),
            where=within if documents else None,
            include=[],
        )
        return [self._chunks[int(number)] for number in found["ids"][0]]


def _join(chunks: Sequence[Chunk]) -> str:
    return "\n\n".join(chunk.page_content for chunk in chunks)


def _span(chunk: Chunk) -> tuple[int, int]:
    start = chunk.metadata["start_index"]
    return start, start + len(chunk.page_content)


def _first_sentence_at(pieces: Sequence[tuple[float, str]]) -> float | None:
    """When the stream first held a whole sentence: its end and the white space after it."""
    text = ""
    for at, piece in pieces:
        text += piece
        if _SENTENCE_END.search(text.lstrip()):
            return at
    return pieces[-1][0] if text.strip() else None
