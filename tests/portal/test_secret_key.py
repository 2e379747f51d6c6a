"""The signing key of an embedded installation."""

import stat

from portal import secret_key


def test_key_is_made_once_and_readable_by_its_owner_only(tmp_path):
    folder = tmp_path / "new" / "data"

    key = secret_key.kept_in(folder)

    assert len(key) > 60
    assert secret_key.kept_in(folder) == key
    assert stat.S_IMODE((folder / "secret_key").stat().st_mode) == 0o600
    assert [path.name for path in folder.iterdir()] == ["secret_key"]


def test_two_installations_have_different_keys(tmp_path):
    assert secret_key.kept_in(tmp_path / "a") != secret_key.kept_in(tmp_path / "b")


def test_key_that_another_process_made_meanwhile_is_kept(tmp_path, monkeypatch):
    path = tmp_path / "secret_key"
    monkeypatch.setattr(secret_key.secrets, "token_urlsafe", lambda size: path.write_text("theirs") and "mine")

    assert secret_key.kept_in(tmp_path) == "theirs"
    assert [one.name for one in tmp_path.iterdir()] == ["secret_key"]
