"""The body of a mail that is written as a page: what is new in it, and what it quotes."""

from copy import deepcopy
from typing import Any

from index.formats import quoting
from index.formats.content import Writer
from index.formats.html_tree import drop
from index.formats.whole_pages import write_page

_QUOTES = (
    "//blockquote[@type='cite']",  # Apple Mail, Thunderbird
    "//div[contains(concat(' ', @class, ' '), ' gmail_quote ')]",
    "//div[contains(concat(' ', @class, ' '), ' yahoo_quoted ')]",
    "//div[contains(concat(' ', @class, ' '), ' moz-cite-prefix ')]",
    "//div[contains(concat(' ', @class, ' '), ' protonmail_quote ')]",
)
"""What mail programs put around an earlier message."""
_FROM_HERE = (
    "//*[@id='divRplyFwdMsg']",  # Outlook on the web
    "//*[@id='appendonsend']",
    "//div[contains(@style, 'border-top:solid')]",  # Outlook
)
"""After these, all that follows is an earlier message."""


def parted(marked: bytes) -> list[quoting.Part]:
    """The new and the quoted part of a page."""
    import trafilatura

    tree = trafilatura.load_html(marked)
    if tree is None:
        return []
    quotes = [each for path in _QUOTES for each in tree.xpath(path)]
    following = [
        element
        for path in _FROM_HERE
        for each in tree.xpath(path)[:1]
        for element in (each, *each.itersiblings())
    ]
    quotes += following
    after = set(following)
    earlier = []
    for each in quotes:
        if each.getroottree().getroot() is tree and each.getparent() is not None:
            copy = deepcopy(each)
            if each in after:  # so is the bare text after it
                each.tail = None
            else:
                copy.tail = None
            earlier.append(copy)
            drop(each)
    found = quoting.parts(_read(tree))
    for each in earlier:
        text = _read(each)
        found += [quoting.Part(text, True)] if text.strip() else []
    return found


def _read(tree: Any) -> str:
    """The text of a page, as books are read."""
    from lxml import etree

    content: bytes = etree.tostring(tree, method="html", encoding="unicode").encode()
    writer = Writer()
    write_page(b'<meta charset="utf-8">' + content, writer)
    return writer.text
