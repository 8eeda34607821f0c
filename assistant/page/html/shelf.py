"""How the library pane looks: the documents, and what became of those being added."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path, PurePath

from assistant.page.html.markup import attributes, button, element, escape
from index import AddResult, DocumentInfo
from index.listing import PAGE, Arrangement, Group, Listed, pages_of
from index.narrowing import KINDS
from index.wording import counted


def _line(name: str, label: str, placeholder: str = "") -> str:
    field = attributes(type="text", name=name, maxlength=10, placeholder=placeholder)
    return element("label", label, f"<input{field}>")


TICK_FORM = element(
    "details",
    element("summary", "Tick by day and type"),
    element(
        "div",
        _line("since", "From", "2024-05-01"),
        _line("until", "To", "2024"),
        element(
            "label",
            "Type",
            element(
                "select",
                element("option", "any", value=""),
                *(element("option", kind, value=kind) for kind in KINDS),
                name="kind",
            ),
        ),
        class_="fields",
    ),
    button("Tick only these", "narrow", class_="keep", data_form=""),
    button("Tick all", "narrow", class_="keep", data_since="", data_until="", data_kind=""),
    class_="tick-form",
)
"""Which days and type of document; its fields go with the event ``narrow``."""


SORTS = {
    "added": "As added",
    "latest": "Last added first",
    "title": "By title",
    "newest": "Newest first",
    "oldest": "Oldest first",
    "longest": "Longest first",
}
"""What the orders of ``index.listing`` are called."""
GROUPS = {"": "No groups", "folder": "By folder", "type": "By type", "year": "By year"}
"""The same of its groups."""
LONGEST_WORDS = 200
"""Characters of what is looked for."""


def _choice(name: str, label: str, of: Mapping[str, str]) -> str:
    options = (element("option", told, value=value) for value, told in of.items())
    return element("select", *options, name=name, aria_label=label)


_WORDS = attributes(
    type="search",
    name="words",
    maxlength=LONGEST_WORDS,
    placeholder="Find by title or path",
    aria_label="Find in the list by title or path",
)
LIST_FORM = element(
    "div",
    f"<input{_WORDS}>",
    _choice("sort", "Order of the list", SORTS),
    _choice("group", "Groups of the list", GROUPS),
    class_="list-form",
    data_changes="arrange",
)
"""How the list is arranged: each change goes with all of its fields as the event ``arrange``."""


def backup_form(place: str, name: str) -> str:
    """What a backup is, and the button that makes it and saves it under this name."""
    return element(
        "details",
        element("summary", "Back up the library"),
        element(
            "p",
            "One file with all documents, conversations, collections and tags. "
            "citewell restore makes a library of it.",
            class_="note",
        ),
        button("Download a backup", "save", class_="keep", data_place=place, data_name=name),
        class_="backup-form",
    )


def documents(listed: Listed, unticked: Collection[str]) -> str:
    """One page of the documents, with a tick for each that questions go to."""
    if not listed.ids:
        return element("p", "No documents yet.", class_="note")
    off = frozenset(unticked)
    return (
        _count(listed, off)
        + _outdated(listed.outdated)
        + _bar(listed, off)
        + "".join(_group(group, listed.arrangement, off) for group in listed.groups)
    )


def adding(message: str, done: int, total: int) -> str:
    """One line, with a bar, about what is being added now."""
    bar = f"<progress{attributes(max=total, value=done, aria_label=message)}></progress>"
    so_far = f", {done} of {total}" if total > 1 else ""
    return element(
        "div",
        element("p", escape(f"{message}{so_far}"), button("Stop", "stop_adding", class_="quiet")),
        bar if total > 1 else "",
        class_="adding",
        role="status",
    )


def added(results: Sequence[AddResult]) -> str:
    """One line for each file that was added or failed."""
    return element("ul", *map(_result, results), class_="results") if results else ""


def _count(listed: Listed, off: frozenset[str]) -> str:
    asked = _ticked(listed.ids, off)
    which = "" if asked == len(listed.ids) else f", asking {asked:,}"
    passages = counted(listed.passages, "passage")
    return element(
        "p",
        f"{counted(len(listed.ids), 'document')}, {passages}{which}",
        class_="note",
        data_many="" if len(listed.ids) > 1 else None,
    )


def _outdated(count: int) -> str:
    """How many documents a newer reader would read otherwise, and the button for that."""
    if not count:
        return ""
    words = (
        f"{counted(count, 'document')} {'was' if count == 1 else 'were'} read by an older reader."
    )
    return element(
        "p", escape(words), button("Read anew", "reread", class_="quiet"), class_="note outdated"
    )


def _bar(listed: Listed, off: frozenset[str]) -> str:
    """Above the list: a tick for all that is found, on every page, and the way to other pages."""
    if len(listed.ids) == 1:
        return ""
    words, found = listed.arrangement.words.strip(), len(listed.found)
    if not found:
        return element("p", escape(f"No title or path has “{words}”."), class_="note")
    only = button("Tick only these", "tick_found", class_="quiet") if words else ""
    return element(
        "div",
        element(
            "label",
            _tick_of_all(listed.found, off, f"{found:,} found: ask all" if words else "Ask all"),
            f"{found:,} found" if words else "All",
        ),
        only,
        _pages(listed),
        class_="list-bar",
    )


def _pages(listed: Listed) -> str:
    number, last = listed.arrangement.number, pages_of(listed.found)
    if last == 1:
        return ""
    end = min(number * PAGE, len(listed.found))
    return element(
        "nav",
        _turn("‹", "Previous page", number - 1, number > 1),
        element("span", f"{(number - 1) * PAGE + 1:,}–{end:,} of {len(listed.found):,}"),
        _turn("›", "Next page", number + 1, number < last),
        aria_label="Pages of the list",
    )


def _turn(sign: str, label: str, number: int, there: bool) -> str:
    return button(
        sign,
        "leaf",
        class_="quiet",
        data_number=number,
        aria_label=label,
        title=label,
        aria_disabled=None if there else "true",  # and keeps the focus
    )


def _group(group: Group, arrangement: Arrangement, off: frozenset[str]) -> str:
    rows = element("ul", *(_document(i, i.id not in off) for i in group.shown), class_="documents")
    if not arrangement.group:
        return rows
    called, ticked = _called(group.name, arrangement.group), _ticked(group.ids, off)
    size = len(group.ids)
    return element(
        "section",
        element(
            "h3",
            element(
                "label",
                _tick_of_all(group.ids, off, f"Ask all of {called}", group.name),
                element("span", escape(called), class_="title", title=group.name),
            ),
            element("span", f"{size:,}" if ticked == size else f"{ticked:,} of {size:,}"),
        ),
        rows,
        class_="list-group",
    )


def _called(name: str, by: str) -> str:
    """A folder by its last two parts, which tell it from others on one line."""
    if by == "folder":
        return "/".join(PurePath(name).parts[-2:])
    return name or "other"


def _tick_of_all(
    ids: Sequence[str], off: frozenset[str], label: str, group: str | None = None
) -> str:
    """A tick for many at once; ``page.js`` shows one that holds for some of them."""
    ticked = _ticked(ids, off)
    return _box(
        "tick_all",
        ticked == len(ids),
        label,
        data_group=group,
        data_some="" if 0 < ticked < len(ids) else None,
    )


def _ticked(ids: Iterable[str], off: frozenset[str]) -> int:
    return sum(each not in off for each in ids)


def _document(info: DocumentInfo, ticked: bool) -> str:
    facts = [info.day] if info.published else []
    facts.append(counted(info.passages, "passage"))
    if info.pages:
        facts.append(counted(info.pages, info.parts))
    if info.title != info.name:
        facts.append(info.name)
    return element(
        "li",
        _tick(info, ticked),
        button(
            element("span", escape(info.title), class_="title"),
            "open",
            class_="document-name",
            data_document=info.id,
            data_start=0,
            data_end=0,
            title=info.path or info.url or info.name,
        ),
        element(
            "span",
            element("span", "file gone · ", class_="gone") if info.gone else "",
            escape(" · ".join(facts)),
            class_="facts",
        ),
        button(
            "Remove",
            "remove",
            class_="quiet remove",
            data_document=info.id,
            data_confirm="Really remove?",
            aria_label=f"Remove {info.title}",
        ),
        class_="document-row",
    )


def _tick(info: DocumentInfo, ticked: bool) -> str:
    return _box("tick", ticked, f"Ask {info.title}", data_document=info.id)


def _box(do: str, ticked: bool, label: str, **values: object) -> str:
    box = attributes(
        type="checkbox", data_do=do, **values, checked="" if ticked else None, aria_label=label
    )
    return f"<input{box}>"


def _result(result: AddResult) -> str:
    name = _name(result)
    words = result.message if name in result.message else f"{name}: {result.message}"
    return element("li", escape(words), class_=f"result {result.status}")


def _name(result: AddResult) -> str:
    """The file's name, or the whole of an address."""
    return result.source if "://" in result.source else Path(result.source).name
