"""A memo as a file that can be forwarded as it is: Markdown, HTML, Word or PDF."""

import errno
import html
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from pathlib import Path

from assistant.data import Summary
from assistant.exporting import bundle
from assistant.exporting.memo import KEPT_MARKS, Item, Memo, Part, memo
from index.data import Document
from index.errors import FullDiskError, InputError

_MARKDOWN_SPECIAL = re.compile(r"[\\`*_{}\[\]<>#|&~$]|^[-+=]|(?<=^\d)[.)]|(?<=^\d\d)[.)]")
"""What Markdown takes for more than text, at the beginning of a line or anywhere."""
_STYLE = """
:root { color-scheme: light dark; }
body { font: 1.05rem/1.55 Georgia, "Times New Roman", serif; max-width: 42rem; margin: 3rem auto;
  padding: 0 1.25rem; color: #1a1a1a; background: #fff; }
h1, h2, .sources, footer { font-family: system-ui, sans-serif; }
h1 { font-size: 1.5rem; margin-bottom: .25rem; }
h2 { font-size: 1rem; margin: 2rem 0 .5rem; }
.sources, footer { color: #555; font-size: .85rem; }
.headline { font-size: 1.25rem; line-height: 1.4; margin: 1.5rem 0; }
li { margin: .35rem 0; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; vertical-align: top; padding: .35rem .75rem .35rem 0;
  border-bottom: 1px solid #ccc; }
th:first-child { width: 28%; }
.ending { white-space: nowrap; }
sup { line-height: 0; font-size: .7em; }
a { color: #1a4f8b; text-decoration: none; }
.notes { font-size: .85rem; border-top: 1px solid #ccc; margin-top: 2.5rem; padding-top: .5rem; }
@media (prefers-color-scheme: dark) {
  body { color: #e6e6e6; background: #161616; } .sources, footer { color: #aaa; }
  a { color: #8ab8ee; } th, td, .notes { border-color: #444; }
}
@media print { body { margin: 0; max-width: none; } }
"""
_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>{style}</style>
</head>
<body>
<h1>{title}</h1>
<p class="sources">{sources}</p>
{body}
<section class="notes" aria-label="Sources">
<ol>
{notes}
</ol>
</section>
<footer><p>{remarks}</p></footer>
</body>
</html>
"""


FORMATS = {
    "Markdown": ".md",
    "HTML": ".html",
    "Word": ".docx",
    "PDF": ".pdf",
    "evidence bundle": bundle.SUFFIX,
}
"""What each format is called, and how its files' names end."""


def write(summary: Summary, documents: Sequence[Document], path: Path) -> None:
    """Write the summary to ``path`` in the format its suffix names; ``documents`` are its own.

    ``.md``, ``.html``, ``.docx`` and ``.pdf``, each with its citations as numbered notes, or
    ``.citewell.zip``, the evidence bundle of ``assistant.exporting.bundle``.

    Raises:
        InputError: another suffix, or the file cannot be written.
        FullDiskError: the disk is full.
    """
    save(made(summary, documents, path.name), path)


def save(content: bytes, path: Path) -> None:
    """Write a file. Raises as ``write``."""
    try:
        path.write_bytes(content)
    except OSError as error:
        raise _translated(error, path) from error


def made(summary: Summary, documents: Sequence[Document], name: str) -> bytes:
    """What ``write`` writes to a file of this name.

    Raises:
        InputError: the name has another suffix.
    """
    if suffix_of(name, "summary") == bundle.SUFFIX:
        return bundle.pack(summary, documents)
    return rendered(memo(summary, documents, date.today()), name)


def rendered(page: Memo, name: str) -> bytes:
    """A memo in the format in which this name ends, which is no bundle."""
    return next(write for suffix, write in _WRITERS.items() if name.lower().endswith(suffix))(page)


def suffix_of(name: str, what: str) -> str:
    """The suffix of ``FORMATS`` in which a file's name ends; ``what`` is to be written to it.

    Raises:
        InputError: it ends otherwise.
    """
    suffix = next((each for each in FORMATS.values() if name.lower().endswith(each)), None)
    if suffix is None:
        raise InputError(
            f"A {what} cannot be written as {name}.",
            f"Use a name that ends in {', '.join(FORMATS.values())}.",
        )
    return suffix


