"""Whether a failure to write comes from a full disk: libraries report it in many ways."""

import errno
import shutil
from pathlib import Path

_TOO_LITTLE = 65_536
"""Bytes free below which a failed write is put down to the disk."""


def is_full(folder: Path, error: BaseException) -> bool:
    """Whether this error, met while writing below a folder, means that the disk is full."""
    if getattr(error, "errno", None) in (errno.ENOSPC, errno.EDQUOT):
        return True
    if "disk is full" in str(error) or "No space left" in str(error):
        return True
    try:
        return shutil.disk_usage(folder).free < _TOO_LITTLE
    except OSError:
        return False
