"""Who may come in where a page has users."""

from pathlib import Path

import pytest

from assistant.errors import SettingsError
from assistant.page.serving import launch
from assistant.settings import Settings, load_settings
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
    (tmp_path / "users").touch(mode=0o600)
    (tmp_path / "users").write_text(content, encoding="utf-8")
    with pytest.raises(SettingsError, match="Line 1 of the users' file"):
        read_users(tmp_path / "users")


@pytest.mark.parametrize("kept", ["$", "a$b", "!!$AA==", "AAAA$"])
def test_a_hash_that_is_none_admits_nobody(kept: str) -> None:
    assert not admits({"ann": kept}, "ann", "")


def test_the_page_lets_in_its_users_and_the_operator(users: Path) -> None:
    door = launch.guarded(Settings(host="0.0.0.0", users=users, password="the operator's"))
    assert door.auth() is not None
    assert door.admits("ann", "correct horse")
    assert door.admits("citewell", "the operator's")
    assert not door.admits("ann", "the operator's")
    assert not launch.guarded(Settings(users=users)).admits("citewell", "")


def test_a_page_without_anybody_does_not_start(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="cannot be read"):
        launch.guarded(Settings(users=tmp_path / "missing"))
    (tmp_path / "users").touch(mode=0o600)
    with pytest.raises(SettingsError, match="names nobody"):
        launch.guarded(Settings(users=tmp_path / "users"))


def test_what_somebody_laid_beside_the_file_is_never_written(tmp_path: Path) -> None:
    victim, path = tmp_path / "victim", tmp_path / "users"
    victim.write_text("mine", encoding="utf-8")
    (tmp_path / "users.new").symlink_to(victim)
    path.symlink_to(victim)
    with pytest.raises(SettingsError):
        save_user(path, "ann", "correct horse")
    path.unlink()
    save_user(path, "ann", "correct horse")
    assert victim.read_text(encoding="utf-8") == "mine"
    assert path.stat().st_mode & 0o777 == 0o600
    assert admits(read_users(path), "ann", "correct horse")


@pytest.mark.parametrize("mode", [0o644, 0o660, 0o602, 0o604, 0o777])
def test_a_file_that_others_can_read_or_change_is_not_used(users: Path, mode: int) -> None:
    users.chmod(mode)
    with pytest.raises(SettingsError, match="chmod 600"):
        read_users(users)
    users.chmod(0o640)  # a group may read it, where its owner says so
    assert read_users(users)


@pytest.mark.parametrize("proxy", ["nonsense", "10.0.0.0/99", "127.0.0.1; 10.1.1.1"])
def test_a_proxy_that_is_no_address_is_told(proxy: str) -> None:
    with pytest.raises(SettingsError, match="CITEWELL_PROXY"):
        load_settings(proxy=proxy)
