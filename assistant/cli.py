"""The command line: ``citewell COMMAND``, the same as ``python -m assistant COMMAND``.

Results go to stdout (JSON only, with ``--json``), progress and complaints to stderr. Exit codes:
0 done, and a refusal is an answer; 1 some files of a folder failed; 2 the user's to mend; 3 model
or store failure, or a fault of Citewell; 4 the evaluation gate. ``main`` is the one place where
errors are shown.
"""

import errno
import io
import logging
import sys
import traceback
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import typer

from assistant import terminal
from assistant.commands import (
    answers,
    bin,
    conversations,
    documents,
    evaluation,
    labels,
    machine,
    moving,
    summaries,
    watching,
)
from assistant.commands.options import LibraryOption
from assistant.settings import go_offline, load_settings
from index.errors import CitewellError

app = typer.Typer(
    help="Answers and summaries of your documents, every sentence verified against the source.",
    add_completion=False,
    pretty_exceptions_enable=False,
)
for kind in (
    documents,
    bin,
    watching,
    labels,
    answers,
    summaries,
    conversations,
    evaluation,
    machine,
    moving,
):
    app.add_typer(kind.commands)


@app.callback(invoke_without_command=True)
def root(context: typer.Context, library: LibraryOption = None) -> None:
    if context.invoked_subcommand is None:
        terminal.say(context.get_help())
    elif context.invoked_subcommand != "models":
        go_offline()
    context.obj = library


_MENDABLE = {
    errno.ENOSPC: ("The disk is full.", "Free some space and run the command again."),
    errno.EDQUOT: ("Your disk quota is used up.", "Free some space and run the command again."),
    errno.EROFS: ("The disk is read-only.", "Choose another folder."),
    errno.EACCES: ("Permission denied.", "Choose another folder or change its permissions."),
    errno.EPERM: ("Permission denied.", "Choose another folder or change its permissions."),
}
"""What the user can mend when the operating system refuses, whichever command met it."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code; never raises for a failure of that command."""
    _prepare()
    try:
        result = app(args=arguments, prog_name="citewell", standalone_mode=False)
    except CitewellError as error:
        return _complain(str(error), error.exit_code)
    except typer.TyperException as error:
        return _complain(f"{error.format_message()} See: citewell --help", 2)
    except typer.Abort:
        return 130
    except OSError as error:
        return _complain_of_system(error)
    except Exception as error:  # noqa: BLE001  # the one boundary: a fault becomes one line
        return _complain_of_fault(error)
    return result if isinstance(result, int) else 0


def _prepare() -> None:
    """UTF-8 on every system, and no warnings of libraries among our own lines."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="replace", newline="\n")
    logging.captureWarnings(True)
    logging.getLogger("py.warnings").addHandler(logging.NullHandler())


def _complain(message: str, exit_code: int) -> int:
    terminal.note(f"citewell: {message}")
    return exit_code


def _complain_of_system(error: OSError) -> int:
    if error.errno not in _MENDABLE:
        return _complain_of_fault(error)
    what, how = _MENDABLE[error.errno]
    where = f" ({error.filename})" if error.filename else ""
    return _complain(f"{what}{where} {how}", 2)


def _complain_of_fault(error: Exception) -> int:
    log = _log_fault(error)
    return _complain(
        f"A fault of Citewell itself: {type(error).__name__}: {terminal.shortened(str(error), 200)}"
        f" {f'The details are in {log}.' if log else ''}",
        3,
    )


def _log_fault(error: Exception) -> Path | None:
    """Append the traceback to the log; None where that cannot be written."""
    try:
        folder = load_settings().log_dir
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / "faults.log"
        with path.open("a", encoding="utf-8") as log:
            log.write(f"{datetime.now(UTC).isoformat()}\n")
            log.write(f"{type(error).__name__}\n")  # what it says may quote a document
            log.write("Traceback:\n")
            log.writelines(traceback.format_tb(error.__traceback__))
    except (OSError, CitewellError):
        return None
    return path
