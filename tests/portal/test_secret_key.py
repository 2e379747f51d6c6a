"""The signing key of an embedded installation."""

import os
import runpy
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from django.core import signing

from portal import secret_key

ROOT = Path(__file__).parents[2]


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


def test_what_an_earlier_key_signed_is_still_taken(monkeypatch, settings):
    signed = signing.dumps("me", key="the one before")
    monkeypatch.setenv("SECRET_KEY_FALLBACKS", "one more,the one before")

    settings.SECRET_KEY_FALLBACKS = runpy.run_path(str(ROOT / "portal" / "settings.py"))["SECRET_KEY_FALLBACKS"]

    assert signing.loads(signed) == "me"


@pytest.mark.parametrize("command", [["serve", "web"], ["serve", "prepare"]])
def test_company_s_database_without_a_key_starts_nothing_and_names_the_variable(tmp_path, command):
    started = subprocess.run(
        [sys.executable, "manage.py", *command],
        cwd=ROOT,
        env={
            "PATH": os.environ["PATH"],
            "PORTAL_DATA_DIR": str(tmp_path),
            "DATABASE_URL": "postgres://portal@db.example:5432/portal",
        },
        capture_output=True,
        text=True,
        timeout=60,
    )

    assert started.returncode != 0
    assert "SECRET_KEY is not set" in started.stderr
