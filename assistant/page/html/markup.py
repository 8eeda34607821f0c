"""The page's own HTML. Everything that comes from a document or a model passes ``escape``."""

import html
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from assistant.data import UNSURE
from index.wording import counted, shortened

Json = Mapping[str, Any]
LONGEST_WORD = 30
"""Characters; a longer word may be broken off from the number behind it."""


def escape(text: object) -> str:
    """Text that shows as it is, in content and in double-quoted attributes alike."""
    return html.escape(str(text), quote=True)


def attributes(**values: object) -> str:
    """Attributes with escaped values; ``data_id`` is written ``data-id``, None is left out."""
    return "".join(
        f' {name.replace("_", "-").strip("-")}="{escape(value)}"'
        for name, value in values.items()
        if value is not None
    )


def element(tag: str, *content: str, **values: object) -> str:
    """One element; ``content`` is HTML already, attribute values are not."""
    return f"<{tag}{attributes(**values)}>{''.join(content)}</{tag}>"


def button(label: str, do: str, **values: object) -> str:
    """A button that asks the page to do something: see ``page.js``."""
    return element("button", label, type="button", data_do=do, **values)


def numbered(claims: Iterable[Json]) -> dict[tuple[str, int, int], int]:
    """The number of each cited span, from 1 in order of first citation."""
    numbers: dict[tuple[str, int, int], int] = {}
    for claim in claims:
        for citation in claim["citations"]:
            numbers.setdefault(span_key(citation), len(numbers) + 1)
    return numbers


def span_key(citation: Json) -> tuple[str, int, int]:
    return citation["document_id"], citation["start"], citation["end"]


def cite_button(citation: Json, number: int) -> str:
    """The small number that opens the source at the cited span."""
    return button(
        str(number),
        "open",
        class_="cite",
        data_document=citation["document_id"],
        data_start=citation["start"],
        data_end=citation["end"],
        title=f"{source(citation)}: “{shortened(citation['quote'], 160)}”",
        aria_label=f"Citation {number}, open {source(citation)} at it",
    )


def source(cited: Json) -> str:
    """The document of a citation or a passage, with its day where it has one."""
    day = cited.get("published")
    return f"{cited['document']}, {day}" if day else str(cited["document"])


def claim(item: Json, numbers: Mapping[tuple[str, int, int], int]) -> str:
    """What was published with its numbers; a quotation looks like the document's own words, and
    several quotations each have their own number.
    """
    quotes = [" ".join(citation["quote"].split()) for citation in item["citations"]]
    if item["verdict"] == "verbatim" and len(quotes) > 1 and item["text"] == " ".join(quotes):
        alone = [
            {**item, "text": quote, "citations": [cited]}
            for quote, cited in zip(quotes, item["citations"], strict=True)
        ]
        return " ".join(claim(each, numbers) for each in alone)
    cites = "".join(cite_button(c, numbers[span_key(c)]) for c in item["citations"])
    if item["verdict"] == "verbatim":
        return element("q", _ending(_in_quotes(item["text"]), cites), class_="claim verbatim")
    if item["verdict"] == "computed":
        return element(
            "span",
            _ending(item["text"], cites),
            class_="claim computed",
            title="Computed by a program from the cited figures",
        )
    return element("span", _ending(item["text"], cites), class_="claim verified")


def _in_quotes(text: str) -> str:
    """The text in quotation marks; with marks of its own inside, its typeface must do."""
    return text if any(mark in text for mark in '“”"') else f"“{text}”"


def _ending(text: str, cites: str) -> str:
    """The text with its numbers, which stay on the line of the last word."""
    start, space, word = text.rpartition(" ")
    if len(word) > LONGEST_WORD:
        return escape(text) + cites
    return escape(start + space) + element("span", escape(word), cites, class_="ending")


def claims(items: Sequence[Json], numbers: Mapping[tuple[str, int, int], int]) -> str:
    return " ".join(claim(item, numbers) for item in items)


def evidence_card(item: Json) -> str:
    """A passage that was found, as a button that opens it in its document."""
    return button(
        element("span", escape(source(item)), class_="card-name")
        + element("span", escape(item["quote"]), class_="card-text"),
        "open",
        class_="card",
        data_document=item["document_id"],
        data_start=item["start"],
        data_end=item["end"],
    )


def evidence_cards(items: Sequence[Json], group: str) -> str:
    return element("div", *map(evidence_card, items), class_="cards", data_group=group)


def unsure(items: Sequence[Json]) -> str:
    """Which cited words were recognised in pictures, and not for sure."""
    cited = [citation for item in items for citation in item["citations"]]
    words = dict.fromkeys(word for citation in cited for word in citation.get("unsure", ()))
    if not words:
        return ""
    said = f"{UNSURE}: {', '.join(words)}. Open the citation to see the page."
    return element("p", escape(said), class_="premise")


def withheld(items: Sequence[Json], whole: str = "answer") -> str:
    """What was drafted and not published, folded, with why."""
    if not items:
        return ""
    rows = (
        element("li", escape(item["text"]), element("small", escape(item["reason"])))
        for item in items
    )
    return element(
        "details",
        element("summary", f"{len(items)} withheld<span class='when-shut'>: show</span>"),
        element("p", f"Drafted, but not supported by the source, so not part of the {whole}."),
        element("ul", *rows),
        class_="withheld",
    )


def verdict(items: Sequence[Json]) -> str:
    """The state of published sentences in words."""
    of_each = Counter(item["verdict"] for item in items)
    verified, quoted, computed = (of_each[each] for each in ("verified", "verbatim", "computed"))
    told = []
    if verified:
        told.append(f"{verified} of {counted(len(items), 'sentence')} verified")
    if quoted:
        alone = "quotation" if quoted == 1 else counted(quoted, "quotation")
        told.append(f"{quoted} quoted" if verified else alone)
    if computed:
        told.append(f"{computed} computed")
    return ", ".join(told)


def uncalibrated(calibrated: bool) -> str:
    """A word on a model of which it was never measured how sure it must be, and where to do it."""
    if calibrated:
        return ""
    return element(
        "span",
        "uncalibrated model ",
        button(
            "Measure it",
            "calibrate",
            class_="quiet",
            title="How sure this model must be was never measured; the Evaluate tab can do it.",
        ),
    )


def progress(told: str, done: int, total: int, label: str) -> str:
    """One line with a bar: what is being done with the time left, and how much is done."""
    so_far = f", {done} of {total}" if total else ""
    bar = element("progress", max=total, value=done, aria_label=label) if total else ""
    line = element("p", escape(told + so_far))
    return element("div", line, bar, class_="adding", role="status")


def failure(error: str, hint: str) -> str:
    """What failed and what to do: never to be taken for an answer."""
    return element(
        "div",
        element("h3", escape(error)),
        element("p", escape(hint)) if hint else "",
        class_="failure",
        role="alert",
    )


def saving(place: str, files: Mapping[str, str]) -> str:
    """A button for each file that can be saved; ``files`` are a format's name to the file's."""
    return element(
        "div",
        *(
            button(f"Save as {escape(name)}", "save", data_place=f"{place}/{file}", data_name=file)
            for name, file in files.items()
        ),
        class_="saving",
    )


def note(text: str) -> str:
    """A quiet line of our own."""
    return element("p", escape(text), class_="note")
