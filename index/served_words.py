"""Search by words in PostgreSQL: BM25 over its own full text search.

Its ranking does not know how rare a word is, so BM25 is reckoned from what it gives: of a single
word of weight 1 ``ts_rank`` is the sum of 1/j² for j up to the word's count in the passage, by
π²/6; the rest of that series is about 1 / (count + 1/2).
"""

import json
import math
import re
import unicodedata
from collections.abc import Collection, Iterable, Sequence

from index.bm25 import LENGTH, SATURATION, WordCounts
from index.database import Database, at_most
from index.words import are_many, indexed, parted, terms

_TOKEN = re.compile(r"[^\W_]+")
_MOST_STEMS = 200_000
"""Words whose stems are remembered."""
_MOST_PLACES = 16_383
"""Words of a passage whose places PostgreSQL can hold."""
_LONGEST = 500
"""Characters of a word that it is known by: PostgreSQL takes 2,046 bytes."""
_SERIES = math.pi**2 / 6
_COUNT = f"1 / ({_SERIES:.12f} * (1 - least(ts_rank('{{1,1,1,1}}', words, term), 0.99))) - 0.5"


class ServedWords:
    """Implements ``index.database.WordIndex`` for PostgreSQL."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._stems: dict[str, str] = {}
        """Those of words that were met, as the database makes them."""

    def put(self, passages: Iterable[tuple[str, str, str]]) -> None:
        texts = [(each, _tokens(f"{heading}\n{text}")) for each, heading, text in passages]
        self._learn(token for _, tokens in texts for token in tokens)
        self._database.many(
            "INSERT INTO lexicon SELECT number, CAST(? AS tsvector), ? FROM passages WHERE id = ?",
            [(self._vector(tokens), len(tokens), each) for each, tokens in texts],
        )
        self._database.execute(
            "UPDATE lexicon_total SET passages = passages + ?, length = length + ?",
            len(texts),
            sum(len(tokens) for _, tokens in texts),
        )

    def drop(self, document_id: str) -> None:
        of_it = "FROM lexicon WHERE number IN (SELECT number FROM passages WHERE document_id = ?)"
        self._database.execute(
            f"UPDATE lexicon_total SET passages = passages - gone.n, length = length - gone.sum"
            f" FROM (SELECT count(*) AS n, coalesce(sum(length), 0) AS sum {of_it}) AS gone",
            document_id,
        )
        self._database.execute(f"DELETE {of_it}", document_id)

    def count(self) -> int:
        return int(self._database.rows("SELECT count(*) AS n FROM lexicon")[0]["n"])

    def best(
        self, question: str, limit: int, documents: Collection[str] | None
    ) -> dict[str, float]:
        counts = self.counts(question, documents)
        return self.weighed(limit, documents, counts, counts)

    def counts(self, question: str, documents: Collection[str] | None) -> WordCounts:
        having = self._having([_tokens(term) for term in terms(question)])
        total = self._database.rows("SELECT passages, length FROM lexicon_total")[0]
        chosen = None if documents is None else json.dumps(list(documents))
        return WordCounts(
            passages=total["passages"],
            length=total["length"],
            among=at_most(self._database, chosen),
            having=having,
        )

    def weighed(
        self, limit: int, documents: Collection[str] | None, own: WordCounts, total: WordCounts
    ) -> dict[str, float]:
        having = total.having
        if not having:
            return {}
        chosen = None if documents is None else json.dumps(list(documents))
        rare = parted(having)[0] if are_many(total.among) else list(having)
        within = (
            ""
            if chosen is None
            else (
                " AND number IN (SELECT number FROM passages"
                " WHERE document_id IN (SELECT value FROM json_each(?)))"
            )
        )
        rows = self._database.rows(
            "WITH asked AS MATERIALIZED (SELECT CAST(term AS tsquery) AS term, weight"
            " FROM unnest(CAST(? AS text[]), CAST(? AS float8[])) AS asked(term, weight)),"
            " found AS MATERIALIZED (SELECT number, words, length FROM lexicon"
            f" WHERE words @@ CAST(? AS tsquery){within}),"
            f" counted AS (SELECT number, length, weight, {_COUNT} AS n FROM found JOIN asked"
            " ON words @@ term)"
            " SELECT passages.id, best.score FROM (SELECT number,"
            f" sum(weight * n * {1 + SATURATION} / (n + {SATURATION} * (1 - {LENGTH} +"
            f" {LENGTH} * length / CAST(? AS float8)))) AS score FROM counted"
            " GROUP BY number ORDER BY score DESC, number LIMIT ?) AS best"
            " JOIN passages ON passages.number = best.number ORDER BY score DESC, best.number",
            list(having),
            [total.weight(term) for term in having],
            " | ".join(f"({term})" for term in rare),
            *([] if chosen is None else [chosen]),
            total.average,
            limit,
        )
        return {row["id"]: row["score"] for row in rows}

    def _having(self, wanted: Sequence[Sequence[str]]) -> dict[str, int]:
        """How many passages have each term, by its query; terms that none has are left out."""
        self._learn(token for tokens in wanted for token in tokens)
        rows = self._database.rows(
            "SELECT asked.term, (SELECT count(*) FROM lexicon"
            " WHERE words @@ CAST(asked.term AS tsquery)) AS n"
            " FROM unnest(CAST(? AS text[])) AS asked(term)",
            [" <-> ".join(f"'{self._stems[token]}'" for token in tokens) for tokens in wanted],
        )
        return {row["term"]: row["n"] for row in rows if row["n"]}

    def _learn(self, tokens: Iterable[str]) -> None:
        """Have the stems of all these: Porter's, as FTS5 has them."""
        fresh = set(tokens)
        if len(self._stems) > _MOST_STEMS:
            self._stems.clear()
        rows = self._database.rows(
            "SELECT token, coalesce((ts_lexize('porter', token))[1], token) AS stem"
            " FROM unnest(CAST(? AS text[])) AS token",
            sorted(fresh - self._stems.keys()),
        )
        self._stems.update((row["token"], row["stem"]) for row in rows)

    def _vector(self, tokens: Sequence[str]) -> str:
        """A ``tsvector`` of a text: each stem with its places."""
        places: dict[str, list[str]] = {}
        for place, token in enumerate(tokens[:_MOST_PLACES], start=1):
            places.setdefault(self._stems[token], []).append(str(place))
        return " ".join(f"'{stem}':{','.join(at)}" for stem, at in places.items())


def _tokens(text: str) -> list[str]:
    """What FTS5 would part a text into, without capitals and marks."""
    plain = indexed(text).lower()
    if not plain.isascii():
        parts = unicodedata.normalize("NFKD", plain)
        plain = "".join(each for each in parts if not unicodedata.combining(each))
    return [each[:_LONGEST] for each in _TOKEN.findall(plain)]
