"""Where the settings and the command line say that the record is, and who may read that."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from assistant.commands.options import address_of
from assistant.settings import Settings, load_settings
from assistant.users import library_of
from index import Library
from index.errors import InputError
from tests.fakes import HashEmbedder

URL = "postgresql://ann:a-secret@db/citewell"


def test_users_of_a_page_have_a_record_each_that_every_machine_calls_the_same(
    tmp_path: Path,
) -> None:
    page = load_settings(library=tmp_path / "here", record_url=URL)
    assert page.record
    spaces = [page.record.namespace]
    for name in ("ann", "ben"):
        own, elsewhere = (library_of(tmp_path / each, name) for each in ("here", "there"))
        place = load_settings(library=own, record_url=URL).record
        assert place == page.record.beside(own) == page.record.beside(elsewhere)
        spaces.append(place.namespace)
    assert len(set(spaces)) == 3
    assert load_settings(library=tmp_path).record is None


def test_the_password_is_in_no_account_of_the_settings() -> None:
    settings = load_settings(record_url=URL)
    for told in (repr(settings), str(settings.record), settings.model_dump_json()):
        assert "a-secret" not in told


@pytest.mark.parametrize("url", [URL, "postgresql://db/citewell?user=ann&password=a-secret"])
def test_a_password_on_the_command_line_is_refused(url: str) -> None:
    with pytest.raises(InputError, match="seen by all users") as caught:
        address_of(url)
    assert "a-secret" not in str(caught.value)
    assert address_of("postgresql://ann@db/citewell").url == "postgresql://ann@db/citewell"


def test_a_library_in_a_database_is_not_moved(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from assistant.cli import app

    monkeypatch.setenv("CITEWELL_RECORD_URL", URL)
    found = CliRunner().invoke(app, ["move", "--to", "postgresql://db/other"])
    assert found.exit_code != 0
    assert "in a database already" in str(found.exception)
    with pytest.raises(InputError, match="CITEWELL_CHROMA_URL"):
        Library.open(
            tmp_path, embedder=HashEmbedder(), place=Settings(library=tmp_path / "x").record
        )


@pytest.mark.parametrize("command", ["backup", "restore"])
def test_a_library_in_a_database_is_not_backed_up_as_a_folder(
    command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from assistant.cli import app

    monkeypatch.setenv("CITEWELL_RECORD_URL", URL)
    monkeypatch.setenv("CITEWELL_CHROMA_URL", "http://127.0.0.1:1")
    found = CliRunner().invoke(app, [command, str(tmp_path / "library.zip")])
    assert found.exit_code != 0
    assert "pg_dump" in str(found.exception)
