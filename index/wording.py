"""How a number and a text are told on one line. Pure."""


def counted(number: int, noun: str) -> str:
    """The number with the noun, in the plural if need be: ``1,200 passages``."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def source(name: str, day: str | None, library: str) -> str:
    """Where something is from: a document, its day if it has one, its library among several."""
    return ", ".join(filter(None, (name, day, library and f"in {library}")))


def shortened(text: str, length: int) -> str:
    """One line of at most ``length`` characters."""
    line = " ".join(text.split())
    return line if len(line) <= length else line[: length - 1].rstrip() + "…"
