"""Who may come in where a page has users."""

from pathlib import Path

import pytest

from assistant.errors import SettingsError
from assistant.page.serving import launch
from assistant.settings import Settings
from assistant.users import admits, read_users, save_user
from index.errors import InputError


@pytest.fixture
def users(tmp_path: Path) -> Path:
    path = tmp_path / "users"
    save_user(path, "ann", "correct horse")
    save_user(path, "bob", "battery staple")
    return path


def test_a_user_is_known_by_the_password_alone(users: Path) -> None:
    known = read_users(users)
    assert admits(known, "ann", "correct horse")
    assert not admits(known, "ann", "battery staple")
    assert not admits(known, "bob", "")
    assert not admits(known, "eve", "correct horse")
    assert "correct horse" not in users.read_text(encoding="utf-8")
    assert users.stat().st_mode & 0o077 == 0


def test_a_new_password_replaces_the_old_one(users: Path) -> None:
    save_user(users, "ann", "another password")
    known = read_users(users)
    assert list(known) == ["ann", "bob"]
    assert admits(known, "ann", "another password")
    assert not admits(known, "ann", "correct horse")


@pytest.mark.parametrize("name", ["", "a:b", "citewell", "../ann", "a\nb", "ann b"])
def test_a_name_that_cannot_be_one(users: Path, name: str) -> None:
    before = users.read_bytes()
    with pytest.raises(InputError, match="cannot be a user's name"):
        save_user(users, name, "long enough")
    assert users.read_bytes() == before


def test_a_short_password_is_refused(users: Path) -> None:
    with pytest.raises(InputError, match="too short"):
        save_user(users, "ann", "short")


@pytest.mark.parametrize("content", ["ann", "ann:secret\n", ":a$b", "a b:c$d"])
def test_a_file_that_is_none_of_users_is_told(tmp_path: Path, content: str) -> None:
    (tmp_path / "users").write_text(content, encoding="utf-8")
    with pytest.raises(SettingsError, match="Line 1 of the users' file"):
        read_users(tmp_path / "users")


@pytest.mark.parametrize("kept", ["$", "a$b", "!!$AA==", "AAAA$"])
def test_a_hash_that_is_none_admits_nobody(kept: str) -> None:
    assert not admits({"ann": kept}, "ann", "")


def test_the_page_lets_in_its_users_and_the_operator(users: Path) -> None:
    may_come_in = launch.auth(Settings(host="0.0.0.0", users=users, password="the operator's"))
    assert callable(may_come_in)
    assert may_come_in("ann", "correct horse")
    assert may_come_in("citewell", "the operator's")
    assert not may_come_in("ann", "the operator's")
    alone = launch.auth(Settings(users=users))
    assert callable(alone)
    assert not alone("citewell", "")


def test_a_page_without_anybody_does_not_start(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="cannot be read"):
        launch.auth(Settings(users=tmp_path / "missing"))
    (tmp_path / "users").touch()
    with pytest.raises(SettingsError, match="names nobody"):
        launch.auth(Settings(users=tmp_path / "users"))
