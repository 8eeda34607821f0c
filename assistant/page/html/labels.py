"""How collections and tags look in the library pane, and what they are called in a choice."""

from collections.abc import Sequence

from assistant.page.html.markup import attributes, button, element, escape
from index.labels import COLLECTION, LONGEST, TAG, Label
from index.wording import counted

TICKED = "All ticked"
"""What is asked where no collection or tag is chosen."""

_NAME = attributes(
    type="text", name="name", maxlength=LONGEST, placeholder="Name", aria_label="Name"
)
FORM = element(
    "details",
    element("summary", "Collect or tag what is ticked"),
    f"<input{_NAME}>",
    button("Collect", "collect", class_="keep", data_form="", data_kind=COLLECTION),
    button("Tag", "collect", class_="keep", data_form="", data_kind=TAG),
    class_="label-form",
)
"""The name, which goes with the event ``collect``."""


def labels(found: Sequence[Label]) -> str:
    """Collections and tags with their numbers of documents; empty where there are none."""
    if not found:
        return ""
    return element(
        "section",
        element("h3", "Collections and tags"),
        element("ul", *map(_label, found)),
        class_="labels",
    )


def choices(found: Sequence[Label], chosen: str = "") -> list[tuple[str, str]]:
    """What can be asked, and its value; what was chosen is among it though it may be no more."""
    listed = [(TICKED, "")] + [(called(each.kind, each.name), value(each)) for each in found]
    if chosen not in dict(map(reversed, listed)):  # type: ignore[arg-type]
        listed.append((called(*parted(chosen)), chosen))
    return listed


def called(kind: str, name: str) -> str:
    """A collection by its name, a tag with a number sign before it."""
    return name if kind == COLLECTION else f"#{name}"


def value(label: Label) -> str:
    return f"{label.kind}:{label.name}"


def parted(chosen: str) -> tuple[str, str]:
    """Kind and name of a value."""
    kind, _, name = chosen.partition(":")
    return kind, name


def _label(label: Label) -> str:
    name = called(label.kind, label.name)
    facts = [counted(label.documents, "document"), *(["watched folder"] if label.folder else [])]
    removing = button(
        "Remove",
        "unlabel",
        class_="quiet",
        data_kind=label.kind,
        data_name=label.name,
        data_confirm="Really remove?",
        aria_label=f"Remove {name}; its documents stay",
    )
    return element(
        "li",
        element("span", escape(name), class_="title"),
        element("span") if label.folder else removing,
        element("span", escape(" · ".join(facts)), class_="facts", title=label.folder),
    )
