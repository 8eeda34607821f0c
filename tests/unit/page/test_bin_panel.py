"""The bin in the library pane: Undo after a removal, Restore, Remove for good, Empty the bin."""

from types import SimpleNamespace
from typing import Any

import pytest

from assistant.page.tabs.library import Shelf
from index import Library
from tests.unit.page.test_folder_panel import asking, shelf

__all__ = ["shelf"]
pytestmark = pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning")  # as in test_tabs.py


def of(document: str) -> Any:
    return SimpleNamespace(document=document)


def test_a_removal_is_undone_on_the_page(shelf: Shelf, seed_library: Library) -> None:
    here, (info,) = asking("127.0.0.1"), seed_library.documents()
    assert shelf.bin.listed(here) == "", "nothing is in the way while the bin is empty"
    told = shelf.remove(frozenset(), of(info.id), here)
    assert f"Removed {info.title}." in told[shelf.news]
    assert (
        f'data-do="recover" class="quiet" data-document="{info.id}">Undo</button>'
        in told[shelf.news]
    )
    assert seed_library.documents() == []
    for words in ("Restore", "Remove for good", "Empty the bin", "after 30 days"):
        assert words in shelf.bin.listed(here)
    *steps, told = shelf.recover(frozenset(), of(info.id), here)
    assert steps, "it is embedded anew, and that takes a while"
    assert f"Restoring {info.title}" in steps[0][shelf.news]
    assert "Stop</button>" in steps[0][shelf.news]
    assert info.title in told[shelf.list]
    assert "is back." in told[shelf.news]
    assert shelf.bin.listed(here) == ""
    assert "failure" in list(shelf.recover(frozenset(), of(info.id), here))[-1][shelf.news]


def test_restoring_can_be_stopped(shelf: Shelf, seed_library: Library) -> None:
    here, (info,) = asking("127.0.0.1"), seed_library.documents()
    shelf.remove(frozenset(), of(info.id), here)
    steps = shelf.recover(frozenset(), of(info.id), here)
    next(steps)
    shelf.halt(here)
    (*_, told) = steps
    assert "stays among the removed" in told[shelf.news]
    shelf.page.jobs.wait_idle()
    assert [each.id for each in seed_library.bin.all()] == [info.id]
    assert seed_library.documents() == []
    assert seed_library.check() == []


def test_the_bin_is_emptied_on_the_page(shelf: Shelf, seed_library: Library) -> None:
    here, (info,) = asking("127.0.0.1"), seed_library.documents()
    for erase in (lambda: shelf.bin.purge(of(info.id), here), lambda: shelf.bin.empty(here)):
        list(seed_library.add(str(info.path)))
        shelf.remove(frozenset(), of(info.id), here)
        told = erase()
        assert told[shelf.bin.list] == ""
        assert "erased for good" in told[shelf.news]
        assert seed_library.bin.all() == []
