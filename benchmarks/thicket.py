"""How much rule there is in the answer path: lines, patterns, constants, words, at two revisions.

    python -m benchmarks.thicket BEFORE [AFTER]

Prints a Markdown table. Counted are the Python files of ``assistant/answering``, ``checking`` and
``language`` (or the files that these were before they had folders), the data files beside them,
and the prompts that answer a question. Words of lists are counted wherever they stand: in
collections of strings, in strings that are split, as alternatives of a pattern, in data files.
"""

import argparse
import ast
import re
import subprocess
from collections import Counter
from collections.abc import Iterator
from pathlib import PurePosixPath

FOLDERS = ("assistant/answering/", "assistant/checking/", "assistant/language/")
BEFORE_FOLDERS = frozenset(
    f"assistant/{name}.py"
    for name in (
        "answer_types calibration chain citations conciseness conversation disagreement drafts "
        "guards metonyms premises questions readings restatement selection statements support trace"
    ).split()
)
PROMPTS = frozenset(
    f"prompts/{name}.md" for name in "answers condense restate say support write".split()
)
DATA = frozenset({".csv", ".tsv", ".txt"})
FIGURES = {
    "lines": "lines of Python",
    "patterns": "regular expressions",
    "constants": "named numeric constants",
    "words": "words of lists",
    "prompts": "words of prompts",
}
_FEWEST = 3
"""Fewer strings or alternatives than these are no list."""


def counted(source: str) -> Counter[str]:
    """The figures of one Python file."""
    found = Counter(lines=len(source.splitlines()))
    tree = ast.parse(source)
    for node in ast.walk(tree):
        found["patterns"] += _is_pattern(node)
        found["words"] += len(_listed(node))
    for node in tree.body:
        found["constants"] += _is_constant(node)
    return found


def _is_pattern(node: ast.AST) -> bool:
    """Whether it calls something of ``re`` with a pattern."""
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id == "re"
        and node.func.attr != "escape"
    )


def _is_constant(node: ast.stmt) -> bool:
    """Whether it gives a number a name."""
    value = node.value if isinstance(node, ast.Assign | ast.AnnAssign) else None
    if value is None:
        return False
    try:
        return isinstance(ast.literal_eval(value), int | float)
    except ValueError:
        return isinstance(value, ast.BinOp)


def _listed(node: ast.AST) -> list[str]:
    """The words of a list that begins here."""
    if isinstance(node, ast.Tuple | ast.List | ast.Set):
        texts = [each.value for each in node.elts if _is_text(each)]  # type: ignore[attr-defined]
        plain = [text for text in texts if "|" not in text and len(text.split()) < _FEWEST]
        return plain if len(plain) >= _FEWEST else []
    if isinstance(node, ast.Dict):
        return [each.value for each in node.keys if each and _is_text(each)]  # type: ignore
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return _alternatives(node.value)
    split = isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
    if split and node.func.attr == "split" and _is_text(node.func.value):  # type: ignore
        return str(node.func.value.value).split()  # type: ignore[attr-defined]
    return []


def _is_text(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def _alternatives(text: str) -> list[str]:
    """The alternatives of a pattern, or the entries of a table written as text."""
    if min(text.count(";"), text.count("=")) >= _FEWEST:
        return [each for each in re.split(r"[|;=]", text) if each.strip()]
    if "|" not in text or text.count(" ") > 3 * text.count("|") + 12:
        return []
    found = [each for each in text.split("|") if re.search(r"\w{2}", each)]
    return found if len(found) >= _FEWEST else []


def figures(revision: str) -> Counter[str]:
    """The figures of a revision of the project."""
    found: Counter[str] = Counter()
    for path in _files(revision):
        inside = path.startswith(FOLDERS) or path in BEFORE_FOLDERS
        if path in PROMPTS:
            found["prompts"] += len(_text(revision, path).split())
        elif inside and path.endswith(".py"):
            found += counted(_text(revision, path))
        elif inside and PurePosixPath(path).suffix in DATA:
            lines = _text(revision, path).splitlines()
            found["words"] += sum(not line.startswith("#") for line in lines if line.strip())
    return found


def _files(revision: str) -> Iterator[str]:
    yield from _git("ls-tree", "-r", "--name-only", revision).splitlines()


def _text(revision: str, path: str) -> str:
    return _git("show", f"{revision}:{path}")


def _git(*arguments: str) -> str:
    return subprocess.run(["git", *arguments], check=True, capture_output=True, text=True).stdout


def table(before: Counter[str], after: Counter[str]) -> str:
    rows = [
        f"| {name} | {before[key]:,} | {after[key]:,} | {_change(before[key], after[key])} |"
        for key, name in FIGURES.items()
    ]
    return "\n".join(
        ["| of the answer path | before | after | change |", "|---|---|---|---|", *rows]
    )


def _change(before: int, after: int) -> str:
    return f"{(after - before) / before:+.0%}" if before else "new"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("before", help="a revision")
    parser.add_argument("after", nargs="?", default="HEAD", help="a revision; default: HEAD")
    given = parser.parse_args()
    print(table(figures(given.before), figures(given.after)))


if __name__ == "__main__":
    main()
