"""Search by words: BM25 over the passages, by SQLite's FTS5; what is indexed and what is asked.

FTS5 parts text at white space and punctuation, so scripts written without spaces would make one
token of a whole phrase: their characters are set apart before they are indexed, and a question
asks for pairs of neighbours.
"""

import json
import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import accumulate, pairwise

from index import bm25
from index.bm25 import WordCounts
from index.database import Database, at_most

_UNSPACED = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]")
_WORD = re.compile(r"[^\W_]+(?:['’.][^\W_]+)*")
_POSSESSIVE = re.compile(r"['’]s$")
_ACRONYM = re.compile(r"[A-Z](?:\.?[A-Z]){1,4}")
_MOST_TERMS = 100
"""Of a question, its first ones."""
_NOTHING = '""'
"""A query that finds no passage. An empty one is an error."""
_STOP_WORDS = frozenset(
    "a about after all also am an and any are as at be because been before being but by can could "
    "did do does doing for from had has have having he her hers him his how i if in into is it its "
    "itself just many may me might more most much my no nor not of on or other our out over own "
    "said same say says she should so some such tell than that the their them then there these "
    "they this those through to too under until up us was we were what when where which while who "
    "whom why will with would you your".split()
)
SCORED = 5_000
"""Passages that a search by words scores, about: in a larger library, only those with one of the
question's rarer words."""
_CHOSEN = "IN (SELECT value FROM json_each(?3))"
_OF_CHOSEN = "passages WHERE document_id IN (SELECT value FROM json_each(?2))"
_AVERAGES = 1
"""The row of FTS5's own table that has the number of passages, then the words of each column."""
_WITHIN_FEW = (
    "AND rowid BETWEEN (SELECT min(number) FROM chosen) AND (SELECT max(number) FROM chosen)"
    " AND +rowid IN (SELECT number FROM chosen)"
)
_WITHIN_MANY = f"AND (SELECT document_id FROM passages WHERE number = lexicon.rowid) {_CHOSEN}"
"""Whether a passage is in one of the chosen documents: by a list of theirs, or looked up."""


class Words:
    """Implements ``index.database.WordIndex`` for SQLite."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def put(self, passages: Iterable[tuple[str, str, str]]) -> None:
        self._database.many(
            "INSERT INTO lexicon(rowid, heading, text) SELECT number, ?, ? FROM passages"
            " WHERE id = ?",
            ((indexed(heading), indexed(text), each) for each, heading, text in passages),
        )

    def drop(self, document_id: str) -> None:
        self._database.execute(
            "DELETE FROM lexicon WHERE rowid IN"
            " (SELECT number FROM passages WHERE document_id = ?)",
            document_id,
        )

    def count(self) -> int:
        return int(self._database.rows("SELECT count(*) AS n FROM lexicon")[0]["n"])

    def best(
        self, question: str, limit: int, documents: Collection[str] | None
    ) -> dict[str, float]:
        wanted = terms(question)
        if not wanted:
            return {}
        chosen = None if documents is None else json.dumps(list(documents))
        many = are_many(at_most(self._database, chosen))
        rare, common = self._parted(wanted) if many else (wanted, [])
        within = "" if chosen is None else _WITHIN_MANY if many else _WITHIN_FEW
        found = (
            f"SELECT rowid, -bm25(lexicon) AS score FROM lexicon WHERE lexicon MATCH {{}} {within}"
        )
        rows = self._database.rows(
            f"WITH chosen AS (SELECT number FROM passages WHERE document_id {_CHOSEN})"
            " SELECT passages.id, found.score FROM"
            f" ({found.format('?1')}"
            " AND +rowid NOT IN (SELECT rowid FROM lexicon WHERE lexicon MATCH ?2)"
            f" UNION ALL {found.format('?2')} ORDER BY score DESC, rowid LIMIT ?4) AS found"
            " JOIN passages ON passages.number = found.rowid"
            " ORDER BY found.score DESC, found.rowid",
            any_of(rare),
            any_of_both(rare, common),
            chosen,
            limit,
        )
        return {row["id"]: row["score"] for row in rows}

    def counts(self, question: str, documents: Collection[str] | None) -> WordCounts:
        found = self._database.rows("SELECT block FROM lexicon_data WHERE id = ?", _AVERAGES)
        passages, *lengths = _numbers(found[0]["block"]) if found and found[0]["block"] else [0]
        chosen = None if documents is None else json.dumps(list(documents))
        count = "SELECT count(*) AS n FROM lexicon WHERE lexicon MATCH ?"
        return WordCounts(
            passages=passages,
            length=sum(lengths),
            among=at_most(self._database, chosen),
            having={term: self._database.rows(count, term)[0]["n"] for term in terms(question)},
        )

    def weighed(
        self, limit: int, documents: Collection[str] | None, own: WordCounts, total: WordCounts
    ) -> dict[str, float]:
        rare = parted(total.having)[0] if are_many(total.among) else list(total.having)
        chosen = None if documents is None else json.dumps(list(documents))
        within = "" if chosen is None else f"AND rowid IN (SELECT number FROM {_OF_CHOSEN})"
        lengths = {
            row["id"]: sum(_numbers(row["sz"]))
            for row in self._database.rows(
                "SELECT id, sz FROM lexicon_docsize WHERE id IN"
                f" (SELECT rowid FROM lexicon WHERE lexicon MATCH ?1 {within})",
                any_of(rare),
                *([] if chosen is None else [chosen]),
            )
        }
        scores: defaultdict[int, float] = defaultdict(float)
        for term in own.having:
            rows = self._database.rows(
                "SELECT rowid, -bm25(lexicon) AS score FROM lexicon WHERE lexicon MATCH ?"
                " AND +rowid IN (SELECT value FROM json_each(?))",
                term,
                json.dumps(list(lengths)),
            )
            for row in rows:
                length = lengths[row["rowid"]]
                times = bm25.times_of(row["score"], own.weight(term), length, own.average)
                scores[row["rowid"]] += bm25.score(total.weight(term), times, length, total.average)
        best = sorted(scores, key=lambda number: (-scores[number], number))[:limit]
        rows = self._database.rows(
            "SELECT id, number FROM passages WHERE number IN (SELECT value FROM json_each(?))",
            json.dumps(best),
        )
        ids = {row["number"]: row["id"] for row in rows}
        return {ids[number]: scores[number] for number in best if number in ids}

    def _parted(self, wanted: Sequence[str]) -> tuple[list[str], list[str]]:
        """The rarer terms, at least one of which a passage must have to be scored; the others."""
        counts = {
            term: self._database.rows(
                "SELECT count(*) AS n FROM"
                " (SELECT rowid FROM lexicon WHERE lexicon MATCH ? LIMIT ?)",
                term,
                SCORED + 1,
            )[0]["n"]
            for term in wanted
        }
        return parted(counts)


def _numbers(written: bytes) -> list[int]:
    """The whole numbers in a row of FTS5's own tables, seven bits a byte, the highest first."""
    found, number = [], 0
    for byte in written:
        number = number << 7 | byte & 0x7F
        if byte < 0x80:
            found.append(number)
            number = 0
    return found


