"""What is counted of the answer path, and where."""

from collections import Counter

from benchmarks.thicket import counted, table

SOURCE = '''
import re
LONGEST = 600
_SURE: float = 0.75
_MORE = 2 * LONGEST
NAME = "no number"
_VERBS = re.compile(r"said|told|stated")
_OPENERS = frozenset("a an the".split())
_MONTHS = ("may", "june", "july")
_PAIR = ("may", "june")
_CAPITALS = "Oslo = Norway; Paris = France; Rome = Italy;"

def found(text):
    """Whether this or that | stands there."""
    return re.search(r"\\d", text) or re.escape(text)
'''


def test_lines_patterns_constants_and_words_are_counted() -> None:
    found = counted(SOURCE)
    assert found["lines"] == len(SOURCE.splitlines())
    assert found["patterns"] == 2
    assert found["constants"] == 3
    assert found["words"] == 3 + 3 + 3 + 6


def test_the_table_says_the_change() -> None:
    shown = table(Counter(lines=200, patterns=10), Counter(lines=150, patterns=11))
    assert "| lines of Python | 200 | 150 | -25% |" in shown
    assert "| regular expressions | 10 | 11 | +10% |" in shown
