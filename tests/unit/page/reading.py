"""Reading HTML back: what a browser would find in it."""

from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = {"img", "input"}


@dataclass
class Node:
    """An element with its text; ``text`` is that of everything inside."""

    tag: str
    attributes: dict[str, str | None]
    text: str = ""
    children: list["Node"] = field(default_factory=list)

    def all(self, tag: str, **attributes: str) -> list["Node"]:
        """Every element inside, at any depth, with this tag and these attributes."""
        found = []
        for child in self.children:
            if child.tag == tag and attributes.items() <= child.attributes.items():
                found.append(child)
            found += child.all(tag, **attributes)
        return found

    def tags(self) -> set[str]:
        return {child.tag for child in self.children}.union(*(c.tags() for c in self.children))


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Node("", {})
        self.open = [self.root]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        node = Node(tag, dict(attrs))
        self.open[-1].children.append(node)
        if tag not in VOID:
            self.open.append(node)

    def handle_endtag(self, tag: str) -> None:
        assert self.open[-1].tag == tag, f"</{tag}> closes <{self.open[-1].tag}>"
        self.open.pop()

    def handle_data(self, data: str) -> None:
        for node in self.open:
            node.text += data


def read(html: str) -> Node:
    """The tree of some HTML, which must be well formed."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    assert len(reader.open) == 1, f"<{reader.open[-1].tag}> is never closed"
    return reader.root
