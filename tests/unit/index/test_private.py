"""Nobody else of the machine can look into a library, whoever made its folder and when."""

import stat
from pathlib import Path

import pytest

from index import Library
from tests.fakes import HashEmbedder


def open_to_others(folder: Path) -> list[str]:
    return [
        f"{path.relative_to(folder)} {stat.filemode(path.lstat().st_mode)}"
        for path in (folder, *folder.rglob("*"))
        if path.lstat().st_mode & 0o077 and not path.is_symlink()
    ]


@pytest.mark.parametrize("before", [False, True])
def test_a_library_is_its_owners_alone(tmp_path: Path, before: bool) -> None:
    folder, outside = tmp_path / "library", tmp_path / "outside.txt"
    outside.write_text("The user's own.", encoding="utf-8")
    outside.chmod(0o644)
    if before:
        (folder / "uploads" / "deep").mkdir(parents=True)
        (folder / "uploads" / "deep" / "a.txt").write_text("A letter.", encoding="utf-8")
        (folder / "link").symlink_to(outside)
        for path in (folder, *folder.rglob("*")):
            if not path.is_symlink():
                path.chmod(0o777)
    with Library.open(folder, embedder=HashEmbedder()) as library:
        assert open_to_others(folder) == []
        list(library.add(outside))
        assert library.search("own")
        assert folder.stat().st_mode & 0o077 == 0
    assert open_to_others(folder) == []
    assert stat.S_IMODE(outside.stat().st_mode) == 0o644
    with Library.open(folder, embedder=HashEmbedder()) as library:
        assert library.documents()