def are_many(passages: int) -> bool:
    """Whether so many passages are too many to score each of them."""
    return passages > SCORED


def parted(counts: Mapping[str, int]) -> tuple[list[str], list[str]]:
    """The rarer of terms, at least one of which a passage must have to be scored; the others."""
    rarest = sorted((term for term in counts if counts[term]), key=lambda term: counts[term])
    totals = list(accumulate(counts[term] for term in rarest))
    few = max(1, sum(total <= SCORED for total in totals))
    return rarest[:few], rarest[few:]


def indexed(text: str) -> str:
    """The form of a text that goes into the index."""
    return _UNSPACED.sub(lambda match: f" {match[0]} ", text)


def terms(question: str) -> list[str]:
    """What is looked for, quoted for FTS5; empty if there is nothing to look for."""
    words = [_POSSESSIVE.sub("", word) for word in _WORD.findall(question)]
    kept = [word for word in words if not _is_stop_word(word)] or words
    found = dict.fromkeys(term for word in kept for term in _terms(word))
    return [f'"{term}"' for term in list(found)[:_MOST_TERMS]]


def any_of(some: Iterable[str]) -> str:
    """The FTS5 query for passages that have at least one of these terms; for none without terms."""
    return " OR ".join(some) or _NOTHING


def any_of_both(rare: Sequence[str], common: Sequence[str]) -> str:
    """The FTS5 query for passages that have a term of each kind.

    FTS5 leaps from one passage with a rare term to the next, however many have a common one.
    """
    return f"({any_of(rare)}) AND ({any_of(common)})" if rare and common else _NOTHING


def _is_stop_word(word: str) -> bool:
    """The country US is no stop word, the pronoun us is."""
    return word.lower() in _STOP_WORDS and not _ACRONYM.fullmatch(word)


def _terms(word: str) -> list[str]:
    """The word; both forms of an acronym; the neighbouring pairs of a word without spaces."""
    if _ACRONYM.fullmatch(word):
        letters = word.replace(".", "")
        return [letters, " ".join(letters)]
    if not _UNSPACED.search(word):
        return [word]
    characters = indexed(word).split()
    pairs = pairwise(characters)
    return [f"{left} {right}" for left, right in pairs] or characters
