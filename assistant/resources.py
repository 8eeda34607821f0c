"""Where the prompts and the example documents are: beside the sources, or inside the wheel."""

from pathlib import Path

from assistant.errors import SettingsError

_PACKAGE = Path(__file__).resolve().parent
_ROOTS = (_PACKAGE / "_resources", _PACKAGE.parent)
"""In a wheel ``assistant/_resources`` holds both folders; in the sources the repository root does.

The wheel's place comes first: beside an installed package any other ``prompts`` might lie.
"""


def prompts_folder() -> Path:
    """The folder of the prompt files ``*.md``.

    Raises:
        SettingsError: the installation is incomplete.
    """
    return _folder("prompts", "*.md")


def seeds_folder() -> Path:
    """The folder of the example documents that a new library starts with.

    Raises:
        SettingsError: the installation is incomplete.
    """
    return _folder("seeds", "*.txt")


def _folder(name: str, pattern: str) -> Path:
    for root in _ROOTS:
        if any((root / name).glob(pattern)):
            return root / name
    raise SettingsError(
        f"Citewell's own folder {name}/ is missing.", "Install Citewell again: pip install ."
    )
