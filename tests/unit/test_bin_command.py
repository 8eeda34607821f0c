"""The bin on the command line: remove, documents --removed, recover, purge."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path

from tests.unit.test_several_libraries import Run, bare

__all__ = ["bare"]


def test_removing_is_undone_and_purged(bare: Run) -> None:
    for name in ("bridge", "river"):
        Path(f"{name}.txt").write_text(f"The {name} is closed.", encoding="utf-8")
    assert bare("index", "bridge.txt", "river.txt", "--library", "roads")[0] == 0
    code, out, err = bare("remove", "bridge.txt", "--library", "roads")
    assert (code, out) == (0, "removed: bridge.txt\n")
    assert "citewell recover" in err
    assert "bridge" not in bare("documents", "--library", "roads")[1]
    assert "bridge.txt  (removed 2" in bare("documents", "--removed", "--library", "roads")[1]
    (line,) = json.loads(bare("documents", "--removed", "--json", "--library", "roads")[1])
    assert (line["name"], line["documents"]) == ("bridge.txt", 1)
    code, _, err = bare("documents", "--text", "bridge.txt", "--library", "roads")
    assert code == 2
    assert "bridge.txt was removed, and lies in the bin" in err
    assert "citewell recover" in err
    assert bare("recover", "bridge.txt", "--library", "roads")[1] == "recovered: bridge.txt\n"
    assert "bridge.txt" in bare("documents", "--library", "roads")[1]

    assert bare("remove", "bridge.txt", "river.txt", "--library", "roads")[0] == 0
    assert bare("purge", "bridge.txt", "--library", "roads")[1] == "purged: bridge.txt\n"
    code, _, err = bare("recover", "bridge.txt", "--library", "roads")
    assert code == 2
    assert "No document is called" in err
    code, _, err = bare("purge", "--library", "roads")
    assert code == 2
    assert "--all" in err
    assert bare("purge", "--all", "--library", "roads")[1] == "purged: river.txt\n"
    assert "The bin is empty" in bare("documents", "--removed", "--library", "roads")[2]


def test_removing_can_erase_at_once(bare: Run) -> None:
    Path("bridge.txt").write_text("The bridge is closed.", encoding="utf-8")
    bare("index", "bridge.txt", "--library", "roads")
    assert bare("remove", "bridge.txt", "--purge", "--library", "roads")[0] == 0
    assert json.loads(bare("documents", "--removed", "--json", "--library", "roads")[1]) == []
    assert b"bridge" not in Path("roads/library.sqlite").read_bytes()


def test_what_lies_there_too_long_is_purged_at_the_next_opening(bare: Run) -> None:
    Path("bridge.txt").write_text("The bridge is closed.", encoding="utf-8")
    bare("index", "bridge.txt", "--library", "roads")
    bare("remove", "bridge.txt", "--library", "roads")
    listed = ("documents", "--removed", "--json", "--library", "roads")
    assert len(json.loads(bare(*listed)[1])) == 1
    with closing(sqlite3.connect("roads/library.sqlite")) as record, record:
        record.execute("UPDATE removed SET removed = '2020-01-01T00:00:00+00:00'")
    assert json.loads(bare(*listed)[1]) == []
