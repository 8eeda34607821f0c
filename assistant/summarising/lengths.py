"""How many words a summary has. Pure."""

from index.errors import InputError

BRIEF = 90
STANDARD = (60, 350)
"""The least and the most words of a standard summary."""
SHARE = 0.35
"""Of the text's words in a standard summary, between these two."""
FULL = 900
WHOLE = 0.77
"""Of the text's words in a full summary, at most: more would be a copy."""
SHORTEST, LONGEST = 30, 2000
"""Words that may be asked for."""
NEAR = 0.1
"""A summary keeps its length within this share, if the text has enough to say."""


def words_of(length: str, source: int) -> int:
    """The words of a summary of ``source`` words; ``length`` has a name or is a number of words.

    Raises:
        InputError: an unknown length, or a number that is too small or too large.
    """
    least, most = STANDARD
    standard = min(most, max(least, round(SHARE * source)))
    named = {"brief": min(BRIEF, standard), "standard": standard}
    named["full"] = max(standard, min(FULL, int(WHOLE * source)))
    if length in named:
        return min(named[length], source)
    if not length.isdecimal() or not SHORTEST <= int(length) <= LONGEST:
        raise InputError(
            f"There is no length “{length}”.",
            f"Use brief, standard, full, or a number of words from {SHORTEST} to {LONGEST:,}.",
        )
    return min(int(length), source)
