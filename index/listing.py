"""The list of a library's documents, a page at a time: found by name, sorted, grouped."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from os.path import dirname
from typing import Any
from urllib.parse import urlsplit

from index.data import DocumentInfo
from index.entries import Entry
from index.narrowing import kind_of
from index.record import Record

PAGE = 50
"""Documents of a page: as many as are looked through by eye, and small to send."""
ADDED = "added"
SORTS: Mapping[str, tuple[Callable[[Entry], Any] | None, bool]] = {
    ADDED: (None, False),
    "latest": (None, True),
    "title": (lambda entry: entry.title.casefold(), False),
    "newest": (lambda entry: entry.day, True),
    "oldest": (lambda entry: entry.day, False),
    "longest": (lambda entry: entry.passages, True),
}
"""Of each order what it is by, None where that is the order of adding, and whether it is turned
round. Documents that are alike stay in the order of adding."""
NO_GROUP = ""


def _folder(entry: Entry) -> str:
    """The folder of a file, the site of an address."""
    return dirname(entry.path) if entry.path else urlsplit(entry.url or "").netloc


GROUPS: Mapping[str, Callable[[Entry], str]] = {
    NO_GROUP: lambda entry: "",
    "folder": _folder,
    "type": kind_of,
    "year": lambda entry: entry.day[:4],
}
"""What documents stand together by. The last years come first, else it is by name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrangement:
    """What is looked for in the list, how it is sorted and grouped, and which page is meant."""

    words: str = ""
    """Each stands in the title, the path or the address, in any case."""
    sort: str = ADDED
    """A key of ``SORTS``; an unknown one is the first, and so with groups."""
    group: str = NO_GROUP
    number: int = 1
    """The page, from 1; past the last one it is the last."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Documents that stand together."""

    name: str
    ids: Sequence[str]
    """All of them, on whichever page."""
    shown: Sequence[DocumentInfo] = ()
    """Those that are on this page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """One page of the list, and what is said of the others."""

    ids: Sequence[str]
    """Every document of the library, in the order of adding."""
    passages: int
    outdated: int
    """How many documents a newer reader would read otherwise."""
    arrangement: Arrangement
    """As it was asked for, with the page that is shown."""
    found: Sequence[str]
    """The ids of what was looked for, in order."""
    groups: Sequence[Group]
    """Those of which something is on this page."""

    @property
    def first(self) -> int:
        """How many documents stand before this page."""
        return (self.arrangement.number - 1) * PAGE

    @property
    def shown(self) -> list[DocumentInfo]:
        """The documents of this page, in order."""
        return [info for group in self.groups for info in group.shown]


class Listing:
    """That of one library. Raises as ``Database`` does."""

    def __init__(self, record: Record) -> None:
        self._record = record

    def entries(self) -> list[Entry]:
        """A line of each document, in the order of adding; read once for each revision."""
        return self._record.entries.all()

    def infos(self, ids: Sequence[str]) -> list[DocumentInfo]:
        """These documents, in this order; unknown ones are left out."""
        return self._record.infos_of(ids)

    def listed(self, arrangement: Arrangement) -> Listed:
        """The page that is meant."""
        entries = self.entries()
        group = arrangement.group if arrangement.group in GROUPS else NO_GROUP
        parted = grouped(arranged(entries, arrangement), group)
        found = [each for ids in parted.values() for each in ids]
        number = min(max(1, arrangement.number), pages_of(found))
        page = found[(number - 1) * PAGE : number * PAGE]
        infos = {info.id: info for info in self.infos(page)}
        return Listed(
            ids=[each.id for each in entries],
            passages=sum(each.passages for each in entries),
            outdated=sum(each.outdated for each in entries),
            arrangement=replace(arrangement, group=group, number=number),
            found=found,
            groups=_on_page(parted, infos),
        )

    def ids(self, *, without: Collection[str] = ()) -> list[str]:
        """The documents in the order of adding, but for these."""
        left = frozenset(without)
        return [each.id for each in self.entries() if each.id not in left]


def pages_of(found: Sequence[str]) -> int:
    """How many pages they fill; an empty list is one page."""
    return max(1, -(-len(found) // PAGE))


def arranged(entries: Sequence[Entry], arrangement: Arrangement) -> list[Entry]:
    """What is looked for, in the order that is meant. Pure."""
    words = arrangement.words.casefold().split()
    found = [each for each in entries if _has(each, words)] if words else list(entries)
    by, turned = SORTS.get(arrangement.sort, SORTS[ADDED])
    if by is not None:
        return sorted(found, key=by, reverse=turned)
    return found[::-1] if turned else found


def grouped(entries: Iterable[Entry], group: str) -> dict[str, list[str]]:
    """Their ids by the name of their group, in the order of the groups. Pure."""
    found: dict[str, list[str]] = {}
    for each in entries:
        found.setdefault(GROUPS[group](each), []).append(each.id)
    in_order = sorted(found, key=str.casefold, reverse=group == "year")
    return {name: found[name] for name in in_order}


def _has(entry: Entry, words: Sequence[str]) -> bool:
    told = f"{entry.title}\n{entry.path or entry.url or entry.name}".casefold()
    return all(word in told for word in words)


def _on_page(parted: Mapping[str, list[str]], infos: Mapping[str, DocumentInfo]) -> list[Group]:
    """The groups of which something is shown."""
    groups = (
        Group(name=name, ids=ids, shown=[infos[each] for each in ids if each in infos])
        for name, ids in parted.items()
    )
    return [group for group in groups if group.shown]
