"""The library as a LangChain retriever, for chains."""

from collections.abc import Sequence

from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document as ChainDocument
from langchain_core.retrievers import BaseRetriever
from pydantic import ConfigDict, SkipValidation

from index.data import Evidence
from index.readable import Readable


class PassageRetriever(BaseRetriever):
    """``library.search`` as a runnable: a question in, LangChain documents out.

    Each document's metadata holds the ``Evidence`` it was made of, under ``evidence``.
    """

    model_config = ConfigDict(arbitrary_types_allowed=True)

    library: SkipValidation[Readable]
    k: int = 10
    documents: Sequence[str] | None = None
    """Ids to which the search is limited."""

    def _get_relevant_documents(
        self, query: str, *, run_manager: CallbackManagerForRetrieverRun
    ) -> list[ChainDocument]:
        found = self.library.search(query, k=self.k, documents=self.documents)
        return [_chain_document(evidence) for evidence in found]


def _chain_document(evidence: Evidence) -> ChainDocument:
    passage = evidence.passage
    return ChainDocument(
        id=passage.id,
        page_content=passage.text,
        metadata={
            "document_id": passage.span.document_id,
            "document": evidence.document_name,
            "start": passage.span.start,
            "end": passage.span.end,
            "heading": passage.heading,
            "score": evidence.score,
            "similarity": evidence.similarity,
            "evidence": evidence,
        },
    )
