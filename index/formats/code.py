"""Source code: the file's own characters, cited by the number of the line."""

from index.data import Page
from index.formats.content import Content
from index.formats.text import decoded

SUFFIXES = (
    *(".py", ".js", ".ts", ".java", ".c", ".h", ".cpp", ".hpp", ".cs", ".go", ".rs", ".rb"),
    *(".php", ".swift", ".kt", ".sh", ".sql", ".r", ".lua", ".toml", ".yaml", ".yml", ".ini"),
    *(".cfg", ".tex", ".rst"),
)


def read(content: bytes, name: str) -> Content:
    """The text as it stands; a comment that looks like a heading is none.

    Raises:
        InputError: it is not text, or in no encoding that can be told.
    """
    text = decoded(content, name)
    page = Page(number=1, start=0, end=len(text), kind="file", rows=((0, 1),))
    return Content(text=text, pages=(page,))
