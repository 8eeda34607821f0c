"""How the library pane looks: the documents, and what became of those being added."""

from collections.abc import Collection, Sequence
from pathlib import Path

from assistant.page.html.markup import attributes, button, element, escape
from index import AddResult, DocumentInfo
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


def documents(infos: Sequence[DocumentInfo], unticked: Collection[str]) -> str:
    """The list of documents with a tick for each that questions go to."""
    if not infos:
        return element("p", "No documents yet.", class_="note")
    return (
        _count(infos, unticked)
        + _outdated(infos)
        + element(
            "ul", *(_document(info, info.id not in unticked) for info in infos), class_="documents"
        )
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


def _count(infos: Sequence[DocumentInfo], unticked: Collection[str]) -> str:
    asked = sum(info.id not in unticked for info in infos)
    passages = sum(info.passages for info in infos)
    which = "" if asked == len(infos) else f", asking {asked}"
    return element(
        "p",
        f"{counted(len(infos), 'document')}, {counted(passages, 'passage')}{which}",
        class_="note",
    )


def _outdated(infos: Sequence[DocumentInfo]) -> str:
    """How many documents a newer reader would read otherwise, and the button for that."""
    count = sum(info.outdated for info in infos)
    if not count:
        return ""
    words = (
        f"{counted(count, 'document')} {'was' if count == 1 else 'were'} read by an older reader."
    )
    return element(
        "p", escape(words), button("Read anew", "reread", class_="quiet"), class_="note outdated"
    )


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
    values = attributes(
        type="checkbox",
        data_do="tick",
        data_document=info.id,
        checked="" if ticked else None,
        aria_label=f"Ask {info.title}",
    )
    return f"<input{values}>"


def _result(result: AddResult) -> str:
    name = _name(result)
    words = result.message if name in result.message else f"{name}: {result.message}"
    return element("li", escape(words), class_=f"result {result.status}")


def _name(result: AddResult) -> str:
    """The file's name, or the whole of an address."""
    return result.source if "://" in result.source else Path(result.source).name
