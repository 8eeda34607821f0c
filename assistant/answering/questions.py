"""What counts as a question that can be asked."""

from index.errors import InputError

LONGEST = 4000
"""Characters; a longer text is a document, and no retrieval would find what it asks."""


def checked_question(question: str) -> str:
    """The question without surrounding white space.

    Raises:
        InputError: it is empty or longer than ``LONGEST`` characters.
    """
    stripped = question.strip()
    if not any(character.isalnum() for character in stripped):
        raise InputError("The question is empty.", "Ask something in words.")
    if len(stripped) > LONGEST:
        raise InputError(
            f"The question has {len(stripped):,} characters; {LONGEST:,} are the most.",
            "Ask in fewer words, and add long texts to the library as documents.",
        )
    return stripped
