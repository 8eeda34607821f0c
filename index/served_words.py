"""Search by words in PostgreSQL: BM25 over its own full text search.

Its ranking does not know how rare a word is, so BM25 is reckoned from what it gives: of a single
word of weight 1 ``ts_rank`` is the sum of 1/j² for j up to the word's count in the passage, by
π²/6; the rest of that series is about 1 / (count + 1/2).
"""

import json
import math
import re
import unicodedata
from collections.abc import Collection, Iterable

from index.database import Database, at_most
from index.words import are_many, indexed, parted, terms

_TOKEN = re.compile(r"[^\W_]+")
_SATURATION, _LENGTH = 1.2, 0.75
"""BM25's k1 and b, which are FTS5's too."""
_LEAST_WEIGHT = 1e-6
"""Of a word that is in more than half of all passages; FTS5's."""
_SERIES = math.pi**2 / 6
_COUNT = f"1 / ({_SERIES:.12f} * (1 - least(ts_rank('{{1,1,1,1}}', words, term), 0.99))) - 0.5"


class ServedWords:
    """Implements ``index.database.WordIndex`` for PostgreSQL."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def put(self, passages: Iterable[tuple[str, str, str]]) -> None:
        texts = [(_plain(f"{heading}\n{text}"), each) for each, heading, text in passages]
        rows = [(text, text.count(" ") + 1, each) for text, each in texts]
        self._database.many(
            "INSERT INTO lexicon SELECT number, to_tsvector('lexicon', ?), ? FROM passages"
            " WHERE id = ?",
            rows,
        )
        self._database.execute(
            "UPDATE lexicon_total SET passages = passages + ?, length = length + ?",
            len(rows),
            sum(length for _, length, _ in rows),
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
        counts = self._counts([_plain(term) for term in terms(question)])
        if not counts:
            return {}
        chosen = None if documents is None else json.dumps(list(documents))
        many = are_many(at_most(self._database, chosen))
        rare = parted(counts)[0] if many else list(counts)
        total = self._database.rows("SELECT passages, length FROM lexicon_total")[0]
        weights = [_weight(total["passages"], counts[term]) for term in counts]
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
            f" sum(weight * n * {1 + _SATURATION} / (n + {_SATURATION} * (1 - {_LENGTH} +"
            f" {_LENGTH} * length / CAST(? AS float8)))) AS score FROM counted"
            " GROUP BY number ORDER BY score DESC, number LIMIT ?) AS best"
            " JOIN passages ON passages.number = best.number ORDER BY score DESC, best.number",
            list(counts),
            weights,
            " | ".join(f"({term})" for term in rare),
            *([] if chosen is None else [chosen]),
            max(1, total["length"]) / max(1, total["passages"]),
            limit,
        )
        return {row["id"]: row["score"] for row in rows}

    def _counts(self, wanted: list[str]) -> dict[str, int]:
        """How many passages have each term, by its query; terms that none has are left out."""
        rows = self._database.rows(
            "SELECT CAST(term AS text) AS term,"
            " (SELECT count(*) FROM lexicon WHERE words @@ term) AS n"
            " FROM (SELECT phraseto_tsquery('lexicon', word) AS term"
            " FROM unnest(CAST(? AS text[])) AS word) AS asked WHERE numnode(term) > 0",
            wanted,
        )
        return {row["term"]: row["n"] for row in rows if row["n"]}


def _weight(passages: int, having: int) -> float:
    return max(_LEAST_WEIGHT, math.log((passages - having + 0.5) / (having + 0.5)))


def _plain(text: str) -> str:
    """The tokens that FTS5 would make of a text, without capitals and marks, between spaces."""
    parts = unicodedata.normalize("NFKD", indexed(text).lower())
    return " ".join(_TOKEN.findall("".join(c for c in parts if not unicodedata.combining(c))))
