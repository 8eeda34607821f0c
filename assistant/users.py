"""The users of a page: a file with a line ``NAME:HASH`` for each, made by ``citewell user``."""

import base64
import hashlib
import hmac
import logging
import os
import re
import secrets
import stat
import threading
from collections.abc import Mapping
from pathlib import Path

from assistant.errors import SettingsError
from assistant.settings import FOLDER
from index.errors import InputError

OPERATOR = "citewell"
"""Who comes in with CITEWELL_PASSWORD: the command line, too."""
LEAST = 8
"""Characters of a password."""
_NAME = re.compile(r"[A-Za-z0-9._@-]{1,60}")
_COST = {"n": 2**14, "r": 8, "p": 1, "maxmem": 64_000_000}
"""Of scrypt (RFC 7914): some 50 ms and 16 MB for each try."""


def read_users(path: Path) -> dict[str, str]:
    """Each name with the hash of its password.

    Raises:
        SettingsError: the file cannot be read, or a line is not as it should be.
    """
    try:
        _check_private(path)
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, ValueError) as error:
        raise SettingsError(
            f"The users' file {path} cannot be read ({error}).",
            "Make it with `citewell user NAME`, or unset CITEWELL_USERS.",
        ) from error
    users = {}
    for number, line in enumerate(lines, start=1):
        name, _, kept = line.strip().partition(":")
        if line.strip():
            if not _NAME.fullmatch(name) or kept.count("$") != 1:
                raise SettingsError(
                    f"Line {number} of the users' file {path} is not NAME:HASH.",
                    "Make it with `citewell user NAME`.",
                )
            users[name] = kept
    return users


class UsersFile:
    """The users' file as it is now: who is added or taken out of it is known at once."""

    def __init__(self, path: Path) -> None:
        """Raises:
        SettingsError: as ``read_users``.
        """
        self._path = path
        self._turn = threading.Lock()
        self._users = read_users(path)
        self._seen = _stamp(path)

    def now(self) -> Mapping[str, str]:
        """Each name with its hash; the same object while the file is the same.

        Where it cannot be read any more, it names nobody.
        """
        seen = _stamp(self._path)
        with self._turn:
            if seen != self._seen:
                self._seen = seen
                try:
                    self._users = read_users(self._path)
                except SettingsError as error:
                    logging.getLogger(__name__).warning("%s", error)
                    self._users = {}
            return self._users


def _check_private(path: Path) -> None:
    """Raise SettingsError where others may change the file, or read its hashes."""
    mode = path.stat().st_mode
    if os.name == "posix" and mode & (stat.S_IWGRP | stat.S_IRWXO):
        raise SettingsError(
            f"The users' file {path} can be read or changed by others ({stat.filemode(mode)}).",
            f"Make it private: chmod 600 {path}",
        )


def _stamp(path: Path) -> tuple[int, ...]:
    """What changes with a file's content."""
    try:
        found = path.stat()
    except OSError:
        return ()
    return found.st_mtime_ns, found.st_ctime_ns, found.st_size, found.st_ino


def save_user(path: Path, name: str, password: str) -> None:
    """Add a user, or give one another password.

    Raises:
        InputError: the name or the password cannot be used, or the file not be written.
        SettingsError: as ``read_users``.
    """
    if not _NAME.fullmatch(name) or name == OPERATOR:
        raise InputError(f"“{name}” cannot be a user's name.", "Use letters, digits and . _ @ -.")
    if len(password) < LEAST:
        raise InputError("The password is too short.", f"Use at least {LEAST} characters.")
    users = read_users(path) if path.exists() else {}
    users[name] = hashed(password)
    text = "".join(f"{each}:{kept}\n" for each, kept in users.items())
    fresh = path.with_name(f"{path.name}.{secrets.token_hex(4)}.new")
    try:
        # A new file, or none: what somebody has put there, a link too, is never written.
        number = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with open(number, "w", encoding="utf-8") as file:
            file.write(text)
        fresh.replace(path)
    except OSError as error:
        raise InputError(
            f"The users' file {path} cannot be written ({error.strerror or error}).",
            "Set CITEWELL_USERS to another file.",
        ) from error


def library_of(library: Path, name: str) -> Path:
    """The folder of a user's own library beneath that of the page.

    Its name begins with a digest of the user's, so that no two are the same where capitals do not
    count, and none is a name that a system keeps for itself.
    """
    digest = hashlib.sha256(name.encode()).hexdigest()[:12]
    return library / FOLDER / f"{digest}-{name}"


def hashed(password: str, salt: bytes = b"") -> str:
    """``SALT$HASH``, by which a password is known again and from which it cannot be told."""
    salt = salt or secrets.token_bytes(16)
    key = hashlib.scrypt(password.encode(), salt=salt, **_COST)
    return "$".join(base64.b64encode(part).decode() for part in (salt, key))


def admits(users: Mapping[str, str], name: str, password: str) -> bool:
    """Whether this is the password of this user; an unknown name takes as long."""
    kept = users.get(name, _NOBODY)
    try:
        salt = base64.b64decode(kept.partition("$")[0], validate=True)
    except ValueError:
        return False
    same = hmac.compare_digest(hashed(password, salt or b"\0"), kept)
    return same and name in users


_NOBODY = f"{base64.b64encode(bytes(16)).decode()}$"
