"""The library's backup, from the library pane: made when it is fetched, and deleted then."""

import os
import tempfile
from functools import partial
from pathlib import Path

import gradio as gr

from assistant.page.html import shelf
from assistant.page.page import Page
from assistant.page.parts import live, own_folder
from assistant.page.serving.downloads import BACKUP
from index.backup import backup

NAME = "citewell-backup.zip"


class BackupPanel:
    """Its component; whoever asks is offered the backup of their own library."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.form = live("backup-form")

    def offered(self, request: gr.Request) -> str:
        """The form; empty where the record is in a database, which has tools of its own."""
        if self.page.settings.record_url is not None:
            return ""
        folder = self.page.library(request).folder
        place = self.page.downloads.offer(request, BACKUP, {NAME: partial(_made, folder)})
        return shelf.backup_form(f"{place}/{NAME}", NAME)


def _made(folder: Path) -> Path:
    """The backup of a library, in the page's own folder.

    Raises:
        InputError, FullDiskError: as ``backup``.
    """
    number, name = tempfile.mkstemp(suffix=".zip", dir=own_folder())
    os.close(number)
    try:
        backup(folder, Path(name))
    except BaseException:
        Path(name).unlink()
        raise
    return Path(name)
