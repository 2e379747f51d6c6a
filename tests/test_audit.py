"""`make audit`: what pip-audit answers, and what becomes of it."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[1] / ".ci" / "audit.py"
SOUND = {"name": "six", "version": "1.17.0", "vulns": []}
BAD = {"name": "old", "version": "1.0", "vulns": [{"id": "CVE-1", "fix_versions": ["1.1"], "aliases": []}]}
UNKNOWN = {"name": "own", "skip_reason": "Dependency not found on PyPI and could not be audited: own (1.0)"}


def audited(tmp_path, rows, status=0, *options):
    """The script with a program in the place of pip-audit that answers this."""
    program = tmp_path / "pip-audit"
    answer = json.dumps({"dependencies": rows, "fixes": []}) if rows is not None else ""
    program.write_text(f"#!/bin/sh\ncat <<'END'\n{answer}\nEND\necho 'no route to host' >&2\nexit {status}\n")
    program.chmod(0o700)
    return subprocess.run(
        [sys.executable, SCRIPT, "constraints.txt", "--program", program, *options], capture_output=True, text=True
    )


def test_sound_versions_pass(tmp_path):
    done = audited(tmp_path, [SOUND, SOUND])

    assert done.returncode == 0
    assert "2 packages compared, 0 known" in done.stderr


def test_finding_fails_and_names_the_version_that_mends_it(tmp_path):
    done = audited(tmp_path, [SOUND, BAD], status=1)

    assert done.returncode == 1
    assert "old 1.0: CVE-1, mended in 1.1" in done.stderr


def test_package_that_was_not_compared_is_named(tmp_path):
    done = audited(tmp_path, [SOUND, UNKNOWN])

    assert done.returncode == 0
    assert "own (1.0)" in done.stderr
    assert "1 packages compared" in done.stderr


@pytest.mark.parametrize(("rows", "status"), [(None, 1), ([UNKNOWN, UNKNOWN], 0), ([], 0)])
def test_list_that_cannot_be_reached_is_no_clean_result(tmp_path, rows, status):
    assert "NOTHING WAS COMPARED" in audited(tmp_path, rows, status).stderr
    assert audited(tmp_path, rows, status).returncode == 0
    assert audited(tmp_path, rows, status, "--required").returncode == 3
