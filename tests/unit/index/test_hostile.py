"""Files made to do harm are read or refused, and nothing else happens.

``make soak`` tries the same corpus with its bombs and giants.
"""

from collections import Counter
from pathlib import Path

import pytest

from index import Library
from tests.hostile import corpus
from tests.hostile.trial import tried


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[Path]]:
    folder = tmp_path_factory.mktemp("hostile")
    return folder, corpus.write(folder, large=False)


def test_no_file_crashes_hangs_fills_the_memory_or_shifts_an_offset(
    hostile: tuple[Path, list[Path]],
) -> None:
    _, paths = hostile
    outcomes = list(tried(paths))
    assert len(outcomes) == len(paths) > 500
    assert [(o.path.name, o.fault, o.detail) for o in outcomes if o.fault] == []
    kinds = Counter(outcome.kind for outcome in outcomes)
    assert min(kinds["loaded"], kinds["refused"]) > 100
    assert not [o for o in outcomes if o.kind == "refused" and "\n" in o.detail]


def test_a_folder_with_links_out_of_it_keeps_to_itself(
    library: Library, hostile: tuple[Path, list[Path]]
) -> None:
    folder, _ = hostile
    results = list(library.add(folder / "special"))
    assert {result.status for result in results} <= {"failed"}
    assert not [info for info in library.documents() if "secret" in library.text(info.id)]


def test_hard_names_are_kept_and_shown(library: Library, hostile: tuple[Path, list[Path]]) -> None:
    folder, _ = hostile
    results = list(library.add(folder / "names"))
    failed = [result for result in results if result.status == "failed"]
    assert len(failed) == 1, "only the name that is in no encoding"
    assert len(results) > 45
    assert library.check() == []
    for info in library.documents():
        assert library.find(info.id).name == info.name
        assert Path(str(info.path)).parent.is_relative_to(folder)