def markdown(page: Memo) -> str:
    """The memo in Markdown, with footnotes as pandoc and GitHub read them."""
    lines = [
        f"# {_plain(page.title)}",
        "",
        *(f"*{_plain(source)}*  " for source in page.sources),
        "",
    ]
    if page.headline:
        lines += [f"**{_plain(page.headline.text)}**{_marks(page.headline)}", ""]
    for part in page.parts:
        lines += [f"## {_plain(part.name)}", "", *_markdown_items(part), ""]
    lines += ["---", "", *(f"{_plain(remark)}  " for remark in page.remarks), ""]
    lines += [f"[^{note.number}]: {_plain(note.text)}" for note in page.notes]
    return "\n".join(lines) + "\n"


def _markdown_items(part: Part) -> list[str]:
    if part.is_table:
        rows = [
            f"| {_plain('; '.join(item.figures))} | {_plain(item.text)}{_marks(item)} |"
            for item in part.items
        ]
        return [f"| {part.column} | What the source says |", "| :-- | :-- |", *rows]
    return [f"- {_plain(item.text)}{_marks(item)}" for item in part.items]


def _plain(text: str) -> str:
    """Text of one line in which no character is taken for Markdown."""
    return _MARKDOWN_SPECIAL.sub(lambda found: f"\\{found.group()}", text)


def _marks(item: Item) -> str:
    """The marks with spaces between: they are shown as bare numbers, and 2 and 3 are not 23."""
    return " ".join(f"[^{number}]" for number in item.notes)


def web_page(page: Memo) -> str:
    """The memo as one HTML file that needs no other; all text of documents is escaped."""
    marked: set[int] = set()
    first = page.headline
    headline = f'<p class="headline">{_html_item(first, marked)}</p>' if first else ""
    parts = [
        f"<h2>{html.escape(part.name)}</h2>\n{_html_part(part, marked)}" for part in page.parts
    ]
    notes = [
        f'<li id="note-{note.number}">{html.escape(note.text)} '
        f'<a href="#mark-{note.number}" aria-label="Back to the text">↩</a></li>'
        for note in page.notes
    ]
    return _PAGE.format(
        style=_STYLE,
        title=html.escape(page.title),
        sources="<br>".join(html.escape(source) for source in page.sources),
        body="\n".join([headline, *parts]),
        notes="\n".join(notes),
        remarks="<br>".join(html.escape(remark) for remark in page.remarks),
    )


def _html_part(part: Part, marked: set[int]) -> str:
    if not part.is_table:
        items = "\n".join(f"<li>{_html_item(item, marked)}</li>" for item in part.items)
        return f"<ul>\n{items}\n</ul>"
    rows = "\n".join(
        f"<tr><td>{html.escape('; '.join(item.figures))}</td>"
        f"<td>{_html_item(item, marked)}</td></tr>"
        for item in part.items
    )
    return (
        f"<table>\n<tr><th>{part.column}</th><th>What the source says</th></tr>\n{rows}\n</table>"
    )


def _html_item(item: Item, marked: set[int]) -> str:
    start, word = item.ends
    marks = [_html_mark(number, marked) for number in item.notes]
    kept, others = "".join(marks[:KEPT_MARKS]), "".join(marks[KEPT_MARKS:])
    return f'{html.escape(start)}<span class="ending">{html.escape(word)}{kept}</span>{others}'


def _html_mark(number: int, marked: set[int]) -> str:
    """A link to a note; the first one is where the note links back to."""
    target = "" if number in marked else f' id="mark-{number}"'
    marked.add(number)
    return f'<sup><a{target} href="#note-{number}">[{number}]</a></sup>'


def _as_markdown(page: Memo) -> bytes:
    return markdown(page).encode("utf-8")


def _as_html(page: Memo) -> bytes:
    return web_page(page).encode("utf-8")


def _as_word(page: Memo) -> bytes:
    from assistant.exporting.word import word_file

    return word_file(page)


def _as_pdf(page: Memo) -> bytes:
    from assistant.exporting.pdf import pdf_file

    return pdf_file(page)


_WRITERS: Mapping[str, Callable[[Memo], bytes]] = {
    ".md": _as_markdown,
    ".html": _as_html,
    ".docx": _as_word,
    ".pdf": _as_pdf,
}
"""File name ending to its writer."""


def _translated(error: OSError, path: Path) -> InputError:
    if error.errno == errno.ENOSPC:
        return FullDiskError()
    return InputError(f"{path} cannot be written: {error.strerror}.", "Choose another place.")
