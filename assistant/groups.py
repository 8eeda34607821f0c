"""Groups of libraries: a file with a line ``[NAME]`` for each, and a folder a line below it.

Nothing within a line parts or escapes anything, so that a path is written as the system shows it:
with colons, backslashes and spaces.
"""

from pathlib import Path

from assistant.errors import SettingsError
from index.errors import InputError

MARK = "group:"
"""What stands before the name of a group where a library's folder may stand. A shell gives it on
as it is, and no folder of Windows has such a name."""


def folders_of(named: str, groups: Path | None) -> list[Path]:
    """The folders of the libraries that are meant by a folder, or by ``group:NAME``.

    Raises:
        InputError: there is no such group.
        SettingsError: the groups' file is missing, or cannot be read.
    """
    if not named.startswith(MARK):
        return [Path(named)]
    name = named.removeprefix(MARK)
    if groups is None:
        raise SettingsError(
            f"No file of groups is named, so “{name}” is none.",
            "Set CITEWELL_LIBRARIES to a file with a line [NAME] and a folder a line below it.",
        )
    known = read_groups(groups)
    if not known.get(name):
        raise InputError(
            f"No group in {groups} is called “{name}”.",
            f"There are: {', '.join(known)}." if known else "It has none.",
        )
    return known[name]


def read_groups(path: Path) -> dict[str, list[Path]]:
    """Each group with its folders; one that is not absolute is beside the file.

    Empty lines are passed over, and those that begin with ``#``.

    Raises:
        SettingsError: the file cannot be read, or begins with a folder.
    """
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(
            f"The groups' file {path} cannot be read ({error}).",
            "Mend it, or unset CITEWELL_LIBRARIES.",
        ) from error
    groups: dict[str, list[Path]] = {}
    here: list[Path] | None = None
    for line in filter(None, map(str.strip, lines)):
        if line.startswith("[") and line.endswith("]"):
            here = groups.setdefault(line[1:-1].strip(), [])
        elif here is None and not line.startswith("#"):
            raise SettingsError(
                f"The groups' file {path} has a folder before the first [NAME].",
                "Write the group's name in square brackets above its folders.",
            )
        elif here is not None and not line.startswith("#"):
            folder = Path(line).expanduser() if line.startswith(("~/", "~\\")) else Path(line)
            here.append(path.absolute().parent / folder)
    return groups
